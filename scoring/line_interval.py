"""The doubt that sampling leaves on a line: from the people's own covariance, through curves and caps up to the total."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Answers, moments_to_worth, read_answers
from scoring.composite import weighted_estimates
from scoring.edition import Simulation
from scoring.edition_tree import EXTRA_RULES
from scoring.estimate import effective_answers, effective_wilson, wilson_bounds
from scoring.line import Line
from scoring.measures import Ratio, Survey
from scoring.node import Reading
from scoring.tally import Tally

__all__ = ["Doubt", "How", "Interval", "Linear", "doubt_of", "linear_in_answers"]

Interval: TypeAlias = tuple[float, float]
Floats = NDArray[np.float64]
How = Literal[
    "question", "covariance", "widest", "ends", "simulated", "simulated_widest", "counted", "entered", "known", "none"
]
"""How an interval came about, or why there is none: one question's own; the covariance of the same people's answers;
counts alone, which hide whose answers go together, so the widest that can be; both ends taken through monotone rules; simulated; simulated from counts alone, the widest of several; every dossier was
counted; points or a number were entered; both of these; the line has no value."""

_LEVEL = 0.95


class Doubt(NamedTuple):
    """Both ends of the 95 % interval as shares of the line's maximum, and how they were found. None: not sampled."""

    interval: Interval | None
    how: How


@dataclass(frozen=True, slots=True)
class Linear:
    """Answers weighed and added up: question → weight, above 0; and what is known beside them."""

    reading: Reading | None
    weights: Mapping[str, float]
    constant: float

    def interval(self, survey: Survey) -> Interval:
        """Both ends, from the covariance of the same people's answers."""
        assert self.reading is not None  # noqa: S101, for the type checker: only lines with answers have an interval
        low, high = _share_interval(survey, self.weights, self.reading)
        whole = sum(self.weights.values())
        return self.constant + whole * low, self.constant + whole * high


class _Core(NamedTuple):
    """The largest piece below a line that is linear in the answers. at: the line; before: before that line's curve."""

    at: Line
    before: bool
    linear: Linear


Given: TypeAlias = Mapping[tuple[int, bool], Floats]


def doubt_of(line: Line, simulation: Simulation) -> Doubt:
    """The interval of a line, and how it came about.

    Answers weighed and added up have the interval that the covariance of the same people's answers leaves. Through
    bands, steps, saturation and caps both ends are taken, where the line rises or falls with one such sum. Where
    several of them meet behind a rule that does not add (a maximum, bands beside other answers), the questions'
    means are drawn together, each from its own Wilson interval at every level, with the correlations seen, and the
    line's middle 95 % is the interval. Counts alone do not tell how the questions go together: the interval then
    reaches over those drawn with all together, with all moving the line one way, and with none together.

    Args:
        line: worked out.
        simulation: seed and draws; the same give the same interval.

    Raises:
        ValueError: a sum of several questions with moments of other values than its rule asks for.
    """
    if line.achieved is None:
        return Doubt(None, "none")
    if line.survey is None:
        return Doubt(None, _known(line))
    linear = linear_in_answers(line)
    if linear is not None:
        return Doubt(_around(line, *linear.interval(line.survey)), _how(linear, line.survey))
    cores = tuple(_cores(line))
    if len(cores) == 1 and _direction(line, cores[0]) is not None:
        ends = np.array(cores[0].linear.interval(line.survey))
        found = _many(line, {(id(cores[0].at), cores[0].before): ends})
        return Doubt(_around(line, float(found.min()), float(found.max())), "ends")
    tails = [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]
    drawn = [np.quantile(_many(line, given), tails) for given in _draws(line, line.survey.tally, simulation)]
    low, high = min(float(each[0]) for each in drawn), max(float(each[1]) for each in drawn)
    return Doubt(_around(line, low, high), "simulated" if len(drawn) == 1 else "simulated_widest")


def _around(line: Line, low: float, high: float) -> Interval:
    """Both ends with the value between them: a sum of floats can miss by a digit the cut that the exact value meets."""
    value = float(line.achieved or 0)
    return min(low, value), max(high, value)


def _how(linear: Linear, survey: Survey) -> How:
    if len(linear.weights) == 1:
        return "question"
    return "widest" if survey.tally.moments is None else "covariance"


def _known(line: Line) -> How:
    """What a line without answers in it rests on."""
    if line.basis is not None:
        return "counted" if isinstance(line.basis, Ratio) else "entered"
    kinds = {_known(part) for part in (*(part for part, _ in line.parts), *line.extras)}
    return kinds.pop() if len(kinds) == 1 else "known"


