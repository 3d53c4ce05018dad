"""What a unit's answers say on one criterion, exactly; and the interval of anything made of several criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from scoring.composite import Composite
from scoring.edition import Node, Scale, Text
from scoring.estimate import mean_estimate, wilson
from scoring.formula import spell_mean, spell_share
from scoring.tally import Tally

__all__ = ["Answers", "Interval", "Reading", "interval_of", "read_answers"]

Interval = tuple[float, float]


class Reading(NamedTuple):
    """How answers become a share of the best, 0–1: the rule of a criterion and its scale."""

    rule: Literal["share", "mean"]
    scale: Scale

    @classmethod
    def of(cls, node: Node) -> Reading | None:
        """The reading that a criterion asks for; None if it does not ask people."""
        if node.scale is None:
            return None
        return cls("mean" if node.rule == "mean" else "share", node.scale)

    def worth(self, mean: Fraction) -> Fraction:
        """A mean answer as a share of the best."""
        return (mean - self.scale.zero) / (self.scale.points[-1] - self.scale.zero)

    @property
    def worths(self) -> tuple[float, ...]:
        """What each point of the scale is worth, 0–1."""
        if self.rule == "share":
            return tuple(float(point in self.scale.satisfied) for point in self.scale.points)
        return tuple(float(self.worth(Fraction(point))) for point in self.scale.points)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question as a share of the best, 0–1. achieved: exact; n: people who answered, 1 or more."""

    achieved: Fraction
    interval: Interval
    n: int
    formula: Text


def read_answers(tally: Tally, question: str, reading: Reading) -> Answers | None:
    """What one question says under the edition's rule; None if nobody answered it.

    Args:
        tally: one group (or none).
        question: its code in the tally.
        reading: share of satisfied answers, or mean answer between the scale's zero and its best point.

    Raises:
        ValueError: the question was asked on another scale.
    """
    scale = reading.scale
    if tally.points != scale.points:
        raise ValueError(f"tally.points == {tally.points}, must be the edition's scale {scale.points}.")
    if not tally.groups:
        return None
    counts = [int(count) for count in tally.counts[0, tally.questions.index(question)]]
    n = sum(counts)
    if n == 0:
        return None
    if reading.rule == "share":
        satisfied = sum(count for count, point in zip(counts, scale.points, strict=True) if point in scale.satisfied)
        estimate = wilson(satisfied, n)
        achieved = Fraction(satisfied, n)
        return Answers(achieved, (estimate.low, estimate.high), n, spell_share(scale, satisfied, n))
    mean = Fraction(sum(count * point for count, point in zip(counts, scale.points, strict=True)), n)
    estimate = mean_estimate(counts, scale.points)
    achieved = reading.worth(mean)
    interval = float(reading.worth(Fraction(estimate.low))), float(reading.worth(Fraction(estimate.high)))
    return Answers(achieved, interval, n, spell_mean(scale, mean, n, achieved))


def interval_of(tally: Tally, weights: Mapping[str, Fraction], reading: Reading) -> Interval:
    """95 % interval of a weighted sum of questions, from how the same people's answers go together.

    Args:
        tally: one group; with the moments of the values that the rule asks for where there are two questions or more.
        weights: question → its weight, above 0; any sum.
        reading: what each question's answers are turned into.

    Returns:
        Both ends, in the unit of the weighted sum, within [0, sum of the weights].

    Raises:
        ValueError: no moments, or moments of other values than the rule asks for.
    """
    whole = sum(weights.values(), Fraction(0))
    if len(weights) == 1:
        (question,) = weights
        answers = read_answers(tally, question, reading)
        low, high = answers.interval if answers else (0.0, 1.0)
        return low * float(whole), high * float(whole)
    slope, shift = _moments_to_worth(tally, reading)
    estimate = Composite.of(weights).index(tally).estimate
    low, high = (min(max(shift + slope * end, 0.0), 1.0) for end in (estimate.low, estimate.high))
    return low * float(whole), high * float(whole)


def _moments_to_worth(tally: Tally, reading: Reading) -> tuple[float, float]:
    """Slope and shift that turn the values of the tally's moments into what each point is worth, 0–1."""
    if tally.moments is None:
        raise ValueError("tally.moments == None, must be counted (values=…) for an index of several questions.")
    values, worths = np.asarray(tally.moments.values, dtype=np.float64), reading.worths
    length = float(values[-1] - values[0])
    slope = (worths[-1] - worths[0]) / length if length > 0 else 0.0
    shift = worths[0] - slope * float(values[0])
    if slope <= 0 or not np.allclose(slope * values + shift, worths):
        raise ValueError(f"tally.moments.values == {tally.moments.values}, must be {worths} for {reading.rule!r}.")
    return slope, shift
