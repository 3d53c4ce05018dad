"""Removes what has been kept for as long as it may be, some rows a transaction, each with its event."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from survey_app.reading.purge import Due, count_due
from survey_app.recording.cases import purge_contact
from survey_app.recording.people import record_audit
from survey_app.recording.purge import outdated, purge_some
from survey_app.retention import Retention
from survey_app.table_file.held_file import HeldFiles
from survey_app.withdrawal import WITHDRAW, WithdrawnFile

logger = logging.getLogger(__name__)
PROMISED = frozenset({"contacts", "sign-ins"})
"""What the server removes every night, asked or not: a promise to people, or of no use any more."""
SERVER = "server"
"""Whose doing a nightly purge is, in its event; `staff.user_faults` lets no account have the name."""


@dataclass(frozen=True)
class Purge:
    """What goes from this database on a day, and from the folder of files that were brought and never imported."""

    engine: Engine
    retention: Retention
    uploads: HeldFiles | None = None
    withdrawn: WithdrawnFile | None = None

    def look(self, *, at: datetime) -> list[Due]:
        """What would go now, by kind; nothing is changed."""
        with self.engine.connect() as connection:
            found = count_due(connection, outdated(self.retention, at.date()))
        return [*found, self._uploads()] if self.uploads else found

    def do(
        self,
        *,
        at: datetime,
        by: str,
        only: Collection[str] | None = None,
        tell: Callable[[str, int], None] | None = None,
    ) -> dict[str, int]:
        """Remove it; kind → how many went.

        Args:
            at: now, local time.
            by: who asked: a name for the events.
            only: these kinds; None for all.
            tell: is told each kind and number as it goes.
        """
        gone = {}
        if only is None or "contacts" in only:
            self._withdraw_again(at=at, by=by)
        for kind in outdated(self.retention, at.date()):
            if only is None or kind in only:
                gone[kind] = self._remove(kind, at=at, by=by)
        if self.uploads and (only is None or "uploads" in only):
            gone["uploads"] = self._uploads().count
            self.uploads.forget_old()
        for kind, count in gone.items():
            if tell and count:
                tell(kind, count)
        return gone

    def _remove(self, kind: str, *, at: datetime, by: str) -> int:
        """All of a kind; each transaction removes some and notes how many, so that neither stands without the other."""
        total, what = 0, outdated(self.retention, at.date())[kind]
        while True:
            with self.engine.begin() as connection:
                count = purge_some(connection, kind, what, at=at, by=by)
            if not count:
                return total
            logger.info("Purged: %s %s", count, kind)
            total += count

    def _withdraw_again(self, *, at: datetime, by: str) -> None:
        """Contacts whose consent was withdrawn after the backup was made from which this database was restored."""
        for case in self.withdrawn.cases(today=at.date()) if self.withdrawn else ():
            with self.engine.begin() as connection:
                if purge_contact(connection, case):
                    record_audit(connection, at, by, WITHDRAW, case, detail={"again": "after a restore"})

    def _uploads(self) -> Due:
        old = self.uploads.too_old() if self.uploads else []
        oldest = min((changed for _, changed in old), default=None)
        day = None if oldest is None else datetime.fromtimestamp(oldest, UTC).date()
        return Due("uploads", len(old), day)
