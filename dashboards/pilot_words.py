"""What the pilots page says: the verdict, what each picture shows, what the document fixes and what it leaves open."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from dashboards.data import Catalogue, Pilot, PilotResult
from dashboards.outcome_words import show_smallest, tell_change
from dashboards.participation import TakingPart
from dashboards.plain_text import plain
from dashboards.wording import known_language, show_date, show_number, translator
from scoring import (
    SATISFIED_SHARE,
    Outcome,
    PilotEffect,
    StaggeredEffect,
    design_text,
    event_sentence,
    pre_trend_sentence,
    sentence,
    staggered_sentence,
    threat_text,
)

AGAINST = ("mix_changed", "different_trend", "early_change", "displacement", "crowding_out")
"""Checks that, where they find something, speak against a claim and not only for care."""


def tell_verdict(effect: PilotEffect, language: str, *, outcome: Outcome = SATISFIED_SHARE) -> tuple[str, str]:
    """The first sentence, to be read aloud, and the rest: what it cannot say."""
    said = sentence(effect, known_language(language), outcome=outcome)
    first, mark, rest = said.partition(". ")
    return (f"{first}.", rest) if mark else (said, "")


def lines_alt(effect: PilotEffect, language: str, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """What the picture of the two lines shows, and of how many answers or dossiers."""
    _, known = translator(language), known_language(language)
    n = sum(each.treated.n + each.comparison.n for each in effect.monthly)
    name = outcome.name(known)
    filled = {
        "name": name[0].upper() + name[1:],
        "lower": name,
        "treated": len(effect.treated),
        "compared": len(effect.comparison),
        "n": show_number(n, language, decimals=0),
        "counted": outcome.counted(known),
    }
    if effect.design.within:
        text = _(
            "{name} từng tháng ở {treated} đơn vị thí điểm, trong và ngoài mô hình, dải mờ là khoảng tin cậy 95 % ({n} {counted})."
        )
    elif effect.comparison:
        text = _(
            "{name} từng tháng ở {treated} đơn vị thí điểm và {compared} đơn vị so sánh, dải mờ là khoảng tin cậy 95 % ({n} {counted})."
        )
    else:
        text = _(
            "Chỉ là mô tả, không có nơi so sánh: {lower} từng tháng ở {treated} đơn vị thí điểm, dải mờ là khoảng tin cậy 95 % ({n} {counted})."
        )
    text = text.format(**filled)
    if not math.isnan(effect.difference.low):
        value, interval = tell_change(effect.difference, outcome, language)
        text += " " + _("Ngoặc: phần thay đổi khác nơi so sánh, {change}.").format(change=f"{value} {interval}")
    return text


def outcome_names(outcomes: Mapping[str, Outcome], language: str) -> dict[str, str]:
    """What may be looked at, as a choice begins it."""
    names = {code: outcome.name(known_language(language)) for code, outcome in outcomes.items()}
    return {code: name[0].upper() + name[1:] for code, name in names.items()}


def events_alt(effect: StaggeredEffect, outcome: Outcome, language: str) -> str:
    """How the difference grew, and whether the sides parted before the start; of a roll-out in waves also the whole."""
    known = known_language(language)
    told = [event_sentence(effect, known, outcome=outcome), pre_trend_sentence(effect, known)]
    if len(effect.by_wave) > 1:
        told.insert(0, staggered_sentence(effect, known, outcome=outcome))
    return " ".join(each for each in told if each)


def permutation_alt(effect: PilotEffect, language: str) -> str:
    """How many sets could have been the treated ones, and how many lie as far as the real one."""
    _ = translator(language)
    found = effect.permutations
    shown = 0 if found is None else len(found.statistics)
    text = _(
        "Mỗi chấm là một cách chọn {size} trong {units} đơn vị làm nơi thí điểm: {sets} cách. Số cách lệch xa bằng hoặc hơn cách chọn thật, kể cả chính nó: {far}; p = {far} ÷ {sets} = {p}. p nhỏ nhất có thể đạt: {smallest}."
    )
    if effect.design.within:
        text = _(
            "Nếu mô hình không làm gì, ở mỗi đơn vị phần trong mô hình có thể đã thay đổi nhiều hơn hoặc ít hơn phần ngoài như nhau: {sets} khả năng đổi dấu của {size} đơn vị. Số khả năng lệch xa bằng hoặc hơn kết quả thật, kể cả chính nó: {far}; p = {far} ÷ {sets} = {p}. p nhỏ nhất có thể đạt: {smallest}."
        )
    elif found is not None and not found.exact:
        text = _(
            "{sets} cách chọn {size} trong {units} đơn vị làm nơi thí điểm, rút ngẫu nhiên. Số cách lệch xa bằng hoặc hơn cách chọn thật, kể cả chính nó: {far}; p = {far} ÷ {sets} = {p}. p nhỏ nhất có thể đạt: {smallest}."
        )
    return text.format(
        size=len(effect.treated),
        units=len(effect.treated) + len(effect.comparison),
        sets=show_number(shown, language, decimals=0),
        far=show_number(round(effect.p * shown), language, decimals=0),
        p=show_number(effect.p, language, decimals=3),
        smallest=show_smallest(effect.smallest_p, language),
    )


def timeline_alt(rows: Sequence[TakingPart], language: str) -> str:
    """How many units take part, and of how many of those the document does not settle it."""
    _ = translator(language)
    states = Counter(row.state for row in rows)
    taking_part = sum(states[each] for each in ("confirmed", "unconfirmed", "simulated"))
    parts = [_("{n} đơn vị tham gia").format(n=taking_part)]
    words = {
        "unconfirmed": _("trong đó {n} có ngày bắt đầu chưa xác nhận"),
        "simulated": _("trong đó {n} theo lựa chọn mô phỏng"),
        "compared": _("{n} đơn vị để so sánh"),
        "other_pilot": _("{n} đơn vị không dùng để so sánh vì đang trong mô hình khác"),
    }
    parts += [words[state].format(n=states[state]) for state in words if states[state]]
    elsewhere = {pilot: [row.name for row in rows if row.elsewhere == pilot] for pilot in _others(rows)}
    named = [
        _("Trong «{pilot}»: {units}.").format(pilot=pilot, units=", ".join(units)) for pilot, units in elsewhere.items()
    ]
    return " ".join([", ".join(parts) + ".", *named])


def _others(rows: Sequence[TakingPart]) -> Iterator[str]:
    """Names of the other pilots, each once."""
    yield from dict.fromkeys(row.elsewhere for row in rows if row.elsewhere)


def tell_design(effect: PilotEffect, language: str) -> str:
    """Which comparison it is, and the months of before and after."""
    _, window = translator(language), effect.design.window
    months = _("Trước: {before} tháng đến hết {until}; sau: {after} tháng từ {since}.").format(
        before=window.months_before,
        until=show_date(window.before_until - timedelta(days=1), language),
        after=window.months_after,
        since=show_date(window.after_from, language),
    )
    return " ".join(
        filter(None, (design_text(effect.design.kind, known_language(language)), months, _tell_gaps(effect, language)))
    )


def _tell_gaps(effect: PilotEffect, language: str) -> str:
    """How many of these months have anything to show, where it is not all of them."""
    window = effect.design.window
    shown = [each.month for each in effect.monthly if each.treated.n]
    before, after = len(window.before(shown)), len(window.after(shown))
    if (before, after) == (window.months_before, window.months_after):
        return ""
    text = translator(language)("Có số liệu của đơn vị thí điểm: {before} tháng trước, {after} tháng sau.")
    return text.format(before=before, after=after)


def tell_doubts(effect: PilotEffect, language: str) -> str:
    """What the checks found against a verdict that claims something, said right below it; empty where they found nothing."""
    known = known_language(language)
    found = [each for each in effect.threats if each.status == "found" and each.code in AGAINST]
    if effect.verdict not in {"rose", "fell"} or not found:
        return ""
    told = "; ".join(lower_first(threat_text(each, known)) for each in found)
    return translator(language)("Nhưng phép kiểm tra thấy: {doubts}. Xem cuối trang.").format(doubts=told)


def lower_first(text: str) -> str:
    """The text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def held_back_sentence(held: int, used: int, outcome: Outcome, language: str) -> str:
    """How many answers may not be shown yet, or ever, and so are in no figure of this page; empty where there are none."""
    _ = translator(language)
    if held <= 0 or outcome != SATISFIED_SHARE:
        return ""
    text = _(
        "Dùng {used} lượt đã được công bố; {held} lượt của các đơn vị và tháng này còn giữ lại để không ai đoán được phiếu của một người, nên kết quả tính trên mọi lượt có thể khác."
    )
    return text.format(used=show_number(used, language, decimals=0), held=show_number(held, language, decimals=0))


