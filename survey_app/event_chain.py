"""A keyed chain of events: an event that was changed or removed by whoever has the database, but not the key, is found.

Each event has one link, over all that is kept of it and the link before. Links stay when old events are purged; they say no
more of them than when they were noted.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did: all that is kept of it. at: seconds since 1970, UTC; user: empty for nobody known."""

    number: int
    at: int
    user: str
    act: str
    about: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventLink:
    """One link. event, at: its event's number and time; content: that event's digest; digest: of the link and those before."""

    number: int
    event: int
    at: int
    content: str
    digest: str


def link_events(events: Iterable[Event], *, after: EventLink | None, key: bytes) -> list[EventLink]:
    """The links of events that have none yet, after the last link there is."""
    links = [] if after is None else [after]
    for event in events:
        number, previous = (links[-1].number + 1, links[-1].digest) if links else (1, FIRST)
        link = EventLink(number, event.number, event.at, _content(event, key), "")
        links.append(EventLink(number, event.number, event.at, link.content, _digest(link, previous, key)))
    return links if after is None else links[1:]


def _content(event: Event, key: bytes) -> str:
    kept = [event.number, event.at, event.user, event.act, event.about, event.detail]
    said = json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()
    return hmac.digest(key, b"hailong event v1\x00" + said, hashlib.sha256).hex()


def _digest(link: EventLink, previous: str, key: bytes) -> str:
    covered = json.dumps([link.number, link.event, link.at, link.content, previous]).encode()
    return hmac.digest(key, b"hailong event link v1\x00" + covered, hashlib.sha256).hex()


def first_broken_event(
    links: Sequence[EventLink], events: Mapping[int, Event], *, purged_before: int, key: bytes
) -> str | None:
    """What is wrong with the first link that does not fit, in words; None where every linked event is as it was.

    Args:
        links: every link, in order of number.
        events: every event, by number.
        purged_before: of what was noted before this second, an event may be gone.
        key: of the installation.
    """
    previous = FIRST
    for place, link in enumerate(links, 1):
        event = events.get(link.event)
        if link.number != place:
            return f"link {place} is missing"
        if not hmac.compare_digest(link.digest, _digest(link, previous, key)):
            return f"link {place} was changed, or the key is another"
        if event is None and link.at >= purged_before:
            return f"event {link.event} is gone"
        if event is not None and not hmac.compare_digest(link.content, _content(event, key)):
            return f"event {link.event} was changed"
        previous = link.digest
    return None
