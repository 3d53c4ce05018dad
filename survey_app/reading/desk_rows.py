"""A desk joined with its unit: what every reader of desks asks for, and what it makes of a row."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from survey_app.recording import table
from survey_app.tables import DeskRow, FieldRow, UnitRow

FieldNames = Mapping[str, Mapping[str, str]]
"""Code of a field → its name by language."""


def select_desks(*more: Any) -> Select[Any]:
    """Desks with their units, and more columns: those of what they are joined with."""
    desks, units = table(DeskRow).c, table(UnitRow).c
    return select(
        *more,
        desks.code,
        desks.name,
        desks.place,
        desks.unit,
        desks.questionnaire,
        desks.fields,
        desks.valid_from,
        desks.valid_to,
        desks.simulated,
        units.kind.label("unit_kind"),
        units.name.label("unit_name"),
        units.valid_from.label("unit_from"),
        units.valid_to.label("unit_to"),
    ).join_from(table(DeskRow), table(UnitRow), desks.unit == units.code)


def desk_values(row: Row[Any], names: FieldNames) -> dict[str, Any]:
    """What a row says of a desk. valid_from, valid_to: half-open, where both the desk and its unit exist."""
    return {
        "code": row.code,
        "name": row.name,
        "place": row.place,
        "unit": row.unit,
        "unit_name": f"{row.unit_kind} {row.unit_name}",
        "questionnaire": row.questionnaire,
        "fields": {code: names[code] for code in row.fields if code in names},
        "valid_from": max((day for day in (row.valid_from, row.unit_from) if day), default=None),
        "valid_to": min((day for day in (row.valid_to, row.unit_to) if day), default=None),
        "simulated": row.simulated,
    }


def read_field_names(connection: Connection) -> dict[str, Mapping[str, str]]:
    """Every field's name by language."""
    fields = table(FieldRow).c
    return {row.code: row.names for row in connection.execute(select(fields.code, fields.names))}
