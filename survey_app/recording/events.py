"""Events are only ever added; the one way to let old ones go."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from survey_app.event_chain import EventLink
from survey_app.recording.people import record_audit, seconds
from survey_app.recording.rows import table
from survey_app.tables import AuditRow, EventLinkRow

NOTED_BEFORE = "noted_before"
"""What the database's triggers look for in the last event of a purge of events: of what was noted before this second, an
event may be removed."""


def forget_events(connection: Connection, *, before: datetime, at: datetime, by: str) -> int:
    """Remove the events before a time, and keep one that says so and without which the database would let none go.

    Args:
        connection: of the transaction; returns how many went, and keeps nothing where there are none.
        before: of what was noted before this.
        at: now; an aware time.
        by: who asked: a name for the event.
    """
    events = table(AuditRow)
    old = events.c.at < seconds(before)
    count, last = connection.execute(select(func.count(), func.max(events.c.number)).where(old)).one()
    if count:
        detail = {"count": count, NOTED_BEFORE: seconds(before)}
        record_audit(connection, at, by, "purge", "events", detail=detail)
        connection.execute(delete(events).where(old, events.c.number <= last))
    return int(count)


def record_event_links(connection: Connection, links: Sequence[EventLink]) -> None:
    """Add links to the chain; of two processes that add at once the second is refused by the number."""
    if links:
        connection.execute(insert(table(EventLinkRow)), [asdict(link) for link in links])
