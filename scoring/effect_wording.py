"""What a pilot's comparison says and cannot say, in one plain sentence, Vietnamese and English."""

from __future__ import annotations

from typing import Final

from scoring.design import DesignKind
from scoring.effect import PilotEffect, Verdict
from scoring.inside_outside import InsideOutside
from scoring.outcome import (
    SATISFIED_SHARE,
    Language,
    Outcome,
    pick,
    show_count,
    show_decimal,
    show_level,
    show_p,
    show_ways,
    signed,
)

__all__ = [
    "SATISFIED_SHARE",
    "Language",
    "Outcome",
    "before_after_sentence",
    "compared_text",
    "inside_outside_sentence",
    "outcome_name",
    "sentence",
    "treated_text",
    "verdict_text",
]

VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "rose": ("Tăng so với nơi so sánh", "Rose against the comparison"),
    "fell": ("Giảm so với nơi so sánh", "Fell against the comparison"),
    "no_difference_shown": ("Chưa thấy khác biệt", "No difference shown"),
    "cannot_conclude": ("Thiết kế này không thể kết luận", "This design cannot conclude"),
    "not_enough_data": ("Chưa đủ dữ liệu", "Not enough data"),
}

# More than the others or less, while the treated units themselves went up or down.
_DIRECTIONS: Final = {
    (True, True): ("tăng thêm {} so với", "rose {} more than in"),
    (True, False): ("giảm ít hơn {} so với", "fell {} less than in"),
    (False, False): ("giảm thêm {} so với", "fell {} more than in"),
    (False, True): ("tăng ít hơn {} so với", "rose {} less than in"),
}

_COMPARED: Final[dict[DesignKind, tuple[str, str]]] = {
    "other_units": ("{} đơn vị không thí điểm", "{} units outside the pilot"),
    "not_yet_started": ("{} đơn vị chưa thí điểm", "{} units not yet in the pilot"),
    "none": ("{} đơn vị", "{} units"),
    "other_procedures": (
        "thủ tục ngoài mô hình của chính các đơn vị đó",
        "their own procedures outside the pilot",
    ),
    "other_weekdays": (
        "ngày, giờ khác của chính các đơn vị đó",
        "their own other days and hours",
    ),
    "triple_procedures": ("{} đơn vị khác", "{} other units"),
    "triple_weekdays": ("{} đơn vị khác", "{} other units"),
}

# What is compared is what lies inside the pilot, or the gap between inside and outside.
_INSIDE: Final[dict[DesignKind, tuple[str, str]]] = {
    "other_procedures": ("{} của thủ tục trong mô hình", "{} of the pilot's procedures"),
    "other_weekdays": ("{} trong ngày, giờ của mô hình", "{} on the pilot's days and hours"),
    "triple_procedures": (
        "chênh lệch về {} giữa thủ tục trong và ngoài mô hình",
        "the gap in {} between the pilot's procedures and the others",
    ),
    "triple_weekdays": (
        "chênh lệch về {} giữa ngày, giờ của mô hình và ngày, giờ khác",
        "the gap in {} between the pilot's days and hours and the others",
    ),
}

_GAP_MOVED: Final = ("thay đổi {} so với", "changed by {} against")

_CHANGED: Final = (
    (
        "{where}, {name} {moved} {compared} ({doubt}). "
        "Các đơn vị không được chọn ngẫu nhiên, nên đây là so sánh, chưa phải bằng chứng nhân quả."
    ),
    (
        "{where}, {name} {moved} {compared} ({doubt}). "
        "The units were not chosen by lot, so this is a comparison, not yet proof of cause."
    ),
)

_NO_DIFFERENCE: Final = (
    (
        "{where}, chưa thấy {name} thay đổi khác {compared}: chênh lệch {gap} ({doubt}). "
        "Chưa thấy khác biệt không có nghĩa là mô hình không có tác dụng."
    ),
    (
        "{where}, {name} is not shown to have changed differently from {compared}: difference {gap} ({doubt}). "
        "Not shown does not mean that the pilot did nothing."
    ),
)

_TOO_FEW_WAYS: Final = (
    (
        "{verdict}: chọn {size} trong {units} đơn vị chỉ có {ways} cách, nên p nhỏ nhất có thể đạt là {smallest}, "
        "lớn hơn {limit}. Chỉ để mô tả: {where}, {name} {moved} {compared}."
    ),
    (
        "{verdict}: there are only {ways} ways to choose {size} of {units} units, so the smallest p it can reach is "
        "{smallest}, above {limit}. As a description only: {where}, {name} {moved} {compared}."
    ),
)

