"""Weights of the people who answered, so that they stand for all who were to be asked."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import between, count, numbers
from scoring.cells import Cells, sort_into_cells

__all__ = ["NotConverging", "Weighting", "positive_weights", "post_stratify", "rake"]

Floats: TypeAlias = NDArray[np.float64]
Population: TypeAlias = Mapping[Hashable, float]

_SAME = 1e-9  # totals of two margins are the same number to this share of them


class NotConverging(ValueError):
    """No weights could be found that meet every total: the totals contradict each other or the sample is too thin."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """New weights, and what it took to make them.

    weights: shape (rows,), all above 0. before: the weights before, same shape. auxiliaries: what the weights were
    fitted on, shape (rows, columns); `SurveyDesign.calibrated` needs both for a standard error that knows of the
    fitting. rounds: how often all totals were gone through.
    """

    weights: Floats
    before: Floats
    auxiliaries: Floats
    rounds: int

    @property
    def n(self) -> int:
        """Rows, hence people who answered."""
        return len(self.weights)

    @property
    def effective_n(self) -> float:
        """How many people of equal weight would vary as much: (Σw)² / Σw² (Kish); NaN without rows."""
        return effective_n(self.weights)

    @property
    def design_effect(self) -> float:
        """How many times larger unequal weights make the variance: n / effective_n (Kish); NaN without rows."""
        return self.n / self.effective_n if self.n else math.nan

    @property
    def factors(self) -> Floats:
        """New weight over weight before, shape (rows,)."""
        return self.weights / self.before

    @property
    def smallest_factor(self) -> float:
        """The smallest of the factors; NaN without rows."""
        return float(self.factors.min()) if self.n else math.nan

    @property
    def largest_factor(self) -> float:
        """The largest of the factors; NaN without rows."""
        return float(self.factors.max()) if self.n else math.nan


def effective_n(weights: Floats) -> float:
    """How many people of equal weight would vary as much as these: (Σw)² / Σw²; NaN without people.

    Source:
        Kish (1965), Survey Sampling, section 11.7; Kish (1992), Weighting for unequal Pi, J. Official Statistics 8.

    >>> effective_n(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    scaled = weights / weights.max() if len(weights) else weights
    return float(scaled.sum() ** 2 / (scaled**2).sum()) if len(weights) else math.nan


def positive_weights(weights: ArrayLike) -> Floats:
    """Weights as an array of their own, shape (rows,).

    Raises:
        ValueError: another shape, or a weight that is not finite and above 0.
    """
    given = numbers("weights", weights).copy()
    faults = [f"weights[{row}] == {given[row]:g}" for row in np.flatnonzero(given <= 0)]
    if faults:
        raise ValueError(f"{_listed(faults)}, must be above 0.")
    return given


def post_stratify(weights: ArrayLike, cells: ArrayLike, *, population: Population) -> Weighting:
    """Weights that make every cell as large as it is in the population; within a cell all grow alike.

    Args:
        weights: weight of each row, shape (rows,), above 0.
        cells: label of each row's cell, shape (rows,).
        population: size of each cell, 0 or more; a cell of 0 may be named if no row is in it.

    Returns:
        The weighting; rounds is 1. Without rows (and with nobody in the population) an empty one.

    Raises:
        ValueError: a weight of 0 or less; and all at once: a cell of rows that the population does not have, a cell
            of the population in which nobody answered, a size that is negative or not finite.

    Source:
        Holt and Smith (1979), doi:10.2307/2344652. R: survey::postStratify(design, ~cell, population)

    >>> weighting = post_stratify([1, 1, 1], ["land", "land", "civil"], population={"land": 60, "civil": 40})
    >>> weighting.weights.tolist(), round(weighting.effective_n, 4)
    ([30.0, 30.0, 40.0], 2.9412)
    """
    before = positive_weights(weights)
    rows = sort_into_cells("cells", cells, length=len(before))
    sizes = _sizes({"cells": rows}, {"cells": population})["cells"]
    shares = np.bincount(rows.places, weights=before, minlength=len(rows.labels))
    return Weighting(before * (sizes / shares)[rows.places], before, rows.indicators(), 1)


def rake(
    weights: ArrayLike,
    margins: Mapping[str, ArrayLike],
    *,
    population: Mapping[str, Population],
    tolerance: float = 1e-10,
    most_rounds: int = 1000,
) -> Weighting:
    """Weights that make the cells of several margins as large as in the population, one margin after the other.

    Args:
        weights: weight of each row, shape (rows,), above 0.
        margins: for each margin, by its name, the label of each row's cell, shape (rows,).
        population: for each margin, by the same name, the size of each cell, 0 or more. All margins have one total.
        tolerance: how far a cell may miss its size, as a share of the total, above 0.
        most_rounds: rounds before it is given up, 1 or more.

    Returns:
        The weighting. The order of the margins does not matter beyond the tolerance.

    Raises:
        ValueError: a weight of 0 or less; no margin; and all at once: a margin without population, a cell of rows
            that the population does not have, a cell of the population in which nobody answered, margins whose
            totals differ.
        NotConverging: (a ValueError) the sizes could not be met; names the margin and the cell farthest off.

    Source:
        Deming and Stephan (1940), doi:10.1214/aoms/1177731829.
        R: survey::rake(design, list(~field, ~desk), population, control = list(epsilon = 1e-10, maxit = 1000))
        has the same weights. Standard errors with them are those of survey::calibrate(design, ~field + desk, totals,
        calfun = "raking"); after rake itself R averages residuals without weights, so that they differ by some per
        cent where the weights before were unequal.

    >>> weighting = rake([1, 1, 1, 1], {"field": ["land", "land", "civil", "civil"], "half": ["am", "pm", "am", "pm"]},
    ...                  population={"field": {"land": 60, "civil": 40}, "half": {"am": 50, "pm": 50}})
    >>> weighting.weights.round(6).tolist(), weighting.rounds
    ([30.0, 30.0, 20.0, 20.0], 1)
    """
    before = positive_weights(weights)
    between("tolerance", tolerance, above=0)
    count("most_rounds", most_rounds, least=1)
    if not isinstance(margins, Mapping):
        message = f"margins == {margins!r}, must be labels of each row for each margin, by its name."
        raise ValueError(message)  # noqa: TRY004, every refusal is one kind
    if not margins:
        raise ValueError("margins == {}, must be at least one.")
    cells = {name: sort_into_cells(name, labels, length=len(before)) for name, labels in margins.items()}
    sizes = _sizes(cells, population)
    raked, rounds = before, 0
    while not rounds or (off := _farthest_off(raked, cells, sizes))[0] > tolerance:
        if rounds == most_rounds:
            raise NotConverging(f"{off[1]} after {rounds} rounds, must be within {tolerance:g} of the total.")
        rounds += 1
        for name, margin in cells.items():
            shares = np.bincount(margin.places, weights=raked, minlength=len(margin.labels))
            raked = raked * (sizes[name] / shares)[margin.places]
    auxiliaries = np.hstack([margin.indicators() for margin in cells.values()])
    return Weighting(raked, before, auxiliaries, rounds)


def _farthest_off(weights: Floats, cells: Mapping[str, Cells], sizes: Mapping[str, Floats]) -> tuple[float, str]:
    """How far, as a share of the total, the cell that misses its size most does so, and the sentence that says it."""
    worst = (0.0, "")
    for name, margin in cells.items():
        reached = np.bincount(margin.places, weights=weights, minlength=len(margin.labels))
        missed = np.abs(reached - sizes[name]) / max(float(sizes[name].sum()), 1e-300)
        if len(missed) and missed.max() > worst[0]:
            place = int(missed.argmax())
            sentence = f"{name}: {margin.labels[place]} == {reached[place]:g} of {sizes[name][place]:g}"
            worst = (float(missed[place]), sentence)
    return worst


def _sizes(cells: Mapping[str, Cells], population: Mapping[str, Population]) -> dict[str, Floats]:
    """Size of each cell that has rows, in the order of its labels; all faults of all margins at once."""
    if not isinstance(population, Mapping):
        message = f"population == {population!r}, must be sizes of the cells for each margin, by its name."
        raise ValueError(message)  # noqa: TRY004, every refusal is one kind
    strangers = [f"population of {name} is given, must be a margin" for name in population if name not in cells]
    faults = [*strangers, *(fault for name in cells for fault in _faults(name, cells[name], population.get(name)))]
    if not faults:
        faults = _different_totals(population)
    if faults:
        raise ValueError(f"{_listed(faults)}.")
    return {
        name: np.array([population[name][label] for label in margin.labels], dtype=np.float64)
        for name, margin in cells.items()
    }


def _faults(name: str, margin: Cells, population: Population | None) -> Iterable[str]:
    if population is None:
        yield f"population of {name} is missing"
        return
    if not isinstance(population, Mapping):
        yield f"population of {name} == {population!r}, must be a size for each cell, by its label"
        return
    with_rows = set(margin.labels)
    for label, size in population.items():
        if not (isinstance(size, Real) and math.isfinite(size) and size >= 0):
            yield f"population of {name}: {label} == {size!r}, must be a finite number, 0 or more"
        elif size > 0 and label not in with_rows:
            yield f"population of {name}: {label} == {size}, but no row is in that cell: merge it or leave it out"
    for label, rows in zip(margin.labels, margin.rows.tolist(), strict=True):
        if population.get(label, 0) == 0:
            yield f"{name}: {label} has {rows} rows, but the population has nobody there"


def _different_totals(population: Mapping[str, Population]) -> list[str]:
    totals = {name: math.fsum(sizes.values()) for name, sizes in population.items()}
    first = next(iter(totals))
    return [
        f"population of {name} sums to {total:g} and of {first} to {totals[first]:g}, must be the same"
        for name, total in totals.items()
        if not math.isclose(total, totals[first], rel_tol=_SAME)
    ]


def _listed(faults: list[str], *, most: int = 12) -> str:
    left = len(faults) - most
    return "; ".join(faults[:most]) + (f"; … and {left} more" if left > 0 else "")
