"""`python -m survey_app.table_file.workbook_reader`: reads one workbook in a process that has bounds, and answers by JSON lines.

A workbook is somebody else's program for whatever opens it. This process has as much memory and time as a sound one needs, no
secret of the server, nothing that it may write to and nothing that it may start; when it dies, the server refuses the file.

Told by arguments: the path, and the bounds. Says first which sheets there are, then answers what it is asked by lines on its
standard input (`ASKED`). Anything refused is said as `{"refused": kind, "detail": …}`, and is the last line.
"""

import itertools
import json
import os
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from survey_app.table_file.archive import BYTES_AT_ONCE, look_through, part_of
from survey_app.table_file.bounds import LAST_COLUMN, LONGEST_CELL, MOST_COLUMNS, Bounds
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import stacks_marks

NO_MEMORY = 77
"""The exit code that says so; where Rust has no more, it aborts."""
FIRST_ROWS = 21
"""Rows among which headings stand, and the one below them."""
ROWS_AT_ONCE, CHARACTERS_AT_ONCE = 1_000, 1 << 20
LONGEST_HEADING = 500
MOST_SHEETS = 100
MOST_HIDDEN, MOST_MERGED, MOST_ODD = 10, 6, 100_000
_ODD = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*?(?:( t="e")[^<>]*>|>\s*<f[^<>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>)'
)
_HIDDEN = re.compile(
    rb'<row (?=[^<>]*?\bhidden="(?:1|true)")[^<>]*?\br="(\d{1,7})"'
    rb'|<col (?=[^<>]*?\bhidden="(?:1|true)")[^<>]*?\bmin="(\d{1,7})"'
)
Value = str | int | float | bool | date | datetime | time | timedelta
Row = tuple[int, list[str]]
"""As a spreadsheet numbers it, and its cells."""


def main() -> None:
    """Bind this process, then read."""
    path, bounds = Path(sys.argv[1]), Bounds(**json.loads(sys.argv[2]))
    _bind(bounds)
    try:
        _answer(path, bounds)
    except UnreadableFile as refused:
        _say({"refused": refused.kind, "detail": refused.detail})
    except CalamineError as error:
        _say({"refused": "damaged", "detail": {"found": str(error)[:LONGEST_HEADING]}})
    except MemoryError:
        os._exit(NO_MEMORY)
    except BrokenPipeError:  # nobody listens any more
        os._exit(0)


def _bind(bounds: Bounds) -> None:
    """No more memory and processor than told, no file to write to, no other process, no dump of what it read."""
    limits = {
        resource.RLIMIT_AS: bounds.memory,
        resource.RLIMIT_CPU: bounds.seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        hard = resource.getrlimit(limit)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (least, least))
    with suppress(OSError):  # where the whole machine runs out, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _say(told: object) -> None:
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()


def _answer(path: Path, bounds: Bounds) -> None:
    names = look_through(path, unpacked=bounds.unpacked)
    workbook = _Workbook(path, load_workbook(path))
    _say({"macros": "xl/vbaProject.bin" in names, "sheets": workbook.told()})
    for line in sys.stdin:
        asked, *numbers = line.split()
        for told in ASKED[asked](workbook, *map(int, numbers)):
            _say(told)


class _Workbook:
    """The sheets that somebody sees and that hold something, and how far their rows were told."""

    def __init__(self, path: Path, opened: CalamineWorkbook) -> None:
        self.path = path
        self.sheets = list(_filled_sheets(opened))
        self._rows: dict[int, Iterator[Row]] = {}

    def told(self) -> list[dict[str, Any]]:
        """What tells which sheet is meant: the beginning of the cells in each one's first rows."""
        return [
            {
                "name": sheet.name,
                "height": sheet.end[0] + 1,
                "first": [[cell[:LONGEST_HEADING] for cell in cells] for _, cells in _first(_rows(sheet))],
            }
            for sheet in self.sheets
        ]

    def first_rows(self, number: int) -> Iterator[list[Row]]:
        """The rows among which the headings stand."""
        self._rows[number] = _rows(self.sheets[number])
        self.sheets = [
            sheet if at == number else None for at, sheet in enumerate(self.sheets)
        ]  # their memory is not needed
        yield _first(self._rows[number])

    def other_rows(self, number: int) -> Iterator[list[Row] | None]:
        """All others, a block at a time."""
        rows = self._rows[number]
        while block := list(_block(rows)):
            yield block
        yield None

    def merged(self, number: int, first_row: int) -> Iterator[list[str]]:
        """Where cells are merged from a row on."""
        ranges = self.sheets[number].merged_cell_ranges or []
        found = (start for start, end in ranges if end[0] + 1 >= first_row)
        yield [f"{_letters(column)}{row + 1}" for row, column in itertools.islice(found, MOST_MERGED)]

    def odd(self, number: int, *places: int) -> Iterator[list[tuple[int, int, str]] | None]:
        """Errors, and formulas that nobody calculated, in these columns: calamine gives both as an empty cell."""
        sheet = self.sheets[number]
        found = itertools.islice(_odd_cells(self.path, sheet.name, sheet.start[1], places), MOST_ODD)
        while block := list(itertools.islice(found, ROWS_AT_ONCE)):
            yield block
        yield None

    def hidden(self, number: int) -> Iterator[list[str]]:
        """Rows and columns that nobody sees who looks at the sheet: «5», «C»."""
        yield list(itertools.islice(_hidden(self.path, self.sheets[number].name), MOST_HIDDEN))


