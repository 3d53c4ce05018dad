"""A table as a workbook: read by calamine out of an archive that was looked through first; nothing in it is run."""

import itertools
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from survey_app.table_file.opened_file import (
    FEWEST_KNOWN,
    HEADING_ROWS,
    OddCell,
    OpenedFile,
    Recognise,
    Rows,
    find_headings,
)
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import clean

MOST_UNPACKED = 1_200_000_000
"""Bytes of XML: about 1,000,000 rows of fifteen columns."""
MOST_PARTS = 1_000
MOST_COLUMN = "CZ"
BYTES_AT_ONCE = 1 << 22
MOST_HIDDEN = 10
_BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FAR = re.compile(rb'<c r="(?:[A-Z]{3,}|[D-Z][A-Z])\d')
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_ODD = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:( t="e")[^>]*>|>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>)'
)
_HIDDEN = re.compile(
    rb'<row (?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d+)"|<col (?=[^>]*?\bhidden="(?:1|true)")[^>]*?\bmin="(\d+)"'
)
Value = str | int | float | bool | date | datetime | time | timedelta


def open_workbook(path: Path, recognise: Recognise) -> OpenedFile:
    """The one sheet of an .xlsx or .xlsm workbook whose headings are known.

    Raises:
        UnreadableFile: it is no such workbook, too large, has several such sheets, or cells are merged in it.
    """
    parts = _look_through(path)
    try:
        workbook = load_workbook(path)
        sheet = _choose_sheet(workbook, recognise)
        headings, rows, legacy = find_headings(_rows(sheet), recognise)
    except CalamineError as error:
        raise UnreadableFile("damaged", found=str(error)) from error
    first = next(rows, None)
    _refuse_merged(sheet, first[0] if first else sheet.total_height + 1)
    left = sheet.start[1] if sheet.start else 0
    read = [0]
    return OpenedFile(
        headings,
        _counted([first] if first else [], rows, read),
        lambda: min(read[0] / max(sheet.total_height, 1), 1.0),
        legacy=legacy,
        sheet=sheet.name,
        macros="xl/vbaProject.bin" in parts,
        odd=lambda places: _odd_cells(path, _part_of(path, sheet.name), left, places),
        hidden=lambda: list(itertools.islice(_hidden(path, _part_of(path, sheet.name)), MOST_HIDDEN)),
    )


def _counted(first: Iterable[tuple[int, list[str]]], rows: Rows, read: list[int]) -> Rows:
    for row in (*first,):
        yield row
    for row in rows:
        read[0] = row[0]
        yield row


def _look_through(path: Path) -> set[str]:
    """The names of the archive's parts, once it is known to be a workbook that unpacks to a bearable size."""
    with path.open("rb") as file:
        _refuse_other_formats(file)
    try:
        with zipfile.ZipFile(path) as archive:
            listed = [part for part in archive.infolist() if not part.is_dir()]
            names = {part.filename for part in listed}
            if "xl/workbook.xml" not in names:
                raise UnreadableFile("not_workbook", found=_kind(names))
            if len(listed) > MOST_PARTS or len(names) < len(listed):
                raise UnreadableFile("damaged", found=f"{len(listed)} parts")
            _refuse_large(sum(part.file_size for part in listed))
            for part in listed:
                if part.filename.endswith((".xml", ".rels")):
                    _read_through(archive, part)
    except _BAD_ARCHIVE as error:
        raise UnreadableFile("damaged", found=str(error)) from error
    return names


def _refuse_large(unpacked: int) -> None:
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile("too_large", found=f"{unpacked:,}", most=f"{MOST_UNPACKED:,}")


def _refuse_other_formats(file: IO[bytes]) -> None:
    start = file.read(1 << 16)
    if not start:
        raise UnreadableFile("empty")
    if start.startswith(_OLE):
        if _ENCRYPTED in start or _ENCRYPTED in file.read():
            raise UnreadableFile("password")
        raise UnreadableFile("not_workbook", found=".xls")
    if not start.startswith(b"PK"):
        raise UnreadableFile("not_workbook", found=ascii(start[:12].decode("latin-1")))


