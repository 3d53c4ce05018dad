"""What a unit's answers say on one question, exactly: counts, and their share of the best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from scoring.estimate import Estimate, mean_estimate, wilson
from scoring.measures import Survey
from scoring.node import Reading
from scoring.tally import Tally

__all__ = ["Answers", "Worth", "moments_to_worth", "read_answers"]


class Answers(NamedTuple):
    """The answers to one question as a share of the best, 0–1.

    counts: people at each point of the scale, worst first; n: people who answered, 1 or more; achieved: exact.
    """

    question: str
    reading: Reading
    counts: Sequence[int]
    n: int
    achieved: Fraction

    @property
    def satisfied(self) -> int:
        """People on a point that counts as satisfied; these are the best points of the scale."""
        return sum(self.counts[-len(self.reading.scale.satisfied) :])

    @property
    def mean(self) -> Fraction:
        """Mean answer on the scale, exact."""
        points = zip(self.counts, self.reading.scale.points, strict=True)
        return Fraction(sum(count * point for count, point in points), self.n)

    @property
    def variance(self) -> float:
        """Sampling variance of the share of the best, with divisor n."""
        mean, worths = float(self.achieved), self.reading.worths
        squares = sum(count * (worth - mean) ** 2 for count, worth in zip(self.counts, worths, strict=True))
        return squares / self.n**2

    @property
    def estimate(self) -> Estimate:
        """The share of the best with its 95 % interval."""
        if self.reading.rule == "share":
            return wilson(self.satisfied, self.n)
        found, worth = mean_estimate(self.counts, self.reading.scale.points), self.reading.worth
        low, high = (float(worth(Fraction(end))) for end in (found.low, found.high))
        return Estimate(float(self.achieved), low, high, self.n, found.method)


def read_answers(survey: Survey, question: str, reading: Reading) -> Answers | None:
    """What one question says under the edition's rule; None if nobody answered it.

    Args:
        survey: of one unit and period.
        question: its code in the survey's tally.
        reading: share of satisfied answers, or mean answer between the scale's zero and its best point.

    Raises:
        ValueError: the question was asked on another scale.
    """
    scale = reading.scale
    if survey.tally.points != scale.points:
        raise ValueError(f"tally.points == {survey.tally.points}, must be the edition's scale {scale.points}.")
    counts = survey.counts.get(question, ())
    n = sum(counts)
    if n == 0:
        return None
    if reading.rule == "share":
        achieved = Fraction(sum(counts[-len(scale.satisfied) :]), n)
    else:
        total = sum(count * point for count, point in zip(counts, scale.points, strict=True))
        achieved = reading.worth(Fraction(total, n))
    return Answers(question, reading, counts, n, achieved)


class Worth(NamedTuple):
    """What turns a mean of the tally's values into a share of the best: slope · mean + shift."""

    slope: float
    shift: float

    def of(self, mean: float) -> float:
        """The share of the best, held within [0, 1] against what rounding leaves."""
        return min(max(self.shift + self.slope * mean, 0.0), 1.0)


def moments_to_worth(tally: Tally, reading: Reading) -> Worth:
    """What a mean of the values of the tally's moments is worth.

    Raises:
        ValueError: no moments, or moments of other values than the rule asks for.
    """
    if tally.moments is None:
        raise ValueError("tally.moments == None, must be counted: count_answers(…, values=…).")
    values, worths = tally.moments.values, reading.worths
    length = values[-1] - values[0]
    slope = (worths[-1] - worths[0]) / length if length > 0 else 0.0
    shift = worths[0] - slope * values[0]
    meets = all(
        math.isclose(slope * value + shift, worth, abs_tol=1e-9) for value, worth in zip(values, worths, strict=True)
    )
    if slope <= 0 or not meets:
        raise ValueError(f"tally.moments.values == {values}, must be {worths} for {reading.rule!r}.")
    return Worth(slope, shift)
