"""What every write stands on: the table behind a row class, rows inserted anew or replaced by their key."""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Insert, String, Table, any_, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class; SQLModel keeps it out of its types."""
    return row.__table__  # type: ignore[attr-defined, no-any-return]


def insert_new(connection: Connection, row: type[SQLModel]) -> Insert:
    """An insert that leaves a row whose key is known as it is: the database alone decides what is new."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table(row)).on_conflict_do_nothing()


def record_rows(
    connection: Connection, row: type[SQLModel], values: Sequence[dict[str, Any]], *, keep: Collection[str] = ()
) -> None:
    """Insert or replace rows of the register by their primary key; the columns to `keep` are only set in a new row."""
    if not values:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table(row).primary_key]
    statement = dialect.insert(table(row))
    replaced = {name: statement.excluded[name] for name in values[0] if name not in {*keys, *keep}}
    statement = (
        statement.on_conflict_do_update(index_elements=keys, set_=replaced)
        if replaced
        else statement.on_conflict_do_nothing()
    )
    connection.execute(statement, values)


def add_new_rows(connection: Connection, row: type[SQLModel], values: Sequence[dict[str, Any]]) -> set[str]:
    """Insert rows of a table with one text as its key, all columns given; the keys of those that were new.

    PostgreSQL gets them as one value: a statement of 256 values is taken apart by its driver at every execution, which
    for a group of 16 responses took longer than the server did.
    """
    if not values:
        return set()
    key = table(row).primary_key.columns[0]
    if connection.dialect.name == "postgresql":
        statement = text(f'{_inserting(row)} RETURNING "{key.name}"')
        return set(
            connection.execute(statement, {"rows": json.dumps(values, ensure_ascii=False, default=str)}).scalars()
        )
    return set(connection.execute(insert_new(connection, row).returning(key), values).scalars())


def one_of(connection: Connection, column: Column[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column's text is one of these: one value for PostgreSQL, so that the statement is the same for any number."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, values, type_=postgresql.ARRAY(String)))
    return column.in_(values)


@lru_cache(maxsize=64)
def _inserting(row: type[SQLModel]) -> str:
    name, columns = table(row).name, ", ".join(f'"{column.name}"' for column in table(row).columns)
    given = f'json_populate_recordset(CAST(NULL AS "{name}"), CAST(:rows AS json))'
    return f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM {given} ON CONFLICT DO NOTHING'
