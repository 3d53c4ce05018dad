"""What a new office has already."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from survey_app.recording import table
from survey_app.tables import DeskRow, LinkRow, ProcedureRow, UnitRow, UserRow


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Whether there is a unit, a procedure, a desk, a code to scan, and anybody beside the first with an account."""

    units: bool
    procedures: bool
    desks: bool
    codes: bool
    colleagues: bool


def read_beginnings(connection: Connection) -> Beginnings:
    """What there is, each found without counting."""

    def has(row: type[SQLModel]) -> bool:
        return connection.execute(select(table(row).primary_key.columns[0]).limit(1)).first() is not None

    accounts = connection.execute(select(func.count()).select_from(table(UserRow))).scalar_one()
    return Beginnings(
        units=has(UnitRow),
        procedures=has(ProcedureRow),
        desks=has(DeskRow),
        codes=has(LinkRow),
        colleagues=accounts > 1,
    )
