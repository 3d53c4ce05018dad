"""What a pilot's comparison says and cannot say, in one plain sentence, Vietnamese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from scoring.design import DesignKind
from scoring.effect import PilotEffect, Verdict
from scoring.inside_outside import InsideOutside

__all__ = [
    "SATISFIED_SHARE",
    "Language",
    "Outcome",
    "before_after_sentence",
    "inside_outside_sentence",
    "sentence",
    "verdict_text",
]

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is compared, as it stands in the middle of a sentence. share: 0–1, told in percent; else score points."""

    vi: str
    en: str
    share: bool = True

    def name(self, language: Language) -> str:
        """The outcome's name in this language."""
        return self.vi if language == "vi" else self.en

    def size(self, value: float, language: Language) -> str:
        """A number of this outcome without its unit: 0.061 is «6,1» as a share."""
        text = f"{value * 100:.1f}" if self.share else f"{value:.2f}"
        if float(text) == 0:
            text = text.removeprefix("-")
        return _local(text, language)

    def points(self, value: float, language: Language) -> str:
        """A difference of this outcome with its unit: 0.061 is «6,1 điểm phần trăm» as a share."""
        units = {"vi": ("điểm phần trăm", "điểm"), "en": ("percentage points", "points")}[language]
        return f"{self.size(value, language)} {units[0 if self.share else 1]}"


SATISFIED_SHARE: Final = Outcome("tỷ lệ hài lòng", "the satisfied share")

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
}

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

_NOBODY_LEFT: Final = (
    ("{verdict}: không còn đơn vị nào để so sánh, vì các đơn vị đều tham gia mô hình này hoặc mô hình khác. {change}"),
    "{verdict}: no unit is left to compare with, as all take part in this pilot or in another. {change}",
)

_DOUBT: Final = (
    "khoảng {level}: {interval}; hoán vị trong {ways} cách chọn, {p}",
    "{level} interval: {interval}; permutation among {ways} possible choices, {p}",
)

