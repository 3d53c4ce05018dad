"""What an earlier shape of the tables has no room for."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Inspector, Text, cast, column, create_engine, func, inspect, literal_column, select
from sqlalchemy import table as table_of
from sqlalchemy.sql import ColumnElement

from survey_app.db import bring_to


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A table that would go, or a column of one that stays. rows: how many there are, or hold something in it."""

    table: str
    column: str | None
    rows: int

    @property
    def name(self) -> str:
        """As a database calls it."""
        return f"{self.table}.{self.column}" if self.column else self.table


def read_left_behind(connection: Connection, wanted: str) -> tuple[LeftBehind, ...]:
    """What of the rows goes when the tables are brought back to a revision; what is empty, or as nobody set it, is left out."""
    kept, here = _columns_of(wanted), inspect(connection)
    found = (
        each
        for table in sorted(here.get_table_names())
        for each in (
            [_whole(connection, table)] if table not in kept else _columns(connection, here, table, kept[table])
        )
    )
    return tuple(each for each in found if each.rows)


def _columns_of(revision: str) -> dict[str, set[str]]:
    """Tables and their columns at a revision, as its migrations make them."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            bring_to(connection, revision)
            made = inspect(connection)
            return {table: {each["name"] for each in made.get_columns(table)} for table in made.get_table_names()}
    finally:
        engine.dispose()


def _whole(connection: Connection, name: str) -> LeftBehind:
    return LeftBehind(name, None, connection.execute(select(func.count()).select_from(table_of(name))).scalar_one())


def _columns(connection: Connection, here: Inspector, name: str, kept: set[str]) -> Iterator[LeftBehind]:
    for each in here.get_columns(name):
        if each["name"] not in kept:
            held: ColumnElement[str] = column(each["name"])
            told = held.is_not(None)
            if each["default"] is not None:
                told &= cast(held, Text) != cast(literal_column(each["default"]), Text)
            counted = connection.execute(select(func.count()).select_from(table_of(name)).where(told)).scalar_one()
            yield LeftBehind(name, each["name"], counted)
