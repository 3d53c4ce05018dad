"""What the events say of contacts: who looked, which consent was withdrawn, whose copies are gone."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from survey_app.contact import KEPT_FOR
from survey_app.recording import table
from survey_app.recording.people import seconds
from survey_app.tables import AuditRow
from survey_app.withdrawal import ERASE, LOOK, WITHDRAW, Withdrawal, open_withdrawals
from survey_app.zone import ZONE

LOOKED_BACK = KEPT_FOR + timedelta(days=365)
"""A copy that nobody saw to for a year is no longer named here; the events still say it."""


def read_open_withdrawals(connection: Connection, *, today: date, case: str | None = None) -> list[Withdrawal]:
    """Withdrawals with copies to see to, the oldest first; of all cases or of one."""
    events = table(AuditRow).c
    since = seconds(datetime.combine(today - LOOKED_BACK, time(), tzinfo=ZONE))
    query = (
        select(events.act, events.at, events.user, events.about)
        .where(events.at >= since, events.act.in_((WITHDRAW, LOOK, ERASE)))
        .order_by(events.number)
    )
    if case is not None:
        query = query.where(events.about == case)
    rows = connection.execute(query)
    return open_withdrawals(
        [(row.act, datetime.fromtimestamp(row.at, UTC).astimezone(ZONE).date(), row.user, row.about) for row in rows]
    )
