"""A difference of changes held against everything that could have been instead: other units, or other signs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.change import Changes
from scoring.permutation import (
    attainable_p,
    list_assignments,
    permutation_p,
    shift_interval,
    studentise,
)
from scoring.sign_flips import attainable_flip_p, flip_interval, list_flips, studentise_flips

__all__ = ["Tested", "count_candidates", "permute_changes", "reachable_p"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tested:
    """differences, statistics: of every candidate, the real one first, shape (sets,). exact: all, not a sample.
    p: two-sided. low, high: effects that the test keeps; NaN where no result could be shown.
    """

    differences: Floats
    statistics: Floats
    exact: bool
    p: float
    low: float
    high: float


def reachable_p(treated: NDArray[np.bool_], *, within: bool) -> float:
    """Smallest p that these units can reach; NaN where nothing is compared."""
    size = int(treated.sum())
    return attainable_flip_p(size) if within else attainable_p(len(treated), size)


def count_candidates(treated: NDArray[np.bool_], *, within: bool) -> int:
    """Sets of units, or within units choices of signs, that could have been; 0 where nothing is compared."""
    count, size = len(treated), int(treated.sum())
    if within:
        return 2**size if size else 0
    return math.comb(count, size) if 0 < size < count else 0


def permute_changes(
    changes: Changes, treated: NDArray[np.bool_], *, within: bool, level: float | None, most: int, seed: int
) -> Tested:
    """The real difference, its p and its interval.

    Args:
        changes: of each unit; within units, of the gap between inside and outside.
        treated: shape (units,). Somebody is; without `within`, somebody is not.
        within: units are their own comparison.
        level: of the interval, in (0, 1); None for no interval, which takes most of the time.
        most: candidates listed exactly; where there are more, as many are drawn.
        seed: of that draw.
    """
    if within:
        flips = list_flips(len(treated), most=most, seed=seed)
        differences, statistics = studentise_flips(changes.values, changes.variances, flips)
        kept = None if level is None else flip_interval(changes.values, changes.variances, flips, level=level)
        exact = flips.exact
    else:
        sets = list_assignments(treated, most=most, seed=seed)
        differences, statistics = studentise(changes.values, changes.variances, sets)
        kept = None if level is None else shift_interval(changes.values, changes.variances, sets, level=level)
        exact = sets.exact
    return Tested(differences, statistics, exact, permutation_p(statistics), *(kept or (math.nan, math.nan)))
