"""Answers of one outcome by unit and month: how many, their sum, and the sum of their squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Panel", "panel_of_counts", "panel_of_moments", "panel_of_questions", "panel_of_ratios"]

Groups = Sequence[tuple[str, date]]

_DUST = 1e-12  # what rounding leaves of no difference, as a part of the squared range
_ROUNDED = 1e-9  # what sums of many squares lose in floating point


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


def panel_of_counts(groups: Groups, counts: ArrayLike, values: Sequence[float]) -> Panel:
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
    bounds = (float(points.min()), float(points.max()))
    return panel_of_moments(groups, table.sum(axis=1), table @ points, table @ points**2, bounds=bounds)


def panel_of_questions(groups: Groups, counts: ArrayLike, values: Sequence[float]) -> Panel:
    """The panel of an element: all answers to its questions together, each person counted once.

    One person's answers to the questions of an element go together, and counts do not tell how much. So n is the
    number of answers to the question most answered, as if everybody had answered all questions alike: the doubt is
    never made too small, and a person who said the same nine times is not nine people.

    Args:
        groups: unit and month of each row; a pair that comes twice is added up.
        counts: answers per question and scale point, lowest first, shape (groups, questions, points).
        values: what each point counts, as in `panel_of_counts`.

    Raises:
        ValueError: shapes differ.

    >>> panel = panel_of_questions([("xa.29926", date(2026, 1, 1))], [[[3, 7], [2, 6]]], (0, 1))
    >>> panel.n.item(), panel.means(at_least=10).round(4).item()
    (10.0, 0.7222)
    """
    points = np.asarray(values, dtype=np.float64)
    table = np.asarray(counts, dtype=np.float64)
    if not len(groups):
        return panel_of_counts(groups, np.zeros((0, len(points))), values)
    if table.ndim != 3 or table.shape[::2] != (len(groups), len(points)):  # noqa: PLR2004, three axes
        raise ValueError(f"counts.shape == {table.shape}, must be {(len(groups), 'questions', len(points))}.")
    answers = table.sum(axis=2)
    together = answers.sum(axis=1)
    weight = answers.max(axis=1, initial=0) / np.maximum(together, 1)
    return panel_of_counts(groups, table.sum(axis=1) * weight[:, np.newaxis], values)


def panel_of_ratios(groups: Groups, part: ArrayLike, whole: ArrayLike) -> Panel:
    """The panel of a share that a register counts: dossiers on time, say, of dossiers finished.

    Args:
        groups: unit and month of each row; a pair that comes twice is added up.
        part: dossiers that count, shape (groups,).
        whole: all dossiers, shape (groups,).

    Raises:
        ValueError: shapes differ, or a part is negative or larger than its whole.

    >>> panel = panel_of_ratios([("xa.29926", date(2026, 1, 1))], [190], [200])
    >>> panel.means(at_least=10), panel.bounds
    (array([[0.95]]), (0.0, 1.0))
    """
    counted, of = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    if counted.shape == of.shape and not ((counted >= 0) & (counted <= of)).all():
        row = int(np.flatnonzero(~((counted >= 0) & (counted <= of)))[0])
        raise ValueError(f"part == {counted[row]:g} of whole == {of[row]:g} in {groups[row]}, must be in 0..whole.")
    return panel_of_moments(groups, of, counted, counted, bounds=(0.0, 1.0))


def panel_of_moments(
    groups: Groups,
    n: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    *,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Panel:
    """The panel of any measure, from how many there are, their sum and the sum of their squares: waiting, say.

    Args:
        groups: unit and month of each row; a pair that comes twice is added up.
        n: measurements, shape (groups,).
        total: their sum, shape (groups,), in the unit of the outcome (working hours).
        squares: the sum of their squares, shape (groups,).
        bounds: lowest and highest value that one measurement can have; infinite where there is none.

    Raises:
        ValueError: shapes differ, n is negative, or squares are smaller than n and total allow.

    >>> hours = np.array([3.0, 4.0, 8.0])
    >>> panel = panel_of_moments([("xa.29926", date(2026, 1, 1))], [3], [hours.sum()], [(hours**2).sum()])
    >>> panel.means(at_least=1), round(panel.answer_variance(at_least=1), 6)
    (array([[5.]]), 7.0)
    """
    sums = [np.asarray(each, dtype=np.float64) for each in (n, total, squares)]
    if any(each.shape != (len(groups),) for each in sums):
        raise ValueError(f"n, total, squares have shapes {[each.shape for each in sums]}, must be {(len(groups),)}.")
    few = sums[2] * sums[0] < sums[1] ** 2 * (1 - _ROUNDED) - _DUST
    if few.any():
        row = int(np.flatnonzero(few)[0])
        raise ValueError(
            f"squares == {sums[2][row]:g} in {groups[row]}, must be at least total² / n == {sums[1][row]:g}² / {sums[0][row]:g}."
        )
    units = tuple(sorted({unit for unit, _ in groups}))
    months = tuple(sorted({month for _, month in groups}))
    row_of, column_of = ({label: place for place, label in enumerate(labels)} for labels in (units, months))
    rows = np.array([row_of[unit] for unit, _ in groups], dtype=np.intp)
    columns = np.array([column_of[month] for _, month in groups], dtype=np.intp)

    def spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
        cells = np.zeros((len(units), len(months)))
        np.add.at(cells, (rows, columns), values)
        return cells

    return Panel(units, months, spread(sums[0]), spread(sums[1]), spread(sums[2]), bounds)
