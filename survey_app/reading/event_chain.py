"""The chain of events, and what it covers."""

from sqlalchemy import Connection, select

from survey_app.event_chain import ChainHead, Event, EventLink, open_head
from survey_app.reading.state import read_state
from survey_app.recording import table
from survey_app.recording.events import EVENT_CHAIN, NOTED_BEFORE
from survey_app.tables import AuditRow, EventLinkRow

_EVENTS, _LINKS = table(AuditRow), table(EventLinkRow)


def read_event_links(connection: Connection) -> list[EventLink]:
    """The chain, first link first."""
    return [EventLink(**row) for row in connection.execute(select(_LINKS).order_by(_LINKS.c.number)).mappings()]


def read_last_event_link(connection: Connection) -> EventLink | None:
    """The last link, or None."""
    row = connection.execute(select(_LINKS).order_by(_LINKS.c.number.desc()).limit(1)).mappings().first()
    return None if row is None else EventLink(**row)


def read_chain_head(connection: Connection, *, key: bytes) -> ChainHead | None:
    """How far the chain reaches; None where nobody says it, or not under this key."""
    return open_head(read_state(connection, EVENT_CHAIN), key=key)


def is_chain_begun(connection: Connection) -> bool:
    """Whether there is a link, or anything that says so."""
    return read_last_event_link(connection) is not None or read_state(connection, EVENT_CHAIN) is not None


def read_unlinked_events(connection: Connection, *, most: int) -> list[Event]:
    """Events that have no link yet, the first ones: a number may be given before an earlier one is stored."""
    query = select(_EVENTS).outerjoin(_LINKS, _LINKS.c.event == _EVENTS.c.number).where(_LINKS.c.number.is_(None))
    return [Event(**row) for row in connection.execute(query.order_by(_EVENTS.c.number).limit(most)).mappings()]


def read_every_event(connection: Connection) -> dict[int, Event]:
    """All that there are, by number."""
    return {row["number"]: Event(**row) for row in connection.execute(select(_EVENTS)).mappings()}


def read_purged_before(connection: Connection) -> int:
    """The second before which events were purged, as events say; 0 where none was."""
    purges = select(_EVENTS.c.detail).where(_EVENTS.c.act == "purge", _EVENTS.c.about == "events")
    told = [detail.get(NOTED_BEFORE, 0) for detail in connection.execute(purges).scalars()]
    return max((each for each in told if isinstance(each, int)), default=0)
