"""The register: units, desks, procedures, pilots."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from survey_app.catalogue import as_document
from survey_app.recording.rows import record_rows
from survey_app.recording.state import record_register_change
from survey_app.register import Catalogue, Desk
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


def record_catalogue(connection: Connection, catalogue: Catalogue) -> None:
    """Take over all of a catalogue; entries that are known are brought up to date, none is removed.

    What a desk asks is not the catalogue's to say: a desk that asks another questionnaire goes on to.
    """
    keys = ("code", "kind", "name", "parent", "official_code", "valid_from", "valid_to", "simulated", "source")
    record_rows(connection, UnitRow, [{key: getattr(unit, key) for key in keys} for unit in catalogue.units])
    record_rows(connection, SuccessorRow, [asdict(link) for link in catalogue.successors])
    record_rows(
        connection,
        FieldRow,
        [{"code": field.code, "names": dict(field.names), "source": field.source} for field in catalogue.fields],
    )
    record_rows(connection, DeskRow, [_desk_values(desk) for desk in catalogue.desks], keep=("questionnaire",))
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


def _desk_values(desk: Desk) -> dict[str, Any]:
    keys = ("code", "unit", "name", "place", "valid_from", "valid_to", "simulated", "source", "kind")
    return {key: getattr(desk, key) for key in keys} | {"fields": list(desk.fields), "questionnaire": "desk"}
