"""What every write stands on: the table behind a row class, rows inserted anew or replaced by their key."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table
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
