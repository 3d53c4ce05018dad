"""Several groups of answers on an ordered scale: do they differ at all, and do they rise in their order?

Everything is worked from the counts per scale point; answers at the same point are ties and count half each way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr

from scoring.argument import counts

__all__ = ["Kruskal", "Trend", "kruskal", "trend"]

Floats = NDArray[np.float64]

_FEWEST = 2  # groups with answers, and points of a scale


@dataclass(frozen=True, slots=True)
class Kruskal:
    """Kruskal and Wallis' test. h: corrected for ties; epsilon_squared: h / (n − 1), 0 none to 1 all of the variation.

    n: answers in all. NaN (but degrees_of_freedom and n) with fewer than two groups that have answers.
    """

    h: float
    degrees_of_freedom: int
    p: float
    epsilon_squared: float
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Jonckheere and Terpstra's test. j: pairs of answers of two groups that rise with the groups, ties half.

    p: two-sided; p_rising, p_falling: one-sided. n: answers in all. NaN with fewer than two groups that have answers.
    """

    j: float
    z: float
    p: float
    p_rising: float
    p_falling: float
    n: int


def kruskal(groups: ArrayLike) -> Kruskal:
    """Whether several groups answer alike: Kruskal and Wallis' rank test, corrected for ties.

    Groups with no answers are left out. Where all answers are the same point, only one H is possible: it is 0 and
    p is 1, which is also the exact p.

    Args:
        groups: answers per scale point, lowest first, whole numbers, one row a group, shape (n_groups, n_points):
            counts per scale point, not the single answers; a row from answers on 1..5:
            numpy.bincount(answers, minlength=6)[1:].

    Returns:
        H, its degrees of freedom (groups with answers less one), p from χ², and the share of the variation of ranks
        that lies between the groups, in [0, 1]. H, p and that share are NaN with fewer than two groups with answers.

    Raises:
        ValueError: a count is negative or no whole number, another shape, or fewer than two points.

    Source:
        Kruskal and Wallis (1952), doi:10.1080/01621459.1952.10483441; epsilon squared: Tomczak and Tomczak (2014),
        Trends in Sport Sciences 21, 19-25. R: kruskal.test(answer, group) on the single answers;
        effectsize::rank_epsilon_squared(answer ~ group)

    >>> test = kruskal([[0, 1, 2, 10, 30], [2, 4, 8, 12, 16], [1, 2, 3, 9, 8]])
    >>> f"H = {test.h:.3f} on {test.degrees_of_freedom}, p = {test.p:.5f}, epsilon² = {test.epsilon_squared:.3f}"
    'H = 13.151 on 2, p = 0.00139, epsilon² = 0.123'
    """
    rows = _answered(groups)
    n = int(rows.sum())
    if len(rows) < _FEWEST:
        return Kruskal(nan, max(len(rows) - 1, 0), nan, nan, n)
    everyone, sizes = rows.sum(axis=0), rows.sum(axis=1)
    from_middle = np.cumsum(everyone) - everyone / 2 - n / 2  # mid-ranks less their mean
    between = float(((rows @ from_middle) ** 2 / sizes).sum())
    whole = float(everyone @ from_middle**2)
    epsilon = min(between / whole, 1.0) if whole else 0.0
    h, freedom = epsilon * (n - 1), len(rows) - 1
    return Kruskal(h, freedom, float(chdtrc(freedom, h)), epsilon, n)


def trend(groups: ArrayLike) -> Trend:
    """Whether answers rise (or fall) over groups in a known order: Jonckheere and Terpstra's test, ties included.

    For months, doses of a pilot, waiting times in classes. Where all answers are the same point, only one J is
    possible: z is 0 and every p is 1, which is also the exact p.

    Args:
        groups: answers per scale point, lowest first, whole numbers, one row a group, in the order of the groups,
            shape (n_groups, n_points): counts per scale point, not the single answers; a row from answers on 1..5:
            numpy.bincount(answers, minlength=6)[1:]. A row without answers adds nothing.

    Returns:
        J, z (positive if answers rise with the rows; no continuity correction), p two-sided and for rising and for
        falling answers alone. All but n are NaN with fewer than two groups that have answers.

    Raises:
        ValueError: a count is negative or no whole number, another shape, or fewer than two points.

    Source:
        Jonckheere (1954), doi:10.1093/biomet/41.1-2.133; variance with ties Hollander and Wolfe (1999), 6.2.
        R: cor.test(group, answer, method = "kendall", exact = FALSE) on the single answers, group 1, 2, …, has the
        same z and p; DescTools::JonckheereTerpstraTest(answer, group)

    >>> test = trend([[2, 4, 8, 12, 16], [1, 2, 3, 9, 8], [0, 1, 2, 10, 30]])
    >>> f"J = {test.j}, z = {test.z:.3f}, p = {test.p:.5f}, rising {test.p_rising:.5f}, n = {test.n}"
    'J = 2421.0, z = 3.348, p = 0.00081, rising 0.00041, n = 108'
    """
    rows = _answered(groups)
    n = int(rows.sum())
    if len(rows) < _FEWEST:
        return Trend(nan, nan, nan, nan, nan, n)
    earlier = np.cumsum(rows, axis=0) - rows
    j = float((rows * (np.cumsum(earlier, axis=1) - earlier / 2)).sum())
    sizes, ties = ([int(each) for each in rows.sum(axis=axis)] for axis in (1, 0))
    variance = _variance(sizes, ties, n)
    z = (j - (n * n - sum(size * size for size in sizes)) / 4) / math.sqrt(variance) if variance else 0.0
    rising, falling = (float(ndtr(-z)), float(ndtr(z))) if variance else (1.0, 1.0)
    return Trend(j, z, min(1.0, 2 * min(rising, falling)), rising, falling, n)


def _answered(groups: ArrayLike) -> Floats:
    """The rows that have answers."""
    rows = counts("groups", groups, dimensions=2)
    if rows.shape[1] < _FEWEST:
        raise ValueError(f"groups.shape == {rows.shape}, must have 2 or more columns, the points of the scale.")
    return np.asarray(rows[rows.sum(axis=1) > 0], dtype=np.float64)


def _variance(sizes: list[int], ties: list[int], n: int) -> float:
    """Variance of J when the answers, with their ties, are dealt to the groups by lot; 0 exactly if all are alike.

    In fractions, as the large terms nearly cancel where most answers are at one point.
    """

    def cubes(numbers: Iterable[int]) -> int:
        return sum(each * (each - 1) * (2 * each + 5) for each in numbers)

    def triples(numbers: Iterable[int]) -> int:
        return sum(each * (each - 1) * (each - 2) for each in numbers)

    def pairs(numbers: Iterable[int]) -> int:
        return sum(each * (each - 1) for each in numbers)

    if n in ties:
        return 0.0
    spread = Fraction(cubes([n]) - cubes(sizes) - cubes(ties), 72)
    together = Fraction(pairs(sizes) * pairs(ties), 8 * pairs([n]))
    skew = Fraction(triples(sizes) * triples(ties), 36 * triples([n])) if n > _FEWEST else 0
    return float(spread + together + skew)
