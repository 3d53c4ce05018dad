"""The answers as columns: what everything after the record is counted from."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

import polars as pl
from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, or_, select

from scoring import WITHHELD, OfficeHours, SessionIndex, release_levels, slots
from survey_app.recording import table
from survey_app.tables import PaperBatchRow, ResponseRow

ROWS_AT_ONCE = 100_000
MINUTES_OF_DAY = 24 * 60
WORDS = ("unit", "desk", "slot", "channel", "language", "field", "flags", "entered_slot")
SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(WORDS, pl.Categorical()),
    "local_date": pl.Date(),
    "entered_date": pl.Date(),
    "simulated": pl.Boolean(),
}
LEVELS = (
    ("desk", "session", "channel", "doubtful"),
    ("desk", "channel", "doubtful"),
    ("unit", "channel", "doubtful"),
    ("unit", "doubtful"),
)
"""Kinds of figure, finest first: channels are reported apart, and the index with and without doubtful answers; so each is
released in batches of its own, and the difference of two figures is whole batches again."""


def read_answers(
    connection: Connection, questions: Sequence[str], *, since: date | None = None, until: date | None = None
) -> pl.DataFrame:
    """The responses that reached the record from `since` to before `until`, in an order that does not tell when.

    What belongs to a batch of paper forms that was voided is left out.

    Returns:
        Columns `unit, desk, slot, channel, language, field, flags, entered_slot` (Categorical), `local_date`,
        `entered_date`, `simulated`, and one Int8 column per question; null is no answer. entered_date and entered_slot
        are those of the answer where it came in its own slot.
    """
    columns = table(ResponseRow).c
    entered = {"entered_date": _entered_date(), "entered_slot": func.coalesce(columns.entered_slot, columns.slot)}
    kept = [(entered[name] if name in entered else columns[name]).label(name) for name in SCHEMA]
    query = select(*kept, cast(columns.answers, Text)).where(*_stored(since, until)).order_by(columns.id)
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
    frames = [_frame(chunk, questions) for chunk in rows.partitions(ROWS_AT_ONCE)]
    return pl.concat(frames) if frames else pl.DataFrame(schema={**SCHEMA, **dict.fromkeys(questions, pl.Int8())})


def _entered_date() -> ColumnElement[date]:
    columns = table(ResponseRow).c
    return func.coalesce(columns.entered_date, columns.local_date)


def _stored(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """What restricts responses to those entered in a span of days, and not voided."""
    columns, batches = table(ResponseRow).c, table(PaperBatchRow).c
    voided = select(batches.id).where(batches.voided.is_not(None))
    found: list[ColumnElement[bool]] = [or_(columns.batch.is_(None), columns.batch.not_in(voided))]
    if since is not None:
        near = or_(columns.local_date >= since, columns.entered_date >= since)  # what an index can find
        found.append(and_(near, _entered_date() >= since))
    if until is not None:
        found.append(_entered_date() < until)
    return found


def _frame(rows: Iterable[Sequence[object]], questions: Sequence[str]) -> pl.DataFrame:
    *kept, answers = zip(*rows, strict=True)
    lines = "\n".join(map(str, answers)).encode()
    points = pl.read_ndjson(lines, schema=dict.fromkeys(questions, pl.Int64())).cast(pl.Int8)
    series = [pl.Series(name, values, dtype=dtype) for (name, dtype), values in zip(SCHEMA.items(), kept, strict=True)]
    return pl.DataFrame(series).hstack(points)


def count_answers_stored(connection: Connection, *, until: date) -> int:
    """Responses entered before a day: whether a frame that was kept is still whole."""
    query = select(func.count()).select_from(table(ResponseRow)).where(*_stored(None, until))
    return int(connection.execute(query).scalar_one())


def with_doubt(answers: pl.DataFrame, leaves_out: Iterable[str]) -> pl.DataFrame:
    """The answers with `doubtful`: whether any of these flags is theirs."""
    words = "|".join(sorted(leaves_out))
    flagged = pl.col("flags").cast(pl.String).str.contains(rf"\b(?:{words})\b") if words else pl.lit(value=False)
    return answers.with_columns(flagged.fill_null(value=False).alias("doubtful"))


def with_sessions(answers: pl.DataFrame, index: SessionIndex) -> pl.DataFrame:
    """The answers with `session`, the pilot in whose session each was given, else null, and with `month`.

    The month is that in which an answer reached the record: a later look must not find other answers in a month that
    was shown (a tablet's queue, paper).
    """
    sessions = pl.DataFrame(
        [(*key, pilot) for key, pilot in index.items()],
        schema={
            "unit": pl.Categorical(),
            "local_date": pl.Date(),
            "slot": pl.Categorical(),
            "session": pl.Categorical(),
        },
        orient="row",
    )
    return answers.join(sessions, on=("unit", "local_date", "slot"), how="left").with_columns(
        pl.col("entered_date").dt.truncate("1mo").alias("month")
    )


def level_of(question: str) -> str:
    """The column with the release level of the answers to a question."""
    return f"level.{question}"


def with_release_levels(
    answers: pl.DataFrame, questions: Sequence[str], *, now: datetime, hours: OfficeHours
) -> pl.DataFrame:
    """The answers with `level.<question>`: the finest kind of figure that may use each; null is withheld.

    Args:
        answers: of `with_sessions` and `with_doubt`.
        questions: whose answers are released, each by itself.
        now: local time.
        hours: when slots end; a slot that is not of these hours ends with its day.
    """
    cell = ["unit", "desk", "session", "channel", "doubtful", "entered_date", "entered_slot"]
    counted = answers.group_by(cell).agg(pl.col(*questions).count())
    ends = {slot.key: _minute(slot.starts) + slot.minutes for slot in slots(hours)}
    minutes = (
        counted["entered_slot"].cast(pl.String).replace_strict(ends, default=MINUTES_OF_DAY, return_dtype=pl.Int64)
    )
    dates = counted["entered_date"].to_numpy().astype("datetime64[D]")
    levels = release_levels(
        {name: counted[name].cast(pl.String).to_numpy() for name in ("unit", "desk", "session", "channel", "doubtful")},
        dates,
        dates.astype("datetime64[m]") + minutes.to_numpy().astype("timedelta64[m]"),
        counted.select(*questions).to_numpy(),
        now=now.replace(tzinfo=None),
        levels=LEVELS,
    )
    columns = pl.DataFrame(levels, schema=[level_of(question) for question in questions], orient="row")
    shown = columns.select(pl.when(pl.all() != WITHHELD).then(pl.all()))
    return answers.join(
        pl.concat([counted.select(cell), shown], how="horizontal"), on=cell, how="left", nulls_equal=True
    )


def released_at(answers: pl.DataFrame, questions: Sequence[str], by: Sequence[str], *, level: int) -> pl.DataFrame:
    """The columns `by` and the answers that figures of this level may use; each other answer is null."""
    shown = (pl.when(pl.col(level_of(question)) <= level).then(question) for question in questions)
    answered = pl.any_horizontal(pl.col(*questions).is_not_null())
    return answers.select(*by, *shown).filter(answered).cast({pl.Categorical: pl.String})


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
