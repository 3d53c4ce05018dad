"""What a difference of means would have been under every other choice of the treated units.

Nobody drew the pilots by lot, so this is a comparison under exchangeability: if the pilots changed nothing,
each set of as many units was as likely as any other to show the largest change.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Assignments",
    "attainable_p",
    "farthest_kept",
    "is_shown",
    "list_assignments",
    "p_values",
    "permutation_p",
    "shift_interval",
    "studentise",
]

Floats = NDArray[np.float64]

_TRIES = 32  # effects looked at between the estimate and one that is surely rejected
_ROUNDS = 12  # each then narrows the bound to a quarter: to about 1e-9 of that distance


@dataclass(frozen=True, eq=False)
class Assignments:
    """Sets of units that could have been the treated ones. chosen: bool (sets, units), the real one first."""

    chosen: NDArray[np.bool_]
    exact: bool

    @property
    def treated(self) -> NDArray[np.bool_]:
        """The units that were treated in fact, shape (units,)."""
        return np.asarray(self.chosen[0], dtype=np.bool_)


def attainable_p(units: int, treated: int) -> float:
    """Smallest two-sided p that any result of this design can reach.

    One set in all that could have been chosen; two where half of the units are treated, because the other
    half mirrors it. NaN where nobody is treated or nobody is left to compare.

    >>> attainable_p(13, 2) == 1 / 78, attainable_p(5, 2), attainable_p(4, 1), attainable_p(4, 2) == 2 / 6
    (True, 0.1, 0.25, True)
    """
    if not 0 < treated < units:
        return math.nan
    return (2 if 2 * treated == units else 1) / math.comb(units, treated)


def is_shown(p: float, *, level: float) -> bool:
    """Whether p is small enough at this level: p ≤ 1 − level, without what 1 − 0.9 loses in floating point.

    >>> is_shown(0.1, level=0.9), is_shown(0.0501, level=0.95), is_shown(math.nan, level=0.95)
    (True, False, False)
    """
    return p <= 1 - level + 1e-12


def list_assignments(treated: NDArray[np.bool_], *, most: int, seed: int) -> Assignments:
    """Every set of as many units as were treated; a seeded sample where there are more than `most`.

    Args:
        treated: shape (units,), which units were treated.
        most: sets listed exactly, and draws taken (beside the real set) where there are more.
        seed: of the sample; without meaning where all are listed.

    Raises:
        ValueError: nobody treated, or nobody left to compare.
    """
    units, size = len(treated), int(treated.sum())
    if not 0 < size < units:
        raise ValueError(f"treated == {size} of {units} units, must be in 1..{units - 1}.")
    if math.comb(units, size) <= most:
        sets = np.array(list(combinations(range(units), size)))
        chosen = np.zeros((len(sets), units), dtype=np.bool_)
        np.put_along_axis(chosen, sets, values=True, axis=1)
        real = int((chosen == treated).all(axis=1).argmax())
        chosen[[0, real]] = chosen[[real, 0]]
        return Assignments(chosen, exact=True)
    order = np.random.default_rng(seed).random((most, units)).argsort(axis=1)
    return Assignments(np.vstack([treated, order < size]), exact=False)


def studentise(changes: Floats, variances: Floats, assignments: Assignments) -> tuple[Floats, Floats]:
    """Difference of mean changes of each set, and the same divided by its standard error.

    A set of small units varies more, so its difference counts for less. The standard error of a set takes
    the sampling variance of each unit, and the variance between units beyond it, by moments within the two
    groups of that set, never below 0; so it exists for a single treated unit too.

    Args:
        changes: change of each unit, shape (units,).
        variances: sampling variance of each change, shape (units,), 0 or more.
        assignments: the sets.

    Returns:
        Differences (unit of `changes`) and statistics, each of shape (sets,). With no variation at all the
        statistic is 0 for no difference and infinite otherwise.

    Source:
        Chung and Romano (2013), doi:10.1214/13-AOS1090, why a permutation statistic is studentised;
        DerSimonian and Laird (1986), doi:10.1016/0197-2456(86)90046-2, variance between by moments.
    """
    differences, statistics = _studentised(assignments.chosen.astype(np.float64), changes[:, np.newaxis], variances)
    return differences[:, 0], statistics[:, 0]


def _studentised(inside: Floats, changes: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """The same for several tries at once: changes of shape (units, tries), results of shape (sets, tries)."""
    return _from_sums(inside @ (changes - changes.mean(axis=0)), changes, _Noise.of(inside, variances))


class _Noise(NamedTuple):
    """Sampling variance of each set and of its rest, shape (sets, 1), and how many units each has."""

    size: int
    rest: int
    chosen: Floats
    others: Floats

    @classmethod
    def of(cls, inside: Floats, variances: Floats) -> _Noise:
        size, chosen = int(inside[0].sum()), (inside @ variances)[:, np.newaxis]
        return cls(size, inside.shape[1] - size, chosen, variances.sum() - chosen)


def _from_sums(sums: Floats, changes: Floats, noise: _Noise) -> tuple[Floats, Floats]:
    """From the sums of each set's centred changes, shape (sets, tries), its difference and statistic."""
    size, rest = noise.size, noise.rest
    centred = changes - changes.mean(axis=0)
    differences = sums * (1 / size + 1 / rest)  # the centred changes of the others sum to −sums
    within = (centred**2).sum(axis=0) - sums * differences
    sampling = (1 - 1 / size) * noise.chosen + (1 - 1 / rest) * noise.others
    between = np.maximum(within - sampling, 0) / max(size + rest - 2, 1)
    error = np.sqrt(between * (1 / size + 1 / rest) + noise.chosen / size**2 + noise.others / rest**2)
    dust = 1e-12 * np.abs(changes).max(axis=0) + 1e-300
    differences = np.where(np.abs(differences) <= dust, 0.0, differences)
    exact = np.where(differences == 0, 0.0, np.copysign(np.inf, differences))
    varies = error > dust
    return differences, np.where(varies, differences / np.where(varies, error, 1.0), exact)


