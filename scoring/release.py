"""The release rule: what may be shown, and when, so that no two looks and no subtraction reveal fewer than ten.

Every published figure of a question is a sum of batches of at least ten answers to that question: a question that few
answer waits by itself. A batch belongs to a level: the finest kind of figure (a desk's session, a desk, a unit) in
which it may be seen. It is seen there and in every coarser figure, never in a finer one, and only in figures of whole
calendar months. So what a figure gains between two looks, and what a coarser figure has beyond its finer ones, is a
number of whole batches. Units together are the sum of the units' own figures.

The rule holds for answers that stay as they are and arrive while their slot is open; who imports paper forms later
gives them the slot in which they were entered.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.estimate import Estimate

__all__ = ["LEVELS", "WITHHELD", "Thresholds", "Verdict", "hide_small", "release_levels"]

Verdict: TypeAlias = Literal["hidden", "weak", "enough"]
Whole: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

LEVELS: tuple[tuple[str, ...], ...] = (("desk", "session"), ("desk",), ("unit",))
"""The kinds of figure, finest first, by the columns that make their cells; the month belongs to each."""

WITHHELD = -1
"""The level of an answer that no figure may use, yet or ever."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a number may be shown (privacy, answers) and when it may decide (evidence_n answers, half-width 0-1)."""

    privacy: int = 10
    evidence_n: int = 30
    evidence_half_width: float = 0.05

    def verdict(self, estimate: Estimate) -> Verdict:
        """Whether a share (0-1) is hidden, shown but too weak for a class, or enough for one.

        >>> [Thresholds().verdict(Estimate(0.9, 0.9 - half, 0.9 + half, n)) for half, n in ((0, 9), (0.06, 99), (0.04, 99))]
        ['hidden', 'weak', 'enough']
        """
        if not estimate.enough(at_least=self.privacy):
            return "hidden"
        if estimate.enough(at_least=self.evidence_n) and estimate.half_width <= self.evidence_half_width:
            return "enough"
        return "weak"


def release_levels(
    cells: Mapping[str, ArrayLike],
    local_dates: ArrayLike,
    slot_ends: ArrayLike,
    answers: ArrayLike,
    *,
    now: datetime,
    levels: Sequence[Sequence[str]] = LEVELS,
    at_least: int = 10,
) -> NDArray[np.int8]:
    """The level from which each slot's answers to each question may be seen, or `WITHHELD`.

    In each finest cell and month the answers of ended slots are gathered in order of time; whenever `at_least` have
    come, they are released as one batch of level 0. When the month has ended, what is left of the cells is put
    together in the next coarser cell: enough for a batch is released at that level, too few go on to the next. Each
    question is gathered by itself.

    Args:
        cells: the columns named in `levels`, one entry per slot of a cell, R entries; None for no session.
        local_dates: the slots' dates, shape (R,), as datetime64.
        slot_ends: when they end, local time, shape (R,), as datetime64; at the latest at midnight after the date.
        answers: answers received in them to each of Q questions, 0 or more, shape (R, Q); of one question also (R,).
        now: the local time of the look, without a zone.
        levels: columns of the cells, finest level first; each cell lies in one cell of the next level.
        at_least: the size of a batch, 1 or more.

    Returns:
        Level of each entry of `answers`, 0 the finest, of the same shape; `WITHHELD` (−1) for what may not be seen. A
        later look at a longer record changes no level but −1.

    Raises:
        ValueError: shapes differ, `now` has a zone, a slot ends on another day, negative answers, a cell that lies in
            two coarser ones, or `at_least` below 1.

    >>> days = np.array(["2024-03-01", "2024-03-04", "2024-03-05"], dtype="datetime64[D]")
    >>> release_levels(
    ...     {"unit": ["a"] * 3, "desk": ["a.1"] * 3, "session": [None] * 3},
    ...     days, days + np.timedelta64(10, "h"), [[6, 1], [5, 5], [3, 4]], now=datetime(2024, 3, 8),
    ... ).tolist()
    [[0, 0], [0, 0], [-1, 0]]
    """
    dates, ends, received = _checked(local_dates, slot_ends, answers, at_least=at_least)
    look = _local(now)
    months = dates.astype("datetime64[M]")
    codes = {name: _codes(cells[name], len(received)) for name in {name for columns in levels for name in columns}}
    keys = [_cells([codes[name] for name in columns], months) for columns in levels]
    order = np.lexsort((ends, keys[0]))
    _check_nested([key[order] for key in keys], levels)
    gathered = order[ends[order] <= look]
    month_is_over = (months + 1).astype(ends.dtype) <= look
    places = [np.unique(key, return_inverse=True)[1] for key in keys[1:]]
    released = np.full(received.shape, WITHHELD, dtype=np.int8)
    for level, to_one in _each_question(released, received):
        level[gathered[_in_batches(keys[0][gathered], ends[gathered], to_one[gathered], at_least)]] = 0
        _put_together(level, to_one, month_is_over, places, at_least)
    return released


def _each_question(released: NDArray[np.int8], received: Whole) -> Iterator[tuple[NDArray[np.int8], Whole]]:
    """A view of the levels and a copy of the answers, question by question."""
    table = (len(received), math.prod(received.shape[1:]))
    for level, to_one in zip(released.reshape(table).T, received.reshape(table).T, strict=True):
        yield level, np.ascontiguousarray(to_one)


def _put_together(level: NDArray[np.int8], answers: Whole, over: Mask, places: Sequence[Whole], at_least: int) -> None:
    """Release at coarser levels what months that are over have left; places[i] is each entry's cell of level i + 1."""
    for coarser, place in enumerate(places, start=1):
        left = over & (level == WITHHELD)
        together = np.bincount(place, weights=answers * left)
        level[left & (together[place] >= at_least)] = coarser


