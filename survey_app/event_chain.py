"""A keyed chain of events: an event that was changed or removed by whoever has the database, but not the key, is found.

Each event has one link, over all that is kept of it and the link before. Links stay when old events are purged; they say no
more of them than when they were noted. The chain's head, kept beside it under the key, says how far it reaches: whoever cuts
links off finds no server that makes new ones over what was changed.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

FIRST = "0" * 64
LATE = 3600
"""Seconds after which an event has its link, if later ones have theirs: its transaction is long over."""


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


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How far the chain reaches: its number of links and the last one's digest. began: when it was begun, seconds since 1970."""

    links: int
    digest: str
    began: int

    def after(self, links: Sequence[EventLink]) -> "ChainHead":
        """The head once these came last."""
        return replace(self, links=links[-1].number, digest=links[-1].digest) if links else self

    def is_of(self, last: EventLink | None) -> bool:
        """Whether the chain ends there."""
        return (self.links, self.digest) == ((last.number, last.digest) if last else (0, FIRST))


def seal_head(head: ChainHead, *, key: bytes) -> str:
    """A head as it is kept."""
    return json.dumps([head.links, head.digest, head.began, _head_mark(head, key)])


def open_head(kept: str | None, *, key: bytes) -> ChainHead | None:
    """The head that was kept; None where there is none, or none of this key."""
    try:
        links, digest, began, mark = json.loads(kept or "")
        head = ChainHead(links, digest, began)
        return head if hmac.compare_digest(mark, _head_mark(head, key)) else None
    except (ValueError, TypeError):
        return None


def _head_mark(head: ChainHead, key: bytes) -> str:
    covered = json.dumps([head.links, head.digest, head.began]).encode()
    return hmac.digest(key, b"hailong event head v1\x00" + covered, hashlib.sha256).hex()


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
    links: Sequence[EventLink], events: Mapping[int, Event], *, head: ChainHead | None, purged_before: int, key: bytes
) -> str | None:
    """What is wrong with the first link that does not fit, in words; None where every linked event is as it was.

    Args:
        head: of the chain, read before the links: one that came since is no fault.
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
    return _broken_end(links, events, head)


def _broken_end(links: Sequence[EventLink], events: Mapping[int, Event], head: ChainHead | None) -> str | None:
    """What is missing where no link is wrong by itself."""
    if head is None:
        return "the head of the chain is gone, or of another key"
    if len(links) < head.links:
        return f"link {len(links) + 1} is missing"
    if head.links and links[head.links - 1].digest != head.digest:
        return f"link {head.links} is another than the server made"
    if links:
        last, linked = links[-1], {link.event for link in links}
        late = (each for each in events.values() if each.number < last.event and each.at < last.at - LATE)
        first = min((each.number for each in late if each.number not in linked), default=None)
        return None if first is None else f"event {first} has no link, and later ones have"
    return None
