"""The dossiers as columns: what everything after the record is counted from."""

from collections.abc import Iterator
from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, Text, cast, func, select

from scoring.dossier import DOSSIER_SCHEMA, no_dossiers
from survey_app.recording import table
from survey_app.tables import DossierRow
from survey_app.zone import ZONE

ROWS_AT_ONCE = 100_000
TIMES = tuple(name for name, dtype in DOSSIER_SCHEMA.items() if isinstance(dtype, pl.Datetime))
WORDS = tuple(name for name, dtype in DOSSIER_SCHEMA.items() if dtype == pl.Categorical)
_KEPT = {
    name: pl.Int64() if name in TIMES else pl.String() if name in WORDS else dtype
    for name, dtype in DOSSIER_SCHEMA.items()
}
"""Columns as the table keeps them: times as seconds since 1/1/1970 UTC, words as text."""


def read_dossiers(connection: Connection) -> pl.DataFrame:
    """Every dossier, one a row, in an order that tells nothing; neither its number nor its id.

    Returns:
        The columns of `scoring.dossier.DOSSIER_SCHEMA`.
    """
    columns = table(DossierRow).c
    # Empty for null, so that a driver that tells a column's type by its first rows never takes words for numbers.
    kept = [func.coalesce(columns[name], "").label(name) if name in WORDS else columns[name] for name in DOSSIER_SCHEMA]
    query = select(*kept).order_by(columns.id)
    frames = [_typed(frame) for frame in _read(connection, query)]
    return pl.concat(frames) if frames else no_dossiers()


def _read(connection: Connection, query: Select[Any]) -> Iterator[pl.DataFrame]:
    """The rows as the table keeps them, by the shortest way that the database offers."""
    return (_read_copied if connection.dialect.name == "postgresql" else _read_lines)(connection, query)


def _read_lines(connection: Connection, query: Select[Any]) -> Iterator[pl.DataFrame]:
    """Of SQLite: each row as one line of CSV, which it writes itself, so that a row is one object of Python and not thirteen.

    A second SQLite in this process (a driver that brings its own) would not see the first one's locks, and take the log of
    what was committed away from it.
    """
    texts = {column: func.coalesce(cast(column, Text), "") for column in query.selected_columns}
    form = ",".join('"%w"' if column.name in WORDS else "%s" for column in texts)  # %w doubles quotation marks
    cursor = connection.connection.cursor()
    cursor.execute(_text(connection, query.with_only_columns(func.printf(form, *texts.values()))))
    while chunk := cursor.fetchmany(ROWS_AT_ONCE):
        yield _parsed(["\n".join(line for (line,) in chunk).encode()])


def _read_copied(connection: Connection, query: Select[Any]) -> Iterator[pl.DataFrame]:
    """Of PostgreSQL: COPY sends the rows as CSV, which Polars reads in bounded pieces."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({_text(connection, query)}) TO STDOUT (FORMAT csv)") as copied:
        lines: list[bytes] = []
        for line in copied:
            lines.append(bytes(line))
            if len(lines) == ROWS_AT_ONCE:
                yield _parsed(lines)
                lines = []
        if lines:
            yield _parsed(lines)


def _parsed(lines: list[bytes]) -> pl.DataFrame:
    text = {name: pl.String() if dtype == pl.Boolean else dtype for name, dtype in _KEPT.items()}
    frame = pl.read_csv(b"".join(lines), has_header=False, schema=text)
    return frame.with_columns(pl.col(name).is_in(["t", "1"]) for name, dtype in _KEPT.items() if dtype == pl.Boolean)


def _text(connection: Connection, query: Select[Any]) -> str:
    return str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    words = (pl.col(name).cast(pl.String).replace("", None).cast(pl.Categorical) for name in WORDS)
    times = (
        pl.from_epoch(pl.col(name).cast(pl.Int64), time_unit="s")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(ZONE.key)
        for name in TIMES
    )
    return frame.with_columns(*words, *times).cast(dict(DOSSIER_SCHEMA)).select(*DOSSIER_SCHEMA)
