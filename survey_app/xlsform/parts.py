"""What a workbook's XML tells before its cells are read: which sheets there are, how far each reaches, odd cells."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from survey_app.xlsform.archive import Parts, Unreadable

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 10_000, 256, 200_000
MOST_CHARACTERS = 20_000_000
MOST_ELEMENTS = 1_000_000
"""Of XML in the whole file: each takes time, however short it is."""
STRINGS = "xl/sharedstrings.xml"
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_VALUES = {"v", "f", "is"}
_NAMESPACE_MARK = " "


@dataclass(slots=True)
class Extent:
    """How far a sheet's filled cells reach, and its odd cells by (row, column), both beginning at 1.

    Args:
        strings: how often each shared string stands in it.
        empty_formulas: formulas whose value the workbook does not hold.
        errors: cells that show an error such as #REF!.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    strings: dict[int, int] = field(default_factory=dict)
    empty_formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)


class _Scan:
    """One pass over a part's XML; it keeps no text but what it counts."""

    def __init__(self, part: str, *, most_elements: int) -> None:
        self.part, self.extent = part, Extent()
        self.elements_left = most_elements
        self.elements: list[tuple[str, Mapping[str, str]]] = []
        self.lengths: list[int] = []
        self._at, self._type, self._row, self._column = (0, 0), "", 0, 0
        self._children: set[str] = set()
        self._value = ""

    def run(self, content: bytes) -> "_Scan":
        parser = expat.ParserCreate(namespace_separator=_NAMESPACE_MARK)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise Unreadable(
                f"{self.part}: {error}", "an .xlsx workbook; this file is damaged, save it again"
            ) from error
        return self

    def _refuse_doctype(self, *_: object) -> None:
        raise Unreadable(f"a document type in {self.part}", "a workbook as a spreadsheet program saves it")

    def _start(self, name: str, said: dict[str, str]) -> None:
        self.elements_left -= 1
        if self.elements_left < 0:
            raise Unreadable(f"more than {MOST_ELEMENTS:,} elements of XML", "fewer: a questionnaire is far smaller")
        local = name.rpartition(_NAMESPACE_MARK)[2]
        if local == "row":
            self._row, self._column = _number(self._place(_ROW, said), self._row + 1), 0
        elif local == "c":
            found = _CELL.fullmatch(self._place(_CELL, said))
            self._at = (int(found[2]), _column(found[1])) if found else (self._row, self._column + 1)
            self._column, self._type, self._children, self._value = self._at[1], said.get("t", ""), set(), ""
        elif local == "si":
            self.lengths.append(0)
        elif local in _VALUES:
            self._children.add(local)
            self._value = ""
        elif local in {"sheet", "Relationship"}:
            self.elements.append((local, {key.rpartition(_NAMESPACE_MARK)[2]: value for key, value in said.items()}))

    def _place(self, shape: re.Pattern[str], said: dict[str, str]) -> str:
        """Where a row or a cell says that it stands, if at all: calamine takes spellings that no program writes, such as `xfd1`."""
        told = said.get("r", "")
        if "r" in said and not shape.fullmatch(told):
            raise Unreadable(
                f"{self.part}: a cell or row at {told[:40]!r}", "a place such as B7 or 7; save the file again"
            )
        return told

    def _text(self, text: str) -> None:
        self._value = (self._value + text)[:40]
        if self.lengths:
            self.lengths[-1] += len(text)

    def _end(self, name: str) -> None:
        local = name.rpartition(_NAMESPACE_MARK)[2]
        if local == "f":
            self._value = ""
        elif local == "c" and self._children:
            self._count_cell()

    def _count_cell(self) -> None:
        extent = self.extent
        extent.rows, extent.columns = max(extent.rows, self._at[0]), max(extent.columns, self._at[1])
        extent.cells += 1
        if extent.rows > MOST_ROWS or extent.columns > MOST_COLUMNS or extent.cells > MOST_CELLS:
            raise Unreadable(
                f"{self.part}: cells down to row {extent.rows:,}, over to column {extent.columns:,}",
                f"at most {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns, {MOST_CELLS:,} cells: a questionnaire is smaller",
            )
        if self._type == "e":
            extent.errors.append(self._at)
        elif "f" in self._children and not self._value:
            extent.empty_formulas.append(self._at)
        elif self._type == "s":
            string = _number(self._value.strip(), 0)
            extent.strings[string] = extent.strings.get(string, 0) + 1


@dataclass(frozen=True, slots=True)
class Sheets:
    """What was seen: name of each sheet → the part that holds it, and the extent of every part."""

    parts: Mapping[str, str]
    extents: Mapping[str, Extent]

    def extent(self, sheet: str) -> Extent:
        """The extent of the sheet of that name."""
        return self.extents.get(self.parts.get(sheet, ""), Extent())


def scan(parts: Parts) -> Sheets:
    """Look through the XML of a workbook.

    Raises:
        Unreadable: it is damaged or names a document type; a sheet reaches too far, though most of it be empty; or its
            cells repeat so much text that reading it would fill the memory.
    """
    scanned: dict[str, _Scan] = {}
    left = MOST_ELEMENTS
    for part, content in parts.items():
        if part.endswith((".xml", ".rels")):
            scanned[part] = _Scan(part, most_elements=left).run(content)
            left = scanned[part].elements_left
    lengths = next((scan.lengths for part, scan in scanned.items() if part.lower() == STRINGS), [])
    for part, found in scanned.items():
        characters = sum(lengths[i] * times for i, times in found.extent.strings.items() if i < len(lengths))
        if characters > MOST_CHARACTERS:
            raise Unreadable(f"{part}: {characters:,} characters in its cells", f"at most {MOST_CHARACTERS:,}")
    return Sheets(_sheet_parts(scanned), {part: found.extent for part, found in scanned.items()})


def _sheet_parts(scanned: Mapping[str, _Scan]) -> dict[str, str]:
    def elements(part: str, name: str) -> list[Mapping[str, str]]:
        return [said for local, said in scanned[part].elements if local == name] if part in scanned else []

    targets = {
        said.get("Id", ""): posixpath.normpath(posixpath.join("/xl", said.get("Target", "")))[1:]
        for said in elements("xl/_rels/workbook.xml.rels", "Relationship")
    }
    return {said.get("name", ""): targets.get(said.get("id", ""), "") for said in elements("xl/workbook.xml", "sheet")}


def _column(letters: str) -> int:
    """A column's number: A is 1."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise  # noqa: PLR2004
