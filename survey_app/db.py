"""Opens the database and brings its tables up to date."""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlmodel import create_engine

logger = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"
OUR_NAME = "hailong"
PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds after which a PostgreSQL that went away without a word, with its machine or its network, is given up."""
MIGRATION_LOCK = 0x4861694C  # any number, the same in every process
MOST_PATIENT_MS = 3_600_000
"""As long a process waits for another one that backs the database up and changes its tables."""


class UnknownRevision(Exception):
    """The database was brought further than this release knows; the message says what to do."""


def open_database(url: str | URL, *, ask_first: bool = True, make_folder: bool = True) -> Engine:
    """An engine for `url`; SQLite writes ahead and acknowledges only what is on the disk.

    Errors never carry the values that were sent, for they end in logs: marks beside the comment, at a minute.

    Args:
        url: of the database.
        ask_first: whether a PostgreSQL is asked before each use of a connection if it is still there; without, whoever
            uses it meets the error.
        make_folder: whether an SQLite file that is not there yet is given its folder.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=ask_first, hide_parameters=True, connect_args=PATIENCE | _own_name(url))
    if make_folder:
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, poolclass=QueuePool, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 30}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:  # noqa: ANN001 - the driver's own types
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _own_name(url: str | URL) -> dict[str, str]:
    """What PostgreSQL shows as the name of who is connected, unless the address gives another."""
    return {} if "application_name" in make_url(url).query else {"application_name": OUR_NAME}


def describe_failure(error: Exception) -> str:
    """One line for the log. Of a refused row the driver's words stay out, for PostgreSQL quotes the row in them."""
    cause = str(error.orig).partition("\n")[0] if isinstance(error, OperationalError) else ""
    return f"{type(error).__name__} {cause}".strip()


def migrate(
    engine: Engine,
    *,
    to: str = "head",
    before: Callable[[str | None, str], object] = lambda _present, _wanted: None,
    after: Callable[[Connection, str | None, str], object] = lambda _connection, _present, _wanted: None,
) -> None:
    """Bring the tables to this release's shape: wholly or not at all, one process after the other, twice harmless.

    Args:
        engine: of the database.
        to: a revision of `migrations/versions`, earlier than the present one to go back.
        before: told the present revision (None: no tables) and the wanted one before anything changes, while no other
            process may migrate; what it raises leaves everything as it was.
        after: told the same, in the transaction that changed the tables.

    Raises:
        UnknownRevision: the database is at a revision that this release does not know.
    """
    wanted = latest_revision() if to == "head" else to
    with engine.connect() as connection:
        present = read_revision(connection)
        if present == wanted:
            return
        _refuse_unknown(present)
    with engine.begin() as connection:
        _lock(connection)
        present = read_revision(connection)
        if present != wanted:
            before(present, wanted)
            bring_to(connection, wanted)
            after(connection, present, wanted)
    logger.info("Migrated: from %s to %s", present or "nothing", wanted)


def bring_to(connection: Connection, wanted: str) -> None:
    """Bring the tables to a revision within the connection's transaction.

    Raises:
        UnknownRevision: the database is at one that this release does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    present = read_revision(connection)
    _refuse_unknown(present)
    going_back = present is not None and wanted < present
    (command.downgrade if going_back else command.upgrade)(config, wanted)


def _refuse_unknown(present: str | None) -> None:
    if present is not None and present not in known_revisions():
        raise UnknownRevision(
            f"The database is at revision {present}, which a newer release made; this one knows up to "
            f"{latest_revision()}. Nothing was changed. Start the newer release again, or go back with it before you "
            f"install this one: hailong migrate --to {latest_revision()}"
        )


def read_revision(connection: Connection) -> str | None:
    """Which shape the tables have; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def known_revisions() -> tuple[str, ...]:
    """Every shape of the tables that this release knows, first to last."""
    return tuple(reversed([each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]))


def latest_revision() -> str:
    """The shape that this release works with."""
    return known_revisions()[-1]


def _lock(connection: Connection) -> None:
    """Let no other process migrate until this transaction ends, nor, with SQLite, write."""
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction only before a row is written; tables made before would stay.
        connection.exec_driver_sql(f"PRAGMA busy_timeout={MOST_PATIENT_MS}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("PRAGMA busy_timeout=30000")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
