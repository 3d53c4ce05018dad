"""Weights that meet known totals of any numbers, changed as little as possible from the weights before."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import between, choice, count, numbers
from scoring.weights import NotConverging, Weighting, positive_weights

__all__ = ["calibrate"]

Floats: TypeAlias = NDArray[np.float64]

_DISTANCES = ("linear", "raking", "logit")
_CUTS = 40
_STEEPEST = 300  # e^300 can still be squared
_LEAST_SLOPE = 1e-4
_FARTHEST = 1e8  # no combination of columns scaled to 1 is there unless the totals cannot be met


def calibrate(
    weights: ArrayLike,
    auxiliaries: ArrayLike,
    *,
    totals: ArrayLike,
    distance: str = "linear",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    most_rounds: int = 100,
) -> Weighting:
    """Weights with which the sums of the auxiliaries are the known totals, as near as can be to those before.

    Args:
        weights: weight of each row, shape (rows,), above 0.
        auxiliaries: what is known of each row, shape (rows, columns): a column of ones for the number of people,
            1 or 0 for a cell, or any number.
        totals: the known sum of each column over the population, shape (columns,).
        distance: what "near" means. linear: least squares (the generalised regression estimator); raking: the
            factors are products, never below 0 (on cells of margins: `rake`); logit: the factors stay within bounds.
        bounds: smallest and largest factor, below 1 and above 1; logit needs them, the others may have them.
        tolerance: how far a total may be missed, as a share of 1 + |total|, above 0.
        most_rounds: steps before it is given up, 1 or more.

    Returns:
        The weighting. Without rows an empty one, if all totals are 0.

    Raises:
        ValueError: shapes differ; a number that is not finite; a weight of 0 or less, before or after (linear
            without bounds may make them: use raking or bounds); a column that is a combination of others;
            bounds that do not hold 1 between them; logit without bounds.
        NotConverging: (a ValueError) no such weights, most often because the bounds are too narrow; names the total
            that is missed most.

    Source:
        Deville and Särndal (1992), doi:10.1080/01621459.1992.10475217.
        R: survey::calibrate(design, ~minutes, totals, calfun = "raking", bounds = c(0.5, 2))

    >>> weighting = calibrate([10, 10, 10], [[1, 5], [1, 10], [1, 30]], totals=[30, 420])
    >>> weighting.weights.round(4).tolist()
    [10.8571, 10.4286, 8.7143]
    """
    before = positive_weights(weights)
    columns = numbers("auxiliaries", auxiliaries, dimensions=2).copy()
    if len(columns) != len(before):
        raise ValueError(f"auxiliaries.shape == {columns.shape}, must have {len(before)} rows, one for each weight.")
    goals = numbers("totals", totals, length=columns.shape[1])
    between("tolerance", tolerance, above=0)
    rounds_allowed = count("most_rounds", most_rounds, least=1)
    factor = _factor(choice("distance", distance, _DISTANCES), bounds)
    if not len(before):
        _refuse_total_of_nobody(goals)
        return Weighting(before, before, columns, 0)
    scale = _scale(columns, before)
    search = _Search(before, columns / scale, goals / scale, tolerance * (1 + np.abs(goals)) / scale)
    found, rounds = search.run(factor, most_rounds=rounds_allowed)
    return Weighting(_refuse_below_zero(before * found), before, columns, rounds)


class _Factor(ABC):
    """New weight over weight before, as a function of the linear score of a row, and its slope."""

    @abstractmethod
    def at(self, score: Floats) -> Floats: ...

    @abstractmethod
    def slope(self, score: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class _Linear(_Factor):
    low: float
    high: float

    def at(self, score: Floats) -> Floats:
        return np.clip(1 + score, self.low, self.high)

    def slope(self, score: Floats) -> Floats:
        return np.asarray((1 + score > self.low) & (1 + score < self.high), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Raking(_Factor):
    low: float
    high: float

    def at(self, score: Floats) -> Floats:
        return np.clip(np.exp(np.clip(score, -_STEEPEST, _STEEPEST)), self.low, self.high)

    def slope(self, score: Floats) -> Floats:
        raw = np.exp(np.clip(score, -_STEEPEST, _STEEPEST))
        return np.where((raw > self.low) & (raw < self.high), raw, 0.0)


@dataclass(frozen=True, slots=True)
class _Logit(_Factor):
    low: float
    high: float

    def at(self, score: Floats) -> Floats:
        grown = np.exp(np.clip(self._steepness * score, -_STEEPEST, _STEEPEST))
        top = self.low * (self.high - 1) + self.high * (1 - self.low) * grown
        return np.asarray(top / (self.high - 1 + (1 - self.low) * grown), dtype=np.float64)

    def slope(self, score: Floats) -> Floats:
        factor = self.at(score)
        return (factor - self.low) * (self.high - factor) / ((1 - self.low) * (self.high - 1))

    @property
    def _steepness(self) -> float:
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))


def _factor(distance: str, bounds: tuple[float, float] | None) -> _Factor:
    try:
        low, high = (-math.inf, math.inf) if bounds is None else (float(bound) for bound in bounds)
    except (TypeError, ValueError):
        raise ValueError(f"bounds == {bounds!r}, must be a smallest and a largest factor.") from None
    if not low < 1 < high or (bounds is not None and low < 0):
        raise ValueError(f"bounds == {bounds}, must be a smallest factor in [0, 1) and a largest one above 1.")
    if distance == "logit" and not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"bounds == {bounds}, must be two finite factors for logit.")
    if distance == "logit":
        return _Logit(low, high)
    return _Raking(low, high) if distance == "raking" else _Linear(low, high)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Newton's steps to the one combination of the columns whose factors meet the totals.

    What is missed is the slope of a convex function of the combination, so along each step there is one lowest point,
    and the step is cut or stretched until it is near. Rows at a bound have no slope of their own; a small one keeps
    the step finite where all are there.
    """

    weights: Floats
    columns: Floats
    totals: Floats
    allowed: Floats

    def run(self, factor: _Factor, *, most_rounds: int) -> tuple[Floats, int]:
        """The factors of the rows, and the steps that it took."""
        place = np.zeros(self.columns.shape[1])
        for step in range(most_rounds + 1):
            missed = self._missed(factor, place)
            if (np.abs(missed) <= self.allowed).all():
                return factor.at(self.columns @ place), step
            if np.abs(place).max() > _FARTHEST:
                break
            slope = self.weights * np.maximum(factor.slope(self.columns @ place), _LEAST_SLOPE)
            matrix: Floats = np.asarray((self.columns.T * slope) @ self.columns)
            direction: Floats = np.asarray(np.linalg.solve(matrix, missed), dtype=np.float64)
            place = place + self._length(factor, place, direction) * direction
        worst = int((np.abs(missed) / self.allowed).argmax())
        reached = (self.totals - missed)[worst] / self.totals[worst] if self.totals[worst] else math.nan
        raise NotConverging(
            f"totals[{worst}] is missed after {step} rounds: {reached:.4g} of it is reached, must be 1; "
            "wider bounds or fewer columns may help."
        )

    def _missed(self, factor: _Factor, place: Floats) -> Floats:
        return np.asarray(self.totals - (self.weights * factor.at(self.columns @ place)) @ self.columns)

    def _length(self, factor: _Factor, place: Floats, direction: Floats) -> float:
        """How much of the step to take: where it is less than 0.9 times as steep as at its start."""
        steep = 0.9 * float(self._missed(factor, place) @ direction)
        low, high, length = 0.0, math.inf, 1.0
        for _ in range(_CUTS):
            here = float(self._missed(factor, place + length * direction) @ direction)
            if abs(here) <= steep:
                break
            low, high = (length, high) if here > 0 else (low, length)
            length = 2 * length if high == math.inf else (low + high) / 2
        return length


def _scale(columns: Floats, weights: Floats) -> Floats:
    """Largest size of each column, so that minutes and ones weigh alike.

    Raises:
        ValueError: a column says nothing that the columns before it do not say.
    """
    scale = np.abs(columns).max(axis=0)
    scaled = columns / np.where(scale > 0, scale, 1) * np.sqrt(weights / weights.max())[:, np.newaxis]
    for last in range(columns.shape[1]):
        if np.linalg.matrix_rank(scaled[:, : last + 1]) <= last:
            raise ValueError(
                f"auxiliaries[:, {last}] is a combination of the columns before it (or 0, or there are fewer rows than "
                f"columns), must be {columns.shape[1]} columns of which none is: leave it out."
            )
    return np.asarray(scale, dtype=np.float64)


def _refuse_below_zero(weights: Floats) -> Floats:
    low = np.flatnonzero(weights <= 0)
    if low.size:
        raise ValueError(
            f"new weight of row {low[0]} == {weights[low[0]]:g} ({low.size} such rows), must be above 0: "
            'use distance="raking" or bounds.'
        )
    return weights


def _refuse_total_of_nobody(totals: Floats) -> None:
    if totals.any():
        raise ValueError(f"totals == {totals.tolist()}, must be 0: there are no rows.")
