"""A table as a workbook: another process reads it within bounds; nothing in it is run, and what it does to it touches no other."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from survey_app.table_file.bounds import Bounds
from survey_app.table_file.opened_file import (
    FEWEST_KNOWN,
    OddCell,
    OpenedFile,
    Recognise,
    Rows,
    find_headings,
)
from survey_app.table_file.reader_process import ReaderProcess
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import clean

MERGED_SHOWN = 5


def open_workbook(path: Path, recognise: Recognise, bounds: Bounds) -> OpenedFile:
    """The one sheet of an .xlsx or .xlsm workbook whose headings are known.

    Raises:
        UnreadableFile: it is no such workbook, too large, has several such sheets, or cells are merged in it.
        OSError: it cannot be opened.
    """
    path.open("rb").close()  # whoever may not read it is told so here
    reader = ReaderProcess(path, bounds)
    with ExitStack() as refused:
        refused.callback(reader.close)
        opened = _opened(reader, recognise)
        refused.pop_all()
    return opened


def _opened(reader: ReaderProcess, recognise: Recognise) -> OpenedFile:
    told = reader.hear()
    number = _choose_sheet(told["sheets"], recognise)
    sheet = told["sheets"][number]
    read = [0]
    headings, rows, legacy = find_headings(_rows(reader, number, read), recognise)
    first = next(rows, None)
    _refuse_merged(reader.ask("merged", number, first[0] if first else sheet["height"] + 1), sheet["name"])
    return OpenedFile(
        headings,
        _with_first(first, rows),
        lambda: min(read[0] / sheet["height"], 1.0),
        legacy=legacy,
        sheet=sheet["name"],
        macros=told["macros"],
        odd=lambda places: _odd_cells(reader, number, places),
        hidden=lambda: reader.ask("hidden", number),
    )


def _rows(reader: ReaderProcess, number: int, read: list[int]) -> Rows:
    """All that the reader tells; it is asked for the rows below the headings when these are known, and works ahead from then on."""
    for row, cells in reader.ask("first_rows", number):
        read[0] = row
        yield row, cells
    for row, cells in reader.ask_all("other_rows", number):
        read[0] = row
        yield row, cells


def _with_first(first: tuple[int, Sequence[str]] | None, rows: Rows) -> Rows:
    if first is not None:
        yield first
    yield from rows


def _odd_cells(reader: ReaderProcess, number: int, places: Collection[int]) -> Iterator[OddCell]:
    return (OddCell(*each) for each in reader.ask_all("odd", number, *places))


def _choose_sheet(sheets: Sequence[dict[str, Any]], recognise: Recognise) -> int:
    """The sheet whose headings are known; without one, the first that has any cell."""
    if not sheets:
        raise UnreadableFile("empty")
    known = [
        number
        for number, sheet in enumerate(sheets)
        if any(len(recognise(cells)) >= FEWEST_KNOWN for cells in sheet["first"])
    ]
    if len(known) > 1:
        names = ", ".join(f"«{clean(sheets[number]['name'])}»" for number in known)
        raise UnreadableFile("sheets", count=len(known), names=names)
    return known[0] if known else 0


def _refuse_merged(cells: Sequence[str], sheet: str) -> None:
    """Cells merged among the rows hide all values but one; above, a title may be merged."""
    if cells:
        shown = ", ".join(cells[:MERGED_SHOWN]) + (", …" if len(cells) > MERGED_SHOWN else "")
        raise UnreadableFile("merged", sheet=f"«{clean(sheet)}»", cells=shown)
