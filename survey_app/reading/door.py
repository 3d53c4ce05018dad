"""What the form of a scanned code needs to know of its desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from survey_app.reading.desk_rows import desk_values, read_field_names, select_desks
from survey_app.recording import table
from survey_app.tables import CardBatchRow, CardRow, DeskRow, LinkRow


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
    links, names = table(LinkRow).c, read_field_names(connection)
    query = select_desks(links.serial, links.kind, links.issued, links.revoked).join(
        table(LinkRow), links.desk == table(DeskRow).c.code
    )
    return {
        row.serial: DeskAtDoor(
            serial=row.serial, kind=row.kind, issued=row.issued, revoked=row.revoked, **desk_values(row, names)
        )
        for row in connection.execute(query)
    }


def read_desk_of_card(connection: Connection, card: str) -> DeskAtDoor | None:
    """The desk of the card with this hash, or None."""
    cards, batches = table(CardRow).c, table(CardBatchRow).c
    query = (
        select_desks(cards.used, batches.revoked)
        .join(table(CardBatchRow), batches.desk == table(DeskRow).c.code)
        .join(table(CardRow), cards.batch == batches.id)
        .where(cards.hash == card)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    desk = desk_values(row, read_field_names(connection))
    return DeskAtDoor(serial=None, kind="card", card=card, used=row.used, revoked=row.revoked, **desk)