def permutation_p(statistics: Floats) -> float:
    """Two-sided p: share of sets whose statistic is at least as far from 0 as that of the real set (the first).

    The real set counts itself, so p is never 0, and a sample of sets gives a valid p too.

    Source:
        Phipson and Smyth (2010), doi:10.2202/1544-6115.1585.

    >>> permutation_p(np.array([3.0, -1.0, 2.0, -3.0]))
    0.5
    """
    return float(p_values(statistics[:, np.newaxis])[0])


def p_values(statistics: Floats) -> Floats:
    """The same for several tries at once: statistics of shape (sets, tries), p of shape (tries,)."""
    far = np.abs(statistics)
    return np.asarray((far >= far[0] * (1 - 1e-9)).mean(axis=0), dtype=np.float64)


def shift_interval(
    changes: Floats, variances: Floats, assignments: Assignments, *, level: float
) -> tuple[float, float]:
    """All effects that the permutation test does not reject, from the smallest to the largest.

    An effect d is tried by taking d away from the treated units and asking whether what is left could come
    from an ordinary choice. The effect is taken to be the same in every treated unit.

    Returns:
        Lowest and highest effect kept, in the unit of `changes`. (NaN, NaN) where no result of the design
        could be rejected at this level.

    Raises:
        ValueError: `level` is outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"level == {level}, must be in (0, 1).")
    treated = assignments.treated
    if not is_shown(_smallest_listed_p(assignments), level=level):
        return math.nan, math.nan

    inside = assignments.chosen.astype(np.float64)
    noise = _Noise.of(inside, variances)
    # a set's sum of centred changes moves in proportion to the effect tried: two products serve all tries
    sums, moves = inside @ (changes - changes.mean()), inside @ (treated - treated.mean())

    def kept(effects: Floats) -> NDArray[np.bool_]:
        shifted = changes[:, np.newaxis] - np.outer(treated, effects)
        tried = sums[:, np.newaxis] - np.outer(moves, effects)
        return p_values(_from_sums(tried, shifted, noise)[1]) > 1 - level + 1e-12

    estimate = float(studentise(changes, variances, assignments)[0][0])
    scale = float(np.ptp(changes)) + float(np.sqrt(variances.max()))
    if scale == 0:
        return estimate, estimate
    return farthest_kept(kept, estimate, -scale), farthest_kept(kept, estimate, scale)


def _smallest_listed_p(assignments: Assignments) -> float:
    """Share of the listed sets that are the real one or its mirror: what p comes to for an effect far away.

    In a sample the real set may have been drawn again.
    """
    same = (assignments.chosen == assignments.treated).mean(axis=1)
    mirrors = 2 * assignments.treated.sum() == len(assignments.treated)
    return float(((same == 1) | (mirrors & (same == 0))).mean())


def farthest_kept(kept: Callable[[Floats], NDArray[np.bool_]], start: float, step: float) -> float:
    """The kept effect farthest from `start` (which is kept) on the side of `step`."""
    reach = step
    while kept(np.array([start + reach, start + 2 * reach])).any():
        reach *= 2
    tries = np.linspace(start, start + reach, _TRIES)
    if 0 < -start / reach < 1:  # "no effect" is tried itself, so that interval and p agree on it
        tries = np.sort(np.append(tries, 0.0))[:: 1 if step > 0 else -1]
    for _ in range(_ROUNDS):
        last = max(np.flatnonzero(kept(tries)), default=0)
        tries = np.linspace(tries[last], tries[last + 1], 5)
    return float(tries[0])
