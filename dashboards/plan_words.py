"""The planning page in words: where, what, what could be seen, and what is only assumed."""

import math

from dashboards.data import PastRecord, PilotPlan, Snapshot
from dashboards.wording import known_language, show_number, translator
from scoring import needed_sentence, plan_sentence, spread_sentence

ANY_PLACE = "other"
LEAST_UNITS = 2
USUAL_ANSWERS, MOST_ANSWERS = 10, 1000


def place_names(snapshot: Snapshot, language: str) -> dict[str, str]:
    """Localities with communes, today's provinces first; and any place at all, by its number of units."""
    _ = translator(language)
    parents = [unit.parent for unit in snapshot.units_now if unit.parent]
    today = {
        code: snapshot.register.unit[code] for code in dict.fromkeys(parents) if parents.count(code) >= LEAST_UNITS
    }
    names = {code: f"{unit.kind} {unit.name}" for code, unit in today.items()}
    past = _("{unit} (đến 30/6/2025)")
    names |= {unit.code: past.format(unit=f"{unit.kind} {unit.name}") for unit in snapshot.districts}
    return {ANY_PLACE: _("Nơi khác: tự nhập số đơn vị")} | names


def usual_answers(past: PastRecord | None) -> int:
    """Answers of a unit and week to begin with: those of the place's own past, in 1..1,000; ten where none are known."""
    known = past.answers if past is not None else None
    return min(max(round(known), 1), MOST_ANSWERS) if known else USUAL_ANSWERS


def outcome_names(language: str) -> dict[str, str]:
    """What may be hoped to change."""
    _ = translator(language)
    return {"satisfied": _("Tỷ lệ hài lòng"), "on-time": _("Tỷ lệ hồ sơ đúng hạn")}


def plan_verdict(plan: PilotPlan, language: str) -> tuple[str, str]:
    """What the plan could show; below it, what the change hoped for would take."""
    known = known_language(language)
    said = plan_sentence(plan.planned, plan.found, known, of=plan.outcome)
    if plan.found.reason == "too_few_choices":
        return said, ""
    chance = plan.request
    needed = needed_sentence(
        plan.planned, chance.effect, known, of=plan.outcome, level=chance.level, power=chance.power
    )
    return said, needed


def plan_alt(plan: PilotPlan, language: str) -> str:
    """What the lines show."""
    text = translator(language)(
        "Mỗi đường là một số tuần sau khi bắt đầu (trước cũng bấy nhiêu): càng nhiều lượt và càng nhiều tuần thì càng thấy được thay đổi nhỏ, nhưng có một mức không xuống dưới được, vì các đơn vị tự khác nhau. Chấm: kế hoạch này, {points}. Thấy được nghĩa là trong 80 % số trường hợp."
    )
    effect = plan.found.effect
    points = "–" if math.isnan(effect) else show_number(effect * 100, language)
    return text.format(points=points)


def choices_alt(plan: PilotPlan, language: str) -> str:
    """What the dots show."""
    text = translator(language)(
        "Với {units} đơn vị, p nhỏ nhất có thể đạt theo số đơn vị thí điểm. Chỉ những cách nằm dưới đường 0,05 mới có thể kết luận, dù có bao nhiêu lượt đánh giá."
    )
    return text.format(units=plan.planned.units)


def assumed_line(plan: PilotPlan, language: str) -> str:
    """What the spreads rest on."""
    return spread_sentence(plan.planned, known_language(language), of=plan.outcome)


def table_rows(plan: PilotPlan, language: str) -> list[dict[str, object]]:
    """One row a number of weeks and of answers: the smallest change, 0–1; empty where none would be seen."""
    _ = translator(language)
    return [
        {
            _("số tuần"): weeks,
            _("lượt hoặc hồ sơ mỗi tuần ở mỗi đơn vị"): answers,
            _("thay đổi nhỏ nhất thấy được"): None if math.isnan(effect) else round(effect, 4),
        }
        for weeks, effects in zip(plan.table.weeks, plan.table.effects.tolist(), strict=True)
        for answers, effect in zip(plan.table.answers, effects, strict=True)
    ]
