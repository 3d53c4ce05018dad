"""The answers as columns: what everything after the record is counted from."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

import polars as pl
from sqlalchemy import Connection, Text, cast, func, select

from scoring import WITHHELD, OfficeHours, SessionIndex, release_levels, slots
from survey_app.recording import table
from survey_app.tables import ResponseRow

ROWS_AT_ONCE = 100_000
MINUTES_OF_DAY = 24 * 60
WORDS = ("unit", "desk", "slot", "channel", "language", "field")
SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(WORDS, pl.Categorical()),
    "local_date": pl.Date(),
    "simulated": pl.Boolean(),
}


def read_answers(
    connection: Connection, questions: Sequence[str], *, since: date | None = None, until: date | None = None
) -> pl.DataFrame:
    """The responses of the days from `since` to before `until`, in an order that does not tell when they came.

    Returns:
        Columns `unit, desk, slot, channel, language, field` (Categorical), `local_date`, `simulated`, and one Int8
        column per question; null is no answer.
    """
    columns = table(ResponseRow).c
    query = select(*(columns[name] for name in SCHEMA), cast(columns.answers, Text)).order_by(columns.id)
    if since is not None:
        query = query.where(columns.local_date >= since)
    if until is not None:
        query = query.where(columns.local_date < until)
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
    frames = [_frame(chunk, questions) for chunk in rows.partitions(ROWS_AT_ONCE)]
    return pl.concat(frames) if frames else pl.DataFrame(schema={**SCHEMA, **dict.fromkeys(questions, pl.Int8())})


def _frame(rows: Iterable[Sequence[object]], questions: Sequence[str]) -> pl.DataFrame:
    *kept, answers = zip(*rows, strict=True)
    lines = "\n".join(map(str, answers)).encode()
    points = pl.read_ndjson(lines, schema=dict.fromkeys(questions, pl.Int64())).cast(pl.Int8)
    series = [pl.Series(name, values, dtype=dtype) for (name, dtype), values in zip(SCHEMA.items(), kept, strict=True)]
    return pl.DataFrame(series).hstack(points)


def count_answers_stored(connection: Connection, *, until: date) -> int:
    """Responses of the days before `until`: whether a frame that was kept is still whole."""
    columns = table(ResponseRow).c
    return int(connection.execute(select(func.count()).where(columns.local_date < until)).scalar_one())


def with_sessions(answers: pl.DataFrame, index: SessionIndex) -> pl.DataFrame:
    """The answers with `month` and with `session`: the pilot in whose session each was given, else null."""
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
        pl.col("local_date").dt.truncate("1mo").alias("month")
    )


def level_of(question: str) -> str:
    """The column with the release level of the answers to a question."""
    return f"level.{question}"


def with_release_levels(
    answers: pl.DataFrame, questions: Sequence[str], *, now: datetime, hours: OfficeHours
) -> pl.DataFrame:
    """The answers with `level.<question>`: the finest kind of figure that may use each; null is withheld.

    Args:
        answers: of `with_sessions`.
        questions: whose answers are released, each by itself.
        now: local time.
        hours: when slots end; a slot that is not of these hours ends with its day.
    """
    cell = ["unit", "desk", "session", "local_date", "slot"]
    counted = answers.group_by(cell).agg(pl.col(*questions).count())
    ends = {slot.key: _minute(slot.starts) + slot.minutes for slot in slots(hours)}
    minutes = counted["slot"].cast(pl.String).replace_strict(ends, default=MINUTES_OF_DAY, return_dtype=pl.Int64)
    dates = counted["local_date"].to_numpy().astype("datetime64[D]")
    levels = release_levels(
        {name: counted[name].cast(pl.String).to_numpy() for name in ("unit", "desk", "session")},
        dates,
        dates.astype("datetime64[m]") + minutes.to_numpy().astype("timedelta64[m]"),
        counted.select(*questions).to_numpy(),
        now=now.replace(tzinfo=None),
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
