"""Cells of a row, judged: a text that may be kept, a code, one of a few words; every fault goes to the list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.register_file.fault import Faults
from survey_app.register_file.file_table import FileRow
from survey_app.register_rule import LONGEST_NAME, text_fault
from survey_app.table_file.words import clean, without_accents

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_LIST = re.compile(r"\s*[;\n|]\s*")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row and where its faults go."""

    row: FileRow
    faults: Faults

    def fault(self, column: str, kind: str, detail: str = "", *, value: str | None = None) -> None:
        """Something is wrong with a cell of this row."""
        self.faults.add(self.row.row, column, self.row.cells.get(column, "") if value is None else value, kind, detail)

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.row.cells

    def text(self, column: str, *, needed: bool = False, longest: int = LONGEST_NAME) -> str:
        """The cell's text, "" where it is empty or cannot be kept."""
        found = clean(self.row.cells.get(column, ""))
        if not found:
            if needed:
                self.fault(column, "needed")
            return ""
        fault = text_fault(found, longest=longest)
        if fault is None:
            return found
        self.fault(column, *fault)
        return ""

    def code(self, column: str, example: str) -> str:
        """A code of ours in small letters, "" where there is none."""
        found = self.text(column).lower()
        if found and not CODE.fullmatch(found):
            self.fault(column, "code", example)
            return ""
        return found

    def listed(self, column: str) -> list[str]:
        """The parts of a cell that holds several, parted by semicolons or lines."""
        return [part for part in _LIST.split(self.text(column, longest=5_000)) if part]

    def leaves_end(self, kept: date | None) -> bool:
        """Whether the row says nothing in a column of last days of something that ends."""
        return kept is not None and self.has("last_day") and not self.row.cells["last_day"]

    def chosen(self, column: str, words: Mapping[str, str], shown: str) -> str:
        """Ours of a word, "" where the cell is empty or holds none of them."""
        found = self.text(column)
        ours = words.get(without_accents(found), "")
        if found and not ours:
            self.fault(column, "one_of", shown)
        return ours

    def period(self) -> dict[str, date]:
        """valid_from and valid_to, as far as the row tells them; the last day of the file is the last one that counts.

        A day left empty is not told: whatever closed, moved or merged since a file was made would else be open again.
        """
        told: dict[str, date] = {}
        if (first := self.row.days.get("valid_from")) is not None:
            told["valid_from"] = first
        if (last := self.row.days.get("last_day")) is not None:
            told["valid_to"] = last + timedelta(days=1)
        return told


def slug(text: str) -> str:
    """A name as part of a code.

    >>> slug("Quầy 1 – Hộ tịch")
    'quay-1-ho-tich'
    """
    return without_accents(text).replace(" ", "-")[:60].strip("-")


def days_told(first: date | None, end: date | None) -> str:
    """A period as people say it; `end` is the first day that no longer counts."""
    return f"{f'{first:%d/%m/%Y}' if first else '…'}–{f'{end - timedelta(days=1):%d/%m/%Y}' if end else '…'}"
