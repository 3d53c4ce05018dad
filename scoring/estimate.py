"""A number with its uncertainty: shares and means of bounded answers, never without n."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from scoring.argument import count, counts, numbers, two_sided_z

__all__ = ["Estimate", "effective_answers", "effective_wilson", "mean_estimate", "wilson", "wilson_bounds"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its uncertainty. value, low, high: same unit; NaN when n == 0. n: answers behind it.

    method: how the interval was made, in the field's own words; two estimates are equal by their numbers.
    """

    value: float
    low: float
    high: float
    n: int
    method: str = field(default="", compare=False)

    def enough(self, *, at_least: int) -> bool:
        """Whether at least so many answers stand behind the number."""
        return self.n >= at_least

    @property
    def half_width(self) -> float:
        """Half the interval's length, in the unit of the value; NaN when n == 0."""
        return (self.high - self.low) / 2


NOBODY = Estimate(math.nan, math.nan, math.nan, 0)

_MOST_VARIANCE = 0.25 * (1 + 1e-9)
_DUST = 1e-18  # what rounding leaves of a variance of nothing


def wilson(successes: int, n: int, *, level: float = 0.95, correct: bool = False) -> Estimate:
    """Share of answers that count, with its Wilson score interval.

    Args:
        successes: answers that count, a whole number in 0..n.
        n: answers in all, a whole number, 0 or more.
        level: confidence level, in (0, 1).
        correct: with the continuity correction (wider; the default of R).

    Returns:
        Share in [0, 1], not percent. NaN with n == 0 if nobody answered.

    Raises:
        ValueError: `n` or `successes` is not a whole number in its range, or `level` is outside (0, 1).

    Source:
        Wilson (1927), doi:10.1080/01621459.1927.10502953; with correction Newcombe (1998), methods 3 and 4.
        R: prop.test(41, 50, correct = FALSE)

    >>> estimate = wilson(41, 50)
    >>> f"{estimate.value:.2f} ({estimate.low:.4f} to {estimate.high:.4f}), n = {estimate.n}"
    '0.82 (0.6920 to 0.9023), n = 50'
    """
    n = count("n", n)
    successes = count("successes", successes, most=n)
    z = two_sided_z(level)
    if n == 0:
        return NOBODY
    share = successes / n
    shift = min(0.5, abs(successes - n / 2)) / n if correct else 0.0
    method = "Wilson score with continuity correction" if correct else "Wilson score"
    return Estimate(share, _score_bound(share - shift, n, -z), _score_bound(share + shift, n, z), n, method)


def effective_wilson(
    value: float, variance: float, n: int, *, level: float = 0.95, people: float | None = None
) -> Estimate:
    """Interval of a mean of values in [0, 1]: Wilson's, with the number of yes-or-no answers that would vary as much.

    A share of m independent answers varies by p(1 − p)/m; so a mean p with variance v is worth m = p(1 − p)/v of them
    (effective sample size, as Korn and Graubard take it for designed samples). The variance is itself estimated from
    n people, so m is discounted by (z/t)² (n − 1)/n, with t of n − 1 degrees of freedom, or of fewer where nearly all
    are at one end and few people carry all the variance; but not below n: no value in [0, 1] varies more than yes or
    no. Where no variation was seen (v = 0: all alike) m = n. Hence on yes and no
    this is exactly Wilson's interval, and seven people all at the top give what Wilson gives for seven of seven.

    Coverage of the 95 % interval is simulated by `make bench-statistics` and stands in docs/statistics.md.

    Args:
        value: the mean, in [0, 1].
        variance: sampling variance of the mean (not of one answer), 0 or more, with divisor n, not n − 1.
        n: people behind it, 0 or more.
        level: confidence level, in (0, 1).
        people: where people do not weigh alike, how many people of equal weight they are worth, above 0; else n.

    Returns:
        The mean with its interval, inside [0, 1]. NaN with n == 0.

    Raises:
        ValueError: a value outside its range.

    Source:
        Wilson (1927); Korn and Graubard (1998), Survey Methodology 24, 193-201; degrees of freedom: Satterthwaite
        (1946), doi:10.2307/3002019.

    >>> effective_wilson(0.8, 0.16 / 50, 50) == wilson(40, 50)
    True
    """
    n = count("n", n)
    two_sided_z(level)
    if n == 0:
        return NOBODY
    if not 0 <= value <= 1:
        raise ValueError(f"value == {value}, must be in [0, 1].")
    if not 0 <= variance <= _MOST_VARIANCE:
        raise ValueError(f"variance == {variance}, must be in [0, 0.25]: a mean of values in [0, 1] varies no more.")
    people = float(n) if people is None else people
    if not 0 < people < math.inf:
        raise ValueError(f"people == {people}, must be above 0 and finite.")
    answers, method = effective_answers(value, variance, people, level=level), "Wilson score on effective answers"
    if answers == people:
        alike = _all_alike(variance, value * (1 - value) / people)
        method = "Wilson score as of yes or no" + (": all alike" if alike else "")
    z = two_sided_z(level)
    return Estimate(value, _score_bound(value, answers, -z), _score_bound(value, answers, z), n, method)


