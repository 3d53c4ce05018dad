"""Links with their desks and the days on which they were scanned."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select, union_all

from survey_app.printed_code import PrintedCode
from survey_app.reading.desk_rows import Span, desk_on, read_followers, spans_of_code
from survey_app.reading.desks import read_office_desks
from survey_app.recording import table
from survey_app.tables import CardBatchRow, LinkRow, ScanRow, TabletDayRow


def read_printed_codes(
    connection: Connection, *, today: date, units: Collection[str] | None = None, serial: int | None = None
) -> list[PrintedCode]:
    """Every link in order of unit and desk, of all units or of some; or the one with that serial number.

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
    desks, followers = read_office_desks(connection, units=units), read_followers(connection)
    rows = [row for row in connection.execute(query) if desk_on(row.desk, today, followers) in desks]
    of = {row.serial: desks[desk_on(row.desk, today, followers)] for row in rows}
    place = {code: number for number, code in enumerate(desks)}
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
        for row in sorted(rows, key=lambda row: place[of[row.serial].code])
    ]


def read_code_days(connection: Connection) -> dict[str, tuple[Span, ...]]:
    """Desk → from–to (half-open) of each code and batch of cards that led to it, also of those that it took over."""
    links, batches = table(LinkRow).c, table(CardBatchRow).c
    printed = union_all(
        select(links.desk, links.issued.label("since"), links.revoked.label("until")),
        select(batches.desk, batches.made, batches.revoked),
    )
    followers, found = read_followers(connection), defaultdict(list)
    for desk, since, until in connection.execute(printed):
        for code, span in spans_of_code(desk, (since, until or date.max), followers):
            found[code].append(span)
    return {code: tuple(sorted(spans)) for code, spans in found.items()}