ASKED: Mapping[str, Callable[..., Iterator[Any]]] = {
    each.__name__: each
    for each in (_Workbook.first_rows, _Workbook.other_rows, _Workbook.merged, _Workbook.odd, _Workbook.hidden)
}
"""What may be asked, followed by the sheet's number; what comes in several lines ends with `null`."""


def _filled_sheets(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    listed = [
        each
        for each in workbook.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    ]
    if len(listed) > MOST_SHEETS:
        raise UnreadableFile("many_sheets", count=len(listed), most=MOST_SHEETS)
    for each in listed:
        sheet = workbook.get_sheet_by_name(each.name)
        if sheet.start is None:
            continue
        if sheet.end[1] >= MOST_COLUMNS:
            raise UnreadableFile("damaged", found=f"columns beyond {LAST_COLUMN}")
        yield sheet


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows that are not empty."""
    for row, values in enumerate(sheet.iter_rows(), 1):
        cells = [value if type(value) is str else _text(value) for value in values]
        if any(cells):
            yield row, cells


def _first(rows: Iterator[Row]) -> list[Row]:
    return [_judged(each) for each in itertools.islice(rows, FIRST_ROWS)]


def _block(rows: Iterator[Row]) -> Iterator[Row]:
    """Some rows, as many as are told at once."""
    characters = 0
    for each in itertools.islice(rows, ROWS_AT_ONCE):
        yield _judged(each)
        characters += sum(map(len, each[1]))
        if characters > CHARACTERS_AT_ONCE:
            return


def _judged(row: Row) -> Row:
    """The row, if none of its cells is longer than a spreadsheet program would keep or would take long to be compared."""
    number, cells = row
    if sum(map(len, cells)) > LONGEST_HEADING:
        longest = max(map(len, cells))
        if longest > LONGEST_CELL:
            raise UnreadableFile("too_wide", line=number, most=f"{LONGEST_CELL:,}", columns=MOST_COLUMNS)
        if any(map(stacks_marks, cells)):
            raise UnreadableFile("stacked")
    return row


def _text(value: Value) -> str:
    """A cell as text: dates ISO to the second, whole numbers without a point."""
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _odd_cells(path: Path, sheet: str, left: int, places: Collection[int]) -> Iterator[tuple[int, int, str]]:
    for whole in _pieces(path, sheet, b"</c>"):
        if b't="e"' not in whole and b"<f" not in whole:
            continue
        for found in _ODD.finditer(whole):
            place = _number(found[1]) - left
            if place in places:
                yield int(found[2]), place, "cell_error" if found[3] else "no_value"


def _hidden(path: Path, sheet: str) -> Iterator[str]:
    for whole in _pieces(path, sheet, b">"):
        for found in _HIDDEN.finditer(whole):
            yield found[1].decode() if found[1] else _letters(int(found[2]) - 1)


def _pieces(path: Path, sheet: str, end: bytes) -> Iterator[bytes]:
    """A sheet's XML, each piece up to such an end."""
    with zipfile.ZipFile(path) as archive:
        part = part_of(archive, sheet)
        if not part:
            return
        with archive.open(part) as file:
            kept = b""
            while block := file.read(BYTES_AT_ONCE):
                whole, mark, kept = (kept + block).rpartition(end)
                yield whole + mark


def _number(letters: bytes) -> int:
    """A column's place, counted from 0.

    >>> _number(b"A"), _number(b"AA")
    (0, 26)
    """
    number = 0
    for each in letters:
        number = 26 * number + each - ord("A") + 1
    return number - 1


def _letters(place: int) -> str:
    """A column's letters.

    >>> _letters(0), _letters(26)
    ('A', 'AA')
    """
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


if __name__ == "__main__":
    main()
