"""Shared tablets: their links, and each day's answers that the server took beside those that the tablet collected."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.recording import table
from survey_app.tables import DeskRow, FieldRow, LinkRow, TabletDayRow, UnitRow


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


def read_tablets(connection: Connection) -> list[Tablet]:
    """Every tablet's link, those of one unit together, the newest first."""
    links, desks, units = table(LinkRow).c, table(DeskRow).c, table(UnitRow).c
    last = _last_days(connection)
    query = (
        select(
            links.serial,
            links.desk,
            links.issued,
            links.revoked,
            desks.name.label("desk_name"),
            desks.unit,
            units.kind,
            units.name.label("unit_name"),
        )
        .join_from(table(LinkRow), table(DeskRow), links.desk == desks.code)
        .join(table(UnitRow), desks.unit == units.code)
        .where(links.kind == "tablet")
        .order_by(desks.unit, links.desk, links.serial.desc())
    )
    return [
        Tablet(
            row.serial,
            row.desk,
            row.desk_name,
            row.unit,
            f"{row.kind} {row.unit_name}",
            row.issued,
            row.revoked,
            last.get(row.serial),
        )
        for row in connection.execute(query)
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
