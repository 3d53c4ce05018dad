"""Shared tablets: their links, and each day's answers that the server took beside those that the tablet collected."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.reading.desk_rows import desk_on, read_followers
from survey_app.reading.desks import read_office_desks
from survey_app.recording import table
from survey_app.tables import FieldRow, LinkRow, TabletDayRow


@dataclass(frozen=True, slots=True)
class TabletDay:
    """A tablet's day. accepted: answers that the server took; collected: as the tablet counted, None if it never said."""

    day: date
    accepted: int
    collected: int | None

    @property
    def matches(self) -> bool:
        """Whether both counts agree."""
        return self.collected == self.accepted


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet's link, where it stands, and its last day with answers or a count."""

    serial: int
    desk: str
    desk_name: str
    unit: str
    unit_name: str
    issued: date
    revoked: date | None
    last: TabletDay | None


def read_tablets(
    connection: Connection, *, today: date | None = None, units: Collection[str] | None = None
) -> list[Tablet]:
    """Every tablet's link, in order of unit and desk, the newest first, of all units or of some; with the desk that its
    code opens `today`.
    """
    links = table(LinkRow).c
    desks, followers, last = (
        read_office_desks(connection, units=units),
        read_followers(connection),
        _last_days(connection),
    )
    query = select(links.serial, links.desk, links.issued, links.revoked).where(links.kind == "tablet")
    rows = connection.execute(query.order_by(links.desk, links.serial.desc())).all()
    opened = [(row.desk if today is None else desk_on(row.desk, today, followers), row) for row in rows]
    found = [(desks[code], row) for code, row in opened if code in desks]
    place = {code: number for number, code in enumerate(desks)}
    return [
        Tablet(
            row.serial, desk.code, desk.name, desk.unit, desk.unit_name, row.issued, row.revoked, last.get(row.serial)
        )
        for desk, row in sorted(found, key=lambda each: place[each[0].code])
    ]


def _last_days(connection: Connection) -> dict[int, TabletDay]:
    days = table(TabletDayRow).c
    newest = select(days.link, func.max(days.day).label("day")).group_by(days.link).subquery()
    query = select(days.link, days.day, days.accepted, days.collected).join(
        newest, (newest.c.link == days.link) & (newest.c.day == days.day)
    )
    return {row.link: TabletDay(row.day, row.accepted, row.collected) for row in connection.execute(query)}


def read_tablet_days(connection: Connection, link: int, days: Collection[date]) -> dict[date, TabletDay]:
    """A tablet's days, of those asked for."""
    columns = table(TabletDayRow).c
    query = select(columns.day, columns.accepted, columns.collected).where(columns.link == link, columns.day.in_(days))
    return {row.day: TabletDay(row.day, row.accepted, row.collected) for row in connection.execute(query)}


def read_field_codes(connection: Connection) -> frozenset[str]:
    """Codes of all fields, whichever desk has them."""
    return frozenset(connection.execute(select(table(FieldRow).c.code)).scalars())
