"""What the form of a scanned code needs to know of its desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.recording import table
from survey_app.tables import DeskRow, FieldRow, LinkRow, UnitRow


@dataclass(frozen=True, slots=True)
class DeskAtDoor:
    """What the form of a scanned desk needs. `fields`: code → name by language.

    valid_from, valid_to: the days on which both the desk and its unit exist; `valid_to` is the first day no longer.
    """

    serial: int
    code: str
    name: str
    place: str
    unit: str
    unit_name: str
    questionnaire: str
    fields: Mapping[str, Mapping[str, str]]
    valid_from: date | None
    valid_to: date | None
    revoked: date | None
    simulated: bool

    def exists_on(self, day: date) -> bool:
        """Whether the desk and its unit exist that day."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)

    def open_on(self, day: date) -> bool:
        """Whether the desk exists that day and its code was not withdrawn."""
        return self.exists_on(day) and self.revoked is None


def read_desks_at_door(connection: Connection) -> dict[int, DeskAtDoor]:
    """Serial number of each printed code → its desk."""
    links, desks, units = table(LinkRow).c, table(DeskRow).c, table(UnitRow).c
    fields = table(FieldRow).c
    names = {row.code: row.names for row in connection.execute(select(fields.code, fields.names))}
    rows = connection.execute(
        select(
            links.serial,
            links.revoked,
            desks.code,
            desks.name,
            desks.place,
            desks.unit,
            desks.questionnaire,
            desks.fields,
            desks.valid_from,
            desks.valid_to,
            desks.simulated,
            units.kind,
            units.name.label("unit_name"),
            units.valid_from.label("unit_from"),
            units.valid_to.label("unit_to"),
        )
        .join_from(table(LinkRow), table(DeskRow), links.desk == desks.code)
        .join(table(UnitRow), desks.unit == units.code)
    )
    return {
        row.serial: DeskAtDoor(
            serial=row.serial,
            code=row.code,
            name=row.name,
            place=row.place,
            unit=row.unit,
            unit_name=f"{row.kind} {row.unit_name}",
            questionnaire=row.questionnaire,
            fields={code: names[code] for code in row.fields if code in names},
            valid_from=max((day for day in (row.valid_from, row.unit_from) if day), default=None),
            valid_to=min((day for day in (row.valid_to, row.unit_to) if day), default=None),
            revoked=row.revoked,
            simulated=row.simulated,
        )
        for row in rows
    }
