"""What the end of a slot, or of a day, asks for: open taps become answers, slots are sealed, events linked, devices forgotten.

Order after the end of a slot: at 30 seconds taps of which the rest never came become answers of that slot; pages read
it after 60 seconds (`snapshot.GRACE`), and it is sealed then. The writer gives an answer that it could not store for
long another slot of entry, so none arrives in a slot that was sealed.
"""

import logging
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine

from scoring import OfficeHours, slot_of
from survey_app.event_chain import FIRST, ChainHead, first_broken_event, link_events
from survey_app.purge import PROMISED, SERVER, Purge
from survey_app.reading import (
    read_comment_digests,
    read_last_seal,
    read_sealable,
    read_seals,
    read_slot,
    read_tapped_slots,
    read_unsealed_slots,
)
from survey_app.reading.event_chain import (
    is_chain_begun,
    read_chain_head,
    read_event_links,
    read_every_event,
    read_last_event_link,
    read_purged_before,
    read_unlinked_events,
)
from survey_app.recording import (
    forget_devices,
    record_ended_taps,
    record_seals,
)
from survey_app.recording.events import hold_chain, record_event_links
from survey_app.recording.people import seconds
from survey_app.retention import USUAL, Retention
from survey_app.seal import Content, Seal, Slot, digest_response, first_broken, gather, make_seal
from survey_app.withdrawal import WithdrawnFile

logger = logging.getLogger(__name__)
TAP_GRACE = timedelta(seconds=30)
SEAL_GRACE = timedelta(seconds=60)
MOST_SEALS_AT_ONCE = 500
MOST_EVENTS_AT_ONCE = 5_000


class Upkeep:
    """Does what is due, once for each slot and day; all of it twice is harmless."""

    def __init__(
        self,
        engine: Engine,
        hours: OfficeHours,
        *,
        key: bytes,
        keep: Retention = USUAL,
        purges: bool = False,
        withdrawn: WithdrawnFile | None = None,
    ) -> None:
        self._engine, self._hours, self._key = engine, hours, key
        self._purge, self._purges = Purge(engine, keep, withdrawn=withdrawn), purges
        self._closed: tuple[date, str] | None = None
        self._sealed: tuple[date, str] | None = None
        self._day: date | None = None

    def run(self, *, now: datetime) -> None:
        """Whatever is due at a local time.

        Raises:
            SQLAlchemyError: the database is away; the same call may be made again.
        """
        running = self._slot(now - TAP_GRACE)
        if running != self._closed:
            self._close_taps(running)
            self._closed = running
        running = self._slot(now - SEAL_GRACE)
        if running != self._sealed and self._seal(running) and self._link_events(now):
            self._sealed = running
        if now.date() != self._day:
            with self._engine.begin() as connection:
                forget_devices(connection, before=now.date())
            self._purge.do(at=now, by=SERVER, only=None if self._purges else PROMISED)
            self._day = now.date()

    def _slot(self, at: datetime) -> tuple[date, str]:
        return at.date(), slot_of(at.time(), self._hours).key

    def _close_taps(self, running: tuple[date, str]) -> None:
        with self._engine.begin() as connection:
            ended = {each for each in read_tapped_slots(connection) if each < running}
            if ended:
                record_ended_taps(connection, ended)

    def _seal(self, running: tuple[date, str]) -> bool:
        """Seal slots before the running one, some at a time; whether all are sealed."""
        with self._engine.begin() as connection:
            last = read_last_seal(connection)
            open_ = read_unsealed_slots(connection, since=last.slot.day if last else date.min)
            due = [slot for slot in open_ if (slot.day, slot.label) < running][:MOST_SEALS_AT_ONCE]
            record_seals(connection, self._chain(connection, due, last))
        return len(due) < MOST_SEALS_AT_ONCE

    def _link_events(self, now: datetime) -> bool:
        """Give events their links, some at a time; whether nothing is left to do.

        Where the chain does not end as the key's holder left it nothing is: what lost its link is not signed again.
        """
        with self._engine.begin() as connection:
            hold_chain(connection)
            head = read_chain_head(connection, key=self._key)
            if head is None and not is_chain_begun(connection):
                head = ChainHead(0, FIRST, seconds(now))
            last = read_last_event_link(connection)
            if head is None or not head.is_of(last):
                logger.error("The chain of events is not as it was left, so no event is linked; see: hailong check")
                return True
            found = read_unlinked_events(connection, most=MOST_EVENTS_AT_ONCE)
            links = link_events(found, after=last, key=self._key)
            record_event_links(connection, links, head=head, key=self._key)
        return len(found) < MOST_EVENTS_AT_ONCE

    def _chain(self, connection: Connection, slots: list[Slot], last: Seal | None) -> list[Seal]:
        seals = []
        for slot in slots:
            rows, digests = read_slot(connection, slot)
            content = Content(tuple(map(digest_response, rows)), tuple(sorted(digests)))
            last = make_seal(slot, content, after=last, key=self._key)
            seals.append(last)
        return seals


def check_chain(connection: Connection, *, key: bytes) -> str | None:
    """What is wrong with the first broken link of the chain, in words; None where every sealed answer is as it was."""
    seals = read_seals(connection)
    contents = gather(read_sealable(connection), read_comment_digests(connection))
    return first_broken(seals, contents, key=key)


def check_event_chain(connection: Connection, *, key: bytes) -> str | None:
    """What is wrong with the first event that is not as it was noted, in words; None for a whole chain."""
    if not is_chain_begun(connection):
        return None
    head = read_chain_head(connection, key=key)
    links, events = read_event_links(connection), read_every_event(connection)
    return first_broken_event(links, events, head=head, purged_before=read_purged_before(connection), key=key)
