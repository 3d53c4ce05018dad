"""Brings a backup back: into a new database of either kind, wholly or not at all, and then up to this release's tables."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from survey_app.backup.archive import BackupRefused
from survey_app.backup.contents import Contents
from survey_app.backup.file import belong_like, fsync_folder, keep_aside
from survey_app.backup.manifest import Head, fingerprint
from survey_app.backup.place import empty_place
from survey_app.database_failure import explain_failure, is_full_disk
from survey_app.db import bring_to, describe_failure, known_revisions, latest_revision
from survey_app.own_key import change_key
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

ASIDE = "before-restore-"
COMMAND_LINE = "hailong"
SIGN_INS = KeptTable("sign_in", (), ())


@dataclass(frozen=True, slots=True)
class Key:
    """The installation's key as it is now. value: empty where there is none; file: where it is kept; None where the
    environment names it.
    """

    value: bytes
    file: Path | None


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
    new_key = judge_key(contents, key, other_key=other_key)
    aside = f"{ASIDE}{at:%Y%m%d-%H%M%S}"

    def put_key() -> None:
        if new_key and key.file:
            _put_key(new_key, key.file, aside)

    with empty_place(url, aside=aside if replace else "", last=put_key) as connection:
        fill(connection, contents, told)
        try:
            bring_to(connection, latest_revision())
            forget_rows(connection, [SIGN_INS])  # those that were ended since would be open again
            skip_serials(connection)
            if other_key and not (key.value and fingerprint(key.value) == contents.head.key):
                change_key(connection, key.value, since=at.date())
            about = {"taken": contents.head.taken, "release": contents.head.release, "revision": contents.head.revision}
            record_audit(connection, at, COMMAND_LINE, "restore", name, detail=about)
        except SQLAlchemyError as error:
            raise _refused(error, connection) from None
    return aside


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


def judge_key(contents: Contents, key: Key, *, other_key: bool) -> bytes | None:
    """The key that has to take the place of the present one; None where that stays.

    Raises:
        BackupRefused: what was printed and sealed would not open, or the environment's key is in the way.
    """
    here = fingerprint(key.value) if key.value else ""
    if here == contents.head.key or other_key:
        return None
    if not contents.secret and not here:
        raise BackupRefused(
            f"There is no key here, and this backup has none ({contents.head.key} is its key): printed codes would not "
            f"open. Put the secret.key that was kept apart into {key.file}, or name it by HAILONG_SECRET_KEY_FILE or "
            "HAILONG_SECRET_KEY; or go on without it, and print every code anew: --other-key"
        )
    if not contents.secret:
        raise BackupRefused(
            f"The key here ({here}) is not the key of this backup ({contents.head.key}): printed codes would not open, "
            "and the chain of answers could not be verified. Put the secret.key that was kept apart into "
            f"{key.file or 'HAILONG_SECRET_KEY'}, or go on without it, and print every code anew: --other-key"
        )
    if key.file is None:
        raise BackupRefused(
            f"The environment names another key ({here}) than the one in this backup ({contents.head.key}). Unset "
            "HAILONG_SECRET_KEY and HAILONG_SECRET_KEY_FILE to use the backup's, or keep yours: --other-key"
        )
    return contents.secret


def _put_key(new: bytes, file: Path, aside: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = file.with_name(f"{file.name}.restoring-{os.getpid()}")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(new + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    belong_like(written, file if file.exists() else file.parent)
    if file.exists():
        keep_aside(file, file.with_name(f"{file.name}.{aside}"))
    written.replace(file)
    fsync_folder(file.parent)


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
