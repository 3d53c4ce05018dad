"""Links with their desks and the days on which they were scanned."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select, union_all

from survey_app.printed_code import PrintedCode
from survey_app.reading.desk_rows import desk_on, read_followers
from survey_app.reading.desks import read_office_desks
from survey_app.recording import table
from survey_app.tables import LinkRow, ScanRow, TabletDayRow


def read_printed_codes(
    connection: Connection, *, today: date, units: Collection[str] | None = None, serial: int | None = None
) -> list[PrintedCode]:
    """Every link by serial number, of all units or of some; or the one with that serial number.

    The desk is the one that the code opens today, which may have taken over from the one that it was printed for.
    """
    links, scans, tablets = table(LinkRow).c, table(ScanRow).c, table(TabletDayRow).c
    used = union_all(
        select(scans.link, scans.day), select(tablets.link, tablets.day).where(tablets.accepted > 0)
    ).subquery()
    days = select(used.c.link, func.min(used.c.day).label("first"), func.max(used.c.day).label("last"))
    scanned = days.group_by(used.c.link).subquery()
    query = (
        select(table(LinkRow), scanned.c.first, scanned.c.last)
        .outerjoin(scanned, scanned.c.link == links.serial)
        .order_by(links.serial)
    )
    if serial is not None:
        query = query.where(links.serial == serial)
    desks, followers = read_office_desks(connection), read_followers(connection)
    rows = connection.execute(query).all()
    of = {row.serial: desks[desk_on(row.desk, today, followers)] for row in rows}
    return [
        PrintedCode(
            serial=row.serial,
            kind=row.kind,
            desk=of[row.serial].code,
            desk_name=of[row.serial].name,
            place=of[row.serial].place,
            unit=of[row.serial].unit,
            unit_name=of[row.serial].unit_name,
            issued=row.issued,
            revoked=row.revoked,
            first_scan=row.first,
            last_scan=row.last,
            exists=of[row.serial].exists_on(today),
            simulated=of[row.serial].simulated,
        )
        for row in rows
        if units is None or of[row.serial].unit in units
    ]


def read_first_issued(connection: Connection) -> dict[str, date]:
    """Desk → the day of its first printed code; desks that never had one are not there."""
    links = table(LinkRow).c
    rows = connection.execute(select(links.desk, func.min(links.issued)).group_by(links.desk))
    return {row.desk: row[1] for row in rows}