_TOO_FEW_SIGNS: Final = (
    (
        "{verdict}: {size} đơn vị tự so với chính mình chỉ cho {ways} khả năng tăng hoặc giảm, nên p nhỏ nhất có thể đạt "
        "là {smallest}, lớn hơn {limit}. Chỉ để mô tả: {where}, {name} {moved} {compared}."
    ),
    (
        "{verdict}: {size} units compared with themselves leave only {ways} ways of going up or down, so the smallest p "
        "it can reach is {smallest}, above {limit}. As a description only: {where}, {name} {moved} {compared}."
    ),
)

_NOBODY_LEFT: Final = (
    (
        "{verdict}: không còn đơn vị nào để so sánh, vì các đơn vị khác đều tham gia mô hình này, mô hình khác, hoặc chưa "
        "có quầy. {change}"
    ),
    (
        "{verdict}: no unit is left to compare with, as all others take part in this pilot or in another, or have no desk. "
        "{change}"
    ),
)

_DOUBT: Final = (
    "khoảng {level}: {interval}; hoán vị trong {ways} cách chọn, {p}",
    "{level} interval: {interval}; permutation among {ways} possible choices, {p}",
)

_DOUBT_WITHIN: Final = (
    "khoảng {level}: {interval}; đổi dấu trong {ways} khả năng, {p}",
    "{level} interval: {interval}; sign changes among {ways} possible ones, {p}",
)

_BEFORE_AFTER: Final = (
    (
        "Sau khi bắt đầu so với trước, {name} ở {treated} thay đổi {change} (sai số do số {answers}, {level}: "
        "{interval}). Đây chỉ là mô tả, không phải tác dụng của mô hình: mọi thay đổi khác trong các tháng ấy đều nằm "
        "trong đó."
    ),
    (
        "After the start against before, {name} in {treated} changed by {change} (uncertainty of the {answers} alone, "
        "{level}: {interval}). This is a description, not the pilot's effect: whatever else changed in these months is "
        "in it."
    ),
)

_INSIDE_OUTSIDE: Final = (
    (
        "Trong phiên, {name} là {inside} ({n} lượt); ngoài phiên {outside} ({rest} lượt): chênh {gap} (khoảng {level}: "
        "{interval}). Người đến trong phiên khác người đến ngày thường, nên đây không phải tác dụng của mô hình."
    ),
    (
        "Inside sessions {name} is {inside} ({n} answers), outside {outside} ({rest} answers): difference {gap} ({level} "
        "interval: {interval}). People who come to a session differ from those who come on other days, so this is not "
        "the pilot's effect."
    ),
)

_INSIDE_OUTSIDE_FEW: Final = (
    "Chưa đủ lượt đánh giá trong và ngoài phiên để đặt cạnh nhau.",
    "Not enough answers inside and outside sessions to set side by side.",
)

_NO_MONTH: Final = (
    "{verdict}: chưa có tháng trọn vẹn nào sau khi bắt đầu thí điểm.",
    "{verdict}: no whole month has passed since the pilot began.",
)
_COMPARED_SILENT: Final = (
    "{verdict}: các đơn vị so sánh chưa đủ {answers} cả trước và sau khi bắt đầu.",
    "{verdict}: the units compared have too few {answers} before and after the start.",
)
_WHATEVER_COMES: Final = (
    " Dù có đủ, thiết kế này cũng không thể kết luận: p nhỏ nhất có thể đạt là {smallest}, lớn hơn {limit}.",
    " Even with enough, this design cannot conclude: the smallest p it can reach is {smallest}, above {limit}.",
)
_TREATED_SILENT: Final = (
    "{verdict}: các đơn vị thí điểm chưa đủ {answers} cả trước và sau khi bắt đầu.",
    "{verdict}: the pilot units have too few {answers} before and after the start.",
)


def verdict_text(verdict: Verdict, language: Language) -> str:
    """The verdict in a few words, for a heading.

    >>> verdict_text("cannot_conclude", "vi")
    'Thiết kế này không thể kết luận'
    """
    return pick(VERDICTS[verdict], language)


