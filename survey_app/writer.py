"""Stores responses as they come; each is acknowledged only after its transaction is on the disk."""

import asyncio
import threading
import time
from collections.abc import Iterable
from queue import Empty, SimpleQueue

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from survey_app.recording import Answered, Recorded, record_apart

MOST_IN_A_GROUP = 512
SECONDS_TO_GATHER = 0.005


class Writer:
    """One thread that commits all waiting responses as one group, and acknowledges after the commit.

    One transaction a response would wait for the disk once each; a group waits once for all. On a fast disk groups
    would be of a few, and the two threads would take the interpreter from each other for each; so the first of a group
    waits 5 ms for others.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: SimpleQueue[tuple[Answered, asyncio.Future[Recorded]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def record(self, answered: Answered) -> Recorded:
        """Store one response; returns after it is durable. Raises what the database raised."""
        future: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.put((answered, future))
        return await future

    def close(self) -> None:
        """Store what is waiting, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            group = [self._waiting.get()]
            time.sleep(SECONDS_TO_GATHER)
            while len(group) < MOST_IN_A_GROUP:
                try:
                    group.append(self._waiting.get_nowait())
                except Empty:
                    break
            open_ = None not in group
            self._store([item for item in group if item is not None])

    def _store(self, group: list[tuple[Answered, asyncio.Future[Recorded]]]) -> None:
        if not group:
            return
        outcomes = record_apart(self._engine, [answered for answered, _ in group])
        loop = group[0][1].get_loop()
        loop.call_soon_threadsafe(
            _resolve, [(future, outcome) for (_, future), outcome in zip(group, outcomes, strict=True)]
        )


def _resolve(outcomes: Iterable[tuple[asyncio.Future[Recorded], Recorded | DBAPIError]]) -> None:
    for future, outcome in outcomes:
        if future.cancelled():
            continue
        if isinstance(outcome, DBAPIError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
