"""Events are only ever added; the one way to let old ones go."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from survey_app.event_chain import ChainHead, EventLink, seal_head
from survey_app.recording.people import record_audit, seconds
from survey_app.recording.rows import table
from survey_app.recording.state import record_state
from survey_app.tables import AuditRow, EventLinkRow, StateRow

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


EVENT_CHAIN = "event_chain"
"""The name of the fact that keeps the chain's head."""


def hold_chain(connection: Connection) -> None:
    """Let nobody add links until this transaction ends: a write that changes nothing, since SQLite locks no rows."""
    state = table(StateRow)
    connection.execute(update(state).where(state.c.name == EVENT_CHAIN).values(name=EVENT_CHAIN))


def record_event_links(connection: Connection, links: Sequence[EventLink], *, head: ChainHead, key: bytes) -> None:
    """Add links to the chain, which reaches to `head` before; of two processes that add at once the second is refused."""
    if links:
        connection.execute(insert(table(EventLinkRow)), [asdict(link) for link in links])
        record_chain_head(connection, head.after(links), key=key)


def record_chain_head(connection: Connection, head: ChainHead, *, key: bytes) -> None:
    """Keep how far the chain reaches."""
    record_state(connection, EVENT_CHAIN, seal_head(head, key=key))
