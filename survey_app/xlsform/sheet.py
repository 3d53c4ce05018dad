"""The values between a workbook and what it says: cells of text with their place, rows, sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.xlsform.misfits import Misfit, Place


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it stands."""

    text: str
    place: Place

    def refused(self, expected: str) -> Misfit:
        """That this cell's value would change what is asked, or what an answer means."""
        return Misfit(self.place, self.text, expected)

    def left_out(self, why: str) -> Misfit:
        """That this cell's value is left out, or taken in a way that is said."""
        return Misfit(self.place, self.text, why, refused=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's filled cells by heading; `number` as in the workbook, the headings being row 1."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]

    def get(self, heading: str) -> Cell | None:
        """The cell below a heading, if it is filled."""
        return self.cells.get(heading)

    def text(self, heading: str) -> str:
        """The text below a heading; empty if there is none."""
        cell = self.cells.get(heading)
        return cell.text if cell else ""

    def place(self, heading: str) -> Place:
        """Where the cell below a heading stands, filled or not."""
        return Place(self.sheet, self.number, heading)

    def missing(self, heading: str, expected: str) -> Misfit:
        """That nothing stands below a heading."""
        return Misfit(self.place(heading), "", expected)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's headings, spelled alike, and its filled rows."""

    name: str
    headings: Sequence[str] = ()
    rows: Sequence[Row] = ()

    def heading_place(self, heading: str) -> Place:
        """Where a heading stands."""
        return Place(self.name, 1, heading)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that XLSForm reads, by name in small letters, and what did not fit in any."""

    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    misfits: Sequence[Misfit] = ()

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name; empty if there is none."""
        return self.sheets.get(name, Sheet(name))
