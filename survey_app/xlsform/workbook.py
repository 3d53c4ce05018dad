"""A workbook's sheets as rows of text, each cell with its place; read by calamine out of an archive kept within bounds."""

import io
import unicodedata
from collections.abc import Sequence
from datetime import date, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, load_workbook

from survey_app.table_file.bounds import LONGEST_CELL
from survey_app.table_file.words import stacks_marks
from survey_app.xlsform.archive import Parts, Unreadable, pack, unpack
from survey_app.xlsform.letters import unfit_letter
from survey_app.xlsform.misfits import Misfit, Place
from survey_app.xlsform.parts import Sheets, scan
from survey_app.xlsform.sheet import Cell, Row, Sheet, Workbook

READ_SHEETS = ("survey", "choices", "settings")
OTHER_SHEETS = {
    "external_choices": "choices from a list of their own (external_choices) are not known here",
    "entities": "entities are not known here: an answer makes or changes no record",
    "osm": "OpenStreetMap tags are not known here",
}
MACROS = ("xl/vbaProject.bin", "xl/macrosheets/")
MOST_MERGED_TOLD = 100
"""One is refused already; a hundred show where."""
Value = str | int | float | bool | date | time | timedelta


def read_workbook(data: bytes) -> Workbook:
    """The sheets of an .xlsx or .xlsm workbook.

    Raises:
        Unreadable: it is no such workbook, or too large.
    """
    parts = unpack(data)
    seen = scan(parts)
    try:
        with load_workbook(io.BytesIO(pack(_without_programs(parts)))) as workbook:
            return _sheets(workbook, seen, parts)
    except CalamineError as error:
        raise Unreadable(str(error), "an .xlsx workbook; this file is damaged, so save it again") from error


def _without_programs(parts: Parts) -> Parts:
    """Only what was scanned: macros, pictures and other parts are not opened at all."""
    return {name: content for name, content in parts.items() if name.endswith((".xml", ".rels"))}


def _sheets(workbook: CalamineWorkbook, seen: Sheets, parts: Parts) -> Workbook:
    misfits = [
        Misfit(Place(), name, "macros are left out: they never run here", refused=False)
        for name in parts
        if name.startswith(MACROS)
    ]
    sheets: dict[str, Sheet] = {}
    for listed in workbook.sheets_metadata:
        name = listed.name.strip().lower()
        place = Place(listed.name)
        if name in sheets:
            misfits.append(Misfit(place, listed.name, "each sheet once, whatever its letters' size"))
        elif name in READ_SHEETS and listed.typ == SheetTypeEnum.WorkSheet:
            if listed.visible != SheetVisibleEnum.Visible:
                misfits.append(Misfit(place, "a hidden sheet", "it is read although it is hidden", refused=False))
            sheets[name], found = _read_sheet(workbook, listed.name, seen)
            misfits += found
        elif name in OTHER_SHEETS and workbook.get_sheet_by_name(listed.name).height > 1:
            misfits.append(Misfit(place, listed.name, OTHER_SHEETS[name]))
        elif not name.startswith("_"):
            misfits.append(
                Misfit(place, listed.name, f"only {', '.join(READ_SHEETS)} are read; it is left out", refused=False)
            )
    return Workbook(sheets, misfits)


def _read_sheet(workbook: CalamineWorkbook, name: str, seen: Sheets) -> tuple[Sheet, list[Misfit]]:
    sheet = workbook.get_sheet_by_name(name)
    extent = seen.extent(name)
    rows = sheet.to_python(skip_empty_area=False)
    _refuse_long(name, rows)
    headings, misfits = _headings(name, rows[0] if rows else [])
    for (top, left), (bottom, _) in (sheet.merged_cell_ranges or [])[:MOST_MERGED_TOLD]:
        at = Place(name, top + 1, _heading(headings, left + 1))
        misfits.append(Misfit(at, f"cells merged down to row {bottom + 1}", "one value a cell: undo the merging"))
    for row, column in extent.errors:
        misfits.append(Misfit(Place(name, row, _heading(headings, column)), "an error", "a value, not an error"))
    for row, column in extent.empty_formulas:
        at = Place(name, row, _heading(headings, column))
        misfits.append(Misfit(at, "a formula without its value", "its value: open the workbook, calculate, save it"))
    made = [_row(name, number, values, headings, misfits) for number, values in enumerate(rows[1:], 2)]
    return Sheet(name, tuple(filter(None, headings)), tuple(row for row in made if row.cells)), misfits


def _refuse_long(sheet: str, rows: Sequence[Sequence[Value]]) -> None:
    """What no spreadsheet program keeps in a cell, and what takes the square of its length to be composed."""
    for text in (value for values in rows for value in values if type(value) is str):
        if len(text) > LONGEST_CELL:
            raise Unreadable(f"{sheet}: a cell of {len(text):,} letters", f"at most {LONGEST_CELL:,}")
        if stacks_marks(text):
            raise Unreadable(f"{sheet}: {text[:40]!r}", "at most 30 marks on one letter")


def _heading(headings: Sequence[str], column: int) -> str:
    """The heading of a column, counted from 1; where it has none, its letters."""
    said = headings[column - 1] if column <= len(headings) else ""
    return said or _letters(column)


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _headings(sheet: str, values: Sequence[Value]) -> tuple[list[str], list[Misfit]]:
    """The headings as they stand, spaces made alike; each but once."""
    headings, misfits = [], []
    for column, value in enumerate(values, 1):
        heading = " ".join(unicodedata.normalize("NFC", str(value)).split())
        if heading and heading in headings:
            misfits.append(Misfit(Place(sheet, 1, heading), heading, "each heading once"))
            heading = f"{heading} ({_letters(column)})"
        headings.append(heading)
    return headings, misfits


def _row(sheet: str, number: int, values: Sequence[Value], headings: Sequence[str], misfits: list[Misfit]) -> Row:
    cells = {}
    for column, value in enumerate(values, 1):
        text = _text(value)
        heading = _heading(headings, column)
        place = Place(sheet, number, heading)
        if not text:
            continue
        if isinstance(value, date | time | timedelta):
            misfits.append(
                Misfit(place, text, "a text: the spreadsheet has made a date of it; format the cell as text")
            )
        elif (unfit := unfit_letter(text)) is not None:
            misfits.append(Misfit(place, text, f"no invisible letter such as U+{ord(unfit):04X}"))
        elif not headings[column - 1]:
            misfits.append(Misfit(place, text, "a heading above it: what it means is not said"))
        else:
            cells[heading] = Cell(text, place)
    return Row(sheet, number, cells)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)).strip()
