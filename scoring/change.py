"""How much each unit changed from before to after, and which units and months had too few answers to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from scoring.panel import Panel

__all__ = ["Changes", "LeftOut", "LeftOutReason", "gap_changes", "largest_joined", "small_cells", "unit_changes"]

Floats = NDArray[np.float64]
LeftOutReason = Literal[
    "few_answers", "no_answers", "nothing_before", "nothing_after", "no_common_month", "month_missing"
]


class LeftOut(NamedTuple):
    """What was neither used nor shown: one month of a unit, or (month None) the whole unit."""

    unit: str
    month: date | None
    reason: LeftOutReason


@dataclass(frozen=True, eq=False)
class Changes:
    """Change of the mean of each unit that has answers before and after.

    values: after − before, shape (units,), unit of the outcome. variances: their sampling variance. n, n_before,
    n_after: answers used. left_out: what was not used, and why.
    """

    units: tuple[str, ...]
    values: Floats
    variances: Floats
    n_before: NDArray[np.int64]
    n_after: NDArray[np.int64]
    left_out: tuple[LeftOut, ...]

    @property
    def n(self) -> NDArray[np.int64]:
        """Answers used per unit, before and after together."""
        return self.n_before + self.n_after


class _Period(NamedTuple):
    levels: Floats  # (units,), NaN where the unit has no level that others share a month with
    noise: Floats  # (units,), sampling variance of the level in units of the variance of one answer
    n: NDArray[np.int64]


def unit_changes(
    panel: Panel, units: Sequence[str], before: Sequence[date], after: Sequence[date], *, at_least: int
) -> Changes:
    """Change of each unit between two periods, every month counting alike.

    With all cells there, a unit's level in a period is the mean of its monthly means. Where a unit lacks a
    month (fewer than `at_least` answers), unit and month effects are fitted together by least squares, so
    that a month that was bad for everybody is not held against those who were there.

    Args:
        panel: the outcome.
        units: units to look at; whoever cannot be used comes back in `left_out`.
        before: months of the first period (first days).
        after: months of the second period.
        at_least: answers below which a unit's month is neither used nor shown.
    """
    seen = panel.only(units, [*before, *after])
    answer_variance = seen.answer_variance(at_least=at_least)
    first = _levels(seen.only(units, before), at_least=at_least)
    second = _levels(seen.only(units, after), at_least=at_least)
    values = second.levels - first.levels
    used = np.isfinite(values)
    return Changes(
        tuple(unit for unit, use in zip(units, used, strict=True) if use),
        values[used],
        answer_variance * (first.noise + second.noise)[used] if used.any() else np.zeros(0),
        first.n[used],
        second.n[used],
        (*small_cells(seen, at_least=at_least), *_whole_units(seen.units, first, second)),
    )


def gap_changes(
    inside: Panel, outside: Panel, units: Sequence[str], before: Sequence[date], after: Sequence[date], *, at_least: int
) -> Changes:
    """How much more each unit changed inside the pilot (its procedures, its days) than outside it.

    Arguments as in `unit_changes`, with a panel for each side; only units that both can tell of are used. The two
    sides' answers are taken as independent.
    """
    first, second = (unit_changes(side, units, before, after, at_least=at_least) for side in (inside, outside))
    both = tuple(unit for unit in first.units if unit in second.units)
    one, other = ([side.units.index(unit) for unit in both] for side in (first, second))
    return Changes(
        both,
        first.values[one] - second.values[other],
        first.variances[one] + second.variances[other],
        first.n_before[one] + second.n_before[other],
        first.n_after[one] + second.n_after[other],
        tuple(dict.fromkeys((*first.left_out, *second.left_out))),
    )


def _levels(panel: Panel, *, at_least: int) -> _Period:
    means = panel.means(at_least=at_least)
    used = np.isfinite(means)
    months = used.sum(axis=1)
    noise = np.where(used, 1 / np.where(used, panel.n, 1), 0).sum(axis=1) / np.maximum(months, 1) ** 2
    n = np.where(used, panel.n, 0).sum(axis=1).astype(np.int64)
    if used.all() and used.size:
        return _Period(means.mean(axis=1), noise, n)
    joined = largest_joined(used)
    levels = np.full(len(months), np.nan)
    if joined.any():
        levels[joined] = _fitted_levels(means[joined], used[joined])
    return _Period(levels, noise, n)


def largest_joined(used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Units that share months with one another, directly or through others: the largest such group."""
    units, months = used.shape
    links = np.zeros((units + months, units + months))
    links[:units, units:] = used
    _, label = connected_components(csr_array(links), directed=False)
    own = np.where(used.any(axis=1), label[:units], -1)
    return (own == np.bincount(own[own >= 0]).argmax()) & (own >= 0) if (own >= 0).any() else own >= 0


def _fitted_levels(means: Floats, used: NDArray[np.bool_]) -> Floats:
    """Unit effects of a fit of unit + month effects by least squares; month effects of the used months sum to 0."""
    rows, columns = np.nonzero(used)
    units, months = used.shape
    design = np.zeros((len(rows), units + months))
    design[np.arange(len(rows)), rows] = 1
    design[np.arange(len(rows)), units + columns] = 1
    effects = np.linalg.lstsq(design, means[used])[0]
    present = used.any(axis=0)
    return np.asarray(effects[:units] + effects[units:][present].mean(), dtype=np.float64)


def small_cells(panel: Panel, *, at_least: int) -> list[LeftOut]:
    """Months of units with too few answers, or none."""
    rows, columns = np.nonzero(panel.n < max(at_least, 1))
    return [
        LeftOut(panel.units[row], panel.months[column], "few_answers" if panel.n[row, column] > 0 else "no_answers")
        for row, column in zip(rows, columns, strict=True)
    ]


def _whole_units(units: Sequence[str], first: _Period, second: _Period) -> list[LeftOut]:
    found: list[LeftOut] = []
    for row, unit in enumerate(units):
        if first.n[row] == 0:
            found.append(LeftOut(unit, None, "nothing_before"))
        elif second.n[row] == 0:
            found.append(LeftOut(unit, None, "nothing_after"))
        elif not np.isfinite(second.levels[row] - first.levels[row]):
            found.append(LeftOut(unit, None, "no_common_month"))
    return found
