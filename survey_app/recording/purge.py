"""What has been kept for as long as it may be: one condition a kind, by which it is counted and by which it is removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select

from survey_app.recording.events import forget_events
from survey_app.recording.people import record_audit
from survey_app.recording.rows import table
from survey_app.retention import Retention
from survey_app.tables import (
    AuditRow,
    CaseRow,
    CaseStepRow,
    CommentRow,
    CommentScreeningRow,
    ContactRow,
    DeliveryRow,
    DeviceRow,
    InvitationRow,
    SignInRow,
)
from survey_app.zone import ZONE

ROWS_AT_ONCE = 2_000
"""Of a transaction: answers that come meanwhile wait for one, not for all."""
_CASES, _STEPS, _SENT = table(CaseRow), table(CaseStepRow), table(DeliveryRow)
_BESIDE: Final[Mapping[str, tuple[tuple[Table, str], ...]]] = {
    "cases": ((_STEPS, "case"), (table(ContactRow), "case")),
    "comments": ((table(CommentScreeningRow), "comment"),),
}
"""What goes with a kind: rows that refer to it, and by which column."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Which rows of a kind go: their table, its key, the condition, and since when they have been there."""

    table: Table
    key: str
    where: ColumnElement[bool]
    since: ColumnElement[Any]


def outdated(retention: Retention, today: date) -> dict[str, Outdated]:
    """Kind → what of it is kept for too long on a day, in the order in which it is told."""
    contacts, devices, sign_ins, events = (table(row) for row in (ContactRow, DeviceRow, SignInRow, AuditRow))
    invited = table(InvitationRow)
    comments, month = table(CommentRow), retention.comments.before(today).replace(day=1)
    signed_in, noted = (_second(period.before(today)) for period in (retention.sign_ins, retention.events))
    return {
        "contacts": Outdated(contacts, "case", contacts.c.purge_on <= today, contacts.c.given),
        "cases": _cases(retention.cases.before(today)),
        "comments": Outdated(comments, "id", comments.c.month < month, comments.c.month),
        "sign-ins": Outdated(sign_ins, "token_hash", sign_ins.c.began < signed_in, sign_ins.c.began),
        "invitations": Outdated(invited, "hash", invited.c.ends < _second(today), invited.c.ends),
        "devices": Outdated(devices, "hash", devices.c.day < today, devices.c.day),
        "deliveries": _deliveries(_second(retention.deliveries.before(today))),
        "events": Outdated(events, "number", events.c.at < noted, events.c.at),
    }


def _cases(day: date) -> Outdated:
    """Cases that are done, by their last step; of one without steps nothing is done."""
    last = select(func.max(_STEPS.c.on)).where(_STEPS.c.case == _CASES.c.id).scalar_subquery()
    done = _CASES.c.state.in_(("answered", "rejected", "closed"))
    return Outdated(_CASES, "id", and_(done, last < day), last)


def _deliveries(second: int) -> Outdated:
    """Messages that were sent or given up; the last of each webhook stays, for the next tells what came since."""
    later, tried = _SENT.alias(), func.coalesce(_SENT.c.tried, 0)
    newer = and_(
        later.c.webhook == _SENT.c.webhook,
        later.c.seal > _SENT.c.seal,
        later.c.next_try.is_(None),
        func.coalesce(later.c.tried, 0) < second,
    )
    over = and_(_SENT.c.next_try.is_(None), tried < second, select(later.c.id).where(newer).exists())
    return Outdated(_SENT, "id", over, _SENT.c.tried)


def _second(day: date) -> int:
    """The midnight in Viet Nam with which a day begins, in seconds since 1970; far before all for the first of days."""
    return -(2**40) if day == date.min else int(datetime.combine(day, time(), tzinfo=ZONE).timestamp())


def purge_some(connection: Connection, kind: str, what: Outdated, *, at: datetime, by: str) -> int:
    """Remove up to `ROWS_AT_ONCE` of a kind with all that refers to them, and keep an event of it; returns how many."""
    key = what.table.c[what.key]
    if kind == "events":
        return _forget_some_events(connection, what, at=at, by=by)
    keys = list(connection.execute(select(key).where(what.where).limit(ROWS_AT_ONCE)).scalars())
    if keys:
        for beside, column in _BESIDE.get(kind, ()):
            connection.execute(delete(beside).where(beside.c[column].in_(keys)))
        connection.execute(delete(what.table).where(key.in_(keys)))
        record_audit(connection, at, by, "purge", kind, detail={"count": len(keys)})
    return len(keys)


def _forget_some_events(connection: Connection, what: Outdated, *, at: datetime, by: str) -> int:
    """The oldest events up to a second, by the one way that the database lets them go."""
    oldest = select(what.since.label("at")).where(what.where).order_by(what.since).limit(ROWS_AT_ONCE).subquery()
    last = connection.execute(select(func.max(oldest.c.at))).scalar()
    if last is None:
        return 0
    return forget_events(connection, before=datetime.fromtimestamp(last + 1, UTC), at=at, by=by)
