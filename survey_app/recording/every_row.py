"""Rows brought back from lines of JSON (`reading.every_row`) into tables that a migration just made."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from survey_app.reading.every_row import KeptTable

LONG_TIME = "00:00:00.000000"


class RowRefused(Exception):
    """The database does not take a row; the message says which table's, and nothing of the row."""


def forget_rows(connection: Connection, tables: Iterable[KeptTable]) -> None:
    """Remove what a migration itself put into new tables. tables: each after those that it refers to."""
    for table in reversed(tuple(tables)):
        connection.exec_driver_sql(f"DELETE FROM {_quoted(connection, table.name)}")


def drop_indexes(connection: Connection, tables: Iterable[KeptTable]) -> list[str]:
    """Drop the indexes that only make reading fast, for filling a table with them takes four times as long.

    Returns:
        The statements that make them again.
    """
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        query = (
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) "
            "AND i.indrelid = ANY (SELECT to_regclass(quote_ident(name)) FROM unnest(%(names)s::text[]) name)"
        )
    names = {"names": [table.name for table in tables]} if connection.dialect.name != "sqlite" else None
    found = connection.exec_driver_sql(query, names).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {_quoted(connection, name)}")
    return [statement for _, statement in found]


def make_again(connection: Connection, statements: Iterable[str]) -> None:
    """Make the indexes again that were dropped."""
    for statement in statements:
        connection.exec_driver_sql(statement)


def record_lines(connection: Connection, table: KeptTable, lines: bytes) -> None:
    """Put a block of lines into a table.

    Raises:
        RowRefused: a line is no row of the table, or the database does not take it.
    """
    put = _insert_into_sqlite if connection.dialect.name == "sqlite" else _copy_into_postgresql
    try:
        rows = _rows_of(lines)
    except (ValueError, RecursionError):
        raise RowRefused(f"A line of table {table.name} is no JSON.") from None
    if any(not isinstance(row, list) or len(row) != len(table.columns) for row in rows):
        raise RowRefused(f"A line of table {table.name} has not its {len(table.columns)} columns.")
    try:
        put(connection, table, rows)
    except (ValueError, TypeError, OverflowError):
        raise RowRefused(f"A line of table {table.name} holds a value that its column cannot.") from None
    except connection.dialect.loaded_dbapi.Error as error:
        # Of a refused row PostgreSQL's words quote the row; of a full disk or a lost server they do not.
        words = (
            str(error).partition("\n")[0] if isinstance(error, connection.dialect.loaded_dbapi.OperationalError) else ""
        )
        raise RowRefused(
            f"The database takes no row of table {table.name}: {type(error).__name__} {words}".strip() + "."
        ) from None


def _rows_of(lines: bytes) -> list[Any]:
    rows: list[Any] = json.loads(b"[" + lines.rstrip(b"\n").replace(b"\n", b",") + b"]", parse_constant=_no_number)
    return rows


def _no_number(word: str) -> None:
    """NaN and Infinity, which Python would read and no JSON has."""
    raise ValueError(word)


def _insert_into_sqlite(connection: Connection, table: KeptTable, rows: list[list[Any]]) -> None:
    for at, column in enumerate(table.columns):
        if column.kind == "time":
            for row in rows:
                row[at] = _long_time(row[at])
    names = ", ".join(_quoted(connection, column.name) for column in table.columns)
    places = ", ".join("?" * len(table.columns))
    cursor = connection.connection.cursor()
    cursor.executemany(f"INSERT INTO {_quoted(connection, table.name)} ({names}) VALUES ({places})", rows)


def _long_time(time: str | None) -> str | None:
    """A time as SQLAlchemy writes it into SQLite, so that it is equal to one that is written later."""
    if time is None:
        return None
    return (time if "." in time else f"{time}.") + LONG_TIME[max(len(time), 9) :]


def _copy_into_postgresql(connection: Connection, table: KeptTable, rows: list[list[Any]]) -> None:
    names = ", ".join(_quoted(connection, column.name) for column in table.columns)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {_quoted(connection, table.name)} ({names}) FROM STDIN") as copying,
    ):
        for row in rows:
            copying.write_row(row)


def record_counters(connection: Connection, tables: Iterable[KeptTable]) -> None:
    """Let PostgreSQL count its numbers on from the highest that was brought back; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        for name in table.key:
            asked = {"table": _quoted(connection, table.name), "column": name}
            counter = connection.exec_driver_sql("SELECT pg_get_serial_sequence(%(table)s, %(column)s)", asked).scalar()
            if counter is not None:
                highest = f"SELECT max({_quoted(connection, name)}) FROM {_quoted(connection, table.name)}"
                connection.exec_driver_sql(
                    f"SELECT setval(%(counter)s, coalesce(({highest}), 1), ({highest}) IS NOT NULL)",
                    {"counter": counter},
                )


def broken_references(connection: Connection) -> list[str]:
    """Tables with rows that refer to what is not there; PostgreSQL refuses those by itself."""
    if connection.dialect.name != "sqlite":
        return []
    return sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check").all()})


def put_aside(connection: Connection, schema: str) -> None:
    """Move every table of PostgreSQL's schema into a new one, with all that belongs to them."""
    connection.exec_driver_sql(f"CREATE SCHEMA {_quoted(connection, schema)}")
    names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").scalars()
    for name in list(names):
        connection.exec_driver_sql(f"ALTER TABLE {_quoted(connection, name)} SET SCHEMA {_quoted(connection, schema)}")


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