def linear_in_answers(line: Line, *, before: bool = False) -> Linear | None:
    """The line as a weighed sum of answers; None where it is none. before: before the line's curve."""
    if line.node.curve is not None and not before and line.survey is not None:
        return None
    weights: dict[str, float] = {}
    readings: dict[int, Reading] = {}  # by identity: criteria that are read alike share one value
    constant = _gather(line, 1.0, weights, readings)
    if constant is None or len(readings) > 1:
        return None
    return Linear(next(iter(readings.values()), None), weights, constant)


def _gather(line: Line, share: float, weights: dict[str, float], readings: dict[int, Reading]) -> float | None:
    """Add the weights of the questions in the line, before its curve; what is known beside them, None if it is no sum."""
    if line.survey is None:
        return share * float(line.achieved or 0)
    if isinstance(line.basis, tuple):
        reading = line.basis[0].reading
        readings[id(reading)] = reading
        for answers in line.basis:
            weights[answers.question] = weights.get(answers.question, 0.0) + share / len(line.basis)
        return 0.0
    if line.node.rule in ("maximum", *EXTRA_RULES) or line.extras:
        return None
    constant = 0.0
    for part, of in line.parts:
        if part.node.curve is not None and part.survey is not None:
            return None
        known = _gather(part, share * of.numerator / of.denominator, weights, readings)
        if known is None:
            return None
        constant += known
    return constant


def _cores(line: Line) -> Iterator[_Core]:
    """The largest linear pieces with answers in them, at and below the line."""
    if line.survey is None or line.achieved is None:
        return
    for before in (False, True):
        linear = linear_in_answers(line, before=before)
        if linear is not None:
            yield _Core(line, before, linear)
            return
    for part in (*(part for part, _ in line.parts), *line.extras):
        yield from _cores(part)


def _direction(line: Line, core: _Core) -> bool | None:
    """Whether the line never falls (True) or never rises (False) as the core rises; None: neither."""
    if line is core.at and not core.before:
        return True
    inner: bool | None = True
    if line is not core.at:
        part = next(part for part in (*(part for part, _ in line.parts), *line.extras) if part.survey is not None)
        inner = _direction(part, core)
        if inner is not None and part.node.rule == "penalty":
            inner = not inner
    rises = True if line.node.curve is None else line.node.curve.rises
    return None if inner is None or rises is None else inner == rises


def _many(line: Line, given: Given) -> Floats:
    """What the line achieves for many values of the pieces given."""
    if (id(line), False) in given:
        return np.asarray(given[id(line), False])
    if line.survey is None:
        return np.array([float(line.achieved or 0)])
    raw = given.get((id(line), True))
    if raw is None:
        raw = _together(line, given)
    return line.node.curve.worths(raw) if line.node.curve is not None else raw


def _together(line: Line, given: Given) -> Floats:
    """The rule of the line for many values, before its curve; as `scoring.line` has it for one exact value."""
    worths = [float(share) * _many(part, given) for part, share in line.parts]
    if line.node.rule == "maximum":
        return np.asarray(np.max(np.broadcast_arrays(*worths), axis=0))
    found = np.asarray(sum(worths))
    if line.node.rule in EXTRA_RULES:
        return np.asarray(np.minimum(found, 1.0))
    for extra in line.extras:
        points = _many(extra, given) * float(extra.node.maximum / line.node.maximum)
        found = found + points if extra.node.rule == "bonus" else found - points
    if not line.extras:
        return found
    return np.asarray(np.maximum(0.0, found if line.node.over == "keep" else np.minimum(1.0, found)))


def _share_interval(survey: Survey, weights: Mapping[str, float], reading: Reading) -> Interval:
    """95 % interval of the weighted mean of questions, as a share of the best; one question has its own."""
    if len(weights) == 1:
        answers = read_answers(survey, next(iter(weights)), reading)
        return (answers.estimate.low, answers.estimate.high) if answers else (0.0, 1.0)
    if survey.tally.moments is None:
        return _widest(survey, weights, reading)
    worth = moments_to_worth(survey.tally, reading)
    (estimate,) = weighted_estimates(survey.tally, weights)
    return worth.of(estimate.low), worth.of(estimate.high)


