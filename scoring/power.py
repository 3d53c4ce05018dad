"""Before a pilot starts: the smallest effect that it could show, and how many answers for how many weeks that takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import count as numbers_from
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import nctdtr, stdtrit

from scoring.argument import all_at_once, between, confidence_level, count
from scoring.permutation import attainable_p, is_shown
from scoring.spread import Spread

__all__ = [
    "WEEKS_A_MONTH",
    "Detectable",
    "PlanTable",
    "PlannedPilot",
    "Reason",
    "answers_needed",
    "detectable_effect",
    "smallest_treated",
    "smallest_units",
    "tabulate_plan",
]

Floats: TypeAlias = NDArray[np.float64]
Reason = Literal["detectable", "beyond_scale", "too_few_answers", "too_few_choices"]

WEEKS_A_MONTH: Final = 365.25 / 12 / 7
MOST_UNITS: Final = 10_000
LEAST_WEEKS: Final = 5
MOST_WEEKS: Final = 520
_LISTED = 10_000  # sets that compare_change lists; beyond, p moves in steps too small to matter


@dataclass(frozen=True, slots=True)
class PlannedPilot:
    """A pilot that has not begun, of an outcome that is a share.

    units: that could be chosen, the treated included. treated: of them. weeks_before, weeks_after: of the two periods
    compared, in 5..520 (whole months are compared). answers: of each unit and week, above 0; of units that differ, the harmonic mean. share: at
    which the outcome stands, in (0, 1). spread: what differs between units and months beyond chance.

    Raises:
        ValueError: out of these ranges, all that are at once.
    """

    units: int
    treated: int
    weeks_before: int
    weeks_after: int
    answers: float
    share: float
    spread: Spread

    def __post_init__(self) -> None:
        all_at_once(
            lambda: count("units", self.units, least=2, most=MOST_UNITS),
            lambda: count("treated", self.treated, least=1, most=max(int(self.units), 2) - 1),
            lambda: count("weeks_before", self.weeks_before, least=LEAST_WEEKS, most=MOST_WEEKS),
            lambda: count("weeks_after", self.weeks_after, least=LEAST_WEEKS, most=MOST_WEEKS),
            lambda: between("answers", self.answers, above=0),
            lambda: between("share", self.share, above=0, below=1),
        )

    @property
    def smallest_p(self) -> float:
        """Smallest two-sided p that any result could reach."""
        return attainable_p(self.units, self.treated)

    @property
    def answers_a_month(self) -> float:
        """Of each unit."""
        return self.answers * WEEKS_A_MONTH

    def error(self) -> float:
        """Standard error of the difference of changes: of the answers, the unit's months, and its lasting change.

        What is common to all units in a month cancels, so `spread.month` is in no part of it.
        """
        return math.sqrt((self.lasting_variance + self.weekly_variance / self.answers) * self.group_factor)

    @property
    def group_factor(self) -> float:
        """What turns the variance of one unit's change into that of the difference of the two groups' means."""
        return 1 / self.treated + 1 / (self.units - self.treated)

    @property
    def lasting_variance(self) -> float:
        """Variance of one unit's change that more answers do not lessen."""
        months = (weeks / WEEKS_A_MONTH for weeks in (self.weeks_before, self.weeks_after))
        return self.spread.change**2 + self.spread.unit_month**2 * sum(1 / each for each in months)

    @property
    def weekly_variance(self) -> float:
        """Variance of one unit's change from its answers, were there one a week."""
        return self.share * (1 - self.share) * (1 / self.weeks_before + 1 / self.weeks_after)


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest effect that would be shown, and why there may be none.

    effect: share, in either direction; NaN where no effect of any size would be. reason: `detectable`; `beyond_scale`,
    a rise of that size would pass 100 % (a fall could be seen); `too_few_answers`, a unit's month stays below the
    privacy threshold and is not used; `too_few_choices`, the smallest attainable p exceeds 1 − level whatever is
    answered.
    """

    effect: float
    reason: Reason
    smallest_p: float
    level: float
    power: float


@dataclass(frozen=True, eq=False)
class PlanTable:
    """Smallest effects by weeks and answers. effects: shape (weeks, answers), share; NaN where none would be shown."""

    weeks: tuple[int, ...]
    answers: tuple[float, ...]
    effects: Floats


def detectable_effect(plan: PlannedPilot, *, level: float = 0.95, power: float = 0.8, at_least: int = 10) -> Detectable:
    """The effect that `compare_change` shows in `power` of all cases, if every treated unit has it.

    The permutation test is taken as the t test of two groups with one variance, at the largest p that the number of
    choices lets it reach (of 78 choices 3/78, not 0.05). That is near: for changes that are normal and vary alike, the
    simulated effect is at most one twentieth larger, most so for a single treated unit (docs/pilots.md).

    Args:
        plan: the pilot.
        level: confidence level, in (0, 1); a result is shown at p ≤ 1 − level.
        power: chance to show the effect if it is there, in (1 − level, 1).
        at_least: answers below which a unit's month is not used (the privacy threshold).

    Raises:
        ValueError: `level` or `power` out of range, `at_least` negative.

    Source:
        Bloom (1995), doi:10.1177/0193841X9501900504, the minimum detectable effect; Burlig, Preonas and Woerman (2020),
        doi:10.1016/j.jdeveco.2020.102458, its error in a panel. One period, no shocks, R:
        power.t.test(n = 6, delta = NULL, sd = s, sig.level = 46/924, power = 0.8)

    >>> plan = PlannedPilot(13, 2, weeks_before=26, weeks_after=26, answers=10, share=0.85, spread=Spread())
    >>> found = detectable_effect(plan)
    >>> f"{100 * found.effect:.1f} points, {found.reason}"
    '11.2 points, detectable'
    """
    _check(level, power, at_least)
    smallest = plan.smallest_p
    if not is_shown(smallest, level=level):
        return Detectable(math.nan, "too_few_choices", smallest, level, power)
    if plan.answers_a_month < at_least:
        return Detectable(math.nan, "too_few_answers", smallest, level, power)
    effect = _multiple(plan.units, plan.treated, level, power) * plan.error()
    reason: Reason = "beyond_scale" if effect > 1 - plan.share else "detectable"
    return Detectable(effect, reason, smallest, level, power)


def answers_needed(
    plan: PlannedPilot, effect: float, *, level: float = 0.95, power: float = 0.8, at_least: int = 10
) -> float:
    """Answers of each unit and week that make `effect` the smallest detectable one; those of the plan do not matter.

    Returns:
        Answers a week, at least so many that months pass the threshold. Infinite where units or months differ so much
        that no number suffices in these weeks, or the design can show nothing at all.

    Raises:
        ValueError: `effect` is outside (0, 1), or as in `detectable_effect`.

    >>> plan = PlannedPilot(13, 2, weeks_before=26, weeks_after=26, answers=1, share=0.85, spread=Spread())
    >>> needed = answers_needed(plan, 0.112)
    >>> round(needed, 1), answers_needed(plan, 0.05)
    (9.9, inf)
    """
    _check(level, power, at_least)
    between("effect", effect, above=0, below=1)
    if not is_shown(plan.smallest_p, level=level):
        return math.inf
    variance = (
        effect / _multiple(plan.units, plan.treated, level, power)
    ) ** 2 / plan.group_factor - plan.lasting_variance
    return max(plan.weekly_variance / variance, at_least / WEEKS_A_MONTH) if variance > 0 else math.inf


def tabulate_plan(
    plan: PlannedPilot,
    weeks: tuple[int, ...],
    answers: tuple[float, ...],
    *,
    level: float = 0.95,
    power: float = 0.8,
    at_least: int = 10,
) -> PlanTable:
    """The same pilot for other weeks after its start and other answers a week; the weeks before stay.

    Raises:
        ValueError: as in `PlannedPilot` and `detectable_effect`.
    """
    effects = [
        [
            detectable_effect(
                replace(plan, weeks_after=long, answers=many), level=level, power=power, at_least=at_least
            ).effect
            for many in answers
        ]
        for long in weeks
    ]
    return PlanTable(weeks, answers, np.array(effects, dtype=np.float64).reshape(len(weeks), len(answers)))


def smallest_treated(units: int, *, level: float = 0.95) -> int | None:
    """Fewest treated of so many units with which anything could be shown; None where no number of them suffices.

    >>> smallest_treated(13), smallest_treated(20), smallest_treated(5)
    (2, 1, None)
    """
    confidence_level(level)
    count("units", units, least=2, most=MOST_UNITS)
    sizes = range(1, min(units // 2, 30) + 1)
    return next((size for size in sizes if is_shown(attainable_p(units, size), level=level)), None)


def smallest_units(treated: int, *, level: float = 0.95) -> int:
    """Fewest units, the treated included, among which so many treated could show anything.

    >>> [smallest_units(treated) for treated in (1, 2, 3)]
    [20, 7, 7]
    """
    confidence_level(level)
    count("treated", treated, least=1, most=MOST_UNITS)
    return next(units for units in numbers_from(treated + 1) if is_shown(attainable_p(units, treated), level=level))


def _multiple(units: int, treated: int, level: float, power: float) -> float:
    """The effect that is shown in `power` of cases, in standard errors; NaN where none is."""
    freedom = units - 2
    if freedom < 1:
        return math.nan
    critical = -float(stdtrit(freedom, _reached(units, treated, level) / 2))

    def lacking(far: float) -> float:
        return power - 1 + float(nctdtr(freedom, far, critical))

    most = critical
    while lacking(most) > 0:
        most *= 1.5
    return float(brentq(lacking, 0, most))


def _reached(units: int, treated: int, level: float) -> float:
    """The largest p of these choices that is no more than 1 − level."""
    choices = math.comb(units, treated)
    if choices > _LISTED:
        return 1 - level
    step = attainable_p(units, treated)
    return math.floor((1 - level + 1e-12) / step) * step


def _check(level: float, power: float, at_least: int) -> None:
    all_at_once(
        lambda: confidence_level(level),
        lambda: between("power", power, above=max(0.0, 1 - level), below=1),
        lambda: count("at_least", at_least),
    )
