"""A table of counts, as a spreadsheet has it, becomes a tally, or the list of everything wrong with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from scoring.fault import Fault, FileFaults
from scoring.tally import Tally

__all__ = ["TableFaults", "tally_of_counts"]

Row = Mapping[str, Any]


class TableFaults(FileFaults):
    """Everything wrong with a table, all at once, each with its row and column."""


def tally_of_counts(
    table: Any,
    points: Mapping[str, int] | Sequence[int],
    *,
    question: str,
    by: Iterable[str] = (),
    file: str = "table",
) -> Tally:
    """Tally of a table that has one row per question (and group), and one column of counts per scale point.

    Args:
        table: any eager table that Narwhals reads (Polars, pandas, Arrow). The first row below the headings is row 2,
            as a spreadsheet shows it.
        points: column → scale point, the scale ascending; or the points where the columns are named like them.
        question: the column with the question's code.
        by: columns that make the groups.
        file: name of the table, for the faults.

    Returns:
        The tally, without moments: counts do not say which answers are the same person's. Its respondents are the most
        who answered one question: at least so many people.

    Raises:
        TableFaults: a column that is missing, a count that is no whole number of 0 or more, a question or group that
            is blank, two rows for the same question of the same group; all at once.
        ValueError: fewer than two points, or points not ascending.

    >>> import polars
    >>> table = polars.DataFrame({"unit": ["a", "a"], "code": ["polite", "posted"], "1": [0, 1], "2": [3, 4]})
    >>> tally = tally_of_counts(table, (1, 2), question="code", by=["unit"])
    >>> tally.groups, tally.questions, tally.counts.tolist(), tally.respondents.tolist()
    ((('a',),), ('polite', 'posted'), [[[0, 3], [1, 4]]], [5])
    """
    columns = dict(points) if isinstance(points, Mapping) else {str(point): point for point in points}
    scale = tuple(columns.values())
    if len(scale) < 2 or any(low >= high for low, high in itertools.pairwise(scale)):  # noqa: PLR2004, a scale has two ends
        raise ValueError(f"points == {scale}, must be two or more, ascending.")
    frame, groups_by = nw.from_native(table, eager_only=True), tuple(by)
    missing = [name for name in (*groups_by, question, *columns) if name not in frame.columns]
    if missing:
        found = ", ".join(frame.columns)
        raise TableFaults(Fault(file, "row 1", f"no column {name!r}", f"one of: {found}") for name in missing)
    rows = list(frame.iter_rows(named=True))
    faults = [*_count_faults(rows, columns, file), *_key_faults(rows, (*groups_by, question), file)]
    if faults:
        raise TableFaults(faults)
    return _tally(rows, columns, groups_by, question)


def _count_faults(rows: Sequence[Row], columns: Iterable[str], file: str) -> Iterable[Fault]:
    for (number, row), column in itertools.product(enumerate(rows, start=2), columns):
        if not _is_count(row[column]):
            yield Fault(file, f"row {number}, column {column}", repr(row[column]), "a whole number, 0 or more")


def _is_count(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and value >= 0 and value == value // 1  # type: ignore[operator]  # `number` says that it is one


def _key_faults(rows: Sequence[Row], keys: Sequence[str], file: str) -> Iterable[Fault]:
    seen: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        key = tuple(row[name] for name in keys)
        for name in keys:
            if _is_blank(row[name]):
                yield Fault(file, f"row {number}, column {name}", "(blank)", "a value")
        if key in seen:
            shown = ", ".join(str(part) for part in key)
            yield Fault(file, f"row {number}", shown, f"one row for each, and row {seen[key]} has it already")
        seen.setdefault(key, number)


def _is_blank(value: object) -> bool:
    """Nothing, spaces, or the NaN that pandas makes of an empty cell."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # noqa: PLR0124, NaN is no other


def _tally(rows: Sequence[Row], columns: Mapping[str, int], by: tuple[str, ...], question: str) -> Tally:
    questions = tuple(dict.fromkeys(str(row[question]) for row in rows))
    groups = tuple(sorted({tuple(row[name] for name in by) for row in rows})) if by else ((),)
    counts = np.zeros((len(groups), len(questions), len(columns)), dtype=np.int64)
    places = {group: i for i, group in enumerate(groups)}
    for row in rows:
        place = places[tuple(row[name] for name in by)], questions.index(str(row[question]))
        counts[place] = [int(row[column]) for column in columns]
    return Tally(by, groups, questions, tuple(columns.values()), counts, counts.sum(axis=2).max(axis=1, initial=0))
