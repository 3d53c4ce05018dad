"""Desks as the staff's pages offer them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.recording import table
from survey_app.tables import DeskRow, FieldRow, UnitRow


@dataclass(frozen=True, slots=True)
class OfficeDesk:
    """A desk. kind: `counter` or `online`; fields: code → name by language; valid_from, valid_to: half-open."""

    code: str
    kind: str
    name: str
    place: str
    unit: str
    unit_name: str
    questionnaire: str
    fields: Mapping[str, Mapping[str, str]]
    valid_from: date | None
    valid_to: date | None
    simulated: bool

    def exists_on(self, day: date) -> bool:
        """Whether the desk and its unit exist that day."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)


def read_office_desks(connection: Connection, *, code: str | None = None) -> dict[str, OfficeDesk]:
    """Every desk by its code, in order of unit and name; or the one with that code."""
    desks, units = table(DeskRow).c, table(UnitRow).c
    names = {row.code: row.names for row in connection.execute(select(table(FieldRow)))}
    query = (
        select(
            table(DeskRow),
            units.kind.label("unit_kind"),
            units.name.label("unit_name"),
            units.valid_from.label("unit_from"),
            units.valid_to.label("unit_to"),
        )
        .join_from(table(DeskRow), table(UnitRow), desks.unit == units.code)
        .order_by(units.code, desks.name, desks.code)
    )
    if code is not None:
        query = query.where(desks.code == code)
    return {
        row.code: OfficeDesk(
            code=row.code,
            kind=row.kind,
            name=row.name,
            place=row.place,
            unit=row.unit,
            unit_name=f"{row.unit_kind} {row.unit_name}",
            questionnaire=row.questionnaire,
            fields={field: names[field] for field in row.fields if field in names},
            valid_from=max((day for day in (row.valid_from, row.unit_from) if day), default=None),
            valid_to=min((day for day in (row.valid_to, row.unit_to) if day), default=None),
            simulated=row.simulated,
        )
        for row in connection.execute(query)
    }
