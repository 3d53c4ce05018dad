"""The place that a backup is brought back into: empty, or what is there is kept aside; whole or not at all."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from survey_app.backup.archive import BackupRefused
from survey_app.backup.file import belong_like, fsync_folder, is_left_over, keep_aside
from survey_app.database_failure import explain_failure, is_busy
from survey_app.db import MIGRATION_LOCK, OUR_NAME, open_database
from survey_app.reading.every_row import count_connected
from survey_app.recording.every_row import put_aside

BUSY = "Stop hailong first (systemctl stop hailong, or Ctrl+C where it runs), then bring the backup back."
SECONDS_TO_LEAVE = 2.0
"""PostgreSQL shows who just left for a moment longer."""
TAKEN = "Nothing was changed. To bring the backup back all the same and keep what is there aside: --replace"


@contextmanager
def empty_place(url: str, *, aside: str) -> Iterator[Connection]:
    """A connection to a new, empty database, which takes the place of the address when the block ends without a fault.

    Args:
        url: of the database.
        aside: what is added to the name of what is there, to keep it; empty to refuse where something is.

    Raises:
        BackupRefused: something is there, or is in use.
    """
    if make_url(url).get_backend_name() == "sqlite":
        with _new_file(Path(make_url(url).database or ""), aside) as connection:
            yield connection
    else:
        with _new_tables(url, aside) as connection:
            yield connection


@contextmanager
def _new_file(file: Path, aside: str) -> Iterator[Connection]:
    filled = _settle(file, replace=bool(aside))
    if filled and not aside:
        raise BackupRefused(f"{file} holds a database. {TAKEN}")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left_over(file)
    new = file.with_name(f"{file.name}.restoring-{os.getpid()}")
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        engine = _unguarded(new)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        except OperationalError as error:  # rows wait in memory, and some are written at the very end
            raise _refused(error, new) from error
        finally:
            engine.dispose()
        with new.open("rb+") as written:
            os.fsync(written.fileno())
        if _settle(file, replace=bool(aside)) != filled:
            raise BackupRefused(f"{file} was made or removed meanwhile. {TAKEN}")
        belong_like(new, file if filled else file.parent)
        if filled:
            new.chmod(file.stat().st_mode & 0o777)
            for end in ("-wal", "-shm"):  # of a damaged one, whose log could not be put into it
                log = file.with_name(f"{file.name}{end}")
                if log.exists():
                    log.rename(file.with_name(f"{file.name}.{aside}{end}"))
            keep_aside(file, file.with_name(f"{file.name}.{aside}"))
        new.replace(file)
        fsync_folder(file.parent)
    finally:
        for left in (new, new.with_name(f"{new.name}-journal")):
            left.unlink(missing_ok=True)


def _settle(file: Path, *, replace: bool) -> bool:
    """Put what stands in a database's log into its file; whether there is a database with tables, or a damaged one.

    replace: whether it is kept aside, as a damaged one can be too.

    Raises:
        BackupRefused: somebody has it open, this user may not open it, or only its log is there.
    """
    if not file.exists():
        if file.with_name(f"{file.name}-wal").exists():
            raise BackupRefused(
                f"{file}-wal is there without its database. Put it elsewhere first; nothing was changed."
            )
        return False
    try:
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
            # Leaving the log behind needs the file for oneself alone: whoever has it open makes this fail.
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.OperationalError as error:
        if is_busy(error):
            raise BackupRefused(f"{file} is in use ({error}). {BUSY}") from None
        raise _refused(error, file) from None
    except sqlite3.DatabaseError as error:
        if replace:
            return True
        raise BackupRefused(f"{file} is no database, or damaged ({error}). {TAKEN}") from None


def _refused(error: Exception, file: Path) -> BackupRefused:
    return BackupRefused(f"{explain_failure(error, f'sqlite:///{file}')} Nothing was changed.")


def _unguarded(file: Path) -> Engine:
    """A database that nobody else sees yet: nothing of it need last before it is whole."""
    engine = create_engine(f"sqlite:///{file}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:  # noqa: ANN001 - the driver's own types
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _remove_left_over(file: Path) -> None:
    """What a process left that was killed while it brought a backup back."""
    for path in file.parent.glob(f"{file.name}.restoring-*"):
        if is_left_over(path):
            path.unlink(missing_ok=True)


@contextmanager
def _new_tables(url: str, aside: str) -> Iterator[Connection]:
    engine = open_database(url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            _refuse_busy(connection)
            if inspect(connection).get_table_names():
                if not aside:
                    raise BackupRefused(f"The database {make_url(url).database} has tables. {TAKEN}")
                _keep_tables(connection, aside)
            yield connection
    finally:
        engine.dispose()


def _keep_tables(connection: Connection, aside: str) -> None:
    try:
        put_aside(connection, aside)
    except DBAPIError as error:
        raise BackupRefused(
            f"What is there cannot be kept aside ({type(error.orig).__name__}): that needs a role that owns the tables and "
            "may make a schema (GRANT CREATE ON DATABASE … TO …). Nothing was changed."
        ) from None


def _refuse_busy(connection: Connection) -> None:
    """Refuse where another process of ours is connected: it would go on with what it knows of the old tables."""
    until = time.monotonic() + SECONDS_TO_LEAVE
    while others := count_connected(connection, OUR_NAME):
        if time.monotonic() < until:
            time.sleep(0.1)
            continue
        raise BackupRefused(f"The database is in use by {others} connections of {OUR_NAME}. {BUSY}")