def mean_estimate(answers: ArrayLike, points: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Mean of the answers on a scale, with an interval that stays on the scale.

    The scale is mapped to [0, 1] and the interval is `effective_wilson`'s; on two points it is Wilson's own.
    Seven people all at five give neither a point nor NaN but what Wilson gives for seven out of seven.

    Args:
        answers: how many at each scale point, whole numbers, shape (n_points,).
        points: value of each scale point, ascending, shape (n_points,).
        level: confidence level, in (0, 1).

    Returns:
        Mean and interval in the unit of `points`. NaN with n == 0 if nobody answered.

    Raises:
        ValueError: shapes differ, a count is negative or no whole number, fewer than two points, points not
            ascending, or `level` outside (0, 1).

    Source:
        Wilson (1927) on the answers that the mean is worth, as in `effective_wilson`. R has no one call for it; worked
        from Wilson's formula, with p the mean of answers u put on [0, 1] and v <- sum((u - p)^2) / n^2:
        r <- p * (1 - p) / v; df <- max(2 * (n - 1) / (2 + max(1 / (p * (1 - p)) - 6, 0) / (r / n)), 1);
        m <- max(r * (qnorm(.975) / qt(.975, df))^2 * (n - 1) / n, n), or n where v is 0;
        1 + 4 * prop.test(p * m, m, correct = FALSE)$conf.int on points 1 to 5

    >>> estimate = mean_estimate([0, 0, 0, 0, 7], (1, 2, 3, 4, 5))
    >>> f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f}), n = {estimate.n}"
    '5.00 (3.58 to 5.00), n = 7'
    """
    values = numbers("points", points)
    if len(values) < 2 or not (np.diff(values) > 0).all():  # noqa: PLR2004, a scale has two ends
        raise ValueError(f"points == {points}, must be two or more numbers, ascending.")
    weights = counts("counts", answers, length=len(values))
    n = int(weights.sum())
    if n == 0:
        two_sided_z(level)
        return NOBODY
    lowest, length = float(values[0]), float(values[-1] - values[0])
    unit = (values - lowest) / length
    mean = min(float(weights @ unit) / n, 1.0)
    variance = float(weights @ (unit - mean) ** 2) / n / n
    inner = effective_wilson(mean, variance, n, level=level)
    low, high = lowest + length * inner.low, lowest + length * inner.high
    return Estimate(lowest + length * mean, low, high, n, inner.method)


def effective_answers(value: float, variance: float, people: float, *, level: float) -> float:
    """How many yes-or-no answers with this mean would vary as much; the people where no variation was seen.

    Args:
        value: the mean, in [0, 1].
        variance: sampling variance of the mean, in [0, 0.25].
        people: how many people of equal weight are behind it, above 0.
        level: confidence level of the interval that it is for, in (0, 1).
    """
    most_varying = value * (1 - value) / people
    if not most_varying or _all_alike(variance, most_varying):  # at 0 or 1 all are alike, and the rest is rounding
        return people
    worth = people * most_varying / variance
    if worth <= people or people <= 1:
        return worth
    freedom = _degrees_of_freedom(value, worth / people, people)
    z, t = two_sided_z(level), -float(stdtrit(freedom, (1 - level) / 2))
    return max(worth * (z / t) ** 2 * (people - 1) / people, people)


def _all_alike(variance: float, most_varying: float) -> bool:
    """Whether no variation was seen, but for the last binary digits."""
    return variance <= 1e-12 * most_varying + _DUST


def _degrees_of_freedom(value: float, answers: float, people: float) -> float:
    """How well the variance is known: of values skewed as the mean of so many yes-or-no answers each, fewer than n − 1.

    The variance of a sample variance grows with the kurtosis κ (Satterthwaite: 2(n − 1)/(κ − 1) degrees of freedom);
    the mean of r yes-or-no answers has κ = 3 + (1/(p(1 − p)) − 6)/r.
    """
    excess = max(1 / (value * (1 - value)) - 6, 0.0) / answers
    return max(2 * (people - 1) / (2 + excess), 1.0)


def wilson_bounds(share: float, n: float, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Wilson's bound at each z (negative: below the share), inside [0, 1]: all his intervals of one share at once.

    >>> wilson_bounds(0.82, 50, np.array([-1.959964, 1.959964])).round(4).tolist()
    [0.692, 0.9023]
    """
    half = z * z / (2 * n)
    bounds = (share + half + z * np.sqrt(share * (1 - share) / n + half / (2 * n))) / (1 + 2 * half)
    return np.clip(bounds, 0.0, 1.0)


def _score_bound(share: float, n: float, z: float) -> float:
    """The end of Wilson's interval on the side of z (negative: the lower end), inside [0, 1]."""
    if (share <= 0 and z < 0) or (share >= 1 and z > 0):
        return 0.0 if z < 0 else 1.0
    half = z * z / (2 * n)
    bound = (share + half + z * math.sqrt(share * (1 - share) / n + half / (2 * n))) / (1 + 2 * half)
    bound = min(bound, share) if z < 0 else max(bound, share)  # the last binary digit leaves nobody outside
    return min(max(bound, 0.0), 1.0)