def _kind(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return ".xlsb"
    return ".ods" if "content.xml" in names else "zip"


def _read_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part in pieces, so that a directory that lies about sizes is found out, and so are cells far out.

    calamine makes room for every cell between the first and the last: one cell far out would take all memory.
    """
    rows = last = unpacked = 0
    longer = copy(part)
    longer.file_size += 1  # so that a part longer than the directory tells is not cut off there unseen
    with archive.open(longer) as file:
        kept = b""
        while block := file.read(BYTES_AT_ONCE):
            unpacked += len(block)
            kept = kept[-200:] + block
            if b"<!DOCTYPE" in kept:
                raise UnreadableFile("damaged", found=f"DOCTYPE in {part.filename}")
            if part.filename.startswith("xl/worksheets/"):
                if _FAR.search(kept):
                    raise UnreadableFile("damaged", found=f"columns beyond {MOST_COLUMN}")
                rows += block.count(b"<row")
                last = max(last, *(int(found) for found in _ROW.findall(kept)[-1:]), 0)
    if unpacked != part.file_size:
        raise UnreadableFile("damaged", found=f"{part.filename}: {unpacked:,} of {part.file_size:,}")
    if last > 10 * rows + HEADING_ROWS * 50:
        raise UnreadableFile("damaged", found=f"row {last} of {rows} rows")


def _choose_sheet(workbook: CalamineWorkbook, recognise: Recognise) -> CalamineSheet:
    """The sheet whose headings are known; without one, the first that has any cell."""
    with_headings, first = [], None
    for listed in workbook.sheets_metadata:
        if listed.typ != SheetTypeEnum.WorkSheet or listed.visible != SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(listed.name)
        if sheet.start is None:
            continue
        first = first or sheet
        heads = (cells for (_, cells), _ in zip(_rows(sheet), range(HEADING_ROWS), strict=False))
        if any(len(recognise(cells)) >= FEWEST_KNOWN for cells in heads):
            with_headings.append(sheet)
    if len(with_headings) > 1:
        names = ", ".join(f"«{clean(sheet.name)}»" for sheet in with_headings)
        raise UnreadableFile("sheets", count=len(with_headings), names=names)
    chosen = with_headings[0] if with_headings else first
    if chosen is None:
        raise UnreadableFile("empty")
    return chosen


def _rows(sheet: CalamineSheet) -> Rows:
    for row, values in enumerate(sheet.iter_rows(), 1):
        yield row, [value if type(value) is str else _text(value) for value in values]


def _text(value: Value) -> str:
    """A cell as text: dates ISO to the second, whole numbers without a point."""
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refuse_merged(sheet: CalamineSheet, first_row: int) -> None:
    """Cells merged among the rows hide all values but one; above, a title may be merged."""
    merged = [start for start, end in sheet.merged_cell_ranges or [] if end[0] + 1 >= first_row]
    if merged:
        cells = ", ".join(f"{_letters(column)}{row + 1}" for row, column in merged[:5])
        raise UnreadableFile("merged", sheet=f"«{clean(sheet.name)}»", cells=cells + (", …" if len(merged) > 5 else ""))  # noqa: PLR2004 - five show where


def _part_of(path: Path, sheet: str) -> str:
    """The part that holds a sheet; every sheet's when it cannot be told."""
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    names = {
        _unescaped(_attribute(each, "name")): _attribute(each, "r:id") for each in re.findall(r"<sheet [^>]*>", book)
    }
    targets = {
        _attribute(each, "Id"): _attribute(each, "Target") for each in re.findall(r"<Relationship [^>]*>", links)
    }
    target = targets.get(names.get(sheet, ""), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _attribute(element: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', element)
    return found[1] if found else ""


def _unescaped(text: str) -> str:
    for mark, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, letter)
    return text


def _odd_cells(path: Path, part: str, left: int, places: Collection[int]) -> Iterator[OddCell]:
    """Errors, and formulas that nobody calculated, in these columns: calamine gives both as an empty cell."""
    with zipfile.ZipFile(path) as archive:
        if part not in archive.namelist():
            return
        with archive.open(part) as file:
            kept = b""
            while block := file.read(BYTES_AT_ONCE):
                whole, mark, kept = (kept + block).rpartition(b"</c>")
                if b't="e"' not in whole and b"<f" not in whole:
                    continue
                for found in _ODD.finditer(whole + mark):
                    place = _number(found[1]) - left
                    if place in places:
                        yield OddCell(int(found[2]), place, "cell_error" if found[3] else "no_value")


def _hidden(path: Path, part: str) -> Iterator[str]:
    """Rows and columns that nobody sees who looks at the sheet: «5», «C»."""
    with zipfile.ZipFile(path) as archive:
        if part not in archive.namelist():
            return
        with archive.open(part) as file:
            kept = b""
            while block := file.read(BYTES_AT_ONCE):
                whole, mark, kept = (kept + block).rpartition(b">")
                for found in _HIDDEN.finditer(whole + mark):
                    yield found[1].decode() if found[1] else _letters(int(found[2]) - 1)


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
