"""Before a migration changes a database that is in use, a backup is taken; without room for it nothing is changed."""

import logging
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from survey_app.backup.archive import BackupRefused
from survey_app.backup.file import Taken, dated_path, remove_old, take_backup
from survey_app.backup.migration_event import record_migration
from survey_app.backup.taking import Wanted
from survey_app.database_failure import explain_failure, is_full_disk
from survey_app.db import migrate
from survey_app.reading.every_row import database_bytes
from survey_app.settings import Settings

logger = logging.getLogger(__name__)
FOLDER = "backups"
KEPT = 3
DATED = re.compile(r"hailong-\d{8}-\d{6}-before-\w+\.tar")
PACKED = 2
"""A backup takes at most half of the database's size on the disk: measured, a seventh."""


def migrate_safely(
    engine: Engine,
    settings: Settings,
    *,
    at: datetime,
    to: str = "head",
    told: Callable[[int, int], object] = lambda _done, _all: None,
) -> Taken | None:
    """Bring the tables to a shape; before an existing database changes, back it up into the folder of the data. An event says so.

    Returns:
        The backup; None where none was needed, or the settings say that somebody else takes it.

    Raises:
        BackupRefused: there is no room, or the backup cannot be written; nothing was changed.
        UnknownRevision: a newer release made the tables.
    """
    taken: list[Taken] = []

    def before(present: str | None, wanted: str) -> None:
        if present is None or not settings.backup_before_migration:
            return
        folder = settings.data_dir / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_room(engine, folder)
        path = dated_path(folder, at=at, locked=False, about=f"before-{wanted}")
        taken.append(take_backup(engine, path, Wanted(settings.secret_key, with_key=False, at=at), told=told))
        if said := remove_old(path, keep=KEPT, pattern=DATED).said():
            logger.warning(said)

    def after(connection: Connection, present: str | None, wanted: str) -> None:
        if present is not None:
            record_migration(connection, present, wanted, at=at, key=settings.secret_key)

    try:
        migrate(engine, to=to, before=before, after=after)
    except OperationalError as error:
        if not is_full_disk(error):
            raise
        raise BackupRefused(f"{explain_failure(error, engine.url)} The tables are as they were.") from error
    return taken[0] if taken else None


def _check_room(engine: Engine, folder: Path) -> None:
    """Refuse where the backup, or SQLite's own log of the change, would not fit.

    Raises:
        BackupRefused: it would not.
    """
    with engine.connect() as connection:
        size = database_bytes(connection)
    needed = {folder: size // PACKED}
    if engine.dialect.name == "sqlite":
        own = Path(make_url(engine.url).database or "").parent
        if own.stat().st_dev == folder.stat().st_dev:
            needed = {folder: size // PACKED + size}
        else:
            needed[own] = size
    for place, bytes_ in needed.items():
        free = shutil.disk_usage(place).free
        if free < bytes_:
            raise BackupRefused(
                f"The tables have to be changed for this release, and {place} has {free / 1e6:,.0f} MB left; a backup "
                f"before it and the change itself may need {bytes_ / 1e6:,.0f} MB. Nothing was changed. Make room, or "
                "take a backup elsewhere (hailong backup FILE) and start with HAILONG_BACKUP_BEFORE_MIGRATION=off."
            )
