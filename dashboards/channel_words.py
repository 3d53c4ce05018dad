"""Channels and flags in words: which kind of answer a figure rests on."""

from collections.abc import Sequence

from dashboards.data import ChannelResult, DoubtResult
from dashboards.wording import show_estimate, show_number, show_share, translator

FLAG_ORDER = ("too_fast", "burst", "staff_network", "honeypot", "all_alike", "repeated_device", "outside_hours")


def channel_name(channel: str, language: str) -> str:
    """A channel as it stands in a table."""
    _ = translator(language)
    return {
        "poster": _("Mã dán ở quầy (kênh mở)"),
        "card": _("Thẻ biên nhận (mỗi giao dịch một thẻ)"),
        "screen": _("Mã đổi trên màn hình"),
        "tablet": _("Máy tính bảng dùng chung"),
        "online": _("Người nộp hồ sơ trực tuyến"),
        "paper": _("Phiếu giấy"),
        "assisted": _("Cán bộ ghi giúp"),
    }[channel]


def flag_name(flag: str, language: str) -> str:
    """A flag as it stands in a sentence."""
    _ = translator(language)
    return {
        "too_fast": _("trả lời quá nhanh"),
        "burst": _("quá nhiều phiếu một lúc ở một quầy"),
        "staff_network": _("gửi từ mạng của cán bộ"),
        "honeypot": _("máy tự điền"),
        "all_alike": _("mọi câu cùng một mức"),
        "repeated_device": _("máy đã gửi trong ngày"),
        "outside_hours": _("ngoài giờ tiếp dân"),
    }[flag]


def channels_sentence(channels: Sequence[ChannelResult], language: str) -> str:
    """What the channels say beside one another, and that people choose their channel."""
    _ = translator(language)
    known = [channel for channel in channels if channel.index.n]
    said = [
        _("{channel}: {level}").format(
            channel=channel_name(each.channel, language), level=show_estimate(each.index, language)
        )
        for each in known
    ]
    text = "; ".join(said) + "." if said else _("Chưa kênh nào có đủ lượt đánh giá để hiện.")
    if len(known) > 1 and _apart(known):
        text += " " + _("Các kênh khác nhau rõ: nên xem từng kênh trước khi so sánh các nơi dùng kênh khác nhau.")
    return text + " " + _("Người chọn kênh này không hẳn giống người chọn kênh kia.")


def _apart(known: Sequence[ChannelResult]) -> bool:
    return max(each.index.low for each in known) > min(each.index.high for each in known)


def channel_columns(language: str) -> tuple[str, str, str]:
    """Heads of the table of channels."""
    _ = translator(language)
    return _("Kênh"), _("Đã nhận"), _("Mức hài lòng")


def channel_rows(channels: Sequence[ChannelResult], language: str) -> list[tuple[str, str, str]]:
    """Each channel with what came by it and its index."""
    _ = translator(language)
    few = _("chưa đủ dữ liệu")
    return [
        (
            channel_name(each.channel, language),
            show_number(each.received, language, decimals=0),
            show_estimate(each.index, language) if each.index.n else few,
        )
        for each in channels
    ]


def doubt_sentence(doubt: DoubtResult, language: str) -> str:
    """How many answers are left out and why, how many only bear a flag, and what the index is with them."""
    _ = translator(language)
    if not doubt.flags:
        return _("Trong các tháng đã hết, không phiếu nào có cờ nghi vấn.") if doubt.over else ""
    left = _counted([flag for flag in FLAG_ORDER if flag in doubt.leaves_out], doubt, language)
    only = _counted([flag for flag in FLAG_ORDER if flag not in doubt.leaves_out], doubt, language)
    said = []
    if doubt.left_out:
        share = show_share(doubt.left_out / doubt.over, language)
        text = _("Trong các tháng đã hết, {n} phiếu ({share}) có cờ nên không tính vào chỉ số: {flags}.")
        n = show_number(doubt.left_out, language, decimals=0)
        said.append(text.format(n=n, share=share, flags=left))
        if doubt.with_.n and doubt.without.n:
            text = _("Nếu tính cả: {with_} thay vì {without}.")
            estimates = {"with_": doubt.with_, "without": doubt.without}
            said.append(text.format(**{name: show_estimate(each, language) for name, each in estimates.items()}))
    if only:
        said.append(_("Có cờ nhưng vẫn tính: {flags}.").format(flags=only))
    said.append(_("Phiếu có cờ vẫn được giữ; bộ chỉ số nêu cờ nào thì không tính."))
    return " ".join(said)


def _counted(flags: Sequence[str], doubt: DoubtResult, language: str) -> str:
    return ", ".join(
        f"{flag_name(flag, language)} {show_number(doubt.flags[flag], language, decimals=0)}"
        for flag in flags
        if doubt.flags.get(flag)
    )