def hide_small(counts: ArrayLike, *, at_least: int = 10) -> Mask:
    """Which cells of a table with a known total must be hidden so that none below `at_least` is given away.

    Cells with 1 to at_least − 1 answers are hidden; while those hidden have together fewer than `at_least`, the
    smallest cell still shown is hidden too, so that they are two or more. A cell of nobody is shown as nobody. If
    the total itself is below `at_least` every cell with answers is hidden, and the total is for the caller to hide.

    Args:
        counts: answers per cell, whole numbers, shape (K,).
        at_least: the fewest answers that may be told, 1 or more.

    Returns:
        True where hidden, shape (K,).

    Raises:
        ValueError: not one row of whole numbers of 0 or more, or `at_least` below 1.

    >>> hide_small([4, 25, 40, 0]).tolist()
    [True, True, False, False]
    """
    numbers = _whole("counts", counts)
    _check_at_least(at_least)
    hidden = (numbers > 0) & (numbers < at_least)
    if not hidden.any():
        return hidden
    for cell in np.argsort(numbers, kind="stable"):
        if numbers[hidden].sum() >= at_least:
            break
        hidden[cell] |= numbers[cell] > 0
    return hidden


def _in_batches(cell: Whole, ends: NDArray[np.datetime64], answers: Whole, at_least: int) -> Mask:
    """Which entries, sorted by cell and time, lie in a full batch; what one slot brought stays together."""
    inside = np.zeros(len(cell), dtype=np.bool_)
    if not len(cell):
        return inside
    new_cell = np.diff(cell, prepend=cell[0] - 1) != 0
    slots = np.flatnonzero(new_cell | np.append(True, ends[1:] != ends[:-1]))
    first = np.append(slots, len(cell))
    before = np.append(0, np.cumsum(answers))[first]  # answers before each slot, over all cells
    closing = np.searchsorted(before[1:], before[:-1] + at_least).tolist()  # where a batch begun at a slot is full
    cell_ends = np.append(np.flatnonzero(new_cell[slots]), len(slots)).tolist()
    start_of_rest = [_after_batches(closing, begin, end) for begin, end in itertools.pairwise(cell_ends)]
    for begin, rest in zip(cell_ends, start_of_rest, strict=False):
        inside[first[begin] : first[rest]] = True
    return inside


def _after_batches(closing: Sequence[int], begin: int, end: int) -> int:
    """The first slot of begin..end that lies in no full batch."""
    while begin < end and closing[begin] < end:
        begin = closing[begin] + 1
    return begin


def _checked(
    local_dates: ArrayLike, slot_ends: ArrayLike, answers: ArrayLike, *, at_least: int
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64], Whole]:
    dates = np.asarray(local_dates).astype("datetime64[D]")
    ends = np.asarray(slot_ends).astype("datetime64[s]")
    received = _whole("answers", answers, most_axes=2)
    _check_at_least(at_least)
    for name, shape in (("local_dates", dates.shape), ("slot_ends", ends.shape)):
        if shape != received.shape[:1]:
            raise ValueError(f"{name}.shape == {shape}, must be {received.shape[:1]} as answers.")
    strange = (ends <= dates) | (ends > dates + np.timedelta64(1, "D"))
    if strange.any():
        raise ValueError(f"slot_ends == {ends[strange][0]}, must be on {dates[strange][0]} or at its midnight.")
    return dates, ends, received


def _check_at_least(at_least: int) -> None:
    if at_least < 1:
        raise ValueError(f"at_least == {at_least}, must be 1 or more.")


def _whole(name: str, numbers: ArrayLike, *, most_axes: int = 1) -> Whole:
    given = np.asarray(numbers)
    whole = given.astype(np.int64)
    if not 1 <= whole.ndim <= most_axes or (whole != given).any() or (whole < 0).any():
        raise ValueError(f"{name} == {given.tolist()}, must be one row of whole numbers, 0 or more.")
    return whole


def _local(now: datetime) -> np.datetime64:
    if now.tzinfo is not None:
        raise ValueError(f"now == {now}, must be local time without a zone.")
    return np.datetime64(now.replace(microsecond=0), "s")


def _codes(column: ArrayLike, length: int) -> Whole:
    """A number for each different value, in order of appearance."""
    values = np.asarray(column)
    if values.shape != (length,):
        raise ValueError(f"cells have shape {values.shape}, must be {(length,)} as answers.")
    listed = values.tolist()
    numbers = {value: number for number, value in enumerate(dict.fromkeys(listed))}
    return np.fromiter(map(numbers.__getitem__, listed), dtype=np.int64, count=length)


def _cells(columns: Sequence[Whole], months: NDArray[np.datetime64]) -> Whole:
    """One number for each different month and combination of columns."""
    cell = months.astype(np.int64)
    for column in columns:
        cell = cell * (int(column.max(initial=0)) + 1) + column
    return cell


def _check_nested(keys: Sequence[Whole], levels: Sequence[Sequence[str]]) -> None:
    """Each cell lies in one cell of the next level; keys are sorted by the finest level."""
    different = np.append(True, np.diff(keys[0]) != 0)[: len(keys[0])]
    for key in keys[1:]:
        different |= np.append(True, np.diff(key) != 0)[: len(key)]
    few = [key[different] for key in keys]
    for fine, coarse in itertools.pairwise(range(len(levels))):
        pairs = np.unique(np.stack([few[fine], few[coarse]]), axis=1)
        if pairs.shape[1] > len(np.unique(few[fine])):
            raise ValueError(f"levels == {levels}, each cell of {levels[fine]} must lie in one of {levels[coarse]}.")
