"""Which cell of a classification each row belongs to: a stratum, a cluster, a domain, a field of work."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Cells", "sort_into_cells"]

Whole: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Labels in sorted order, and for each row the place of its label among them, shape (rows,)."""

    labels: tuple[Hashable, ...]
    places: Whole

    @property
    def rows(self) -> Whole:
        """How many rows are in each cell, shape (cells,)."""
        return np.bincount(self.places, minlength=len(self.labels)).astype(np.int64)

    def indicators(self) -> NDArray[np.float64]:
        """1 where a row is in a cell, else 0, shape (rows, cells)."""
        return np.asarray(self.places[:, np.newaxis] == np.arange(len(self.labels)), dtype=np.float64)


def sort_into_cells(name: str, labels: ArrayLike, *, length: int) -> Cells:
    """Cells of the rows by their labels: numbers or texts, one kind in a list, none of them blank.

    Raises:
        ValueError: another shape, a blank label (None or NaN), or labels that cannot be put in order.

    >>> cells = sort_into_cells("field", ["land", "civil", "land"], length=3)
    >>> cells.labels, cells.places.tolist()
    (('civil', 'land'), [1, 0, 1])
    """
    given: NDArray[Any] = np.asarray(labels)
    if given.shape != (length,):
        raise ValueError(f"{name}.shape == {given.shape}, must be a list of {length}.")
    blank = [row for row, label in enumerate(given.tolist()) if label is None or label != label]  # noqa: PLR0124, NaN
    if blank:
        raise ValueError(f"{name}[{blank[0]}] == {given[blank[0]]}, must be a label, not blank.")
    try:
        found, places = np.unique(given, return_inverse=True)
    except TypeError:
        raise ValueError(f"{name} holds labels of several kinds, must be all texts or all numbers.") from None
    return Cells(tuple(found.tolist()), np.asarray(places, dtype=np.int64))
