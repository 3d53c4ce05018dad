"""An index made of several questions, with the interval that answers of the same people leave it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.estimate import NOBODY, Estimate, effective_wilson
from scoring.tally import Moments, Tally

__all__ = ["Composite", "CompositeIndex", "Part", "difference", "weighted_estimates"]

Weight: TypeAlias = Fraction | int | str  # exact: "0.15" and "1/9" are, 0.15 is not
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """What one question brings into an index: its exact weight there, its mean and the answers behind it."""

    question: str
    weight: Fraction
    mean: float
    n: int


@dataclass(frozen=True, slots=True)
class CompositeIndex:
    """An index of one group. estimate.n: its distinct people; variance: the sampling variance of the value.

    parts: the questions that were measured, with weights that sum to 1. left_out: those that too few answered; their
    weight went to the others in proportion.
    """

    estimate: Estimate
    variance: float
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composite:
    """What an index is made of: question codes and their exact weights, above 0. Only their proportion matters.

    Raises:
        ValueError: no weight, a weight of 0 or less, or a question named twice.

    >>> import polars
    >>> from scoring.tally import count_answers
    >>> frame = polars.DataFrame({"polite": [5, 4, 4, 2], "posted": [5, 5, 3, 1], "result": [4, None, 2, 1]})
    >>> tally = count_answers(frame, ["polite", "posted", "result"], values=(0, 0, 0, 1, 1))
    >>> index = Composite.of({"polite": "0.5", "posted": "0.25", "result": "0.25"}).index(tally)
    >>> f"{index.estimate.value:.4f} ({index.estimate.low:.2f} to {index.estimate.high:.2f}), n = {index.estimate.n}"
    '0.5833 (0.19 to 0.89), n = 4'
    """

    weights: tuple[tuple[str, Fraction], ...]

    def __post_init__(self) -> None:
        if not self.weights:
            raise ValueError("weights == (), must be at least one.")
        for question, weight in self.weights:
            if weight <= 0:
                raise ValueError(f"weight of {question} == {weight}, must be above 0.")
        if len(dict(self.weights)) < len(self.weights):
            raise ValueError(f"questions == {[question for question, _ in self.weights]}, must name each once.")

    @classmethod
    def of(cls, weights: Mapping[str, Weight]) -> Composite:
        """Questions and their weights: Fraction, whole number or text such as "0.15" or "1/9"."""
        return cls(tuple((question, _exact(question, weight)) for question, weight in weights.items()))

    @classmethod
    def nested(cls, elements: Iterable[tuple[Weight, Mapping[str, Weight]]]) -> Composite:
        """Elements of (weight, weights of its criteria): a criterion gets its part of the weight of its element.

        >>> Composite.nested([(20, {"posted": 1, "on_time": 1}), (80, {"result": 1})]).weights
        (('posted', Fraction(10, 1)), ('on_time', Fraction(10, 1)), ('result', Fraction(80, 1)))
        """
        flat: list[tuple[str, Fraction]] = []
        for element_weight, criteria in elements:
            inner = cls.of(criteria).weights
            whole = sum(weight for _, weight in inner)
            flat += [(question, _exact("element", element_weight) * weight / whole) for question, weight in inner]
        return cls(tuple(flat))

    def index(self, tally: Tally, *, n: int | None = None, at_least: int = 1, level: float = 0.95) -> CompositeIndex:
        """The index of a tally of one group; as `indices`.

        Raises:
            ValueError: the tally has not exactly one group, and as `indices`.
        """
        if len(tally.groups) != 1:
            raise ValueError(f"groups == {len(tally.groups)}, must be 1; use indices, or merge the tally.")
        return self.indices(tally, n=None if n is None else [n], at_least=at_least, level=level)[0]

    def indices(
        self, tally: Tally, *, n: Iterable[int] | None = None, at_least: int = 1, level: float = 0.95
    ) -> tuple[CompositeIndex, ...]:
        """The index of each group: Σ weight · mean, with the interval that answers of the same people leave.

        One person's answers go together, so their covariance counts. The variance is the linearised one,
        Σ over people of (Σ over questions of w (v − mean) / n_question)², computed from pairwise moments; with
        answers missing each question keeps its own mean. The interval is `effective_wilson` on the range of the
        values, the people behind it 1 / Σ w_i w_j n_ij / (n_i n_j), which is n when everyone answered everything.

        Args:
            tally: with moments of the questions.
            n: distinct people of each group; by default `tally.respondents`.
            at_least: answers that a question needs to be measured, 1 or more.
            level: confidence level, in (0, 1).

        Returns:
            One index per group, in the unit of the values of the moments; NaN with n == 0 if nothing is measured.

        Raises:
            ValueError: the tally lacks a question or the moments, `n` has another length, or an argument out of range.

        Source:
            Linearisation: Särndal, Swensson and Wretman (1992), 5.5. R: SE(svymean(~index, svydesign(~1, data = d)))
            · sqrt((n − 1) / n) where nobody left a blank.
        """
        if tally.moments is None:
            raise ValueError("moments == None, must be counted: count_answers(…, values=…).")
        if at_least < 1:
            raise ValueError(f"at_least == {at_least}, must be 1 or more.")
        people = tally.respondents.tolist() if n is None else list(n)
        if len(people) != len(tally.groups):
            raise ValueError(f"len(n) == {len(people)}, must be {len(tally.groups)}, one for each group.")
        asked = tally.asking(*(question for question, _ in self.weights)).moments
        assert asked is not None  # noqa: S101, for the type checker: asking() keeps the moments
        measured = np.diagonal(asked.n, axis1=1, axis2=2) >= at_least
        shares = {mask: self._shares(mask) for mask in {tuple(row) for row in measured.tolist()}}
        weights = np.array([[float(each) for each in shares[tuple(row)]] for row in measured.tolist()])
        means, values, variances, worth = _linearised(asked, weights.reshape(measured.shape))
        low, high = min(asked.values), max(asked.values)
        return tuple(
            CompositeIndex(
                _on_range(values[g], variances[g], people[g], worth[g], low=low, high=high, level=level),
                float(variances[g]) if people[g] and measured[g].any() else math.nan,
                self._parts(shares[tuple(measured[g].tolist())], means[g], np.diagonal(asked.n[g])),
                tuple(question for (question, _), kept in zip(self.weights, measured[g], strict=True) if not kept),
            )
            for g in range(len(people))
        )

    def _shares(self, measured: tuple[bool, ...]) -> tuple[Fraction, ...]:
        """The weights of the measured questions, summing to 1; 0 for the others."""
        kept = [weight if keep else Fraction(0) for (_, weight), keep in zip(self.weights, measured, strict=True)]
        whole = sum(kept, Fraction(0))
        return tuple(weight / whole if whole else weight for weight in kept)

    def _parts(self, shares: tuple[Fraction, ...], means: Floats, n: NDArray[np.int64]) -> tuple[Part, ...]:
        rows = zip(self.weights, shares, means.tolist(), n.tolist(), strict=True)
        return tuple(Part(question, share, mean, answers) for (question, _), share, mean, answers in rows if share)


def weighted_estimates(tally: Tally, weights: Mapping[str, float], *, level: float = 0.95) -> tuple[Estimate, ...]:
    """The weighted mean of questions in each group, as `Composite.indices` has it, for weights that need not be exact.

    Args:
        tally: with moments of the questions.
        weights: question → its weight, above 0; only their proportion matters.
        level: confidence level, in (0, 1).

    Returns:
        One estimate per group, in the unit of the values of the moments; NaN with n == 0 where nobody answered.

    Raises:
        ValueError: the tally lacks a question or the moments.
    """
    if tally.moments is None:
        raise ValueError("moments == None, must be counted: count_answers(…, values=…).")
    asked = tally if tuple(weights) == tally.questions else tally.asking(*weights)
    assert asked.moments is not None  # noqa: S101, for the type checker: asking() keeps the moments
    shares = np.array([list(weights.values())]) / sum(weights.values())
    _, values, variances, worth = _linearised(asked.moments, shares)
    low, high = min(asked.moments.values), max(asked.moments.values)
    people = tally.respondents.tolist()
    rows = zip(values.tolist(), variances.tolist(), people, worth.tolist(), strict=True)
    return tuple(_on_range(*row, low=low, high=high, level=level) for row in rows)


def difference(a: Estimate, b: Estimate) -> Estimate:
    """Difference a − b of two groups with no person in common, with an interval made from theirs.

    Newcombe's square-and-add (MOVER): each end moves by the root of the squared distances to the ends of a and b, so
    the skewness of both intervals is kept. The confidence level is that of a and b.

    Returns:
        Difference in the unit of a and b; n is the smaller of the two. NaN with n == 0 if one of them has nobody.

    Source:
        Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, for two Wilson intervals; Zou and Donner (2008).

    >>> from scoring.estimate import wilson
    >>> change = difference(wilson(56, 70), wilson(48, 80))
    >>> f"{change.value:.4f} ({change.low:.4f} to {change.high:.4f}), n = {change.n}"
    '0.2000 (0.0524 to 0.3339), n = 70'
    """
    if a.n == 0 or b.n == 0:
        return NOBODY
    value = a.value - b.value
    low = value - math.hypot(a.value - a.low, b.high - b.value)
    high = value + math.hypot(a.high - a.value, b.value - b.low)
    return Estimate(value, low, high, min(a.n, b.n), "square and add")


def _linearised(moments: Moments, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Means (G, Q); and per group the weighted mean, its variance, and the people of equal weight (0: nobody)."""
    n = moments.n.astype(np.float64)
    answers = np.maximum(np.diagonal(n, axis1=1, axis2=2), 1)
    means = np.diagonal(moments.total, axis1=1, axis2=2) / answers
    of_i, of_j = means[:, :, None], means[:, None, :]
    # Σ over the people of a pair of (v_i − mean_i)(v_j − mean_j); total[i, j] is the sum of v_i, its transpose of v_j
    together = moments.product - of_j * moments.total - of_i * moments.total.transpose(0, 2, 1) + of_i * of_j * n
    pull = weights / answers
    variance = np.einsum("gi,gij,gj->g", pull, together, pull)
    alike = np.einsum("gi,gij,gj->g", pull, n, pull)
    worth = np.divide(1.0, alike, out=np.zeros_like(alike), where=alike > 0)
    return means, (weights * means).sum(axis=1), np.maximum(variance, 0.0), worth


def _on_range(
    value: float, variance: float, n: int, people: float, *, low: float, high: float, level: float
) -> Estimate:
    if n == 0 or people == 0:
        return NOBODY
    length = high - low
    if length <= 0:
        raise ValueError(f"values == {low} to {high}, must differ.")
    share = min(max(float(value - low) / length, 0.0), 1.0)
    inner = effective_wilson(share, float(variance) / length**2, n, level=level, people=float(people))
    return Estimate(low + length * share, low + length * inner.low, low + length * inner.high, n, inner.method)


def _exact(name: str, weight: Weight) -> Fraction:
    if isinstance(weight, Fraction | int | str):
        return Fraction(weight)
    raise ValueError(f"weight of {name} == {weight!r}, must be exact: a Fraction, a whole number or text.")