_BEFORE_AFTER: Final = (
    (
        "Sau khi bắt đầu so với trước, {name} ở {treated} thay đổi {change} (sai số do số lượt đánh giá, {level}: "
        "{interval}). Đây chỉ là mô tả, không phải tác dụng của mô hình: mọi thay đổi khác trong các tháng ấy đều nằm "
        "trong đó."
    ),
    (
        "After the start against before, {name} in {treated} changed by {change} (uncertainty of the answers alone, "
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
    "{verdict}: các đơn vị so sánh chưa đủ lượt đánh giá cả trước và sau khi bắt đầu.",
    "{verdict}: the units compared have too few answers before and after the start.",
)
_TREATED_SILENT: Final = (
    "{verdict}: các đơn vị thí điểm chưa đủ lượt đánh giá cả trước và sau khi bắt đầu.",
    "{verdict}: the pilot units have too few answers before and after the start.",
)


def verdict_text(verdict: Verdict, language: Language) -> str:
    """The verdict in a few words, for a heading.

    >>> verdict_text("cannot_conclude", "vi")
    'Thiết kế này không thể kết luận'
    """
    return _pick(VERDICTS[verdict], language)


def sentence(effect: PilotEffect, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """What the comparison says, with its interval and p, and what it cannot say."""
    verdict = verdict_text(effect.verdict, language)
    if effect.verdict == "not_enough_data":
        return _not_enough(effect, language)
    if not effect.comparison:
        change = before_after_sentence(effect, language, outcome=outcome)
        return _pick(_NOBODY_LEFT, language).format(verdict=verdict, change=change)
    parts = {
        "where": _pick(("Ở {}", "In {}"), language).format(_treated(effect, language)),
        "name": outcome.name(language),
        "moved": _moved(effect, language, outcome),
        "compared": _compared(effect, language),
    }
    if effect.verdict == "cannot_conclude":
        parts["where"] = parts["where"][0].lower() + parts["where"][1:]
        return _pick(_TOO_FEW_WAYS, language).format(verdict=verdict, **parts, **_ways(effect, language))
    template = _NO_DIFFERENCE if effect.verdict == "no_difference_shown" else _CHANGED
    gap = outcome.points(effect.difference.value, language)
    return _pick(template, language).format(gap=gap, doubt=_doubt(effect, language, outcome), **parts)


def before_after_sentence(effect: PilotEffect, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """The change of the treated units alone, named as the description that it is."""
    change = effect.before_after
    if change.n == 0:
        return _not_enough(effect, language)
    return _pick(_BEFORE_AFTER, language).format(
        name=outcome.name(language),
        treated=_treated(effect, language),
        change=_signed(outcome.points(change.value, language), change.value),
        level=_percent(effect.level),
        interval=_interval(change.low, change.high, language, outcome),
    )


def inside_outside_sentence(
    found: InsideOutside, language: Language, *, outcome: Outcome = SATISFIED_SHARE, level: float = 0.95
) -> str:
    """Answers inside sessions beside those outside, never sold as an effect."""
    gap = found.difference
    if gap.n == 0:
        return _pick(_INSIDE_OUTSIDE_FEW, language)
    sign = "%" if outcome.share else _pick(("điểm", "points"), language)
    return _pick(_INSIDE_OUTSIDE, language).format(
        name=outcome.name(language),
        inside=f"{outcome.size(found.inside.value, language)} {sign}",
        outside=f"{outcome.size(found.outside.value, language)} {sign}",
        n=_count(found.inside.n, language),
        rest=_count(found.outside.n, language),
        gap=_signed(outcome.points(gap.value, language), gap.value),
        level=_percent(level),
        interval=_interval(gap.low, gap.high, language, outcome),
    )


def _not_enough(effect: PilotEffect, language: Language) -> str:
    if effect.design.window.months_after == 0:
        reason = _NO_MONTH
    else:
        reason = _COMPARED_SILENT if effect.treated else _TREATED_SILENT
    return _pick(reason, language).format(verdict=verdict_text("not_enough_data", language))


def _moved(effect: PilotEffect, language: Language, outcome: Outcome) -> str:
    """«tăng thêm 6,1 điểm phần trăm so với»."""
    value = effect.difference.value
    words = _DIRECTIONS[value >= 0, effect.before_after.value >= 0]
    return _pick(words, language).format(outcome.points(abs(value), language))


def _ways(effect: PilotEffect, language: Language) -> dict[str, str]:
    return {
        "size": str(len(effect.treated)),
        "units": str(len(effect.treated) + len(effect.comparison)),
        "ways": _count(effect.candidates, language),
        "smallest": _local(f"{effect.smallest_p:.2g}", language),
        "limit": _local(f"{1 - effect.level:.2g}", language),
    }


def _doubt(effect: PilotEffect, language: Language, outcome: Outcome) -> str:
    """«khoảng 95 %: 3,0–9,2; hoán vị trong 78 cách chọn, p = 0,013»."""
    ways = _count(effect.candidates, language)
    if effect.permutations is not None and not effect.permutations.exact:
        drawn = _count(len(effect.permutations.statistics), language)
        ways = _pick(("{} rút từ {}", "{} drawn from {}"), language).format(drawn, ways)
    p = f"= {effect.p:.3f}" if effect.p >= 0.001 else "< 0.001"  # noqa: PLR2004, the last digit shown
    return _pick(_DOUBT, language).format(
        level=_percent(effect.level),
        interval=_interval(effect.difference.low, effect.difference.high, language, outcome),
        ways=ways,
        p=f"p {_local(p, language)}",
    )


def _treated(effect: PilotEffect, language: Language) -> str:
    size = len(effect.treated)
    return _pick((f"{size} đơn vị thí điểm", f"{size} pilot unit{'s' * (size != 1)}"), language)


def _compared(effect: PilotEffect, language: Language) -> str:
    size = len(effect.comparison)
    text = _pick(_COMPARED[effect.design.kind], language).format(size)
    return text.replace(" units ", " unit ") if size == 1 else text


def _interval(low: float, high: float, language: Language, outcome: Outcome) -> str:
    lowest, highest = outcome.size(low, language), outcome.size(high, language)
    if low >= 0:
        return f"{lowest}–{highest}"
    return _pick((f"từ {lowest} đến {highest}", f"{lowest} to {highest}"), language)


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


def _percent(level: float) -> str:
    return f"{level * 100:g} %"


def _count(n: int, language: Language) -> str:
    return f"{n:,}".replace(",", ".") if language == "vi" else f"{n:,}"


def _local(number: str, language: Language) -> str:
    minus = number.replace("-", "−")
    return minus.replace(".", ",") if language == "vi" else minus


def _pick(texts: tuple[str, str], language: Language) -> str:
    return texts[0] if language == "vi" else texts[1]
