"""Links with their desks and the days on which they were scanned."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select, union_all

from survey_app.printed_code import PrintedCode
from survey_app.reading.desks import read_office_desks
from survey_app.recording import table
from survey_app.tables import LinkRow, ScanRow, TabletDayRow


def read_printed_codes(
    connection: Connection, *, today: date, units: Collection[str] | None = None, serial: int | None = None
) -> list[PrintedCode]:
    """Every link by serial number, of all units or of some; or the one with that serial number."""
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
    desks = read_office_desks(connection)
    return [
        PrintedCode(
            serial=row.serial,
            kind=row.kind,
            desk=row.desk,
            desk_name=desks[row.desk].name,
            place=desks[row.desk].place,
            unit=desks[row.desk].unit,
            unit_name=desks[row.desk].unit_name,
            issued=row.issued,
            revoked=row.revoked,
            first_scan=row.first,
            last_scan=row.last,
            exists=desks[row.desk].exists_on(today),
            simulated=desks[row.desk].simulated,
        )
        for row in connection.execute(query)
        if units is None or desks[row.desk].unit in units
    ]
