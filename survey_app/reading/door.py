"""What the form of a scanned code needs to know of its desk."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from survey_app.reading.desk_rows import (
    Followers,
    desk_on,
    desk_values,
    read_field_names,
    read_followers,
    select_desks,
)
from survey_app.recording import table
from survey_app.tables import CardBatchRow, CardRow, DeskRow, LinkRow


@dataclass(frozen=True, slots=True)
class DeskAtDoor:
    """What the form of a scanned code needs. `fields`: code → name by language.

    serial: of a link; None for a card. kind: of the link (`poster`, `tablet`, `screen`, `invitation`), or `card`.
    card: the hash of a card's code, else None; used: whether that card was used. valid_from, valid_to: the days on which
    both the desk and its unit exist; `valid_to` is the first day no longer. revoked: when the link, or the card's batch,
    was withdrawn; issued: when a link was made. before: the desk that the code opened before this one took over.
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
    before: "DeskAtDoor | None" = field(default=None, repr=False)

    def on(self, day: date) -> "DeskAtDoor":
        """The desk that the same code opened on an earlier day."""
        desk = self
        while desk.before is not None and not desk.exists_on(day):
            desk = desk.before
        return desk if desk.exists_on(day) else self

    def exists_on(self, day: date) -> bool:
        """Whether the desk and its unit exist that day."""
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)

    def open_on(self, day: date) -> bool:
        """Whether the desk exists that day and its code was not withdrawn."""
        return self.exists_on(day) and self.revoked is None


def read_desks_at_door(connection: Connection, *, today: date | None = None) -> dict[int, DeskAtDoor]:
    """Serial number of each printed code → its desk, or the one that took over from it by `today`; None: as printed."""
    links, names = table(LinkRow).c, read_field_names(connection)
    query = select_desks(links.serial, links.kind, links.issued, links.revoked).join(
        table(LinkRow), links.desk == table(DeskRow).c.code
    )
    printed = {
        row.serial: DeskAtDoor(
            serial=row.serial, kind=row.kind, issued=row.issued, revoked=row.revoked, **desk_values(row, names)
        )
        for row in connection.execute(query)
    }
    return printed if today is None else _followed(connection, printed, today)


def _followed(connection: Connection, printed: dict[int, DeskAtDoor], today: date) -> dict[int, DeskAtDoor]:
    """Each code with the desk that goes on in place of the one that it was printed for."""
    followers = read_followers(connection)
    chains = {serial: _chain(desk.code, today, followers) for serial, desk in printed.items() if desk.code in followers}
    values = _read_values(connection, {code for chain in chains.values() for code in chain})
    for serial, chain in chains.items():
        desk = printed[serial]
        for code in chain[1:]:
            desk = replace(desk, before=desk, **values[code])
        printed[serial] = desk
    return printed


def _chain(code: str, today: date, followers: Followers) -> list[str]:
    """The desks that a code opened one after the other."""
    chain, last = [code], desk_on(code, today, followers)
    while chain[-1] != last:
        chain.append(followers[chain[-1]][1])
    return chain


def _read_values(connection: Connection, codes: Collection[str]) -> dict[str, dict[str, Any]]:
    """What the rows of some desks say."""
    names, query = read_field_names(connection), select_desks().where(table(DeskRow).c.code.in_(list(codes)))
    return {row.code: desk_values(row, names) for row in connection.execute(query)} if codes else {}


def read_desk_of_card(connection: Connection, card: str, *, today: date) -> DeskAtDoor | None:
    """The desk of the card with this hash, or who took over from it by `today`; None if there is no such card."""
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
    code = desk_on(row.code, today, read_followers(connection))
    desk = (
        desk_values(row, read_field_names(connection)) if code == row.code else _read_values(connection, [code])[code]
    )
    return DeskAtDoor(serial=None, kind="card", card=card, used=row.used, revoked=row.revoked, **desk)
