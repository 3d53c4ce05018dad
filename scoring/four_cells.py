"""Comparison and treated, before and after: what four cells of observations say, and leave open."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.argument import numbers
from scoring.composite import difference
from scoring.estimate import Estimate, effective_wilson

__all__ = ["CELLS", "FourCells", "check_cells", "doubt_of_cells_alike", "four_cells"]

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.intp]

CELLS = 4


class FourCells(NamedTuple):
    """Comparison, treated; before, after: each of shape (2, 2)."""

    means: Floats
    n: NDArray[Any]
    variances: Floats

    @property
    def difference(self) -> float:
        """The change of the treated less the change of the others."""
        means = self.means
        return float((means[1, 1] - means[1, 0]) - (means[0, 1] - means[0, 0]))


def four_cells(y: Floats, groups: Codes, later: Codes) -> FourCells:
    """Means, sizes and variances from observations; groups and later: 0 or 1. Where n is 0 the others are 0."""
    where = 2 * groups + later
    n = np.bincount(where, minlength=CELLS)
    lowest = np.full(CELLS, np.inf)
    np.minimum.at(lowest, where, y)
    lowest = np.where(n > 0, lowest, 0.0)  # taken off first, so that a cell all alike has a variance of exactly 0
    rest = y - lowest[where]
    rise = np.bincount(where, weights=rest, minlength=CELLS) / np.maximum(n, 1)
    squares = np.bincount(where, weights=(rest - rise[where]) ** 2, minlength=CELLS)
    shape = (2, 2)
    return FourCells((lowest + rise).reshape(shape), n.reshape(shape), (squares / np.maximum(n - 1, 1)).reshape(shape))


def check_cells(cells: FourCells) -> None:
    """Refuse cells of another shape, or without a number where somebody was observed."""
    for name, table in (("means", cells.means), ("n", cells.n), ("variances", cells.variances)):
        if table.shape != (2, 2):
            raise ValueError(f"{name}.shape == {table.shape}, must be (2, 2): comparison, treated; before, after.")
    if np.isnan(cells.means[cells.n > 0]).any() or np.isnan(cells.variances[cells.n > 1]).any():
        raise ValueError("means and variances: must be numbers where n is above 0 and 1.")


def doubt_of_cells_alike(
    cells: FourCells, scale: tuple[float, float] | None, value: float, n: int, *, level: float
) -> Estimate | None:
    """Where every cell is all alike on a known scale: what Wilson's interval leaves open in each of the four; else None.

    Args:
        cells: somebody in each.
        scale: lowest and highest possible outcome.
        value: the double difference that the interval belongs to.
        n: observations behind it.
        level: confidence level, in (0, 1).

    Raises:
        ValueError: a scale that does not hold every mean.
    """
    if scale is None or np.nan_to_num(cells.variances).any():
        return None
    low, high = numbers("scale", scale, length=2).tolist()
    if not low <= cells.means.min() <= cells.means.max() <= high or low == high:
        raise ValueError(f"scale == {scale}, must be two numbers that hold every outcome.")
    inside = (cells.means - low) / (high - low)
    (control, control_after), (treated, treated_after) = (
        [effective_wilson(float(inside[i, j]), 0.0, int(cells.n[i, j]), level=level) for j in (0, 1)] for i in (0, 1)
    )
    doubt = difference(difference(treated_after, treated), difference(control_after, control))
    ends = (doubt.low * (high - low), doubt.high * (high - low))
    method = "square and add of Wilson scores, four cells all alike"
    return Estimate(value, *ends, n, method)
