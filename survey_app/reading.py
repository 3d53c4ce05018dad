"""All reads but the answers themselves, which `frame.py` reads as columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.recording import REGISTER_VERSION, table
from survey_app.tables import DeskRow, FieldRow, LinkRow, QuestionnaireRow, ResponseRow, StateRow, UnitRow

DEMO_LOADED = "demo_loaded"


@dataclass(frozen=True, slots=True)
class DeskAtDoor:
    """What the form of a scanned desk needs. `fields`: code → name by language."""

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

    def open_on(self, day: date) -> bool:
        """Whether the desk exists that day and its code was not withdrawn."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_to is None or day < self.valid_to) and self.revoked is None


def read_state(connection: Connection, name: str) -> str | None:
    """A small fact about this installation, or None."""
    columns = table(StateRow).c
    value: str | None = connection.execute(select(columns.value).where(columns.name == name)).scalar()
    return value


def read_register_version(connection: Connection) -> str | None:
    """Changes whenever units, desks, codes or pilots changed."""
    return read_state(connection, REGISTER_VERSION)


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
            fields={code: names[code] for code in row.fields},
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            revoked=row.revoked,
            simulated=row.simulated,
        )
        for row in rows
    }


def read_questionnaires(connection: Connection) -> dict[str, str]:
    """Version → document of every questionnaire that was ever used."""
    columns = table(QuestionnaireRow).c
    return {row.version: row.document for row in connection.execute(select(columns.version, columns.document))}


def read_links(connection: Connection, *, desk: str | None = None) -> list[tuple[int, str, date, date | None]]:
    """Serial number, desk, issued and revoked of every printed code, or of one desk's."""
    columns = table(LinkRow).c
    query = select(columns.serial, columns.desk, columns.issued, columns.revoked).order_by(columns.serial)
    return [tuple(row) for row in connection.execute(query if desk is None else query.where(columns.desk == desk))]


def count_received(connection: Connection, *, since: date, until: date, unit: str | None = None) -> int:
    """Responses received on the days from `since` to before `until`; the one number that moves at once."""
    columns = table(ResponseRow).c
    query = select(func.count()).where(columns.local_date >= since, columns.local_date < until)
    return int(connection.execute(query if unit is None else query.where(columns.unit == unit)).scalar_one())
