"""Events are only ever added; the one way to let old ones go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, delete

from survey_app.recording.people import seconds
from survey_app.recording.rows import table
from survey_app.recording.state import record_state
from survey_app.tables import AuditRow, StateRow

EVENTS_KEPT_FROM = "events_kept_from"
"""The state that the database's triggers look at: of what lies before this second, an event may be removed."""


@contextmanager
def events_may_go(connection: Connection, *, before: datetime) -> Iterator[None]:
    """Within this, statements of the connection may remove events before a time; nobody else's may.

    The triggers are told within the transaction of `connection` and forget it again. Whoever calls keeps an event that
    says so.
    """
    states = table(StateRow)
    record_state(connection, EVENTS_KEPT_FROM, str(seconds(before)))
    yield
    connection.execute(delete(states).where(states.c.name == EVENTS_KEPT_FROM))


def forget_events(connection: Connection, *, before: datetime) -> int:
    """Remove the events before a time; returns how many."""
    events = table(AuditRow)
    with events_may_go(connection, before=before):
        return int(connection.execute(delete(events).where(events.c.at < seconds(before))).rowcount)
