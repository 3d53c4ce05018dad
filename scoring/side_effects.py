"""What a pilot may do beside its purpose: draw visits to its days, slow the others down, change who answers or what comes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from scoring.design import Design
from scoring.effect import PilotEffect, Verdict, compare_change
from scoring.panel import Panel
from scoring.threat import Threat, ThreatCode, ThreatStatus, sort_threats

__all__ = ["check_case_mix", "check_crowding_out", "check_displacement", "check_response_rate", "with_checks"]


def check_displacement(
    visits: Panel, design: Design, *, at_least: int, level: float = 0.95, most: int = 10_000, seed: int = 1
) -> Threat:
    """Whether visits moved to the pilot's days and hours in its units more than in those compared.

    Found: the pilot may have served the same people at another time, and other days may look better for being emptier.

    Args:
        visits: share of a unit's counter visits that fall on the pilot's days and hours, from `panel_of_ratios`; in the
            units compared too.
        design: with other units.
        at_least: visits below which a unit's month is not used.
        level: confidence level, in (0, 1).
        most: as in `compare_change`.
        seed: as in `compare_change`.

    Returns:
        number, low and high: how much more the share rose, 0–1, and its interval. `cannot_check` where the design has
        no other units, there is too little data, or so few units that no result could be told from chance; a number
        then describes.
    """
    effect = _side(visits, design, at_least=at_least, level=level, most=most, seed=seed)
    return _threat("displacement", effect, ("rose",))


def check_crowding_out(
    waiting: Panel, design: Design, *, at_least: int, level: float = 0.95, most: int = 10_000, seed: int = 1
) -> Threat:
    """Whether matters outside the pilot became slower in its units more than in those compared.

    Args:
        waiting: working hours of dossiers outside the pilot's procedures (or days), from `panel_of_moments`.
        design: with other units.
        at_least: dossiers below which a unit's month is not used.
        level: confidence level, in (0, 1).
        most: as in `compare_change`.
        seed: as in `compare_change`.

    Returns:
        As `check_displacement`; number in working hours.
    """
    effect = _side(waiting, design, at_least=at_least, level=level, most=most, seed=seed)
    return _threat("crowding_out", effect, ("rose",))


def check_response_rate(
    answered: Panel, design: Design, *, at_least: int, level: float = 0.95, most: int = 10_000, seed: int = 1
) -> Threat:
    """Whether the share of visitors who answer changed in the pilot units against those compared, up or down.

    Args:
        answered: answers of counter visits, from `panel_of_ratios`.
        design: with other units.
        at_least: visits below which a unit's month is not used.
        level: confidence level, in (0, 1).
        most: as in `compare_change`.
        seed: as in `compare_change`.
    """
    effect = _side(answered, design, at_least=at_least, level=level, most=most, seed=seed)
    return _threat("response_rate", effect, ("rose", "fell"))


def check_case_mix(crude: PilotEffect, standardised: PilotEffect) -> Threat:
    """Whether the result hangs on other matters (or channels) having come: the effect beside the one of a fixed mix.

    Found where the verdict changes, or the standardised difference leaves the crude one's interval. number: crude less
    standardised, in the unit of the outcome. Not checkable where either could not be estimated.
    """
    number = crude.difference.value - standardised.difference.value
    if math.isnan(number):
        return Threat("mix_changed", "cannot_check")
    low, high = crude.difference.low, crude.difference.high
    if math.isnan(low):
        return Threat("mix_changed", "cannot_check", number=number)
    moved = crude.verdict != standardised.verdict or not low <= standardised.difference.value <= high
    return Threat("mix_changed", "found" if moved else "not_found", number=number)


def with_checks(effect: PilotEffect, checks: Iterable[Threat]) -> PilotEffect:
    """The effect with these checks in place of what could not be checked from its own outcome, found ones first."""
    made = {check.code: check for check in checks}
    kept = [threat for threat in effect.threats if threat.code not in made]
    return replace(effect, threats=sort_threats([*kept, *made.values()]))


def _side(panel: Panel, design: Design, *, at_least: int, level: float, most: int, seed: int) -> PilotEffect | None:
    """The same comparison of another outcome; None where no other unit is compared.

    Where each unit's own outside is taken away (triple difference), these outcomes are the outside, and compared plainly.
    """
    if not design.comparison:
        return None
    plain = replace(design, kind="other_units") if design.needs_outside else design
    return compare_change(panel, plain, at_least=at_least, level=level, most=most, seed=seed)


def _threat(code: ThreatCode, effect: PilotEffect | None, bad: tuple[Verdict, ...]) -> Threat:
    if effect is None or effect.verdict == "not_enough_data":
        return Threat(code, "cannot_check")
    gap = effect.difference
    status: ThreatStatus = "found" if effect.verdict in bad else "not_found"
    if effect.verdict == "cannot_conclude":
        status = "cannot_check"
    return Threat(code, status, number=gap.value, low=gap.low, high=gap.high)