def nobody_sentence(language: str) -> str:
    """That no unit is recorded to take part in a pilot, and what to do."""
    return translator(language)(
        "Chưa có đơn vị nào được ghi là tham gia mô hình này, nên chưa có gì để so sánh. Nơi văn bản để mỗi đơn vị tự chọn, lựa chọn được nạp bằng «hailong import pilots»."
    )


def tell_rule(pilot: Pilot, register: Catalogue, language: str) -> Iterator[str]:
    """What the document fixes, a line each."""
    _, rule = translator(language), pilot.rule
    locality = register.unit[pilot.locality]
    place = f"{locality.kind.split()[0].capitalize()} {locality.name}"
    if rule.ends:
        text = _("{place}, từ {since} đến trước {until}.")
        yield text.format(place=place, since=show_date(rule.starts, language), until=show_date(rule.ends, language))
    else:
        text = _("{place}, từ {since}; văn bản không ghi ngày kết thúc.")
        yield text.format(place=place, since=show_date(rule.starts, language))
    yield _tell_days(pilot, language)
    if rule.dose:
        pers = {"week": _("mỗi tuần {low}–{high} lần"), "month": _("mỗi tháng {low}–{high} lần")}
        said = pers[rule.dose.per].format(low=rule.dose.low, high=rule.dose.high)
        yield _("Mức thực hiện: {dose}.").format(dose=said)
    if rule.promise:
        text = _("Trả kết quả trong ngày; hồ sơ nhận sau {cutoff} trả trước {late} ngày làm việc tiếp theo.")
        yield text.format(cutoff=f"{rule.promise.cutoff:%H:%M}", late=f"{rule.promise.late_by:%H:%M}")
    if rule.one_of:
        others = [each.names[language] for each in register.pilots if each.rule.one_of == rule.one_of and each != pilot]
        yield _("Mỗi đơn vị chọn một trong hai: mô hình này hoặc «{other}».").format(other="», «".join(others))
    yield from _tell_procedures(pilot, register, language)


