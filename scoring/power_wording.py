"""What a planned pilot could show, in plain sentences, Vietnamese and English."""

from __future__ import annotations

import math
from typing import Final

from scoring.outcome import SATISFIED_SHARE, Language, Outcome, pick, show_decimal
from scoring.power import Detectable, PlannedPilot, answers_needed, smallest_treated, smallest_units

__all__ = ["needed_sentence", "plan_sentence", "spread_sentence"]


_DESIGN: Final = (
    (
        "Với {treated} đơn vị thí điểm trong {units}, {before} tuần trước và {after} tuần sau, mỗi đơn vị {answers} {counted} "
        "một tuần: "
    ),
    (
        "With {treated} pilot {noun} of {units}, {before} weeks before and {after} weeks after, {answers} {counted} a week "
        "in each unit: "
    ),
)
_SEEN: Final = (
    "chỉ thấy được thay đổi {name} từ {effect} trở lên ({power} số trường hợp).",
    "only a change of {name} of {effect} or more would be seen (in {power} of cases).",
)
_BEYOND: Final = (
    " {name} đang ở mức {share}, chỉ còn {room} để tăng: một mức tăng như vậy không thể có, chỉ có thể thấy mức giảm.",
    " As {name} stands at {share}, there is room for {room} only: such a rise cannot be, only a fall could be seen.",
)
_FEW_ANSWERS: Final = (
    "không thấy được gì, vì một tháng của đơn vị có dưới {threshold} {counted} thì không được dùng.",
    "nothing would be seen, as a month of a unit with fewer than {threshold} {counted} is not used.",
)
_FEW_CHOICES: Final = (
    (
        "Chọn {treated} trong {units} đơn vị chỉ có {ways} cách, nên p không thể dưới {smallest}: bao nhiêu {counted} cũng "
        "không đủ. {remedy}"
    ),
    (
        "There are only {ways} ways to choose {treated} of {units} units, so p cannot fall below {smallest}: no number of "
        "{counted} suffices. {remedy}"
    ),
)
_MORE_UNITS: Final = (
    "Cần ít nhất {needed} đơn vị, kể cả đơn vị thí điểm, nếu thí điểm ở {treated}.",
    "At least {needed} units, pilot units included, would be needed with {treated} in the pilot.",
)
_OR_TREATED: Final = (
    " Hoặc thí điểm ở {treated} đơn vị trong {units}.",
    " Or {treated} of these {units} units in the pilot.",
)
_NEEDED: Final = (
    "Muốn thấy {effect} trong {after} tuần, mỗi đơn vị cần khoảng {answers} {counted} một tuần.",
    "To see {effect} in {after} weeks, each unit needs about {answers} {counted} a week.",
)
_NEVER: Final = (
    (
        "Muốn thấy {effect} trong {after} tuần thì bao nhiêu {counted} cũng không đủ: các đơn vị và các tháng đã khác nhau "
        "nhiều hơn thế."
    ),
    "To see {effect} in {after} weeks no number of {counted} suffices: units and months differ by more than that.",
)
_SPREAD: Final = (
    (
        "{source}: {name} của một đơn vị tự thay đổi khoảng ±{change} so với các đơn vị khác, mỗi tháng lệch thêm khoảng "
        "±{unit_month}; biến động chung của mọi đơn vị (±{month}) không tính vì bị trừ đi khi so sánh."
    ),
    (
        "{source}: {name} of a unit drifts by about ±{change} against the others, and each month of it by about ±{unit_month} "
        "more; what all units share (±{month}) does not count, as the comparison takes it off."
    ),
)
_ASSUMED: Final = ("Giả định, chưa đo được", "Assumed, not measured")
_MEASURED: Final = (
    "Ước lượng từ {months} tháng đã qua của {units} đơn vị",
    "Estimated from {months} past months of {units} units",
)


