"""Events as the administrator looks for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from survey_app.door import ZONE
from survey_app.event_chain import Event
from survey_app.recording import table
from survey_app.recording.people import seconds
from survey_app.tables import AuditRow


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; what is empty or None asks for all. since, until: days in Viet Nam, both with."""

    user: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None
    about: str = ""


def read_events(
    connection: Connection, wanted: EventFilter, *, before: int | None = None, most: int | None = None
) -> list[Event]:
    """The events wanted, the latest first. before: only those with a smaller number; most: no more than so many."""
    return list(walk_events(connection, wanted, before=before, most=most))


def walk_events(
    connection: Connection, wanted: EventFilter, *, before: int | None = None, most: int | None = None
) -> Iterator[Event]:
    """As `read_events`, one after the other: a million events take no memory."""
    query = _query(wanted, before).limit(most) if most else _query(wanted, before)
    rows = connection.execute(query, execution_options={"yield_per": 1000})
    for row in rows.mappings():
        yield Event(**row)


def _query(wanted: EventFilter, before: int | None) -> Select[Any]:
    events = table(AuditRow).c
    conditions: list[ColumnElement[bool]] = []
    if wanted.user:
        conditions.append(events.user == wanted.user)
    if wanted.act:
        conditions.append(events.act == wanted.act)
    if wanted.about:
        conditions.append(events.about == wanted.about)
    if wanted.since:
        conditions.append(events.at >= _begin(wanted.since))
    if wanted.until:
        conditions.append(events.at < _begin(wanted.until + timedelta(days=1)))
    if before is not None:
        conditions.append(events.number < before)
    columns = (events.number, events.at, events.user, events.act, events.about, events.detail)
    return select(*columns).where(*conditions).order_by(events.number.desc())


def _begin(day: date) -> int:
    return seconds(datetime.combine(day, time(), tzinfo=ZONE))


def read_acts(connection: Connection) -> list[str]:
    """Every act that was ever done, each once."""
    acts = table(AuditRow).c.act
    return list(connection.execute(select(acts).distinct().order_by(acts)).scalars())
