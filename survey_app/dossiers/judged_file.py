"""A whole file of dossiers, judged: what it holds, and everything that is wrong with it at once."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from survey_app.dossiers.column_map import FoundColumns
from survey_app.dossiers.fault import FAULTS, FaultLog, UnreadableDossiers
from survey_app.dossiers.judging import DOSSIERS, Judge
from survey_app.table_file.opened_file import OpenedFile, Piece
from survey_app.zone import ZONE

Sink = Callable[[pl.DataFrame], None]
"""Takes sound dossiers, some at a time."""
Progress = Callable[[float], None]
"""Told how much of the file is read, of 1."""
EXAMPLE_NUMBER = r"(?i)^\s*(?:v[ií]\s+d[uụ]|example)\s*:"
"""How the number of a row of the template begins."""
_CONTENT = [name for name in DOSSIERS if name not in {"row", "id"}]


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """What a file holds.

    rows: that are not empty, the template's examples left out, which are `examples`; repeated: rows left out because one before says the same. unknown: our column → words of the
    export that the register has not, and how often; those dossiers are kept without them. untimed: rows whose day received
    has no time of day. first_day, last_day: received, in Viet Nam; None where there are faults.
    """

    opened: OpenedFile
    columns: FoundColumns
    rows: int
    examples: int
    repeated: frozenset[int]
    unknown: Mapping[str, Counter[str]]
    untimed: int
    first_day: date | None
    last_day: date | None
    faults: FaultLog

    @property
    def sound(self) -> bool:
        """Whether it can be imported."""
        return not self.faults.total


def judge_file(
    opened: OpenedFile, columns: FoundColumns, judge: Judge, *, faults: FaultLog, sink: Sink, progress: Progress
) -> JudgedFile:
    """Judge every row; sound dossiers go to the sink as long as no fault was found.

    Raises:
        UnreadableFile: the file cannot be read on, or has no row but the template's examples.
    """
    rows = examples = untimed = 0
    unknown: dict[str, Counter[str]] = {}
    seen: list[pl.DataFrame] = []
    odd = _OddCells(opened, columns)
    for piece in opened.pieces(columns.places):
        frame = _without_examples(piece.frame)
        judged = judge.judge(frame)
        faults.add(
            pl.concat([_uneven(piece, len(opened.headings)), odd.until(piece), judged.faults]).sort(
                "row", maintain_order=True
            )
        )
        for column, words in judged.unknown.items():
            unknown.setdefault(column, Counter()).update(words)
        rows, untimed = rows + frame.height, untimed + judged.untimed
        examples += piece.frame.height - frame.height
        seen.append(judged.dossiers.select("row", "id", "received", content=pl.struct(_CONTENT).hash()))
        if not faults.total:
            sink(judged.dossiers)
        progress(piece.done)
    if examples and not rows and not faults.total:
        raise UnreadableDossiers("no_rows")
    together = pl.concat(seen)
    repeated = _repeated(together)
    faults.add(_contradicting(repeated))
    days = _days(together["received"]) if not faults.total else (None, None)
    left_out = frozenset(repeated.filter(pl.col("row") != pl.col("first"))["row"]) if not faults.total else frozenset()
    return JudgedFile(opened, columns, rows, examples, left_out, unknown, untimed, *days, faults)


def _without_examples(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows without the template's own: whoever fills it in and leaves them has them passed over."""
    if "number" not in frame.columns:
        return frame
    return frame.filter(~pl.col("number").str.contains(EXAMPLE_NUMBER).fill_null(value=False))


def _uneven(piece: Piece, width: int) -> pl.DataFrame:
    """Rows with another number of cells: behind a delimiter too many, every column is another's."""
    found = [(row, "", str(cells), "fields", str(width)) for row, cells in piece.uneven]
    return pl.DataFrame(found, schema=FAULTS, orient="row")


class _OddCells:
    """Cells of a workbook without a value, in the columns that are read, told with the piece that they stand in."""

    def __init__(self, opened: OpenedFile, columns: FoundColumns) -> None:
        ours = {place: column for column, place in columns.places.items()}
        self._left = [(each, ours[each.place]) for each in opened.odd(ours.keys())]

    def until(self, piece: Piece) -> pl.DataFrame:
        last = piece.frame["row"].max()
        found = [
            (each.row, column, "", each.kind, "")
            for each, column in self._left
            if last is not None and each.row <= last
        ]
        self._left = self._left[len(found) :]
        return pl.DataFrame(found, schema=FAULTS, orient="row")


def _repeated(seen: pl.DataFrame) -> pl.DataFrame:
    """Rows whose number stands in several: row, content, and of the first of them `first` and `first_content`."""
    several = seen.filter(pl.col("id").is_duplicated() & pl.col("id").is_not_null())
    return several.with_columns(
        first=pl.col("row").min().over("id"), first_content=pl.col("content").sort_by("row").first().over("id")
    ).sort("row")


def _contradicting(repeated: pl.DataFrame) -> pl.DataFrame:
    """A number twice with different content: which of them holds, the file does not say. The number itself is not repeated."""
    return repeated.filter(pl.col("content") != pl.col("first_content")).select(
        "row",
        column=pl.lit("number"),
        value=pl.lit(""),
        kind=pl.lit("repeated"),
        detail=pl.col("first").cast(pl.String),
    ).cast(FAULTS)  # fmt: skip


def _days(received: pl.Series) -> tuple[date, date]:
    local = pl.from_epoch(received, time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE.key).dt.date()
    return local.min(), local.max()  # type: ignore[return-value]
