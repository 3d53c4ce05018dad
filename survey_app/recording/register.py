"""The register: units, desks, procedures, pilots."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, select
from sqlmodel import SQLModel

from scoring import Participation
from survey_app.catalogue import as_document
from survey_app.recording.rows import insert_new, record_rows, table
from survey_app.recording.state import record_register_change
from survey_app.register import Catalogue, Desk, Field, Procedure, Successor, Unit
from survey_app.tables import (
    DeskRow,
    EntryRow,
    FieldRow,
    ParticipationRow,
    PilotRow,
    ProcedureRow,
    SuccessorRow,
    UnitRow,
)

Coded = TypeVar("Coded", Unit, Desk)


def record_catalogue(connection: Connection, catalogue: Catalogue) -> None:
    """Take over all of a catalogue; entries that are known are brought up to date, none is removed.

    What a desk asks is not the catalogue's to say: a desk that asks another questionnaire goes on to. A unit or a desk that
    the office changed (renamed, closed, moved, merged) stays as the office has it.
    """
    units = _unedited(connection, UnitRow, catalogue.units)
    record_rows(connection, UnitRow, [{key: getattr(unit, key) for key in _UNIT_KEYS} for unit in units])
    record_rows(connection, SuccessorRow, [asdict(link) for link in catalogue.successors])
    desks = _unedited(connection, DeskRow, catalogue.desks)
    record_rows(connection, DeskRow, [_desk_values(desk) for desk in desks], keep=("questionnaire",))
    _record_pilots(connection, catalogue)
    for kind, entries in (("measure", catalogue.measures), ("task", catalogue.tasks)):
        record_rows(
            connection,
            EntryRow,
            [
                {"kind": kind, "code": entry.code, "document": as_document(asdict(entry)), "source": entry.source}
                for entry in entries
            ],
        )
    gaps = [
        {"kind": "gap", "code": f"{gap.about}.{number}", "document": as_document(asdict(gap)), "source": gap.source}
        for number, gap in enumerate(catalogue.gaps, 1)
    ]
    record_rows(connection, EntryRow, gaps)
    record_register_change(connection)


_UNIT_KEYS = ("code", "kind", "name", "parent", "official_code", "valid_from", "valid_to", "simulated", "source")


def hold_register(connection: Connection) -> None:
    """From here on nobody else changes the register until this transaction ends; answers go on where the database lets them."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        names = ", ".join(f'"{table(row).name}"' for row in (UnitRow, SuccessorRow, DeskRow, FieldRow, ProcedureRow))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def record_register_entries(
    connection: Connection,
    *,
    units: Sequence[Unit] = (),
    successors: Sequence[Successor] = (),
    fields: Sequence[Field] = (),
    procedures: Sequence[Procedure] = (),
    desks: Sequence[Desk] = (),
    asks: Mapping[str, str] | None = None,
    edited: date | None = None,
) -> None:
    """Take over entries of the register, new ones and changed ones; none is removed.

    `asks` is desk → its questionnaire, `desk` where it says none; from the day `edited` on the catalogue that ships leaves these
    units and desks alone.
    """
    kept = [{key: getattr(unit, key) for key in _UNIT_KEYS} | {"edited": edited} for unit in units]
    record_rows(connection, UnitRow, kept)
    record_rows(connection, SuccessorRow, [asdict(link) for link in successors])
    record_rows(
        connection, FieldRow, [{"code": each.code, "names": dict(each.names), "source": each.source} for each in fields]
    )
    record_rows(connection, ProcedureRow, [asdict(procedure) for procedure in procedures])
    asked = asks or {}
    record_rows(
        connection,
        DeskRow,
        [_desk_values(desk) | {"questionnaire": asked.get(desk.code, "desk"), "edited": edited} for desk in desks],
    )
    record_register_change(connection)


def _unedited(connection: Connection, row: type[SQLModel], entries: Sequence[Coded]) -> list[Coded]:
    """The entries but for those that the office changed here since."""
    columns = table(row).c
    edited = set(connection.execute(select(columns.code).where(columns.edited.is_not(None))).scalars())
    return [entry for entry in entries if entry.code not in edited]


def record_missing_fields(connection: Connection, fields: Sequence[Field]) -> None:
    """Keep fields that are not there yet; those that are stay as they are."""
    values = [{"code": each.code, "names": dict(each.names), "source": each.source} for each in fields]
    new = insert_new(connection, FieldRow).returning(table(FieldRow).c.code)
    if values and connection.execute(new, values).scalars().all():
        record_register_change(connection)


def record_pilots(connection: Connection, catalogue: Catalogue, *, gone: Collection[Participation]) -> None:
    """Take over fields, procedures, pilots and participations, and take out the participations that are gone."""
    columns = table(ParticipationRow).c
    for one in gone:
        connection.execute(
            delete(table(ParticipationRow)).where(
                columns.pilot == one.pilot, columns.unit == one.unit, columns.starts == one.starts
            )
        )
    _record_pilots(connection, catalogue)
    record_register_change(connection)


def _record_pilots(connection: Connection, catalogue: Catalogue) -> None:
    record_rows(
        connection,
        FieldRow,
        [{"code": field.code, "names": dict(field.names), "source": field.source} for field in catalogue.fields],
    )
    record_rows(connection, ProcedureRow, [asdict(procedure) for procedure in catalogue.procedures])
    record_rows(
        connection,
        PilotRow,
        [{"code": pilot.code, "document": pilot.document, "source": pilot.source} for pilot in catalogue.pilots],
    )
    record_rows(
        connection,
        ParticipationRow,
        [
            {"pilot": one.pilot, "unit": one.unit, "starts": one.starts, "document": as_document(one)}
            for one in catalogue.participations
        ],
    )


def _desk_values(desk: Desk) -> dict[str, Any]:
    keys = ("code", "unit", "name", "place", "valid_from", "valid_to", "simulated", "source", "kind")
    return {key: getattr(desk, key) for key in keys} | {"fields": list(desk.fields), "questionnaire": "desk"}