def sentence(effect: PilotEffect, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """What the comparison says, with its interval and p, and what it cannot say."""
    verdict = verdict_text(effect.verdict, language)
    if effect.verdict == "not_enough_data":
        return _not_enough(effect, language, outcome)
    if not (effect.comparison or effect.design.within):
        change = before_after_sentence(effect, language, outcome=outcome)
        return pick(_NOBODY_LEFT, language).format(verdict=verdict, change=change)
    parts = {
        "where": pick(("Ở {}", "In {}"), language).format(treated_text(effect, language)),
        "name": outcome_name(effect, language, outcome),
        "moved": _moved(effect, language, outcome),
        "compared": compared_text(effect, language),
    }
    if effect.verdict == "cannot_conclude":
        parts["where"] = parts["where"][0].lower() + parts["where"][1:]
        template = _TOO_FEW_SIGNS if effect.design.within else _TOO_FEW_WAYS
        return pick(template, language).format(verdict=verdict, **parts, **_ways(effect, language))
    template = _NO_DIFFERENCE if effect.verdict == "no_difference_shown" else _CHANGED
    gap = outcome.points(effect.difference.value, language)
    return pick(template, language).format(gap=gap, doubt=_doubt(effect, language, outcome), **parts)


def before_after_sentence(effect: PilotEffect, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """The change of the treated units alone, named as the description that it is."""
    change = effect.before_after
    if change.n == 0:
        return _not_enough(effect, language, outcome)
    return pick(_BEFORE_AFTER, language).format(
        name=outcome.name(language),
        treated=treated_text(effect, language),
        change=signed(outcome.points(change.value, language), change.value),
        answers=outcome.counted(language),
        level=show_level(effect.level),
        interval=outcome.interval(change.low, change.high, language),
    )


def inside_outside_sentence(
    found: InsideOutside, language: Language, *, outcome: Outcome = SATISFIED_SHARE, level: float = 0.95
) -> str:
    """Answers inside sessions beside those outside, never sold as an effect."""
    gap = found.difference
    if gap.n == 0:
        return pick(_INSIDE_OUTSIDE_FEW, language)
    return pick(_INSIDE_OUTSIDE, language).format(
        name=outcome.name(language),
        inside=outcome.level(found.inside.value, language),
        outside=outcome.level(found.outside.value, language),
        n=show_count(found.inside.n, language),
        rest=show_count(found.outside.n, language),
        gap=signed(outcome.points(gap.value, language), gap.value),
        level=show_level(level),
        interval=outcome.interval(gap.low, gap.high, language),
    )


def outcome_name(effect: PilotEffect, language: Language, outcome: Outcome) -> str:
    """The outcome as the design compares it: of what lies inside the pilot, or the gap to what lies outside."""
    inside = _INSIDE.get(effect.design.kind, ("{}", "{}"))
    return pick(inside, language).format(outcome.name(language))


def treated_text(effect: PilotEffect, language: Language) -> str:
    """«2 đơn vị thí điểm»."""
    size = len(effect.treated)
    return pick((f"{size} đơn vị thí điểm", f"{size} pilot unit{'s' * (size != 1)}"), language)


def compared_text(effect: PilotEffect, language: Language) -> str:
    """«11 đơn vị chưa thí điểm»."""
    size = len(effect.comparison)
    text = pick(_COMPARED[effect.design.kind], language).format(size)
    return text.replace(" units", " unit", 1) if size == 1 else text


def _not_enough(effect: PilotEffect, language: Language, outcome: Outcome) -> str:
    if effect.design.window.months_after == 0:
        reason = _NO_MONTH
    else:
        reason = _COMPARED_SILENT if effect.treated else _TREATED_SILENT
    verdict = verdict_text("not_enough_data", language)
    said = pick(reason, language).format(verdict=verdict, answers=outcome.counted(language))
    return said + (_whatever_comes(effect, language) if effect.never_concludes else "")


def _whatever_comes(effect: PilotEffect, language: Language) -> str:
    smallest, limit = (
        show_decimal(f"{number:.2g}", language) for number in (effect.design.smallest_p, 1 - effect.level)
    )
    return pick(_WHATEVER_COMES, language).format(smallest=smallest, limit=limit)


def _moved(effect: PilotEffect, language: Language, outcome: Outcome) -> str:
    """«tăng thêm 6,1 điểm phần trăm so với»."""
    value = effect.difference.value
    if effect.design.needs_outside and not effect.design.within:
        return pick(_GAP_MOVED, language).format(signed(outcome.points(value, language), value))
    words = _DIRECTIONS[value >= 0, effect.before_after.value >= 0]
    return pick(words, language).format(outcome.points(abs(value), language))


def _ways(effect: PilotEffect, language: Language) -> dict[str, str]:
    return {
        "size": str(len(effect.treated)),
        "units": str(len(effect.treated) + len(effect.comparison)),
        "ways": show_ways(effect.candidates, language),
        "smallest": show_decimal(f"{effect.smallest_p:.2g}", language),
        "limit": show_decimal(f"{1 - effect.level:.2g}", language),
    }


def _doubt(effect: PilotEffect, language: Language, outcome: Outcome) -> str:
    """«khoảng 95 %: 3,0–9,2; hoán vị trong 78 cách chọn, p = 0,013»."""
    ways = show_ways(effect.candidates, language)
    if effect.permutations is not None and not effect.permutations.exact:
        drawn = show_count(len(effect.permutations.statistics), language)
        ways = pick(("{} rút từ {}", "{} drawn from {}"), language).format(drawn, ways)
    return pick(_DOUBT_WITHIN if effect.design.within else _DOUBT, language).format(
        level=show_level(effect.level),
        interval=outcome.interval(effect.difference.low, effect.difference.high, language),
        ways=ways,
        p=show_p(effect.p, language),
    )
