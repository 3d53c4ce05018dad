"""All reads but the answers themselves, which `frame.py` reads as columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from survey_app.catalogue import participation_of, pilot_of
from survey_app.recording import REGISTER_VERSION, table
from survey_app.register import Catalogue, Desk, Field, Gap, Measure, Procedure, Successor, Task, Unit
from survey_app.tables import (
    DeskRow,
    EntryRow,
    FieldRow,
    LinkRow,
    ParticipationRow,
    PilotRow,
    ProcedureRow,
    ResponseRow,
    ServiceMeasureRow,
    StateRow,
    SuccessorRow,
    UnitRow,
)

DEMO_LOADED = "demo_loaded"
DEMO_DESK = "demo_desk"

T = TypeVar("T")


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


def count_received(connection: Connection, *, since: date, until: date, unit: str | None = None) -> int:
    """Responses received on the days from `since` to before `until`; the one number that moves at once."""
    columns = table(ResponseRow).c
    query = select(func.count()).where(columns.local_date >= since, columns.local_date < until)
    return int(connection.execute(query if unit is None else query.where(columns.unit == unit)).scalar_one())


def read_register(connection: Connection) -> Catalogue:
    """Units, desks, procedures and pilots as they stand; a kept pilot is checked again as it is read.

    Raises:
        CatalogueFaults: a pilot or participation in the database is no longer sound.
    """
    return Catalogue(
        units=tuple(_values(connection, UnitRow, Unit)),
        successors=tuple(_values(connection, SuccessorRow, Successor)),
        fields=tuple(_values(connection, FieldRow, Field)),
        desks=tuple(
            Desk(**{**row, "fields": tuple(row["fields"])})
            for row in _mappings(connection, DeskRow, drop="questionnaire")
        ),
        procedures=tuple(_values(connection, ProcedureRow, Procedure)),
        pilots=tuple(pilot_of(row["document"]) for row in _mappings(connection, PilotRow)),
        participations=tuple(participation_of(row["document"]) for row in _mappings(connection, ParticipationRow)),
        measures=tuple(Measure(**document) for document in _entries(connection, "measure")),
        tasks=tuple(
            Task(**{**document, "measures": tuple(document["measures"])}) for document in _entries(connection, "task")
        ),
        gaps=tuple(Gap(**document) for document in _entries(connection, "gap")),
    )


def _mappings(connection: Connection, row: type[SQLModel], *, drop: str = "") -> list[dict[str, Any]]:
    columns = [column for column in table(row).columns if column.name != drop]
    found = connection.execute(select(*columns).order_by(*table(row).primary_key.columns))
    return [dict(one) for one in found.mappings()]


def _values(connection: Connection, row: type[SQLModel], value: Callable[..., T]) -> list[T]:
    return [value(**one) for one in _mappings(connection, row)]


def _entries(connection: Connection, kind: str) -> list[dict[str, Any]]:
    return [row["document"] for row in _mappings(connection, EntryRow) if row["kind"] == kind]


@dataclass(frozen=True, slots=True)
class ServiceMeasure:
    """A month's count from a unit's service records."""

    unit: str
    month: date
    measure: str
    numerator: int
    denominator: int
    simulated: bool
    source: str


def read_service_measures(connection: Connection) -> list[ServiceMeasure]:
    """All counts from the service records, by month and unit."""
    columns = table(ServiceMeasureRow).c
    rows = connection.execute(select(*columns).order_by(columns.month, columns.unit, columns.measure))
    return [ServiceMeasure(**row) for row in rows.mappings()]