def _widest(survey: Survey, weights: Mapping[str, float], reading: Reading) -> Interval:
    """The same where only counts are known: as if whoever is hard to please in one question were so in all.

    No correlation of the questions makes their weighted mean vary more than the weighted sum of their standard errors.
    """
    whole = sum(weights.values())
    found = [(weight / whole, read_answers(survey, question, reading)) for question, weight in weights.items()]
    known = [(share, answers) for share, answers in found if answers]
    error = sum(share * math.sqrt(answers.variance) for share, answers in known)
    value = float(sum(share * float(answers.achieved) for share, answers in known))
    n = min(answers.n for _, answers in known)
    worst, length = reading.worths[0], 1 - reading.worths[0]
    estimate = effective_wilson(min(max((value - worst) / length, 0.0), 1.0), (error / length) ** 2, n)
    return worst + length * estimate.low, worst + length * estimate.high


def _leaves(line: Line, way: float = 1.0) -> Iterator[tuple[Line, float]]:
    """The criteria that were asked, each with 1, or −1 where it pulls the line down: by a penalty, by a falling curve."""
    if line.node.curve is not None and line.node.curve.rises is False:
        way = -way
    if isinstance(line.basis, tuple):
        yield line, way
    for part in (*(part for part, _ in line.parts), *line.extras):
        yield from _leaves(part, -way if part.node.rule == "penalty" else way)


def _draws(line: Line, tally: Tally, simulation: Simulation) -> Iterator[Given]:
    """Draws of every criterion below the line, before its curve: one set, or several where only counts are known."""
    leaves = [(leaf.basis, leaf, way) for leaf, way in _leaves(line) if isinstance(leaf.basis, tuple)]
    answers = [(each, way) for basis, _, way in leaves for each in basis]
    normal = np.random.default_rng(simulation.seed).standard_normal((simulation.draws, len(answers)))
    for root in _roots(tally, [each.question for each, _ in answers], np.array([way for _, way in answers])):
        together = normal @ root.T
        drawn = {each.question: _drawn(each, together[:, i]) for i, (each, _) in enumerate(answers)}
        yield {(id(leaf), True): np.mean([drawn[each.question] for each in basis], axis=0) for basis, leaf, _ in leaves}


def _roots(tally: Tally, questions: list[str], ways: Floats) -> tuple[Floats, ...]:
    """Roots of the correlations of the questions' means: as seen; or, from counts alone, of every one to be feared."""
    if tally.moments is not None:
        return (_root(_correlation(tally, questions)),)
    if len(questions) == 1:
        return (np.eye(1),)
    first = np.eye(len(questions))[0]
    return np.outer(np.ones_like(ways), first), np.outer(ways, first), np.eye(len(questions))


def _drawn(answers: Answers, z: Floats) -> Floats:
    """Wilson's bound at every z: the middle 95 % of them is the question's own interval."""
    worst, length = answers.reading.worths[0], 1 - answers.reading.worths[0]
    mean, variance = (float(answers.achieved) - worst) / length, answers.variance / length**2
    return worst + length * wilson_bounds(mean, effective_answers(mean, variance, answers.n, level=_LEVEL), z)


def _correlation(tally: Tally, questions: list[str]) -> Floats:
    """Correlation of the questions' means. Questions that all answered alike go together, and with nothing else."""
    asked = tally.asking(*questions).moments
    assert asked is not None  # noqa: S101, for the type checker: asking() keeps the moments
    n, total, product = (np.asarray(each[0], dtype=np.float64) for each in (asked.n, asked.total, asked.product))
    answers = np.maximum(np.diagonal(n), 1)
    means = np.diagonal(total) / answers
    together = product - means[None, :] * total - means[:, None] * total.T + np.outer(means, means) * n
    covariance = together / np.outer(answers, answers)
    alike = np.diagonal(covariance) <= 1e-15  # noqa: PLR2004, what rounding leaves of nothing
    spread = np.sqrt(np.where(alike, 1.0, np.diagonal(covariance)))
    found: Floats = np.clip(covariance / np.outer(spread, spread), -1, 1)
    found[alike, :] = found[:, alike] = 0.0
    found[np.ix_(alike, alike)] = 1.0
    np.fill_diagonal(found, 1.0)
    return found


def _root(correlation: Floats) -> Floats:
    """A root of the matrix; pairwise sums with blanks can miss being one by a little, so what is negative is 0."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0))
    lengths: Floats = np.maximum(np.sqrt((root**2).sum(axis=1, keepdims=True)), 1e-12)
    unit: Floats = root / lengths
    return unit
