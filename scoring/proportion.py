"""Shares of a count with intervals other than Wilson's, and the difference of two shares."""

from __future__ import annotations

import math
from dataclasses import replace

from scipy.special import betainccinv, betaincinv

from scoring.argument import confidence_level, count, two_sided_z
from scoring.composite import difference
from scoring.estimate import NOBODY, Estimate, wilson

__all__ = ["agresti_coull", "clopper_pearson", "jeffreys", "share_difference"]


def clopper_pearson(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Share of answers that count, with the exact interval that never covers less often than it promises.

    The price is width: the interval holds every share that an exact one-sided test at (1 − level) / 2 keeps, so it
    covers more often than `level` nearly everywhere. Where nobody or everybody counts the end is 0 or 1 itself.
    Lowest coverage of the 95 % interval, exact, eight shares of 0.5 to 0.99, n = 5, 10, 20, 50, 200, 1000:
    97.7, 97.9, 95.9, 96.7, 95.5, 95.1 %.

    Args:
        successes: answers that count, a whole number in 0..n.
        n: answers in all, a whole number, 0 or more.
        level: confidence level, in (0, 1).

    Returns:
        Share in [0, 1], not percent. NaN with n == 0 if nobody answered.

    Raises:
        ValueError: `n` or `successes` is not a whole number in its range, or `level` is outside (0, 1).

    Source:
        Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404.
        R: binom.test(41, 50)$conf.int; by quantiles qbeta(0.025, 41, 10) and qbeta(0.975, 42, 9)

    >>> estimate = clopper_pearson(7, 7)
    >>> f"{estimate.value:.2f} ({estimate.low:.4f} to {estimate.high:.4f}), n = {estimate.n}"
    '1.00 (0.5904 to 1.0000), n = 7'
    """
    return _beta_interval(successes, n, level=level, prior=None)


def jeffreys(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Share of answers that count, with the interval of Jeffreys' prior: short, and right on average over shares.

    The quantiles of Beta(successes + ½, n − successes + ½). As Brown, Cai and DasGupta recommend, the lower end is
    set to 0 where nobody counts and the upper end to 1 where everybody does; `method` then says so.
    Lowest coverage of the 95 % interval, exact, eight shares of 0.5 to 0.99, n = 5, 10, 20, 50, 200, 1000:
    90.4, 90.4, 94.0, 88.5, 94.1, 94.5 %; mean 94.8, 95.9, 96.1, 94.7, 95.3, 95.0 %.

    Args:
        successes: answers that count, a whole number in 0..n.
        n: answers in all, a whole number, 0 or more.
        level: confidence level, in (0, 1).

    Returns:
        Share in [0, 1], not percent: the observed one, not the mean of the posterior. NaN with n == 0.

    Raises:
        ValueError: `n` or `successes` is not a whole number in its range, or `level` is outside (0, 1).

    Source:
        Brown, Cai and DasGupta (2001), section 4.1.2, doi:10.1214/ss/1009213286.
        R: qbeta(c(0.025, 0.975), 41.5, 9.5)

    >>> estimate = jeffreys(7, 7)
    >>> f"{estimate.low:.4f} to {estimate.high:.4f}, {estimate.method}"
    '0.7076 to 1.0000, Jeffreys, upper end set to 1'
    """
    return _beta_interval(successes, n, level=level, prior=0.5)


def agresti_coull(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Share of answers that count, with the interval that can be worked by hand: z² / 2 successes and failures more.

    It has Wilson's centre and is never shorter than Wilson's. Near 0 and 1 it reaches outside; such an end is cut to
    0 or 1 and `method` says so.
    Lowest coverage of the 95 % interval, exact, eight shares of 0.5 to 0.99, n = 5, 10, 20, 50, 200, 1000:
    90.4, 93.0, 95.6, 93.5, 94.4, 94.6 %; mean 94.9, 97.2, 97.1, 96.1, 96.1, 95.1 %.

    Args:
        successes: answers that count, a whole number in 0..n.
        n: answers in all, a whole number, 0 or more.
        level: confidence level, in (0, 1).

    Returns:
        Share in [0, 1], not percent: the observed one, not the centre of the interval. NaN with n == 0.

    Raises:
        ValueError: `n` or `successes` is not a whole number in its range, or `level` is outside (0, 1).

    Source:
        Agresti and Coull (1998), doi:10.1080/00031305.1998.10480550.
        R: binom::binom.agresti.coull(41, 50), which does not cut

    >>> estimate = agresti_coull(7, 7)
    >>> f"{estimate.low:.4f} to {estimate.high:.4f}, {estimate.method}"
    '0.5956 to 1.0000, Agresti-Coull, upper end cut to 1'
    """
    n = count("n", n)
    successes = count("successes", successes, most=n)
    z = two_sided_z(level)
    if n == 0:
        return NOBODY
    more = n + z * z
    centre = (successes + z * z / 2) / more
    half = z * math.sqrt(centre * (1 - centre) / more)
    cut = [", lower end cut to 0"] * (centre < half) + [", upper end cut to 1"] * (centre + half > 1)
    method = "".join(["Agresti-Coull", *cut])
    return Estimate(successes / n, max(centre - half, 0.0), min(centre + half, 1.0), n, method)


def share_difference(a: tuple[int, int], b: tuple[int, int], *, level: float = 0.95, correct: bool = False) -> Estimate:
    """Difference of two shares, a − b, of two groups with no person in common, with Newcombe's interval.

    Made by square and add from the two Wilson intervals, so it stays in [−1, 1] and never shrinks to a point: ten of
    ten against ten of ten leaves −0.28 to 0.28. Coverage of the 95 % interval, exact, both shares among eight
    of 0.5 to 0.99, lowest and mean of 64: 5 and 5 people 93.8 and 97.8, 10 and 10 94.4 and 97.4, 20 and 20 94.5 and
    96.9, 50 and 50 94.3 and 96.2, 200 and 200 94.9 and 95.4, 200 and 5 90.9 and 95.0, 200 and 20 94.6 and 95.5 %;
    with `correct` the lowest of all is 95.7 %.

    Args:
        a: successes and answers of the first group, whole numbers, successes in 0..answers.
        b: the same of the second.
        level: confidence level, in (0, 1).
        correct: from Wilson intervals with continuity correction (method 11; wider).

    Returns:
        Difference in [−1, 1], not percentage points; n is the smaller of the two. NaN with n == 0 if one group has
        nobody.

    Raises:
        ValueError: `a` or `b` is not a pair of whole numbers in their range, or `level` is outside (0, 1).

    Source:
        Newcombe (1998), methods 10 and 11, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
        R: from prop.test(56, 70, correct = FALSE)$conf.int and prop.test(48, 80, correct = FALSE)$conf.int;
        as a whole DescTools::BinomDiffCI(56, 70, 48, 80, method = "score") or method = "scorecc".
        prop.test(c(56, 48), c(70, 80)) gives the Wald interval of the difference, not this one

    >>> change = share_difference((56, 70), (48, 80))
    >>> f"{change.value:.4f} ({change.low:.4f} to {change.high:.4f}), n = {change.n}"
    '0.2000 (0.0524 to 0.3339), n = 70'
    """
    groups = (("a", a), ("b", b))
    change = difference(*(wilson(*_pair(name, group), level=level, correct=correct) for name, group in groups))
    method = "Newcombe 11: square and add of Wilson, corrected" if correct else "Newcombe 10: square and add of Wilson"
    return replace(change, method=method) if change.n else change


def _beta_interval(successes: int, n: int, *, level: float, prior: float | None) -> Estimate:
    """Quantiles of Beta(x + prior, n − x + prior); no prior: Clopper-Pearson, one success or failure more outwards."""
    n = count("n", n)
    successes = count("successes", successes, most=n)
    tail = (1 - confidence_level(level)) / 2
    if n == 0:
        return NOBODY
    inner, outer = (0.0, 1.0) if prior is None else (prior, prior)
    low, high, method = 0.0, 1.0, "Clopper-Pearson" if prior is None else "Jeffreys"
    if successes > 0:
        low = float(betaincinv(successes + inner, n - successes + outer, tail))
    elif prior is not None:
        method += ", lower end set to 0"
    if successes < n:
        high = float(betainccinv(successes + outer, n - successes + inner, tail))
    elif prior is not None:
        method += ", upper end set to 1"
    return Estimate(successes / n, low, high, n, method)


def _pair(name: str, group: tuple[int, int]) -> tuple[int, int]:
    if not isinstance(group, tuple | list) or len(group) != 2:  # noqa: PLR2004, a pair
        raise ValueError(f"{name} == {group!r}, must be a pair: successes and answers.")
    n = count(f"answers of {name}", group[1])
    return count(f"successes of {name}", group[0], most=n), n
