"""Printed codes: issued, withdrawn."""

from datetime import date

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, insert, select, update

from survey_app.name_order import NameKey, by_name
from survey_app.recording.rows import insert_new, table
from survey_app.recording.state import record_register_change, record_state
from survey_app.register import Catalogue, Desk
from survey_app.tables import DeskRow, LinkRow, StateRow, UnitRow

SERIALS_FROM = "serials_from"
SERIALS_SKIPPED = 1_000
"""More codes than an office prints between two backups."""


def record_link(connection: Connection, desk: str, *, issued: date, kind: str = "poster") -> int:
    """A new code for a desk, of a kind as `LinkRow` names them; returns its serial number."""
    values = {"desk": desk, "kind": kind, "issued": issued}
    if connection.dialect.name == "sqlite":
        values["serial"] = func.max(*_bounds())  # PostgreSQL has a counter of its own
    serial = connection.execute(insert(table(LinkRow)).values(values).returning(table(LinkRow).c.serial))
    record_register_change(connection)
    return int(serial.scalar_one())


def _bounds() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The number after the highest, and the state `SERIALS_FROM`, below which none is issued."""
    states = table(StateRow).c
    highest = select(func.max(table(LinkRow).c.serial)).scalar_subquery()
    first = select(cast(states.value, Integer)).where(states.name == SERIALS_FROM).scalar_subquery()
    return func.coalesce(highest, 0) + 1, func.coalesce(first, 1)


def skip_serials(connection: Connection) -> None:
    """Never issue the next thousand numbers: after a backup came back, posters printed since it was taken may hang there.

    Else a number would be given to another desk, and the old poster would open that desk's form.
    """
    first = max(connection.execute(select(*_bounds())).one()) + SERIALS_SKIPPED
    record_state(connection, SERIALS_FROM, str(first))
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.setval(func.pg_get_serial_sequence("link", "serial"), first, False)))


def record_missing_links(connection: Connection, register: Catalogue, *, today: date, unit: str | None = None) -> int:
    """Issue a poster's code for every desk open today that has none, the demonstration's first; returns how many.

    Their numbers go up as unit and desk do by name, so that a pile of posters lies in the order of the desks.
    """
    columns = table(LinkRow).c
    posters = columns.revoked.is_(None), columns.kind == "poster"
    linked = set(connection.execute(select(columns.desk).where(*posters)).scalars())
    for desk in sorted(register.desks, key=lambda desk: desk.ends):  # whoever takes over from a desk has its poster
        if desk.code in linked and desk.followed_by is not None:
            linked.add(desk.followed_by)

    def place(desk: Desk) -> tuple[NameKey, str, NameKey]:
        return by_name(register.unit[desk.unit].name), desk.unit, by_name(desk.name)

    missing = [
        desk
        for desk in sorted(register.desks, key=lambda desk: (not desk.demo, *place(desk)))
        if desk.code not in linked
        and desk.kind == "counter"
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


def record_replacement(connection: Connection, serial: int, *, on: date) -> int | None:
    """Withdraw a code and issue another of its kind for its desk; its serial number, None if there is none to withdraw."""
    columns = table(LinkRow).c
    old = connection.execute(select(columns.desk, columns.kind).where(columns.serial == serial)).one_or_none()
    if old is None or not record_revocation(connection, serial, on=on):
        return None
    return record_link(connection, old.desk, issued=on, kind=old.kind)


def record_invitation(connection: Connection, unit: str, *, issued: date) -> int:
    """A new invitation of a unit for those who apply from afar; its desk of kind `online` is made with the first."""
    units = table(UnitRow).c
    desk = f"{unit}.online"
    values = {
        "code": desk,
        "unit": unit,
        "name": "Nộp hồ sơ trực tuyến",
        "place": "Cổng dịch vụ công",
        "fields": [],
        "questionnaire": "desk",
        "kind": "online",
        "valid_from": issued,
        "simulated": connection.execute(select(units.simulated).where(units.code == unit)).scalar_one(),
        "source": "office",
    }
    connection.execute(insert_new(connection, DeskRow), values)
    return record_link(connection, desk, issued=issued, kind="invitation")
