"""What a satisfaction index says in words: its level, its change, and how much of what came in stands behind it."""

from collections.abc import Sequence

from dashboards.data import GroupResult, MonthResult, QuestionResult, read_index
from dashboards.wording import (
    pick,
    show_estimate,
    show_month,
    show_number,
    show_share,
    translator,
)
from scoring import Estimate, RateFault, Ratio, ScoreSheet, load_edition


def place_of(result: GroupResult, language: str) -> str:
    """Whom a result is about: «xã Tân Hồng», «22 đơn vị»."""
    if len(result.units) == 1:
        return f"{result.units[0].kind} {result.units[0].name}"
    return translator(language)("{n} đơn vị").format(n=len(result.units))


def level_verdict(result: GroupResult, language: str) -> str:
    """The index with its interval, and whether it is higher or lower than in the period before."""
    _, index = translator(language), read_index(result.sheet)
    if index.n == 0:
        return too_few_sentence(result.received, language)
    level = _("Mức hài lòng {period} ở {place}: {level}").format(
        period=result.period.name(language), place=place_of(result, language), level=show_estimate(index, language)
    )
    if not result.sheet.enough:
        return _("{level}; {why} – chưa đủ để kết luận.").format(level=level, why=_weakness(result.sheet, language))
    return (
        f"{level}, {_change(result, language)}" if result.change.n else f"{level}; {_nothing_before(result, language)}"
    )


def _change(result: GroupResult, language: str) -> str:
    _, change, before = translator(language), result.change, result.period.previous.name(language)
    if change.low > 0:
        text = _("cao hơn {before} {points} điểm ({low} … {high}); đủ căn cứ để kết luận.")
    elif change.high < 0:
        text = _("thấp hơn {before} {points} điểm ({low} … {high}); đủ căn cứ để kết luận.")
        change = Estimate(-change.value, -change.high, -change.low, change.n)
    else:
        text = _("so với {before} {points} điểm ({low} … {high}); chưa đủ căn cứ để nói cao hơn hay thấp hơn.")
        points = signed(change.value, language)
        return text.format(before=before, points=points, low=_low(change, language), high=_high(change, language))
    points = show_number(change.value * 100, language)
    return text.format(before=before, points=points, low=_low(change, language), high=_high(change, language))


def signed(share: float, language: str) -> str:
    """A difference of shares in points with its sign: «+1,8», «−0,4»."""
    return f"{'+' if share > 0 else ''}{show_number(share * 100, language)}".replace("-", "−")


def _low(change: Estimate, language: str) -> str:
    return show_number(change.low * 100, language).replace("-", "−")


def _high(change: Estimate, language: str) -> str:
    return show_number(change.high * 100, language).replace("-", "−")


def _nothing_before(result: GroupResult, language: str) -> str:
    text = translator(language)("{before} chưa có số liệu để so sánh.")
    return text.format(before=result.period.previous.name(language))


def _weakness(sheet: ScoreSheet, language: str) -> str:
    _ = translator(language)
    few = any(gate.code == "enough_answers" and not gate.passed for gate in sheet.gates)
    if few:
        return _("mới có {n} lượt đánh giá").format(n=show_number(sheet.total.n or 0, language, decimals=0))
    return _("khoảng tin cậy còn rộng")


def too_few_sentence(received: int, language: str) -> str:
    """That nothing may be shown yet; never a zero."""
    _ = translator(language)
    if received == 0:
        return _("Chưa có lượt đánh giá nào – chưa đủ để kết luận.")
    n = show_number(received, language, decimals=0)
    return _("Mới có {n} lượt đánh giá – chưa đủ để kết luận.").format(n=n)


def index_line(result: GroupResult, language: str, *, taken: str) -> str:
    """Which index it is, by which decision, how much of it was measured, and as of when."""
    sheet = result.sheet
    source = pick(load_edition(sheet.edition).source, language)
    parts = [
        source,
        pick(sheet.coverage, language),
        *([pick(sheet.definition.name, language)] if sheet.definition else []),
    ]
    text = translator(language)("Chỉ số SIPAS theo {source}. Trong ngoặc là khoảng tin cậy 95 %. Số liệu đến {taken}.")
    return text.format(source=", ".join(parts), taken=taken)


def received_sentence(result: GroupResult, language: str) -> str:
    """Received, shown and waiting; the response rate; working days without a scan."""
    _ = translator(language)
    received, shown, waiting = (
        show_number(n, language, decimals=0) for n in (result.received, result.shown, result.waiting)
    )
    said = [
        _("Đã nhận {received} lượt đánh giá; số liệu ở đây dùng {shown} lượt.").format(received=received, shown=shown)
    ]
    if result.waiting:
        said.append(
            _(
                "{waiting} lượt còn giữ lại cho đến khi khung giờ đã hết và có đủ 10 lượt mới, để không ai đoán được phiếu của một người."
            ).format(waiting=waiting)
        )
    said.append(response_sentence(result.responses, language))
    if result.rate_faults:
        said.append(fault_sentence(result.rate_faults, language))
    said.append(silent_sentence(result.days_without_scan, language))
    return " ".join(said)


def silent_sentence(days: int | None, language: str) -> str:
    """Working days without a scan, or that no code was there to be scanned."""
    _ = translator(language)
    if days is None:
        return _("Chưa quầy nào có mã để quét trong kỳ này.")
    return _("Số ngày làm việc không có lượt quét mã: {days}.").format(days=show_number(days, language, decimals=0))


