"""A table of the register, read: its rows by our columns, and what of it cannot be read, all at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

import polars as pl

from survey_app.register_file.columns import COLUMNS, EXAMPLE, headings_of
from survey_app.register_file.fault import Faults, UnreadableRegister
from survey_app.table_file.bounds import SMALL_TABLES
from survey_app.table_file.known_headings import recogniser
from survey_app.table_file.moments import parse_moments
from survey_app.table_file.opened_file import OpenedFile
from survey_app.table_file.opening import open_table
from survey_app.table_file.words import clean, without_accents
from survey_app.zone import ZONE

MOST_ROWS = 100_000
_EXAMPLES = (without_accents(EXAMPLE), "example")
FIRST_DAY, END_DAY = date(1945, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row that is not empty. row: as a spreadsheet numbers it; cells: our column → its text, "" where empty; days: of the
    columns that hold days, those that are told.
    """

    row: int
    cells: Mapping[str, str]
    days: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileTable:
    """A whole table. headings: our column → its heading in the file, for the columns it has; unread: headings that nothing
    is taken from; examples: rows of the template's own that were passed over.
    """

    kind: str
    rows: tuple[FileRow, ...]
    headings: Mapping[str, str]
    unread: tuple[str, ...] = ()
    examples: int = 0
    opened: OpenedFile | None = None

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.headings


def read_table(path: Path, kind: str) -> tuple[FileTable, Faults]:
    """The rows of a file, and the cells that cannot be read.

    Args:
        path: a CSV file or a workbook.
        kind: one of `COLUMNS`.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    recognise = recogniser(headings_of(kind))
    opened = open_table(path, recognise, SMALL_TABLES)
    places = recognise(opened.headings)
    _refuse_headings(kind, opened.headings, places)
    if hidden := opened.hidden():
        raise UnreadableRegister("hidden", found=", ".join(hidden))
    headings = {column: opened.headings[place] for column, place in places.items()}
    faults = Faults(headings)
    for odd in opened.odd(places.values()):
        ours = next(column for column, place in places.items() if place == odd.place)
        faults.add(odd.row, ours, "", odd.kind)
    days = [column.name for column in COLUMNS[kind] if column.day and column.name in places]
    found = list(islice(_rows(opened, places, days, faults), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise UnreadableRegister("too_many", most=f"{MOST_ROWS:,}")
    rows = tuple(row for row in found if not _is_example(row))
    if not rows:
        raise UnreadableRegister("no_rows")
    unread = tuple(text for place, text in enumerate(opened.headings) if text and place not in places.values())
    return FileTable(kind, rows, headings, unread, len(found) - len(rows), opened), faults


def _refuse_headings(kind: str, headings: Sequence[str], places: Mapping[str, int]) -> None:
    lacking = [column.headings[0] for column in COLUMNS[kind] if column.needed and column.name not in places]
    if lacking:
        there = ", ".join(f"«{clean(each)}»" for each in headings if each)
        raise UnreadableRegister("columns", columns=", ".join(f"«{each}»" for each in lacking), there=there)
    taken = Counter(without_accents(heading) for heading in headings if heading)
    twice = [headings[place] for place in places.values() if taken[without_accents(headings[place])] > 1]
    if twice:
        raise UnreadableRegister("twice", headings=", ".join(f"«{clean(each)}»" for each in twice))


def _rows(opened: OpenedFile, places: Mapping[str, int], days: Sequence[str], faults: Faults) -> Iterator[FileRow]:
    for piece in opened.pieces(places):
        for row, cells in piece.uneven:
            faults.add(row, "", cells, "fields", str(len(opened.headings)))
        frame = piece.frame
        read = {column: _days(frame[column], frame["row"], column, faults) for column in days}
        names = [name for name in frame.columns if name != "row"]
        for at, values in enumerate(frame.iter_rows()):
            cells = {name: text or "" for name, text in zip(names, values[1:], strict=True)}
            told = {column: day for column, found in read.items() if (day := found[at]) is not None}
            yield FileRow(values[0], cells, told)


def _days(text: pl.Series, rows: pl.Series, column: str, faults: Faults) -> list[date | None]:
    """The day of each cell; a cell that holds none is a fault."""
    moments = parse_moments(text)
    local = pl.from_epoch(moments["seconds"], time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE.key)
    days: list[date | None] = []
    told = zip(rows, text, local.dt.date(), moments["timed"], strict=True)
    for row, cell, day, timed in told:
        kind = _day_fault(day, timed=bool(timed)) if cell is not None else None
        if kind:
            faults.add(row, column, cell, kind)
        days.append(None if kind else day)
    return days


def _day_fault(day: date | None, *, timed: bool) -> str | None:
    if day is None or timed:
        return "day"
    return None if FIRST_DAY <= day < END_DAY else "century"


def _is_example(row: FileRow) -> bool:
    return any(is_example(row.cells.get(column, "")) for column in ("name", "pilot"))


def is_example(cell: str) -> bool:
    """Whether a cell begins as those of a template's own rows do, which are passed over."""
    return without_accents(cell).startswith(_EXAMPLES)
