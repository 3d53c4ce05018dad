"""A table, opened: its headings, and its rows in pieces of text that Polars judges; never the whole at once."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from survey_app.table_file.legacy_letters import LEGACY, find_legacy
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.words import clean

ROWS_AT_ONCE, CHARACTERS_AT_ONCE = 50_000, 50_000_000
HEADING_ROWS = 20
"""Titles and the day of the export may stand above the headings."""
SAMPLE_ROWS = 200
FEWEST_KNOWN = 2
"""What tells headings from titles: two that are known, such as the number and the day received."""
BLANKS = " \t\r\n\u00a0\u200b\ufeff"

Rows = Iterator[tuple[int, Sequence[str]]]
"""Row as a spreadsheet numbers it, and its cells."""
Recognise = Callable[[Sequence[str]], Mapping[str, int]]
"""Our columns → where they stand among headings, by what is known of such a table."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows. frame: `row`, and a column of text for each of ours, null where empty; uneven: rows with another number
    of cells than the headings; done: of 1, how far in the file.
    """

    frame: pl.DataFrame
    uneven: tuple[tuple[int, int], ...]
    done: float


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell whose value is not there: an error of the spreadsheet ("cell_error"), a formula not calculated ("no_value")."""

    row: int
    place: int
    kind: str


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What was found out before the rows are read.

    rows: those after the headings; done: of 1, how much of the file is read. encoding, delimiter: of a text; sheet, macros: of
    a workbook, and odd, which finds its odd cells in some columns, hidden, which finds its hidden rows and columns («5», «C»). legacy: which letters before Unicode the headings are written in, if any.
    """

    headings: tuple[str, ...]
    rows: Rows = field(repr=False)
    done: Callable[[], float] = field(repr=False)
    legacy: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    macros: bool = False
    odd: Callable[[Collection[int]], Iterable[OddCell]] = field(default=lambda _places: (), repr=False)
    hidden: Callable[[], Sequence[str]] = field(default=tuple, repr=False)

    def pieces(self, places: Mapping[str, int]) -> Iterator[Piece]:
        """The rows, only the columns at `places`: what else a row holds is dropped as it is read.

        Raises:
            UnreadableFile: there is no row after the headings, or none with a value.
        """
        found = False
        while rows := list(_some(self.rows)):
            frame = self._in_unicode(_frame(rows, places, len(self.headings)))
            found = found or frame.height > 0
            yield Piece(frame, self._uneven(rows), self.done())
        if not found:
            raise UnreadableFile("no_values" if any(self.odd(places.values())) else "no_rows")

    def _uneven(self, rows: list[tuple[int, Sequence[str]]]) -> tuple[tuple[int, int], ...]:
        width = len(self.headings)
        if not self.delimiter:
            return ()
        uneven = [(row, cells) for row, cells in rows if len(cells) != width]
        return tuple((row, len(cells)) for row, cells in uneven if any(map(str.strip, cells)))

    def _in_unicode(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each column in Unicode (NFC); one column of a workbook may be in a font of its own.

        A `number` is turned only where the whole file is: what it is kept as must not depend on other rows.
        """
        turned = []
        for name in frame.columns[1:]:
            known = frame[name].filter(frame[name].str.contains(r"[^\x00-\x7F]")).unique(maintain_order=True)
            if known.len():
                found = self.legacy or find_legacy(known.head(SAMPLE_ROWS)) or ""
                turn = LEGACY.get(self.encoding if name == "number" else found, str)
                turned.append(frame[name].replace({text: clean(turn(text)) for text in known}))
        return frame.with_columns(turned)


def _some(rows: Rows) -> Rows:
    """Rows for a piece, as many as are no burden."""
    characters = 0
    for each in itertools.islice(rows, ROWS_AT_ONCE):
        yield each
        characters += sum(map(len, each[1]))
        if characters > CHARACTERS_AT_ONCE:
            return


def _frame(rows: list[tuple[int, Sequence[str]]], places: Mapping[str, int], width: int) -> pl.DataFrame:
    """The columns at `places`; a row that is too long is cut off, one that is too short goes on empty."""
    numbers = [row for row, _ in rows]
    turned = list(itertools.zip_longest(*(cells if len(cells) <= width else cells[:width] for _, cells in rows)))
    turned += [(None,) * len(rows)] * (width - len(turned))
    columns = {column: turned[place] for column, place in places.items()}
    frame = pl.DataFrame({"row": numbers, **columns}, schema={"row": pl.UInt32, **dict.fromkeys(columns, pl.String)})
    kept = frame.with_columns(pl.col(*columns).str.strip_chars(BLANKS).replace("", None))
    return kept.filter(pl.any_horizontal(pl.col(*columns).is_not_null()))


def find_headings(rows: Rows, recognise: Recognise, legacy: str = "") -> tuple[tuple[str, ...], Rows, str]:
    """The headings among the first rows, the rows after them, and the letters before Unicode that they are written in.

    Raises:
        UnreadableFile: the first rows are empty, or none of them has headings that are known.
    """
    first = list(itertools.islice(rows, HEADING_ROWS))
    if not any(any(map(str.strip, cells)) for _, cells in first):
        raise UnreadableFile("empty")
    legacy = legacy or find_legacy(cell for _, cells in first for cell in cells) or ""
    turn = LEGACY.get(legacy, str)
    spelt = [tuple(clean(turn(cell)) for cell in cells) for _, cells in first]
    known = [len(recognise(cells)) for cells in spelt]
    at = known.index(max(known))
    if known[at] < FEWEST_KNOWN:  # told by --column, they are those of the first row with more than a title
        at = next((place for place, cells in enumerate(spelt) if sum(map(bool, cells)) >= FEWEST_KNOWN), 0)
    return spelt[at], itertools.chain(first[at + 1 :], rows), legacy
