"""Stores responses as they come; each is acknowledged only after its transaction is on the disk."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from queue import Empty, SimpleQueue

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError

from survey_app.db import open_database
from survey_app.recording import Answered, Recorded, record_apart, try_to_store

MOST_IN_A_GROUP = 512
SECONDS_TO_GATHER = 0.005
SECONDS_TO_WAIT = 5.0
"""Nobody stands before a phone for longer; what is not stored by then is told so, and may be stored yet: once."""

SECONDS_IN_ITS_SLOT = 20.0
"""An answer that waited longer, for the database was away, may have to be entered in a later slot than its own."""

SECONDS_BETWEEN_TRIES = 60.0
"""With nobody answering, whether an answer could be stored is tried so often."""

SECONDS_BETWEEN_TRIES_REFUSED = 5.0
"""And so often while answers are refused."""

Waiting = tuple[Answered, asyncio.Future[Recorded], float]
Stamp = Callable[[], tuple[date, str]]
"""Tells the day and the slot of now."""


class WriterStopped(Exception):
    """Nothing is stored any more: the server is closing, or the writer met an error that it does not know."""


class NotStoredYet(Exception):
    """The database has not taken a response so far. It may still, so the same form sent again counts once."""


class Writer:
    """One thread that commits all waiting responses as one group, and acknowledges after the commit.

    One transaction a response would wait for the disk once each; a group waits once for all. On a fast disk groups
    would be of a few, and the two threads would take the interpreter from each other for each; so the first of a group
    waits 5 ms for others, counted from when it came. The writer has a connection of its own, so pages that wait cannot keep it waiting.

    alive: whether it runs. refuses: whether the database took neither the last answer nor, since, what is written to try it.
    """

    def __init__(self, engine: Engine, *, stamp: Stamp | None = None) -> None:
        self._engine, self._stamp = open_database(engine.url, ask_first=False), stamp
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self.alive, self.refuses = True, False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many responses wait to be stored now."""
        return self._waiting.qsize()

    async def record(self, answered: Answered) -> Recorded:
        """Store one response; returns after it is durable.

        Raises:
            SQLAlchemyError: the database did not take it.
            NotStoredYet: it did not within `SECONDS_TO_WAIT`.
            WriterStopped: nothing is stored any more.
        """
        future: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.put((answered, future, time.monotonic()))
        if not self.alive:  # asked after the putting: what was put before is found by the stopping thread
            raise WriterStopped
        try:
            async with asyncio.timeout(SECONDS_TO_WAIT):
                return await future
        except TimeoutError as error:
            raise NotStoredYet from error

    def close(self) -> None:
        """Store what is waiting, then stop."""
        self._waiting.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        try:
            open_ = True
            while open_:
                group = [self._next()]
                time.sleep(_still_to_gather(group[0]))
                group += self._now_waiting(at_most=MOST_IN_A_GROUP - 1)
                open_ = None not in group
                self._store([item for item in group if item is not None])
        finally:
            self.alive = False
            left = [item for item in self._now_waiting() if item is not None]
            _acknowledge(left, [WriterStopped()] * len(left))

    def _next(self) -> Waiting | None:
        while True:
            try:
                return self._waiting.get(
                    timeout=SECONDS_BETWEEN_TRIES_REFUSED if self.refuses else SECONDS_BETWEEN_TRIES
                )
            except Empty:
                self.refuses = not try_to_store(self._engine)

    def _now_waiting(self, *, at_most: int | None = None) -> list[Waiting | None]:
        found: list[Waiting | None] = []
        while at_most is None or len(found) < at_most:
            try:
                found.append(self._waiting.get_nowait())
            except Empty:
                break
        return found

    def _store(self, group: Sequence[Waiting]) -> None:
        outcomes: Sequence[Recorded | Exception] = [WriterStopped()] * len(group)
        try:
            outcomes = record_apart(self._engine, [self._entered(*waiting) for waiting in group]) if group else []
            if group:
                self.refuses = all(map(_is_refusal, outcomes))
        finally:
            _acknowledge(group, outcomes)

    def _entered(self, answered: Answered, _: object, arrived: float) -> Answered:
        """The answer with its slot of entry, where that may have become another while it waited."""
        if self._stamp is None or time.monotonic() - arrived < SECONDS_IN_ITS_SLOT:
            return answered
        day, slot = self._stamp()
        entered = (answered.entered_date or answered.local_date, answered.entered_slot or answered.slot)
        return answered if entered == (day, slot) else replace(answered, entered_date=day, entered_slot=slot)


def _is_refusal(outcome: Recorded | Exception) -> bool:
    """Whether it is the database that takes nothing, and not the answer that fits nowhere."""
    return isinstance(outcome, Exception) and not isinstance(outcome, (IntegrityError, DataError))


def _still_to_gather(first: Waiting | None) -> float:
    return 0.0 if first is None else max(0.0, first[2] + SECONDS_TO_GATHER - time.monotonic())


def _acknowledge(group: Sequence[Waiting], outcomes: Sequence[Recorded | Exception]) -> None:
    if group:
        futures = [future for _, future, _ in group]
        futures[0].get_loop().call_soon_threadsafe(_resolve, futures, outcomes)


def _resolve(futures: Sequence[asyncio.Future[Recorded]], outcomes: Sequence[Recorded | Exception]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, Recorded):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
