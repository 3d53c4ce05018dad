"""That the tables were changed, forward or back, is an event; going back takes the chain of events away, and the event says which."""

from datetime import datetime

from sqlalchemy import Connection, inspect

from survey_app.event_chain import FIRST, ChainHead
from survey_app.reading.event_chain import read_chain_head
from survey_app.recording.events import record_chain_head
from survey_app.recording.people import record_audit, seconds
from survey_app.tables import AuditRow, EventLinkRow

BY = "hailong"


def record_migration(connection: Connection, present: str, wanted: str, *, at: datetime, key: bytes) -> None:
    """Keep that the tables went from one shape to another, and where the links went too, how far the chain reached.

    Whoever has the key begins a new chain then; without it the head stays, and the next server links nothing.
    """
    tables = set(inspect(connection).get_table_names())
    if AuditRow.__tablename__ not in tables:
        return
    detail: dict[str, str | int] = {"before": present, "after": wanted}
    head = read_chain_head(connection, key=key) if EventLinkRow.__tablename__ not in tables else None
    if head is not None and head.links:
        detail |= {"links": head.links, "last_link": head.digest}
        record_chain_head(connection, ChainHead(0, FIRST, seconds(at)), key=key)
    record_audit(connection, at, BY, "migrate", wanted, detail=detail)