def show_silent_days(days: int | None, language: str) -> str:
    """The same as a table's cell."""
    return translator(language)("chưa cấp mã") if days is None else show_number(days, language, decimals=0)


def fault_sentence(faults: Sequence[RateFault], language: str) -> str:
    """Months with more answers than visits: the first one told, the others counted; they are in no rate."""
    first = faults[0]
    text = translator(language)(
        "Lỗi dữ liệu ở {n} tháng của đơn vị, không tính vào tỷ lệ: tháng {month} có {answers} lượt đánh giá mà chỉ ghi {visits} lượt giao dịch; có thể tệp hồ sơ còn thiếu."
    )
    return text.format(
        n=len(faults), month=show_month(first.month, language), answers=first.answers, visits=first.visits
    )


def response_sentence(responses: Ratio | None, language: str) -> str:
    """How many of those who came to the counter answered."""
    _ = translator(language)
    if responses is None:
        return _("Chưa có số lượt giao dịch để tính tỷ lệ phản hồi.")
    text = _("Tỷ lệ phản hồi {rate}: {answers} trên {visits} lượt giao dịch của các tháng đã có số liệu.")
    answers, visits = (show_number(n, language, decimals=0) for n in (responses.numerator, responses.denominator))
    return text.format(rate=show_rate(responses, language), answers=answers, visits=visits)


def show_rate(responses: Ratio | None, language: str) -> str:
    """The response rate as percent; a dash where it is not known."""
    known = responses is not None and responses.denominator
    return show_share(responses.numerator / responses.denominator if known else float("nan"), language)


def months_sentence(months: Sequence[MonthResult], language: str) -> str:
    """The run of months in words: first and last known month, and the months with too few answers."""
    _ = translator(language)
    known = [month for month in months if month.index.n]
    if not known:
        return _("Chưa tháng nào có đủ lượt đánh giá để vẽ.")
    text = _("Mức hài lòng từng tháng: {first_month} {first}; {last_month} {last}. Dải nhạt là khoảng tin cậy 95 %.")
    if len(known) == 1:
        text = _("Mức hài lòng tháng {first_month}: {first}. Dải nhạt là khoảng tin cậy 95 %.")
    said = [
        text.format(
            first_month=show_month(known[0].month, language),
            first=show_estimate(known[0].index, language),
            last_month=show_month(known[-1].month, language),
            last=show_estimate(known[-1].index, language),
        )
    ]
    gaps = [show_month(month.month, language) for month in months if not month.index.n]
    if gaps:
        said.append(_("Chưa đủ lượt đánh giá để vẽ: {months}.").format(months=", ".join(gaps)))
    return " ".join(said)


def questions_sentence(questions: Sequence[QuestionResult], names: dict[str, str], language: str) -> str:
    """The weakest and the strongest question, in words."""
    _, known = translator(language), [question for question in questions if question.counts]
    if not known:
        return _("Chưa câu hỏi nào có đủ lượt trả lời để vẽ.")
    text = _(
        "Yếu nhất: «{weak}», {weak_share} hài lòng; mạnh nhất: «{strong}», {strong_share}. Số trong thanh là % lượt trả lời."
    )
    weak, strong = known[0], known[-1]
    return text.format(
        weak=names[weak.code],
        weak_share=show_estimate(weak.satisfied, language),
        strong=names[strong.code],
        strong_share=show_estimate(strong.satisfied, language),
    )


def method_text(sheet: ScoreSheet, language: str) -> str:
    """How the interval is made, when a number is shown and when it decides, and what it was computed from."""
    edition = load_edition(sheet.edition)
    bounds = edition.thresholds
    text = translator(language)(
        """- **Mức hài lòng** là tỷ lệ câu trả lời «hài lòng» và «rất hài lòng», gộp các tiêu chí theo trọng số của bộ chỉ số; tiêu chí không đo được để ngoài, phần của nó chia cho tiêu chí bên cạnh.
- **Khoảng tin cậy 95 %** theo Wilson; với chỉ số gộp, có tính việc các câu trả lời của cùng một người đi đôi với nhau.
- **So hai kỳ** theo Newcombe (phương pháp 10). Chỉ nói «cao hơn» hay «thấp hơn» khi cả khoảng của mức chênh nằm về một phía của 0.
- **Quy tắc công bố**: số lượt nhận được hiện ngay; tỷ lệ và hình chỉ thay đổi khi khung giờ đã hết và có thêm ít nhất {privacy} lượt mới, để không ai đoán được phiếu của một người.
- **Ngưỡng**: dưới {privacy} lượt thì không hiện; dưới {evidence} lượt hoặc khoảng rộng hơn ± {half_width} điểm thì chưa đủ để kết luận.
- **Bộ chỉ số** {edition}, mã nội dung `{digest}`. **Dữ liệu** `{snapshot}`."""
    )
    return text.format(
        privacy=bounds.privacy,
        evidence=bounds.evidence,
        half_width=show_number(float(bounds.half_width) * 100, language, decimals=0),
        edition=pick(sheet.edition_name, language),
        digest=sheet.edition_digest[:16],
        snapshot=sheet.snapshot,
    )
