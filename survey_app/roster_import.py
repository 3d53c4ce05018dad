"""A roster's file is judged, shown, and taken over as it was shown: the same for a page and for a command."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from survey_app.event_changes import kept_changes, kept_list
from survey_app.reading import read_register
from survey_app.reading.roster import read_roster
from survey_app.recording.people import record_audit
from survey_app.recording.roster import record_roster
from survey_app.roster import Roster
from survey_app.roster_file import RosterFile, read_roster_file


def look_at_roster(connection: Connection, path: Path, *, seen: Collection[str] | None, today: date) -> RosterFile:
    """What a file would change, or every fault. seen: the units that may be named; None for all.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    return read_roster_file(path, read_register(connection), read_roster(connection), seen=seen, today=today)


def import_roster(
    connection: Connection, path: Path, *, name: str, seen: Collection[str] | None, user: str, at: datetime
) -> RosterFile:
    """Take a file over, all of it or nothing; the same file twice changes nothing.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    found = look_at_roster(connection, path, seen=seen, today=at.date())
    take_over(connection, found, name=name, user=user, at=at)
    return found


def take_over(connection: Connection, found: RosterFile, *, name: str, user: str, at: datetime) -> None:
    """Store what a file that was looked at in this transaction would change, and the event of it."""
    if found.changes:
        before = read_roster(connection)
        record_roster(connection, found.members, found.shifts)
        detail = {
            "file": name,
            "people": kept_list(str(one.who) for one in found.members),
            "new": found.new,
            "changed": len(found.shifts) - found.new,
            **kept_changes(_altered(found, before)),
        }
        record_audit(connection, at, user, "import_roster", name, detail=detail)


def _altered(found: RosterFile, before: Roster) -> dict[str, dict[str, tuple[Any, Any]]]:
    """People and shifts that are other than before, each value before and after; what is new has none before."""
    people = {str(one.who): {"name": (known.shown_name, one.shown_name)} for known, one in found.renamed}
    ends = {shift.key: shift.ends for shift in before.shifts}
    shifts = {
        f"{shift.who}, {shift.desk}, {shift.starts:%d/%m/%Y}, {shift.half}": {
            "last_day": (_last(ends[shift.key]), _last(shift.ends))
        }
        for shift in found.shifts
        if shift.key in ends
    }
    return people | shifts


def _last(ends: date | None) -> str | None:
    """The last day that counts of a shift that ends."""
    return f"{ends - timedelta(days=1):%d/%m/%Y}" if ends else None
