"""How much has been kept for as long as it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from survey_app.recording.purge import Outdated
from survey_app.zone import ZONE


@dataclass(frozen=True, slots=True)
class Due:
    """How many of a kind are to go, and since when the oldest has been there."""

    kind: str
    count: int
    oldest: date | None


def count_due(connection: Connection, kinds: Mapping[str, Outdated]) -> list[Due]:
    """What is due of each kind."""
    return [_count(connection, kind, what) for kind, what in kinds.items()]


def _count(connection: Connection, kind: str, what: Outdated) -> Due:
    since = select(what.since.label("since")).select_from(what.table).where(what.where).subquery()
    n, oldest = connection.execute(select(func.count(), func.min(since.c.since)).select_from(since)).one()
    return Due(kind, n, _day(oldest))


def _day(kept: Any) -> date | None:
    """A day that is kept as a day, as its text, or as a second."""
    if isinstance(kept, int):
        return datetime.fromtimestamp(kept, ZONE).date()
    return date.fromisoformat(kept) if isinstance(kept, str) else kept
