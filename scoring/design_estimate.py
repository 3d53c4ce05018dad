"""A number from a designed sample, with the standard error and the interval that the design leaves it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from scipy.special import betaincinv, stdtrit

from scoring.argument import confidence_level
from scoring.estimate import Estimate

__all__ = ["DesignEstimate", "Spread", "korn_graubard", "share_estimate", "t_estimate"]

_UNSEEN_LIKENESS = 0.2  # intraclass correlation that people of a cluster may have where all who were asked are alike
_DUST = 1e-12  # a variance below this share of another is none, but for the last binary digits


@dataclass(frozen=True, slots=True)
class DesignEstimate:
    """A number from a designed sample. value, low, high, standard_error: one unit; NaN when n == 0.

    standard_error: as the linearisation sees it: 0 where all are alike, which the interval then does not rely on; NaN
    where a cluster is alone in its stratum. n: people behind it. degrees_of_freedom: clusters less strata that have
    people behind it. design_effect: its variance over that of a simple sample of as many people, drawn with
    replacement (R's deff = "replace"); NaN where that has none. method: how the interval was made.
    """

    value: float
    standard_error: float
    low: float
    high: float
    n: int
    degrees_of_freedom: int
    design_effect: float
    method: str = field(default="", compare=False)

    @property
    def estimate(self) -> Estimate:
        """The same without the design: value, low, high, n and method."""
        return Estimate(self.value, self.low, self.high, self.n, self.method)


NOBODY = DesignEstimate(math.nan, math.nan, math.nan, math.nan, 0, 0, math.nan)


@dataclass(frozen=True, slots=True)
class Spread:
    """How much a number varies from sample to sample. variance: under the design, NaN where that cannot be said.

    without_sizes: the same as if the population were very large. simple: of a simple sample with replacement.
    n, clusters: people and clusters behind it. people: how many of equal weight they are worth. census: whether
    everyone was asked, so that nothing is left to chance.
    """

    variance: float
    without_sizes: float
    simple: float
    n: int
    people: float
    clusters: int
    degrees_of_freedom: int
    census: bool

    @property
    def all_alike(self) -> bool:
        """Whether not even a simple sample would vary."""
        return self.simple <= 0

    @property
    def clusters_alike(self) -> bool:
        """Whether people differ but the totals of their clusters do not."""
        return self.variance <= _DUST * self.simple

    @property
    def unknown(self) -> str:
        """Why nothing can be said of how much the number varies; empty where something can."""
        if math.isnan(self.variance):
            return "none: a cluster is alone in its stratum"
        return "none: no degree of freedom" if self.degrees_of_freedom < 1 else ""

    def estimate(self, value: float, low: float, high: float, method: str) -> DesignEstimate:
        """The number with these ends."""
        effect = math.nan if self.all_alike else self.variance / self.simple
        error, freedom = math.sqrt(self.variance), self.degrees_of_freedom
        return DesignEstimate(value, error, low, high, self.n, freedom, effect, method)


def t_estimate(value: float, spread: Spread, *, level: float) -> DesignEstimate:
    """The value ± Student's t times its standard error, with the degrees of freedom of the design.

    Clusters alike but not their people: the variance is a simple sample's. No variation at all: unbounded, because
    nothing limits what those who were not asked would have said. Without a degree of freedom NaN.

    >>> spread = Spread(0.09, 0.09, 0.06, n=20, people=18.0, clusters=8, degrees_of_freedom=5, census=False)
    >>> estimate = t_estimate(4.0, spread, level=0.95)
    >>> round(estimate.low, 4), round(estimate.high, 4), round(estimate.design_effect, 4)
    (3.2288, 4.7712, 1.5)
    """
    confidence_level(level)
    if spread.census:
        return spread.estimate(value, value, value, "everyone was asked")
    if spread.all_alike and spread.variance <= _DUST * value**2:
        return spread.estimate(value, -math.inf, math.inf, "unbounded: all alike, and no scale is known")
    if spread.unknown:
        return spread.estimate(value, math.nan, math.nan, spread.unknown)
    method = "Student's t on linearised variance"
    variance = spread.variance
    if spread.clusters_alike:
        variance, method = spread.simple, "Student's t as of a simple sample: clusters alike"
    half = -_t(spread.degrees_of_freedom, level) * math.sqrt(variance)
    return spread.estimate(value, value - half, value + half, method)


def share_estimate(
    value: float, spread: Spread, *, scale: tuple[float, float] = (0, 1), cautious: bool, level: float
) -> DesignEstimate:
    """The value of a number within a scale, with the interval of a share after Korn and Graubard.

    Args:
        value: within the scale.
        spread: how much it varies, in the unit of the scale.
        scale: its lowest and highest value.
        cautious: never more effective answers than people of equal weight.
        level: confidence level, in (0, 1).

    >>> spread = Spread(0.0, 0.0, 0.0, n=7, people=7.0, clusters=7, degrees_of_freedom=6, census=False)
    >>> estimate = share_estimate(1.0, spread, cautious=True, level=0.95)
    >>> round(estimate.low, 4), estimate.high
    (0.5904, 1.0)
    """
    confidence_level(level)
    if spread.census:
        return spread.estimate(value, value, value, "everyone was asked")
    lowest, length = scale[0], scale[1] - scale[0]
    share = (value - lowest) / length
    most_varying = share * (1 - share) * length**2
    answers, method = _effective_answers(most_varying, spread, cautious=cautious, level=level)
    if math.isnan(answers):
        return spread.estimate(value, math.nan, math.nan, method)
    low, high = korn_graubard(share, answers, level=level)
    low, high = lowest + length * low, lowest + length * high
    return spread.estimate(value, min(low, value), max(high, value), method)


def korn_graubard(share: float, answers: float, *, level: float) -> tuple[float, float]:
    """Interval of a share of so many effective answers, not necessarily a whole number: Clopper and Pearson's.

    Args:
        share: in [0, 1].
        answers: effective answers, above 0.
        level: confidence level, in (0, 1).

    Returns:
        The ends, within [0, 1]. At a share of 0 or 1 one end is that share; the other is always apart from it.

    Source:
        Korn and Graubard (1998), Survey Methodology 24, 193-201. R: survey::svyciprop(~good, design, method = "beta")

    >>> low, high = korn_graubard(0.9, 20.5, level=0.95)
    >>> round(low, 4), round(high, 4)
    (0.6866, 0.9872)
    """
    tail = (1 - confidence_level(level)) / 2
    yes, no = answers * share, answers * (1 - share)
    low = 0.0 if share <= 0 else float(betaincinv(yes, no + 1, tail))
    high = 1.0 if share >= 1 else float(betaincinv(yes + 1, no, 1 - tail))
    return low, high


def _effective_answers(most_varying: float, spread: Spread, *, cautious: bool, level: float) -> tuple[float, str]:
    """How many yes-or-no answers of a simple sample would vary as much, and how that was found."""
    if spread.all_alike:
        in_cluster = spread.n / spread.clusters
        answers = spread.people / (1 + (in_cluster - 1) * _UNSEEN_LIKENESS)
        return answers, "Korn-Graubard as of people alike by 0.2 in a cluster: all alike"
    if spread.unknown:
        return math.nan, spread.unknown
    fewer = (_t(spread.n - 1, level) / _t(spread.degrees_of_freedom, level)) ** 2
    if spread.clusters_alike:
        return spread.people * fewer, "Korn-Graubard on people of equal weight: clusters alike"
    worth = most_varying / spread.without_sizes
    if cautious:
        worth = min(worth, spread.people)
    return worth * fewer * spread.without_sizes / spread.variance, "Korn-Graubard on effective answers"


def _t(degrees_of_freedom: int, level: float) -> float:
    return float(stdtrit(degrees_of_freedom, (1 - level) / 2))
