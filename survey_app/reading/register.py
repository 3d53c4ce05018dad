"""Units, desks, procedures, pilots, and the counts from service records."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from survey_app.catalogue import participation_of, pilot_of
from survey_app.recording import table
from survey_app.register import Catalogue, Desk, Field, Gap, Measure, Procedure, Successor, Task, Unit
from survey_app.tables import (
    DeskRow,
    EntryRow,
    FieldRow,
    ParticipationRow,
    PilotRow,
    ProcedureRow,
    ServiceMeasureRow,
    SuccessorRow,
    UnitRow,
)

T = TypeVar("T")


def read_register(connection: Connection) -> Catalogue:
    """Units, desks, procedures and pilots as they stand; a kept pilot is checked again as it is read.

    Raises:
        CatalogueFaults: a pilot or participation in the database is no longer sound.
    """
    return Catalogue(
        units=tuple(Unit(**row) for row in _mappings(connection, UnitRow, drop={"edited"})),
        successors=tuple(_values(connection, SuccessorRow, Successor)),
        fields=tuple(_values(connection, FieldRow, Field)),
        desks=tuple(
            Desk(**{**row, "fields": tuple(row["fields"])})
            for row in _mappings(connection, DeskRow, drop={"questionnaire", "edited"})
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


def _mappings(connection: Connection, row: type[SQLModel], *, drop: Collection[str] = ()) -> list[dict[str, Any]]:
    columns = [column for column in table(row).columns if column.name not in drop]
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
