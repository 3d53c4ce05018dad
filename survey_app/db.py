"""Opens the database and brings its tables up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlmodel import create_engine

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds after which a PostgreSQL that went away without a word, with its machine or its network, is given up."""
MIGRATION_LOCK = 0x4861694C  # any number, the same in every process


def open_database(url: str | URL, *, ask_first: bool = True) -> Engine:
    """An engine for `url`; SQLite writes ahead and acknowledges only what is on the disk.

    Errors never carry the values that were sent, for they end in logs: marks beside the comment, at a minute.

    Args:
        url: of the database.
        ask_first: whether a PostgreSQL is asked before each use of a connection if it is still there; without, whoever
            uses it meets the error.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=ask_first, hide_parameters=True, connect_args=PATIENCE)
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, poolclass=QueuePool, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 30}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:  # noqa: ANN001 - the driver's own types
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def describe_failure(error: Exception) -> str:
    """One line for the log. Of a refused row the driver's words stay out, for PostgreSQL quotes the row in them."""
    cause = str(error.orig).partition("\n")[0] if isinstance(error, OperationalError) else ""
    return f"{type(error).__name__} {cause}".strip()


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Bring the tables to this release's shape: wholly or not at all, one process after the other, twice harmless.

    Args:
        engine: of the database.
        to: a revision of `migrations/versions`, earlier than the present one to go back.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        _lock(connection)
        config.attributes["connection"] = connection
        present = MigrationContext.configure(connection).get_current_revision()
        earlier = to != "head" and present is not None and to < present
        (command.downgrade if earlier else command.upgrade)(config, to)


def _lock(connection: Connection) -> None:
    """Let no other process migrate until this transaction ends."""
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction only before a row is written; tables made before would stay.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