def _tell_days(pilot: Pilot, language: str) -> str:
    _, rule = translator(language), pilot.rule
    if rule.kind == "continuous":
        return _("Thực hiện liên tục, không chia phiên.")
    days = {
        "working": _("ngày làm việc"),
        "weekend": _("thứ Bảy, Chủ nhật"),
        "off": _("thứ Bảy, Chủ nhật, ngày lễ, Tết"),
    }
    names = {
        "monday": _("thứ Hai"),
        "tuesday": _("thứ Ba"),
        "wednesday": _("thứ Tư"),
        "thursday": _("thứ Năm"),
        "friday": _("thứ Sáu"),
        "saturday": _("thứ Bảy"),
        "sunday": _("Chủ nhật"),
    }
    chosen = _("đơn vị tự chọn ngày") if "days" in rule.unit_chooses else ""
    said = ", ".join(names[day] for day in rule.weekdays) if 0 < len(rule.weekdays) < 5 else days[rule.days or ""]  # noqa: PLR2004 -- all five working days
    window = _tell_window(pilot, language)
    return _("Phiên: {parts}.").format(parts=", ".join(part for part in (said, window, chosen) if part))


def _tell_window(pilot: Pilot, language: str) -> str:
    _, rule = translator(language), pilot.rule
    if len(rule.windows) > 1:
        return _("{minutes} phút đầu hoặc cuối buổi, đơn vị tự chọn").format(minutes=rule.minutes)
    windows = {"morning": _("buổi sáng"), "afternoon": _("buổi chiều"), "whole-day": _("cả ngày")}
    return windows.get(rule.windows[0], "")


def _tell_procedures(pilot: Pilot, register: Catalogue, language: str) -> Iterator[str]:
    _ = translator(language)
    levels = {"district": _("cấp huyện"), "commune": _("cấp xã"), "province": _("cấp tỉnh")}
    if pilot.named:
        names = {each.code: each.name for each in register.procedures}
        yield _("Thủ tục: {names}.").format(names="; ".join(names[code] for code in pilot.named))
    for count in pilot.procedure_counts:
        text = _("{level}: {procedures} thủ tục thuộc {fields} lĩnh vực.")
        said = text.format(level=levels[count.level], procedures=count.procedures, fields=count.fields)
        yield said[0].upper() + said[1:]


def tell_open(result: PilotResult, register: Catalogue, language: str) -> Iterator[str]:
    """What the document leaves open, and what the demonstration put in its place, a line of Markdown each."""
    _, pilot = translator(language), result.pilot
    if pilot.procedures == "unconfirmed":
        yield _("**Chưa xác nhận:** danh mục thủ tục của mô hình không có trong tài liệu.")
    if pilot.stand_in:
        text = _("**Mô phỏng:** {n} thủ tục dùng để minh họa thay cho danh mục chưa có; không phải danh mục thật.")
        yield text.format(n=len(pilot.stand_in))
    if not pilot.rule.placement_confirmed:
        placement = _("trong giờ hành chính") if pilot.rule.placement == "inside" else _("ngoài giờ hành chính")
        yield _("**Chưa xác nhận:** phiên nằm {placement} hay không; đang tính như vậy.").format(placement=placement)
    simulated = sum(one.simulated for one in result.participations)
    if simulated:
        text = _("**Mô phỏng:** lựa chọn của {n} đơn vị (mô hình, ngày, giờ, lĩnh vực) do máy tạo ra.")
        yield text.format(n=simulated)
    about = {pilot.code, pilot.locality, *(one.unit for one in result.participations)}
    yield from (plain(gap.names[language]) for gap in register.gaps if gap.about in about)
