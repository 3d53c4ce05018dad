"""Brings a backup back: into a new database of either kind, wholly or not at all, and then up to this release's tables."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from survey_app.backup.archive import BackupRefused
from survey_app.backup.contents import Contents
from survey_app.backup.manifest import Head, fingerprint
from survey_app.backup.place import empty_place
from survey_app.backup.waiting_key import settle_waiting, write_waiting
from survey_app.database_failure import explain_failure, is_full_disk
from survey_app.db import bring_to, describe_failure, known_revisions, latest_revision
from survey_app.own_key import KEY, change_key, read_key
from survey_app.reading.every_row import KeptTable, read_tables
from survey_app.recording.every_row import (
    RowRefused,
    broken_references,
    drop_indexes,
    forget_rows,
    make_again,
    record_counters,
    record_lines,
)
from survey_app.recording.links import skip_serials
from survey_app.recording.people import record_audit
from survey_app.recording.state import record_state

ASIDE = "before-restore-"
COMMAND_LINE = "hailong"
PACKED, LOOSE = 0.9, 0.4
"""How much of its size a database takes again at least, from SQLite and from PostgreSQL, which keeps room in every page."""
SIGN_INS = KeptTable("sign_in", (), ())


@dataclass(frozen=True, slots=True)
class Key:
    """The installation's key as it is now. value: empty where there is none; file: where it is kept, None where the
    environment names it; why: there is none, in words.
    """

    value: bytes
    file: Path | None
    why: str = ""


def bring_back(
    url: str,
    contents: Contents,
    *,
    replace: bool,
    key: Key,
    other_key: bool,
    name: str,
    at: datetime,
    told: Callable[[int, int], object] = lambda _done, _all: None,
) -> str:
    """Bring a backup back into the database of an address.

    Args:
        url: of the database.
        contents: of the backup, not yet read.
        replace: whether what is there is kept aside; without, nothing may be there.
        key: of the installation. If the backup has its own, that takes its place.
        other_key: whether to go on under a key that is not the backup's.
        name: of the file, for the event.
        at: now.
        told: how many rows of how many.

    Returns:
        What is added to the name of whatever was kept aside.

    Raises:
        BackupRefused: the place is taken or in use, the backup is damaged, newer, or of another key.
    """
    check_revision(contents.head)
    refuse_without_key(contents, key, other_key=other_key)
    if make_url(url).get_backend_name() == "sqlite":
        refuse_without_room(Path(make_url(url).database or "").parent, contents.head)
    aside = f"{ASIDE}{at:%Y%m%d-%H%M%S}"

    try:
        with empty_place(url, aside=aside if replace else "") as connection:
            fill(connection, contents, told)
            new_key = judge_key(read_key(connection), contents, key, other_key=other_key)
            try:
                bring_to(connection, latest_revision())
                forget_rows(connection, [SIGN_INS])  # those that were ended since would be open again
                skip_serials(connection)
                _remember_key(connection, new_key, contents, key, at=at, other_key=other_key)
                head = contents.head
                about = {"taken": head.taken, "release": head.release, "revision": head.revision}
                record_audit(connection, at, COMMAND_LINE, "restore", name, detail=about)
            except SQLAlchemyError as error:
                raise _refused(error, connection) from None
            if new_key and key.file:
                write_waiting(new_key, key.file, aside)
    finally:
        if key.file:
            settle_waiting(key.file, url)
    return aside


def _remember_key(
    connection: Connection, new_key: bytes | None, contents: Contents, key: Key, *, at: datetime, other_key: bool
) -> None:
    """Let the database know whose its codes are: by that alone a killed restore is finished or taken back."""
    of_rows = read_key(connection) or contents.head.key
    if new_key:
        record_state(connection, KEY, fingerprint(new_key))
    elif other_key and not (key.value and fingerprint(key.value) == of_rows):
        change_key(connection, key.value, since=at.date())


def check_revision(head: Head) -> None:
    """Refuse tables of a shape that this release does not know.

    Raises:
        BackupRefused: it is so.
    """
    if head.revision not in known_revisions():
        raise BackupRefused(
            f"The backup is at revision {head.revision}, taken by release {head.release}; this release knows up to "
            f"{latest_revision()}. Install that release, or a newer one, and bring it back with that."
        )


def refuse_without_room(folder: Path, head: Head) -> None:
    """Refuse where an SQLite database of this size has no room.

    Raises:
        BackupRefused: it is so.
    """
    while not folder.exists():
        folder = folder.parent
    free, needed = shutil.disk_usage(folder).free, head.bytes * (PACKED if head.database == "sqlite" else LOOSE)
    if free < needed:
        raise BackupRefused(
            f"{folder} has {free / 1e6:,.1f} MB left, and the database of this backup takes about {head.bytes / 1e6:,.1f} MB. "
            "Make room, old backups and logs first, and try again. Nothing was changed."
        )


def refuse_without_key(contents: Contents, key: Key, *, other_key: bool) -> None:
    """Refuse before anything is read where no key is at hand.

    Raises:
        BackupRefused: it is so.
    """
    if not (key.value or contents.secret or other_key) and contents.head.key:
        raise BackupRefused(
            f"{key.why or 'There is no key here.'} This backup has none either ({contents.head.key} is its key): printed "
            f"codes would not open. Put the secret.key that was kept apart into {key.file}, or name it by "
            "HAILONG_SECRET_KEY_FILE or HAILONG_SECRET_KEY; or go on without it, and print every code anew: --other-key"
        )


def judge_key(of_rows: str, contents: Contents, key: Key, *, other_key: bool) -> bytes | None:
    """The key that has to take the place of the present one; None where that stays.

    Args:
        of_rows: the fingerprint that the rows remember; empty where they remember none, then the backup's word counts.
        contents: of the backup.
        key: of the installation.
        other_key: whether to go on under a key that is not the rows'.

    Raises:
        BackupRefused: what was printed and sealed would not open, or the environment's key is in the way.
    """
    here, wanted = fingerprint(key.value) if key.value else "", of_rows or contents.head.key
    if here == wanted or other_key:
        return None
    if not contents.secret or fingerprint(contents.secret) != wanted:
        holds = " The key in the backup is not that one either." if contents.secret else ""
        raise BackupRefused(
            f"The key here ({here or 'none'}) is not the one ({wanted}) of the rows of this backup: printed codes would not "
            f"open, and the chain of answers could not be verified.{holds} Nothing was changed. Put the secret.key that was "
            f"kept apart into {key.file or 'HAILONG_SECRET_KEY'}, or go on without it, and print every code anew: --other-key"
        )
    if key.file is None:
        raise BackupRefused(
            f"The environment names another key ({here}) than the one in this backup ({wanted}). Nothing was changed. Unset "
            "HAILONG_SECRET_KEY and HAILONG_SECRET_KEY_FILE to use the backup's, or keep yours: --other-key"
        )
    return contents.secret


def fill(
    connection: Connection, contents: Contents, told: Callable[[int, int], object] = lambda _done, _all: None
) -> tuple[KeptTable, ...]:
    """Make the backup's tables in an empty database and fill them, up to the comparison with what it was written with.

    Raises:
        BackupRefused: it is damaged, or the database refuses a row of it.
    """
    head = contents.head
    try:
        bring_to(connection, head.revision)
        tables = read_tables(connection)
        _same_tables(tables, head.tables)
        forget_rows(connection, tables)
        later = drop_indexes(connection, tables)
        done = 0
        for table, count, lines in contents.blocks():
            record_lines(connection, table, lines)
            done += count
            told(done, sum(head.rows))
        make_again(connection, later)
        record_counters(connection, tables)
        if broken := broken_references(connection):
            raise BackupRefused(f"The backup is not whole: rows of {', '.join(broken)} refer to what is not in it.")
    except RowRefused as error:
        raise BackupRefused(f"{error} Nothing was changed.") from None
    except SQLAlchemyError as error:
        raise _refused(error, connection) from None
    return tables


def _refused(error: SQLAlchemyError, connection: Connection) -> BackupRefused:
    told = f"The database refuses it: {describe_failure(error)}."
    if is_full_disk(error):
        told = explain_failure(error, connection.engine.url)
    return BackupRefused(f"{told} Nothing was changed.")


def _same_tables(made: tuple[KeptTable, ...], kept: tuple[KeptTable, ...]) -> None:
    """Refuse a backup whose tables are not those of its revision."""
    here, there = ({table.name: set(table.columns) for table in each} for each in (made, kept))
    differing = sorted(name for name in here | there if here.get(name) != there.get(name))
    if differing:
        raise BackupRefused(
            f"The backup has tables that its revision has not, or lacks some: {', '.join(differing)}. Was its database "
            "shared with another program? Give Hài Lòng one of its own."
        )
