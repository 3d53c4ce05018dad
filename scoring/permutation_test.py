"""Whether the treated units differ more than as many units chosen otherwise would: the permutation test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice, confidence_level, count, numbers, show
from scoring.permutation import Assignments, is_shown, list_assignments, permutation_p, shift_interval, studentise

__all__ = ["PermutationTest", "Statistic", "Tail", "permutation_test"]

Floats: TypeAlias = NDArray[np.float64]
Statistic: TypeAlias = Literal["difference", "studentised"] | Callable[[Floats, NDArray[np.bool_]], float]
Tail: TypeAlias = Literal["both", "greater", "less"]

_SAME = 1e-9  # statistics closer than this, relatively, count as equal


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """The difference of the treated units, and how rare it is among all choices of as many units.

    difference: mean of the treated less mean of the others, in the unit of the outcome; low, high: the effects, the
    same in every treated unit, that the test does not reject. statistic: what was compared. smallest_p: the least p
    that any outcome could have reached in these assignments; above 1 − level the design cannot conclude.
    assignments: sets compared, the real one included; exact: whether they are all there are. n: units.
    """

    difference: float
    low: float
    high: float
    statistic: float
    p: float
    smallest_p: float
    assignments: int
    exact: bool
    n: int
    treated: int
    tail: Tail
    method: str

    def can_conclude(self, *, level: float = 0.95) -> bool:
        """Whether any outcome at all could have been shown at this level."""
        return is_shown(self.smallest_p, level=level)


def permutation_test(
    outcome: ArrayLike,
    treated: ArrayLike,
    *,
    statistic: Statistic = "difference",
    variances: ArrayLike | None = None,
    tail: Tail = "both",
    most: int = 20_000,
    seed: int = 0,
    level: float = 0.95,
) -> PermutationTest:
    """How often another choice of as many units would have differed as much, if the treatment did nothing.

    p is the share of all sets of as many units, the real one included, whose statistic is at least as extreme. No
    distribution is supposed, only that each set was as likely to be the treated one; so it holds for two units of
    thirteen, where clustered errors do not: their 78 sets give no p below 1/78, and under no effect at all p ≤ 0.05
    comes in 3 of 78 choices, 3.8 %.

    Both tails count sets that differ as much in either direction. Where half of the units are treated, the untreated
    half is a set too and mirrors the real one, so the smallest two-sided p is two sets: 2/6 for two of four.

    Args:
        outcome: one number per unit, such as its change, shape (units,).
        treated: shape (units,), 0 or 1.
        statistic: "difference" of means; "studentised", the same over its standard error in each set, which keeps
            the size where units differ in size and so in noise; or a function of the outcomes and the treated units
            (bool), called once for each set, extreme when far from 0.
        variances: sampling variance of each outcome, 0 or more, shape (units,); for "studentised" only.
        tail: "both", "greater" (the treated are higher) or "less".
        most: sets listed exactly; where there are more, so many are drawn beside the real one.
        seed: of the draws.
        level: confidence level of the interval, in (0, 1).

    Returns:
        The test. The interval is two-sided whatever the tail, the inversion of the two-sided test; its ends are NaN
        where the design cannot conclude at this level, for a function, and where nothing varies (all outcomes alike, or all
        treated alike and all others): a width of 0 would claim to know the effect exactly. All alike give p = 1.

    Raises:
        ValueError: nobody treated or nobody left to compare, lengths differ, treated not 0 or 1, an outcome not
            finite, a negative variance, variances with another statistic, `most` below 1, or `level`.

    Source:
        Fisher (1935), The Design of Experiments; Phipson and Smyth (2010), doi:10.2202/1544-6115.1585, the real set
        counts; Chung and Romano (2013), doi:10.1214/13-AOS1090, studentised.
        R: coin::oneway_test(y ~ factor(treated), distribution = "exact")

    >>> changes = [0.3, -0.1, 0.2, 0.0, 0.1, 0.9, 0.8, 0.1, -0.2, 0.0, 0.2, 0.1, -0.1]
    >>> test = permutation_test(changes, [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0])
    >>> f"{test.difference:.3f} ({test.low:.2f} to {test.high:.2f}), p = {test.p:.4f}, never below {test.smallest_p:.4f}"
    '0.795 (0.50 to 1.08), p = 0.0128, never below 0.0128'
    """
    confidence_level(level)
    y, chosen = numbers("outcome", outcome), numbers("treated", treated, least=0, most=1)
    if len(y) != len(chosen) or ((chosen != 0) & (chosen != 1)).any():
        raise ValueError(f"treated == {show(chosen)}, must be 0 or 1 for each of {len(y)} outcomes.")
    if not callable(statistic):
        choice("statistic", statistic, ("difference", "studentised"))
    if variances is not None and statistic != "studentised":
        raise ValueError(f"variances: must be left out with statistic == {statistic!r}; 'studentised' uses them.")
    choice("tail", tail, ("both", "greater", "less"))
    noise = np.zeros(len(y)) if variances is None else numbers("variances", variances, length=len(y), least=0)
    assignments = list_assignments(
        chosen > 0, most=count("most", most, least=1), seed=count("seed", seed, most=math.inf)
    )
    differences, studentised = studentise(y, noise, assignments)
    if callable(statistic):
        statistics = np.array([statistic(y, row) for row in assignments.chosen], dtype=np.float64)
        numbers("statistic", statistics)
    else:
        statistics = differences if statistic == "difference" else studentised
    low, high = _interval(statistic, y, noise, differences, assignments, level=level)
    return PermutationTest(
        float(differences[0]),
        low,
        high,
        float(statistics[0]),
        _tail_p(statistics, tail),
        _smallest_p(statistics, assignments, tail),
        len(statistics),
        assignments.exact,
        len(y),
        int(chosen.sum()),
        tail,
        f"{'all' if assignments.exact else 'sampled'} assignments, "
        f"{'own statistic' if callable(statistic) else statistic}",
    )


def _tail_p(statistics: Floats, tail: Tail) -> float:
    if tail == "both":
        return permutation_p(statistics)
    upwards = statistics if tail == "greater" else -statistics
    return float((upwards >= upwards[0] - _SAME * abs(upwards[0])).mean())


def _smallest_p(statistics: Floats, assignments: Assignments, tail: Tail) -> float:
    """Share of the sets that are the real one, drawn again perhaps, or its mirror where that counts as extreme too."""
    same = (assignments.chosen == assignments.treated).mean(axis=1)
    far = np.abs(statistics)
    mirror = (same == 0) & (far >= far[0] * (1 - _SAME)) & (tail == "both")
    return float(((same == 1) | mirror).mean())


def _interval(
    statistic: Statistic, y: Floats, noise: Floats, differences: Floats, assignments: Assignments, *, level: float
) -> tuple[float, float]:
    if callable(statistic):
        return math.nan, math.nan
    if statistic == "difference":
        low, high = _shift_interval(differences, assignments, level)
    else:
        low, high = shift_interval(y, noise, assignments, level=level)
    # without variation among the treated and among the others one shift makes all alike, and only that is kept
    return (low, high) if high - low > _SAME * np.abs(y).max() else (math.nan, math.nan)


def _shift_interval(differences: Floats, assignments: Assignments, level: float) -> tuple[float, float]:
    """All effects d that the difference of means does not reject, found exactly.

    Taking d from the treated units moves the difference of a set by d times b, the treated share of the set less
    that of the others; b is 1 for the real set. A set is at least as extreme as the real one between the two d
    where |difference − d b| = |real difference − d|, and at the real difference every set is. So the share of such
    sets falls on both sides, and each end is one of those d.
    """
    treated = assignments.treated
    shares = assignments.chosen[:, treated].sum(axis=1)
    size, units = int(treated.sum()), len(treated)
    b = shares / size - (size - shares) / (units - size)
    real = differences[0]
    moves = np.abs(b) < 1 - _SAME  # the real set and its mirror are as extreme for every d
    one = (real - differences[moves]) / (1 - b[moves])
    other = (real + differences[moves]) / (1 + b[moves])
    kept = math.floor((1 - level + 1e-12) * len(differences)) + 1 - int((~moves).sum())
    if kept <= 0:
        return math.nan, math.nan
    lower, upper = np.sort(np.minimum(one, other)), np.sort(np.maximum(one, other))[::-1]
    return float(lower[kept - 1]), float(upper[kept - 1])
