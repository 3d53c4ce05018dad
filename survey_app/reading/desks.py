"""Desks as the staff's pages offer them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.name_order import by_name
from survey_app.reading.desk_rows import desk_values, read_field_names, select_desks
from survey_app.recording import table
from survey_app.tables import DeskRow


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


def read_office_desks(
    connection: Connection, *, code: str | None = None, units: Collection[str] | None = None
) -> dict[str, OfficeDesk]:
    """Every desk by its code, in order of unit and name, of all units or of some; or the one with that code."""
    desks, names = table(DeskRow).c, read_field_names(connection)
    query = select_desks(desks.kind).order_by(desks.code)
    if code is not None:
        query = query.where(desks.code == code)
    if units is not None:
        query = query.where(desks.unit.in_(units))
    rows = sorted(connection.execute(query), key=lambda row: (by_name(row.unit_name), row.unit, by_name(row.name)))
    return {row.code: OfficeDesk(kind=row.kind, **desk_values(row, names)) for row in rows}
