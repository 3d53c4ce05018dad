"""Did the pilot change anything? Change of the treated units against change of the others, by permutation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from scoring.change import Changes, LeftOut, gap_changes, unit_changes
from scoring.design import Design
from scoring.estimate import Estimate, effective_wilson
from scoring.panel import Panel
from scoring.permutation import is_shown
from scoring.tested import count_candidates, permute_changes, reachable_p
from scoring.threat import Threat, list_threats

__all__ = ["MonthlyMeans", "Permutations", "PilotEffect", "Verdict", "compare_change", "judge"]

Floats = NDArray[np.float64]
Verdict = Literal["rose", "fell", "no_difference_shown", "cannot_conclude", "not_enough_data"]

NOBODY = Estimate(math.nan, math.nan, math.nan, 0)


class MonthlyMeans(NamedTuple):
    """One month of the picture: mean of the unit means, answers' sampling interval; NaN with n == 0 where not shown.

    Within units, `comparison` is what lies outside the pilot in the same units.
    """

    month: date
    treated: Estimate
    comparison: Estimate


_DUST = 1e-12  # what rounding leaves of no width


@dataclass(frozen=True, eq=False)
class Permutations:
    """Every set of units that could have been treated, or every choice of signs within units; the real one is the first.

    differences: in the unit of the outcome, shape (sets,). statistics: the same over their standard errors; p is
    the share of sets with |statistic| at least that of the first. exact: all sets, not a sample; seed: of the sample.
    """

    differences: Floats
    statistics: Floats
    exact: bool
    seed: int = 0


@dataclass(frozen=True, eq=False)
class PilotEffect:
    """What the comparison of a pilot says, with everything needed to defend it.

    difference: mean change of the treated units − mean change of the others, in the unit of the outcome; low and
        high are NaN where the design cannot conclude; all NaN with n == 0 where there is nothing to compare. Where the
        design needs what lies outside the pilot, each unit's change is its change inside − its change outside.
    p, smallest_p: two-sided, and the smallest that these units could reach; NaN without a comparison.
    treated, comparison: the units used, which may be fewer than the design's; left_out says why.
    before_after: mean change of the treated units alone, with the answers' sampling interval only. A description,
        never an effect: whatever else changed in these months is in it.
    candidates: sets that could have been the treated ones, among the units used; 0 without a comparison.
    """

    design: Design
    verdict: Verdict
    difference: Estimate
    p: float
    smallest_p: float
    candidates: int
    level: float
    treated: tuple[str, ...]
    comparison: tuple[str, ...]
    before_after: Estimate
    monthly: tuple[MonthlyMeans, ...]
    permutations: Permutations | None
    left_out: tuple[LeftOut, ...]
    threats: tuple[Threat, ...]

    @property
    def never_concludes(self) -> bool:
        """Whether there is a comparison whose design could not conclude with any number of answers."""
        return bool(self.design.candidates) and not self.design.can_conclude(level=self.level)


def compare_change(
    panel: Panel,
    design: Design,
    *,
    at_least: int,
    outside: Panel | None = None,
    level: float = 0.95,
    most: int = 10_000,
    seed: int = 1,
) -> PilotEffect:
    """Difference of changes: how much more the treated units changed than those they are compared with.

    Every unit counts alike, and within a unit every month. The p-value is the share of sets of as many units whose
    studentised difference is at least as large; the interval holds every common shift that the same test keeps.

    Args:
        panel: the outcome by unit and month; inside the pilot (its procedures, its days) where the design needs both.
        design: from `choose_design` or `list_designs`.
        at_least: answers below which a unit's month is neither used nor shown (the privacy threshold).
        outside: the same outcome of what lies outside the pilot in the same units; only where the design needs it.
        level: confidence level, in (0, 1); a result is shown at p ≤ 1 − level.
        most: sets listed exactly; where there are more, as many are drawn.
        seed: of that draw.

    Returns:
        The effect. `not_enough_data` where no treated unit, or none to compare with, has answers enough before and
        after; `cannot_conclude` where nobody is left to compare, or the smallest attainable p exceeds 1 − level.

    Raises:
        ValueError: `level` is outside (0, 1); `outside` is missing, or given to a design that does not use it.

    Source:
        Difference in differences with few groups by permutation: Conley and Taber (2011), doi:10.1162/REST_a_00049;
        MacKinnon and Webb (2020), doi:10.1016/j.jeconom.2020.04.024. In a full table the difference is the
        coefficient of R: lm(mean ~ unit + month + treated:after).
    """
    if not 0 < level < 1:
        raise ValueError(f"level == {level}, must be in (0, 1).")
    if (outside is not None) is not design.needs_outside:
        raise ValueError(f"outside: must be {'given' if design.needs_outside else 'left out'} with {design.kind}.")
    units, both = (*design.treated, *design.comparison), design.window
    before, after = both.before(panel.months), both.after(panel.months)
    if outside is None:
        changes = unit_changes(panel, units, before, after, at_least=at_least)
    else:
        changes = gap_changes(panel, outside, units, before, after, at_least=at_least)
    treated = np.array([unit in design.treated for unit in changes.units], dtype=np.bool_)
    used = tuple(unit for unit in changes.units if unit in design.treated)
    own = changes if outside is None else unit_changes(panel, units, before, after, at_least=at_least)
    verdict, difference, p, permutations = _tested(changes, treated, design, level=level, most=most, seed=seed)
    return PilotEffect(
        design=design,
        verdict=verdict,
        difference=difference,
        p=p,
        smallest_p=reachable_p(treated, within=design.within),
        candidates=count_candidates(treated, within=design.within),
        level=level,
        treated=used,
        comparison=tuple(unit for unit in changes.units if unit not in design.treated),
        before_after=_before_after(own, used, level=level),
        monthly=_monthly(panel, outside, design, changes.units, at_least=at_least, level=level),
        permutations=permutations,
        left_out=changes.left_out,
        threats=list_threats(
            panel, design, changes, outside=outside, at_least=at_least, level=level, most=most, seed=seed
        ),
    )


def _tested(
    changes: Changes, treated: NDArray[np.bool_], design: Design, *, level: float, most: int, seed: int
) -> tuple[Verdict, Estimate, float, Permutations | None]:
    if not treated.any() or (design.comparison and treated.all()):
        return "not_enough_data", NOBODY, math.nan, None
    if not (design.comparison or design.within):
        return "cannot_conclude", NOBODY, math.nan, None
    found = permute_changes(changes, treated, within=design.within, level=level, most=most, seed=seed)
    value, n = float(found.differences[0]), int(changes.n.sum())
    difference = Estimate(value, found.low, found.high, n, "effects that the permutation test keeps")
    if found.high - found.low <= _DUST:
        difference = _sampled(value, changes, treated, level=level)
    sets = Permutations(found.differences, found.statistics, found.exact, seed)
    return judge(difference, found.p, level=level), difference, found.p, sets


def _sampled(value: float, changes: Changes, treated: NDArray[np.bool_], *, level: float) -> Estimate:
    """The interval that the answers alone leave. Where units do not vary at all, each other choice of units tells the
    same, the permutation test keeps one effect only, and a width of nothing would claim to know it.
    """
    sizes = np.where(treated, treated.sum(), (~treated).sum())
    half = -float(ndtri((1 - level) / 2)) * math.sqrt(float((changes.variances / sizes**2).sum()))
    return Estimate(
        value, value - half, value + half, int(changes.n.sum()), "sampling error of the answers: units alike"
    )


def judge(difference: Estimate, p: float, *, level: float) -> Verdict:
    """The verdict of a difference whose interval is NaN where the design cannot conclude."""
    if math.isnan(difference.low):
        return "cannot_conclude"
    if not is_shown(p, level=level) or difference.low <= 0 <= difference.high:
        return "no_difference_shown"
    return "rose" if difference.value > 0 else "fell"


def _before_after(own: Changes, treated: Sequence[str], *, level: float) -> Estimate:
    if not treated:
        return NOBODY
    rows = [own.units.index(unit) for unit in treated]
    half = -float(ndtri((1 - level) / 2)) * math.sqrt(float(own.variances[rows].sum())) / len(rows)
    value = float(own.values[rows].mean())
    return Estimate(value, value - half, value + half, int(own.n[rows].sum()))


def _monthly(
    panel: Panel, outside: Panel | None, design: Design, units: Sequence[str], *, at_least: int, level: float
) -> tuple[MonthlyMeans, ...]:
    """The two lines, from the first month before to the last after; the month of the start included."""
    window = design.window
    months = tuple(month for month in panel.months if window.before_from <= month < window.after_until)
    treated = [unit for unit in units if unit in design.treated]
    others = panel if outside is None or not design.within else outside
    compared = treated if design.within else [unit for unit in units if unit not in design.treated]
    lines = [_line(panel.only(treated, months), at_least, level)]
    lines += [_line(_in_months(others.only(compared, months), months), at_least, level)]
    return tuple(MonthlyMeans(*row) for row in zip(months, *lines, strict=True))


def _in_months(panel: Panel, months: Sequence[date]) -> Panel:
    """The same with a column for each of these months; one that it lacks has no answers."""
    if panel.months == tuple(months):
        return panel
    place = [months.index(month) for month in panel.months]
    n, total, squares = (np.zeros((len(panel.units), len(months))) for _ in range(3))
    for table, given in ((n, panel.n), (total, panel.total), (squares, panel.squares)):
        table[:, place] = given
    return Panel(panel.units, tuple(months), n, total, squares, panel.bounds)


def _line(panel: Panel, at_least: int, level: float) -> list[Estimate]:
    means = panel.means(at_least=at_least)
    used = np.isfinite(means)
    units = used.sum(axis=0)
    n = np.where(used, panel.n, 0).sum(axis=0).astype(np.int64)
    values = np.where(used, means, 0).sum(axis=0) / np.maximum(units, 1)
    own = np.where(used, panel.mean_variances(at_least=at_least), 0)
    variances = own.sum(axis=0) / np.maximum(units, 1) ** 2
    return [
        _bounded(float(value), float(variance), int(people), panel.bounds, level=level)
        for value, variance, people in zip(values, variances, n, strict=True)
    ]


def _bounded(value: float, variance: float, n: int, bounds: tuple[float, float], *, level: float) -> Estimate:
    """Interval of a mean; one that stays inside the bounds where the outcome has both."""
    if n == 0:
        return NOBODY
    low, high = bounds
    if not (math.isfinite(low) and math.isfinite(high)):
        half = -float(ndtri((1 - level) / 2)) * math.sqrt(variance)
        return Estimate(value, value - half, value + half, n)
    length = high - low
    share = min(max((value - low) / length, 0.0), 1.0)
    inner = effective_wilson(share, variance / length**2, n, level=level)
    return Estimate(low + length * inner.value, low + length * inner.low, low + length * inner.high, n)
