"""Printed codes: issued, withdrawn."""

from datetime import date

from sqlalchemy import Connection, insert, select, update

from survey_app.recording.rows import table
from survey_app.recording.state import record_register_change
from survey_app.register import Catalogue
from survey_app.tables import LinkRow


def record_link(connection: Connection, desk: str, *, issued: date, kind: str = "poster") -> int:
    """A new code for a desk, of a kind as `LinkRow` names them; returns its serial number."""
    serial = connection.execute(
        insert(table(LinkRow)).values(desk=desk, kind=kind, issued=issued).returning(table(LinkRow).c.serial)
    )
    record_register_change(connection)
    return int(serial.scalar_one())


def record_missing_links(connection: Connection, register: Catalogue, *, today: date, unit: str | None = None) -> int:
    """Issue a poster's code for every desk open today that has none, the demonstration's first; returns how many."""
    columns = table(LinkRow).c
    posters = columns.revoked.is_(None), columns.kind == "poster"
    linked = set(connection.execute(select(columns.desk).where(*posters)).scalars())
    missing = [
        desk
        for desk in sorted(register.desks, key=lambda desk: not desk.demo)
        if desk.code not in linked
        and unit in {None, desk.unit}
        and (desk.valid_from or date.min) <= today < min(desk.valid_to or date.max, register.unit[desk.unit].ends)
    ]
    for desk in missing:
        record_link(connection, desk.code, issued=today)
    return len(missing)


def record_revocation(connection: Connection, serial: int, *, on: date) -> bool:
    """Withdraw a printed code; False if there is no such code or it was withdrawn before."""
    columns = table(LinkRow).c
    changed = connection.execute(
        update(table(LinkRow)).where(columns.serial == serial, columns.revoked.is_(None)).values(revoked=on)
    ).rowcount
    record_register_change(connection)
    return bool(changed)
