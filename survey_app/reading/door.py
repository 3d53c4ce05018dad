"""What the form of a scanned code needs to know of its desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from survey_app.recording import table
from survey_app.tables import CardBatchRow, CardRow, DeskRow, FieldRow, LinkRow, UnitRow


@dataclass(frozen=True, slots=True)
class DeskAtDoor:
    """What the form of a scanned code needs. `fields`: code → name by language.

    serial: of a link; None for a card. kind: of the link (`poster`, `tablet`, `screen`, `invitation`), or `card`.
    card: the hash of a card's code, else None; used: whether that card was used. valid_from, valid_to: the days on which
    both the desk and its unit exist; `valid_to` is the first day no longer. revoked: when the link, or the card's batch,
    was withdrawn; issued: when a link was made.
    """

    serial: int | None
    kind: str
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
    card: str | None = None
    used: bool = False
    issued: date | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the desk and its unit exist that day."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)

    def open_on(self, day: date) -> bool:
        """Whether the desk exists that day and its code was not withdrawn."""
        return self.exists_on(day) and self.revoked is None


def read_desks_at_door(connection: Connection) -> dict[int, DeskAtDoor]:
    """Serial number of each printed code → its desk."""
    links, names = table(LinkRow).c, _field_names(connection)
    query = _desks(links.serial, links.kind, links.issued, links.revoked).join(
        table(LinkRow), links.desk == table(DeskRow).c.code
    )
    return {
        row.serial: _desk(row, names, serial=row.serial, kind=row.link_kind, issued=row.issued)
        for row in connection.execute(query)
    }


def read_desk_of_card(connection: Connection, card: str) -> DeskAtDoor | None:
    """The desk of the card with this hash, or None."""
    cards, batches = table(CardRow).c, table(CardBatchRow).c
    query = (
        _desks(cards.used, batches.revoked)
        .join(table(CardBatchRow), batches.desk == table(DeskRow).c.code)
        .join(table(CardRow), cards.batch == batches.id)
        .where(cards.hash == card)
    )
    row = connection.execute(query).one_or_none()
    return (
        None
        if row is None
        else _desk(row, _field_names(connection), serial=None, kind="card", card=card, used=row.used)
    )


def _field_names(connection: Connection) -> dict[str, Mapping[str, str]]:
    fields = table(FieldRow).c
    return {row.code: row.names for row in connection.execute(select(fields.code, fields.names))}


def _desks(*more: Any) -> Select[Any]:
    """Desks with their units, and columns of what they are joined with; a link's kind is `link_kind`."""
    desks, units = table(DeskRow).c, table(UnitRow).c
    labelled = (column.label("link_kind") if column is table(LinkRow).c.kind else column for column in more)
    return select(
        *labelled,
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
    ).join_from(table(DeskRow), table(UnitRow), desks.unit == units.code)


def _desk(row: Row[Any], names: Mapping[str, Mapping[str, str]], **code: Any) -> DeskAtDoor:
    return DeskAtDoor(
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
        **code,
    )
