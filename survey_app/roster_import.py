"""A roster's file is judged, shown, and taken over as it was shown: the same for a page and for a command."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from survey_app.reading import read_register
from survey_app.reading.roster import read_roster
from survey_app.recording.people import record_audit
from survey_app.recording.roster import record_roster
from survey_app.roster_file import RosterFile, read_roster_file


def look_at_roster(connection: Connection, path: Path, *, seen: Collection[str] | None) -> RosterFile:
    """What a file would change, or every fault. seen: the units that may be named; None for all.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    return read_roster_file(path, read_register(connection), read_roster(connection), seen=seen)


def import_roster(
    connection: Connection, path: Path, *, name: str, seen: Collection[str] | None, user: str, at: datetime
) -> RosterFile:
    """Take a file over, all of it or nothing; the same file twice changes nothing.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    found = look_at_roster(connection, path, seen=seen)
    if found.changes:
        record_roster(connection, found.members, found.shifts)
        detail = {
            "file": name,
            "people": [one.code for one in found.members],
            "new": found.new,
            "changed": len(found.shifts) - found.new,
        }
        record_audit(connection, at, user, "import_roster", name, detail=detail)
    return found
