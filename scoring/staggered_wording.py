"""What a staged roll-out says, in plain sentences, Vietnamese and English."""

from __future__ import annotations

import math
from typing import Final

from scoring.effect_wording import verdict_text
from scoring.outcome import (
    SATISFIED_SHARE,
    Language,
    Outcome,
    pick,
    show_decimal,
    show_level,
    show_p,
    show_ways,
    signed,
)
from scoring.permutation import is_shown
from scoring.staggered import EventEffect, StaggeredEffect

__all__ = ["event_sentence", "pre_trend_sentence", "staggered_sentence"]

_CHANGED: Final = (
    (
        "{where}, {name} thay đổi {gap} so với các đơn vị chưa bắt đầu trong cùng tháng ({doubt}). "
        "Thứ tự bắt đầu không do bốc thăm, nên đây là so sánh, chưa phải bằng chứng nhân quả."
    ),
    (
        "{where}, {name} changed by {gap} against units that had not started in the same months ({doubt}). "
        "The order of the starts was not drawn by lot, so this is a comparison, not yet proof of cause."
    ),
)
_NO_DIFFERENCE: Final = (
    (
        "{where}, chưa thấy {name} thay đổi khác các đơn vị chưa bắt đầu trong cùng tháng: chênh lệch {gap} ({doubt}). "
        "Chưa thấy khác biệt không có nghĩa là mô hình không có tác dụng."
    ),
    (
        "{where}, {name} is not shown to have changed differently from units that had not started in the same months: "
        "difference {gap} ({doubt}). Not shown does not mean that the pilot did nothing."
    ),
)
_TOO_FEW: Final = (
    (
        "{verdict}: các ngày bắt đầu ấy chỉ có thể chia cho các đơn vị theo {ways} cách, nên p nhỏ nhất có thể đạt là "
        "{smallest}, lớn hơn {limit}. Chỉ để mô tả: {where}, {name} thay đổi {gap} so với các đơn vị chưa bắt đầu trong "
        "cùng tháng."
    ),
    (
        "{verdict}: these starts could be handed to the units in only {ways} ways, so the smallest p it can reach is "
        "{smallest}, above {limit}. As a description only: {where}, {name} changed by {gap} against units that had not "
        "started in the same months."
    ),
)
_NOT_ENOUGH: Final = (
    "{verdict}: trong các tháng có đủ {answers}, không có đơn vị thí điểm nào so sánh được với đơn vị chưa bắt đầu.",
    "{verdict}: in the months with enough {answers}, no pilot unit can be compared with one that had not started.",
)
_DOUBT: Final = (
    "khoảng {level}: {interval}; hoán vị ngày bắt đầu trong {ways} cách, {p}",
    "{level} interval: {interval}; permutation of the starts among {ways} ways, {p}",
)
_TREND_SEEN: Final = (
    "Trước khi bắt đầu, hai phía đã thay đổi khác nhau ({p}): chênh lệch sau đó không thể quy cho mô hình.",
    "Before the start the two sides were already changing differently ({p}): what follows cannot be put down to the pilot.",
)
_TREND_NOT_SEEN: Final = (
    "Trước khi bắt đầu, chưa thấy hai phía thay đổi khác nhau ({p}); chưa thấy không có nghĩa là giống nhau.",
    "Before the start the two sides are not seen to change differently ({p}); not seen does not mean alike.",
)
_TREND_UNKNOWN: Final = (
    "Chưa kiểm tra được hai phía có thay đổi giống nhau trước khi bắt đầu không: quá ít đơn vị hoặc quá ít tháng.",
    "Whether the two sides changed alike before the start could not be checked: too few units or months.",
)
_EVENTS: Final = (
    "Tháng đầu sau khi bắt đầu: {first}; tháng thứ {number}: {last}.",
    "First month after the start: {first}; month {number}: {last}.",
)


def staggered_sentence(effect: StaggeredEffect, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """What the staged roll-out changed over all, with its interval and p, and what that cannot say."""
    verdict = verdict_text(effect.verdict, language)
    if effect.verdict == "not_enough_data":
        return pick(_NOT_ENOUGH, language).format(verdict=verdict, answers=outcome.counted(language))
    value = effect.overall.value
    where = _where(effect, language)
    parts = {
        "where": where,
        "name": outcome.name(language),
        "gap": signed(outcome.points(value, language), value),
    }
    if effect.verdict == "cannot_conclude":
        parts["where"] = where[0].lower() + where[1:]
        return pick(_TOO_FEW, language).format(
            verdict=verdict,
            ways=show_ways(effect.candidates, language),
            smallest=show_decimal(f"{effect.smallest_p:.2g}", language),
            limit=show_decimal(f"{1 - effect.level:.2g}", language),
            **parts,
        )
    template = _NO_DIFFERENCE if effect.verdict == "no_difference_shown" else _CHANGED
    return pick(template, language).format(doubt=_doubt(effect, language, outcome), **parts)


def pre_trend_sentence(effect: StaggeredEffect, language: Language) -> str:
    """What the check before the start found, or that there was none."""
    if math.isnan(effect.pre_trend_p):
        return pick(_TREND_UNKNOWN, language)
    seen = is_shown(effect.pre_trend_p, level=effect.level)
    return pick(_TREND_SEEN if seen else _TREND_NOT_SEEN, language).format(p=show_p(effect.pre_trend_p, language))


def event_sentence(effect: StaggeredEffect, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """How the effect grew: the first and the last month after the start, with the band; empty without two such months."""
    after = [each for each in effect.by_event if each.event >= 0]
    if len(after) < 2:  # noqa: PLR2004, a first and a last
        return ""
    first, last = (_event(each, language, outcome) for each in (after[0], after[-1]))
    return pick(_EVENTS, language).format(first=first, last=last, number=after[-1].event + 1)


def _event(each: EventEffect, language: Language, outcome: Outcome) -> str:
    found = each.estimate
    text = signed(outcome.points(found.value, language), found.value)
    return text if math.isnan(found.low) else f"{text} ({outcome.interval(found.low, found.high, language)})"


def _where(effect: StaggeredEffect, language: Language) -> str:
    size, waves = len(effect.treated), len(effect.by_wave)
    if waves == 1:
        return pick((f"Ở {size} đơn vị thí điểm", f"In {size} pilot unit{'s' * (size != 1)}"), language)
    return pick(
        (f"Ở {size} đơn vị thí điểm, bắt đầu theo {waves} đợt", f"In {size} pilot units that started in {waves} waves"),
        language,
    )


def _doubt(effect: StaggeredEffect, language: Language, outcome: Outcome) -> str:
    ways = show_ways(effect.candidates, language)
    if effect.permutations is not None and not effect.permutations.exact:
        drawn = show_ways(len(effect.permutations.statistics), language)
        ways = pick(("{} rút từ {}", "{} drawn from {}"), language).format(drawn, ways)
    return pick(_DOUBT, language).format(
        level=show_level(effect.level),
        interval=outcome.interval(effect.overall.low, effect.overall.high, language),
        ways=ways,
        p=show_p(effect.p, language),
    )
