"""Every row of every table as one line of JSON, the same bytes whichever database keeps them.

The tables are those that the database has, not those that this release knows: a backup is taken before a migration too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Time,
)
from sqlalchemy.types import TypeEngine

BLOCK_BYTES = 4_000_000
ROWS_AT_ONCE = 2_000
SORTING_MEMORY = "64MB"
REVISIONS = "alembic_version"
KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Date, "date"),
    (Time, "time"),
    (JSON, "json"),
    (String, "text"),
)
"""Types of columns and the words of a backup for them, the first that fits."""


class Unreadable(Exception):
    """The database does not give the rows of a table; the message says which."""


@dataclass(frozen=True, slots=True)
class KeptColumn:
    """A column by its name and kind, one of `KINDS`."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table: its columns in order, and those of its key, by which its rows are ordered."""

    name: str
    columns: tuple[KeptColumn, ...]
    key: tuple[str, ...]


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads; others go on writing."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # Python's driver begins none for a reader
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.exec_driver_sql(f"SET LOCAL work_mem = '{SORTING_MEMORY}'")
        yield connection
        connection.rollback()


def read_tables(connection: Connection) -> tuple[KeptTable, ...]:
    """Every table of the database, each after those that it refers to.

    Raises:
        ValueError: a column is of a type that no backup knows.
    """
    metadata = MetaData()
    metadata.reflect(connection)
    return tuple(_kept(each) for each in metadata.sorted_tables if each.name != REVISIONS)


def _kept(table: Table) -> KeptTable:
    columns = tuple(KeptColumn(str(each.name), _kind(each.type, f"{table.name}.{each.name}")) for each in table.columns)
    return KeptTable(str(table.name), columns, tuple(str(each.name) for each in table.primary_key))


def _kind(found: TypeEngine[Any], where: str) -> str:
    for known, kind in KINDS:
        if isinstance(found, known):
            return kind
    raise ValueError(f"column {where} is {found!r}, must be one of {', '.join(kind for _, kind in KINDS)}.")


def count_rows(connection: Connection, table: KeptTable) -> int:
    """How many rows a table has."""
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {_quoted(connection, table.name)}").scalar_one())


def read_lines(connection: Connection, table: KeptTable) -> Iterator[tuple[int, bytes]]:
    """The rows in the order of their key, as blocks of lines: how many, and each a JSON array of the columns in order.

    Numbers are numbers, yes and no are 1 and 0, all else is text: JSON as it was written, a date as 2026-11-19, a time
    as 07:30:00. Equal rows give equal bytes of either database, so what is kept can be compared by its digest.

    Raises:
        Unreadable: the database is damaged, or went away.
    """
    try:
        yield from _blocks(connection, table)
    except connection.dialect.loaded_dbapi.Error as error:
        words = str(error).partition("\n")[0]
        raise Unreadable(f"Table {table.name} cannot be read: {type(error).__name__} {words}.") from None


def _blocks(connection: Connection, table: KeptTable) -> Iterator[tuple[int, bytes]]:
    if connection.dialect.name == "sqlite":
        lines = _lines_of_sqlite(connection, table)
    else:
        lines = _lines_of_postgresql(connection, table)
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield len(waiting), b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield len(waiting), b"".join(waiting)


def _lines_of_sqlite(connection: Connection, table: KeptTable) -> Iterator[bytes]:
    cells = []
    for column in table.columns:
        name = _quoted(connection, column.name)
        cells.append(_short_time(name) if column.kind == "time" else name)
    key = ", ".join(_quoted(connection, name) for name in table.key)
    cursor = connection.connection.cursor()
    cursor.execute(f"SELECT json_array({', '.join(cells)}) FROM {_quoted(connection, table.name)} ORDER BY {key}")
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        for (line,) in rows:
            yield line.encode() + b"\n"


def _short_time(name: str) -> str:
    """A time without the zeros that follow its seconds in SQLite."""
    return f"CASE WHEN instr({name}, '.') THEN rtrim(rtrim({name}, '0'), '.') ELSE {name} END"


def _lines_of_postgresql(connection: Connection, table: KeptTable) -> Iterator[bytes]:
    cells = " || ',' || ".join(_cell(_quoted(connection, column.name), column.kind) for column in table.columns)
    kinds = {column.name: column.kind for column in table.columns}
    key = ", ".join(_quoted(connection, name) + (' COLLATE "C"' if kinds[name] == "text" else "") for name in table.key)
    query = f"SELECT '[' || {cells} || ']' FROM {_quoted(connection, table.name)} ORDER BY {key}"
    driver: Any = connection.connection.driver_connection
    # JSON escapes what stands below a space, so neither of these two ever occurs in a line.
    form = r"(FORMAT csv, QUOTE e'\x01', DELIMITER e'\x02')"
    with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT {form}") as copied:
        yield from map(bytes, copied)


def _cell(name: str, kind: str) -> str:
    """A column as JSON, spelled as SQLite spells it."""
    if kind == "integer":
        return f"coalesce({name}::text, 'null')"
    if kind == "boolean":
        return f"coalesce({name}::int::text, 'null')"
    return f"coalesce(to_json({name}::text)::text, 'null')"


def database_bytes(connection: Connection) -> int:
    """How large the database is on its disk."""
    if connection.dialect.name == "sqlite":
        pages, size = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("page_count", "page_size")
        )
        return pages * size
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def filled_bytes(connection: Connection) -> int:
    """As `database_bytes`, without the pages of SQLite that are empty."""
    whole = database_bytes(connection)
    if connection.dialect.name != "sqlite":
        return whole
    free, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("freelist_count", "page_size")
    )
    return whole - free * size


def count_connected(connection: Connection, name: str) -> int:
    """How many others are connected to a PostgreSQL database under a name."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND application_name = %(name)s"
    )
    connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
    return int(connection.exec_driver_sql(query, {"name": name}).scalar_one())


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
