"""What the database says of itself, and when something was last stored in it."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from survey_app.database_failure import find_closed
from survey_app.recording import table
from survey_app.tables import AuditRow, ResponseRow, SealRow, SignInRow, UserRow
from survey_app.zone import ZONE

_ON_POSTGRESQL = (
    (
        "index {} is not valid",
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid",
    ),
    ("constraint {} was never checked", "SELECT conname FROM pg_constraint WHERE NOT convalidated"),
    (
        "{} pages did not have the checksum that they were written with",
        "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0",
    ),
)
BACKUP = "backup"
"""The act under which a backup is noted."""


def read_damage(connection: Connection, *, most: int) -> list[str]:
    """What is damaged, in words, at most so many; SQLite reads every page for it, PostgreSQL knows it by the way."""
    if connection.dialect.name == "sqlite":
        said = [row[0] for row in connection.execute(text(f"PRAGMA quick_check({most})"))]
        damage = [each for each in said if each != "ok"]
        lost = connection.execute(text("PRAGMA foreign_key_check")).fetchmany(most)
        return (damage + [f"a row of {row[0]} refers to a row of {row[2]} that is not there" for row in lost])[:most]
    found = (told.format(row[0]) for told, query in _ON_POSTGRESQL for row in connection.execute(text(query)))
    return list(found)[:most]


def may_write(connection: Connection) -> bool:
    """Whether this user may store something."""
    if connection.dialect.name == "sqlite":
        return find_closed(Path(connection.engine.url.database or "")) is None
    query = (
        "SELECT has_table_privilege('response', 'INSERT') AND NOT pg_is_in_recovery() "
        "AND current_setting('transaction_read_only') = 'off'"
    )
    return bool(connection.execute(text(query)).scalar_one())


def read_last_stored(connection: Connection) -> datetime | None:
    """The latest time that anything says it was stored: an event or a sign-in to the second, an answer to its day."""
    seconds = [
        connection.execute(select(func.max(column))).scalar()
        for column in (table(AuditRow).c.at, table(SignInRow).c.seen)
    ]
    times = [datetime.fromtimestamp(second, ZONE) for second in seconds if second]
    return max(times, default=None)


def read_last_day(connection: Connection) -> date | None:
    """The latest day of a real answer or a seal."""
    answers, seals = table(ResponseRow).c, table(SealRow).c
    days = (
        connection.execute(select(func.max(answers.local_date)).where(answers.simulated.is_(False))).scalar(),
        connection.execute(select(func.max(seals.entered_date))).scalar(),
    )
    return max((day for day in days if day), default=None)


def read_last_backup(connection: Connection) -> datetime | None:
    """When a backup was last made of this database, by the events."""
    events = table(AuditRow).c
    second = connection.execute(select(func.max(events.at)).where(events.act == BACKUP)).scalar()
    return None if second is None else datetime.fromtimestamp(second, ZONE)


def count_accounts(connection: Connection) -> tuple[int, int]:
    """How many accounts are open, and how many of those are administrators."""
    users = table(UserRow).c
    roles = connection.execute(select(users.role).where(users.disabled.is_(None))).scalars().all()
    return len(roles), roles.count("administrator")
