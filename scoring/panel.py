"""Answers of one outcome by unit and month: how many, their sum, and the sum of their squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Panel", "panel_of_counts"]


_DUST = 1e-12  # what rounding leaves of no difference, as a part of the squared range


@dataclass(frozen=True, eq=False)
class Panel:
    """Unit × month table of one outcome.

    units: codes, each once. months: first days, ascending. n, total, squares: shape (units, months): answers,
    sum of their values, sum of their squared values (for a share, values 0 and 1: squares equal total).
    bounds: lowest and highest value that an answer can have; infinite where there is none.

    Raises:
        ValueError: shapes differ, a unit or month comes twice, a month is not a first day, or n is negative.
    """

    units: tuple[str, ...]
    months: tuple[date, ...]
    n: NDArray[np.float64]
    total: NDArray[np.float64]
    squares: NDArray[np.float64]
    bounds: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if len(set(self.units)) != len(self.units):
            raise ValueError(f"units == {self.units}, must each come once.")
        if list(self.months) != sorted(set(self.months)) or any(month.day != 1 for month in self.months):
            raise ValueError(f"months == {self.months}, must be first days of months, ascending, each once.")
        for name in ("n", "total", "squares"):
            table = np.array(getattr(self, name), dtype=np.float64)
            if table.shape != (len(self.units), len(self.months)):
                raise ValueError(f"{name}.shape == {table.shape}, must be {(len(self.units), len(self.months))}.")
            table.flags.writeable = False
            object.__setattr__(self, name, table)
        if not (self.n >= 0).all():
            raise ValueError(f"n.min() == {self.n.min()}, must be 0 or more.")
        if not self.bounds[0] < self.bounds[1]:
            raise ValueError(f"bounds == {self.bounds}, must be lowest, highest.")

    def only(self, units: Sequence[str], months: Sequence[date]) -> Panel:
        """The same table for these units, in this order (a unit without a row has no answers), and these months."""
        place = {unit: row for row, unit in enumerate(self.units)}
        rows = np.array([place.get(unit, -1) for unit in units], dtype=np.intp)
        columns = np.array([column for column, month in enumerate(self.months) if month in months], dtype=np.intp)

        def part(table: NDArray[np.float64]) -> NDArray[np.float64]:
            padded = np.vstack([table, np.zeros(len(self.months))])
            return padded[rows][:, columns]

        kept = tuple(self.months[column] for column in columns)
        return Panel(tuple(units), kept, part(self.n), part(self.total), part(self.squares), self.bounds)

    def means(self, *, at_least: int) -> NDArray[np.float64]:
        """Mean per unit and month, shape (units, months); NaN where fewer than `at_least` answered, or nobody."""
        used = self.n >= max(at_least, 1)
        return np.where(used, self.total / np.where(used, self.n, 1), np.nan)

    def mean_variances(self, *, at_least: int) -> NDArray[np.float64]:
        """Sampling variance of those means from each cell's own answers, shape (units, months); NaN where no mean."""
        means, used = self.means(at_least=at_least), self.n >= max(at_least, 1)
        n = np.where(used, self.n, 1)
        return np.asarray(np.maximum(self.squares / n - means**2, 0) / n, dtype=np.float64)

    def answer_variance(self, *, at_least: int) -> float:
        """Variance of one answer around the mean of its unit and month, over all cells that are used.

        One figure for all, so that a small unit that happens to agree is not taken to be exact. Where nobody differs from
        anybody of their cell (everybody satisfied), what Agresti and Coull's two more of each kind leave. 0 when no
        cell has two answers: then nothing is known of it, and only the variation between units counts.
        """
        used = self.n >= max(at_least, 2)
        spread = self.squares - self.total**2 / np.where(used, self.n, 1)
        freedom = float((self.n - 1)[used].sum())
        if freedom <= 0:
            return 0.0
        seen = max(float(spread[used].sum()), 0.0) / freedom
        low, length = self.bounds[0], self.bounds[1] - self.bounds[0]
        if seen > _DUST * length**2 or not math.isfinite(length):
            return seen
        people, total = float(self.n[used].sum()), float(self.total[used].sum())
        share = ((total - low * people) / length + 2) / (people + 4)
        return length**2 * share * (1 - share)


def panel_of_counts(groups: Sequence[tuple[str, date]], counts: ArrayLike, values: Sequence[float]) -> Panel:
    """The panel of one question, from its counts per scale point.

    Args:
        groups: unit and month of each row; a pair that comes twice is added up.
        counts: answers per scale point, shape (rows, points), lowest point first.
        values: what each point counts, shape (points,): (0, 0, 0, 1, 1) for the satisfied share, in [0, 1];
            (1, 2, 3, 4, 5) for the mean point.

    Raises:
        ValueError: shapes differ.

    >>> panel = panel_of_counts([("xa.29926", date(2026, 1, 1))], [[1, 0, 2, 3, 4]], (0, 0, 0, 1, 1))
    >>> panel.means(at_least=10)
    array([[0.7]])
    """
    points = np.asarray(values, dtype=np.float64)
    table = np.asarray(counts, dtype=np.float64).reshape(-1, len(points)) if len(groups) else np.zeros((0, len(points)))
    if len(table) != len(groups):
        raise ValueError(f"counts has {len(table)} rows of {len(points)} points, must have {len(groups)} as groups.")
    units = tuple(sorted({unit for unit, _ in groups}))
    months = tuple(sorted({month for _, month in groups}))
    rows = np.array([units.index(unit) for unit, _ in groups], dtype=np.intp)
    columns = np.array([months.index(month) for _, month in groups], dtype=np.intp)

    def spread(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        cells = np.zeros((len(units), len(months)))
        np.add.at(cells, (rows, columns), table @ weights)
        return cells

    bounds = (float(points.min()), float(points.max()))
    return Panel(units, months, spread(np.ones_like(points)), spread(points), spread(points**2), bounds)
