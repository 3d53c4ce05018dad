"""What programs ask of the record: a desk to post to, desks as a list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from survey_app.recording import table
from survey_app.tables import DeskRow, UnitRow


@dataclass(frozen=True, slots=True)
class DeskForApi:
    """A desk, with the days on which both it and its unit exist; `valid_to` is the first day no longer."""

    code: str
    unit: str
    name: str
    place: str
    kind: str
    questionnaire: str
    fields: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    simulated: bool

    def exists_on(self, day: date) -> bool:
        """Whether the desk and its unit exist that day."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)


def read_desk_for_api(connection: Connection, code: str) -> DeskForApi | None:
    """The desk of a code, or None."""
    row = connection.execute(_desks().where(table(DeskRow).c.code == code)).one_or_none()
    return None if row is None else _desk(row)


def read_online_desk(connection: Connection, unit: str, *, on: date) -> DeskForApi | None:
    """The desk that stands for all who apply to a unit from afar, that day; the first by code, or None."""
    desks = table(DeskRow).c
    rows = connection.execute(_desks().where(desks.unit == unit, desks.kind == "online"))
    return next((desk for desk in map(_desk, rows) if desk.exists_on(on)), None)


def read_desks_for_api(
    connection: Connection, units: Collection[str] | None, *, after: str = "", limit: int
) -> list[DeskForApi]:
    """Desks of these units, or of all, by code, from the one after a code on."""
    desks = table(DeskRow).c
    query = _desks().where(desks.code > after).limit(limit)
    if units is not None:
        query = query.where(desks.unit.in_(sorted(units)))
    return [_desk(row) for row in connection.execute(query)]


def _desks() -> Select[Any]:
    desks, units = table(DeskRow).c, table(UnitRow).c
    return (
        select(table(DeskRow), units.valid_from.label("unit_from"), units.valid_to.label("unit_to"))
        .join_from(table(DeskRow), table(UnitRow), desks.unit == units.code)
        .order_by(desks.code)
    )


def _desk(row: Row[Any]) -> DeskForApi:
    return DeskForApi(
        code=row.code,
        unit=row.unit,
        name=row.name,
        place=row.place,
        kind=row.kind,
        questionnaire=row.questionnaire,
        fields=tuple(row.fields),
        valid_from=max((day for day in (row.valid_from, row.unit_from) if day), default=None),
        valid_to=min((day for day in (row.valid_to, row.unit_to) if day), default=None),
        simulated=row.simulated,
    )
