"""Two groups of answers on an ordered scale: does one answer higher, how much, and can it be chance?

Everything is worked from the counts per scale point; answers at the same point are ties and count half each way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import binom, ndtr, stdtr

from scoring.argument import confidence_level, counts
from scoring.estimate import NOBODY, Estimate, effective_wilson

__all__ = ["BrunnerMunzel", "RankSum", "brunner_munzel", "cliffs_delta", "rank_sum"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankSum:
    """Wilcoxon's rank sum test. u: pairs in which a answers higher, ties half. superiority: u / (n_a n_b).

    z, p: two-sided, from the normal approximation; corrected: with continuity correction. NaN if a group is empty.
    """

    u: float
    z: float
    p: float
    z_corrected: float
    p_corrected: float
    superiority: float
    n_a: int
    n_b: int


@dataclass(frozen=True, slots=True)
class BrunnerMunzel:
    """Brunner and Munzel's test of superiority = ½. p: two-sided; method: how it was made.

    degrees_of_freedom: of the t distribution, NaN where p is exact. All NaN if a group is empty.
    """

    statistic: float
    degrees_of_freedom: float
    p: float
    superiority: float
    method: str


def rank_sum(a: ArrayLike, b: ArrayLike) -> RankSum:
    """Whether one of two groups answers higher: Mann and Whitney's U, Wilcoxon's rank sum test, ties included.

    The test asks whether both groups answer alike in everything. If they may differ in spread, ask `brunner_munzel`.
    Where all answers are the same point, only one U is possible: z is 0 and p is 1, which is also the exact p.

    Args:
        a: answers of the first group per scale point, lowest first, whole numbers, shape (n_points,): counts per scale
            point, not the single answers; from answers on 1..5: numpy.bincount(answers, minlength=6)[1:].
        b: those of the second, same shape.

    Returns:
        U of a, z and p without and with continuity correction, and superiority = P(A > B) + ½ P(A = B) in [0, 1].
        z is positive if a answers higher. All but the two n are NaN if nobody answered in one group.

    Raises:
        ValueError: a count is negative or no whole number, shapes differ, or fewer than two points.

    Source:
        Mann and Whitney (1947), doi:10.1214/aoms/1177730491; variance with ties Lehmann (1975), Nonparametrics, 1.4.
        R: wilcox.test(x, y, exact = FALSE, correct = FALSE) and correct = TRUE on the single answers, x of a and y
        of b; U is its W. SciPy: mannwhitneyu(x, y, method="asymptotic"), whose correction differs where z is 0.

    >>> test = rank_sum([0, 1, 2, 10, 30], [2, 4, 8, 12, 16])
    >>> f"U = {test.u}, z = {test.z:.3f}, p = {test.p:.5f}, superiority {test.superiority:.3f}"
    'U = 1244.0, z = 3.305, p = 0.00095, superiority 0.689'
    """
    of_a, of_b = _groups(a, b)
    n_a, n_b = int(of_a.sum()), int(of_b.sum())
    if n_a == 0 or n_b == 0:
        return RankSum(nan, nan, nan, nan, nan, nan, n_a, n_b)
    u, n, pairs = float(of_a @ _placements(of_b)), n_a + n_b, n_a * n_b
    free = n**3 - n - sum(t**3 - t for t in map(int, of_a + of_b))  # whole: 0 exactly if all are alike
    deviation, error = u - pairs / 2, math.sqrt(pairs * (free / (n * (n - 1))) / 12)
    z = deviation / error if free else 0.0
    corrected = math.copysign(max(abs(deviation) - 0.5, 0.0), deviation) / error if free else 0.0
    return RankSum(u, z, _two_sided(z), corrected, _two_sided(corrected), u / pairs, n_a, n_b)


def cliffs_delta(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Estimate:
    """How much higher a answers than b: P(A > B) − P(A < B), Cliff's delta, with an interval that fits skewed answers.

    Delta is the mean over a of each answer's dominance of b, and over b of each one's over a. Each mean gets its
    `effective_wilson` interval on the range that its dominance can take; both are joined by square and add. On two
    points this is Newcombe's interval of a difference of shares (method 10); it stays in [−1, 1], and all alike or
    no overlap leaves it width: seven against seven, all at the top, −0.35 to 0.35.

    Coverage of the 95 % interval, simulated (4,000 runs a cell; nine pairs of five-point distributions, most with
    half or more at the top), lowest cell and mean of cells at 5 and 5, 10 and 10, 20 and 20, 50 and 50, 200 and 200,
    5 and 50 people: 97.2 and 99.0, 97.0 and 98.2, 95.4 and 97.3, 95.1 and 96.3, 94.6 and 95.2, 96.4 and 97.2 %.
    There the asymmetric interval of Feng and Cliff (effsize's) falls to 40, 63, 87, 95, 94 and 58 %, as people all
    alike leave it no variance; Newcombe's method 5 for U / mn falls to 79 % at 5 and 5, else keeps 93.6 %, but is up
    to twice as wide where many answers tie.

    Args:
        a: answers of the first group per scale point, lowest first, whole numbers, shape (n_points,): counts per scale
            point, not the single answers; from answers on 1..5: numpy.bincount(answers, minlength=6)[1:].
        b: those of the second, same shape.
        level: confidence level, in (0, 1).

    Returns:
        Delta in [−1, 1], positive if a answers higher; n is the smaller of the two. NaN with n == 0 if one group has
        nobody.

    Raises:
        ValueError: a count is negative or no whole number, shapes differ, fewer than two points, or `level` is
            outside (0, 1).

    Source:
        Delta: Cliff (1993), doi:10.1037/0033-2909.114.3.494. Interval: square and add of Newcombe (1998) as Zou and
        Donner (2008), doi:10.1002/sim.3095, have it for any two estimates. R: effsize::cliff.delta(x, y)$estimate;
        effectsize::cliffs_delta(x, y)

    >>> delta = cliffs_delta([0, 1, 2, 10, 30], [2, 4, 8, 12, 16])
    >>> f"{delta.value:.2f} ({delta.low:.2f} to {delta.high:.2f}), n = {delta.n}"
    '0.38 (0.15 to 0.57), n = 42'
    """
    confidence_level(level)
    of_a, of_b = _groups(a, b)
    n_a, n_b = int(of_a.sum()), int(of_b.sum())
    if n_a == 0 or n_b == 0:
        return NOBODY
    pairs = n_a * n_b
    value = (2 * float(of_a @ _placements(of_b)) - pairs) / pairs
    over_b = (2 * _placements(of_b) - n_b) / n_b  # of an answer at each point: P(it > B) − P(it < B)
    under_a = (n_a - 2 * _placements(of_a)) / n_a
    by_a = _mean_of_dominance(of_a, over_b, value, level=level)
    by_b = _mean_of_dominance(of_b, under_a, value, level=level)
    low = value - math.hypot(value - by_a.low, value - by_b.low)
    high = value + math.hypot(by_a.high - value, by_b.high - value)
    method = "square and add of Wilson scores of dominance"
    return Estimate(value, max(low, -1.0), min(high, 1.0), min(n_a, n_b), method)


def brunner_munzel(a: ArrayLike, b: ArrayLike) -> BrunnerMunzel:
    """Whether one of two groups answers higher, though they may differ in spread: Brunner and Munzel's test.

    The test asks whether superiority = P(A > B) + ½ P(A = B) is ½. Its variance cannot be estimated from one person,
    nor where all are alike or the groups do not overlap; there p is the exact one, the share of all ways to deal the
    same answers to the two groups that take superiority at least as far from ½, and `method` says why.

    Args:
        a: answers of the first group per scale point, lowest first, whole numbers, shape (n_points,): counts per scale
            point, not the single answers; from answers on 1..5: numpy.bincount(answers, minlength=6)[1:].
        b: those of the second, same shape.

    Returns:
        Statistic (positive if a answers higher), degrees of freedom, p, and superiority as in `rank_sum`. Where p is
        exact the statistic is 0 (all alike), ±infinity (no overlap) or NaN (one person), and the degrees of freedom
        are NaN. All NaN if nobody answered in one group.

    Raises:
        ValueError: a count is negative or no whole number, shapes differ, or fewer than two points.

    Source:
        Brunner and Munzel (2000), doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U.
        R: brunnermunzel::brunnermunzel.test(y, x), or lawstat::brunner.munzel.test(y, x), on the single answers, x
        of a and y of b: they and SciPy's brunnermunzel count upwards from the first group to the second.

    >>> test = brunner_munzel([0, 1, 2, 10, 30], [2, 4, 8, 12, 16])
    >>> f"{test.statistic:.3f} on {test.degrees_of_freedom:.1f}, p = {test.p:.5f}, superiority {test.superiority:.3f}"
    '3.606 on 74.1, p = 0.00056, superiority 0.689'
    """
    of_a, of_b = _groups(a, b)
    n_a, n_b = int(of_a.sum()), int(of_b.sum())
    if n_a == 0 or n_b == 0:
        return BrunnerMunzel(nan, nan, nan, nan, "")
    superiority = float(of_a @ _placements(of_b)) / (n_a * n_b)
    if n_a == 1 or n_b == 1:
        alone, one = (of_a, "first") if n_a == 1 else (of_b, "second")
        p, why = _p_of_one(alone, of_a + of_b), f"exact permutation: one person in the {one} group"
        return BrunnerMunzel(nan, nan, p, superiority, why)
    in_a, in_b = _squares(of_a, _placements(of_b)) / (n_a - 1), _squares(of_b, _placements(of_a)) / (n_b - 1)
    if in_a == 0 and in_b == 0:
        return _without_variance(of_a, of_b, superiority)
    variance = n_a * in_a + n_b * in_b
    statistic = n_a * n_b * (superiority - 0.5) / math.sqrt(variance)
    freedom = variance**2 / ((n_a * in_a) ** 2 / (n_a - 1) + (n_b * in_b) ** 2 / (n_b - 1))
    p = min(1.0, 2 * float(stdtr(freedom, -abs(statistic))))
    return BrunnerMunzel(statistic, freedom, p, superiority, "t approximation")


def _groups(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    of_a = counts("a", a)
    if len(of_a) < 2:  # noqa: PLR2004, a scale has two ends
        raise ValueError(f"len(a) == {len(of_a)}, must be 2 or more points of the scale.")
    return of_a, counts("b", b, length=len(of_a))


def _placements(group: Floats) -> Floats:
    """How many of the group an answer at each point beats, ties half."""
    return np.asarray(np.cumsum(group) - group / 2, dtype=np.float64)


def _squares(group: Floats, placements: Floats) -> float:
    """Sum of squared deviations of the placements of a group; 0 exactly where they are all the same."""
    return float(group @ (placements - group @ placements / group.sum()) ** 2)


def _two_sided(z: float) -> float:
    return min(1.0, 2 * float(ndtr(-abs(z))))


def _mean_of_dominance(group: Floats, dominance: Floats, mean: float, *, level: float) -> Estimate:
    """Interval of the mean dominance of a group, the other group taken as it is."""
    lowest, highest = float(dominance.min()), float(dominance.max())
    length, n = highest - lowest, float(group.sum())  # at least 1: the ends of the scale beat or lose to the rest
    share = min(max((mean - lowest) / length, 0.0), 1.0)
    variance = float(group @ (dominance - mean) ** 2) / length**2 / n**2
    inner = effective_wilson(share, variance, int(n), level=level)
    return Estimate(mean, lowest + length * inner.low, lowest + length * inner.high, int(n))


def _p_of_one(alone: Floats, everyone: Floats) -> float:
    """Exact p of one person against the rest: each of all was as likely to be that one."""
    distance = np.abs(2 * np.cumsum(everyone) - everyone - everyone.sum())  # of twice the mid-rank from the middle
    return float(everyone[distance >= distance[alone > 0][0]].sum() / everyone.sum())


def _without_variance(a: Floats, b: Floats, superiority: float) -> BrunnerMunzel:
    """Both placements constant: all alike, or every answer of one group above every one of the other."""
    if superiority == 0.5:  # noqa: PLR2004, neither is higher
        return BrunnerMunzel(0.0, nan, 1.0, superiority, "exact permutation: all alike")
    n_a, n_b = int(a.sum()), int(b.sum())
    everyone = a + b
    # dealt the other way round, they are as far apart only if no tie stands at the border
    ways = 2 if (np.cumsum(everyone) == (n_a if superiority == 1 else n_b)).any() else 1
    p = ways / float(binom(n_a + n_b, n_a))
    return BrunnerMunzel(
        math.copysign(math.inf, superiority - 0.5), nan, p, superiority, "exact permutation: no overlap"
    )