def plan_sentence(
    plan: PlannedPilot,
    found: Detectable,
    language: Language,
    *,
    of: Outcome = SATISFIED_SHARE,
    at_least: int = 10,
) -> str:
    """What the smallest change to be seen is; or why none is, and what would help.

    >>> from scoring.power import detectable_effect
    >>> from scoring.spread import Spread
    >>> plan = PlannedPilot(4, 1, weeks_before=26, weeks_after=26, answers=10, share=0.85, spread=Spread())
    >>> print(plan_sentence(plan, detectable_effect(plan), "en"))
    There are only 4 ways to choose 1 of 4 units, so p cannot fall below 0.25: no number of answers suffices. \
At least 20 units, pilot units included, would be needed with 1 in the pilot.
    """
    words = _words(plan, of, language)
    if found.reason == "too_few_choices":
        ways, smallest = math.comb(plan.units, plan.treated), show_decimal(f"{found.smallest_p:.2g}", language)
        remedy = _remedy(plan, found.level, language)
        return pick(_FEW_CHOICES, language).format(**words, ways=ways, smallest=smallest, remedy=remedy)
    start = pick(_DESIGN, language).format(**words)
    if found.reason == "too_few_answers":
        return start + pick(_FEW_ANSWERS, language).format(**words, threshold=at_least)
    effect, power = of.points(found.effect, language), f"{found.power * 100:g} %"
    said = start + pick(_SEEN, language).format(**words, effect=effect, power=power)
    if found.reason != "beyond_scale":
        return said
    words["name"] = words["name"].capitalize() if language == "vi" else words["name"]
    share, room = f"{of.size(plan.share, language)} %", of.points(1 - plan.share, language)
    return said + pick(_BEYOND, language).format(**words, share=share, room=room)


def needed_sentence(
    plan: PlannedPilot,
    effect: float,
    language: Language,
    *,
    of: Outcome = SATISFIED_SHARE,
    level: float = 0.95,
    power: float = 0.8,
    at_least: int = 10,
) -> str:
    """How many answers a week an effect takes; the arguments and errors of `answers_needed`."""
    needed = answers_needed(plan, effect, level=level, power=power, at_least=at_least)
    words = _words(plan, of, language)
    words |= {"effect": of.points(effect, language)}
    if math.isinf(needed):
        return pick(_NEVER, language).format(**words)
    words["answers"] = show_decimal(f"{math.ceil(needed - 1e-9):g}", language)
    return pick(_NEEDED, language).format(**words)


def spread_sentence(plan: PlannedPilot, language: Language, *, of: Outcome = SATISFIED_SHARE) -> str:
    """What was taken for the differences between units and months, and whether it was measured."""
    spread = plan.spread
    source = pick(_ASSUMED if spread.assumed else _MEASURED, language).format(months=spread.months, units=spread.units)
    change, unit_month, month = (of.points(each, language) for each in (spread.change, spread.unit_month, spread.month))
    name = of.name(language)
    return pick(_SPREAD, language).format(source=source, name=name, change=change, unit_month=unit_month, month=month)


def _words(plan: PlannedPilot, of: Outcome, language: Language) -> dict[str, str]:
    return {
        "name": of.name(language),
        "counted": of.counted(language),
        "treated": str(plan.treated),
        "noun": "unit" if plan.treated == 1 else "units",
        "units": str(plan.units),
        "before": show_decimal(f"{plan.weeks_before:g}", language),
        "after": show_decimal(f"{plan.weeks_after:g}", language),
        "answers": show_decimal(f"{plan.answers:.3g}", language),
    }


def _remedy(plan: PlannedPilot, level: float, language: Language) -> str:
    needed = smallest_units(plan.treated, level=level)
    said = pick(_MORE_UNITS, language).format(needed=needed, treated=plan.treated)
    other = smallest_treated(plan.units, level=level)
    return said + (pick(_OR_TREATED, language).format(treated=other, units=plan.units) if other else "")
