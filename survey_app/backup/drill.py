"""Tries a backup: brings it back into a database of its own, compares it row by row, and removes it again."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from survey_app.backup.archive import BackupRefused
from survey_app.backup.contents import Contents
from survey_app.backup.file import is_others
from survey_app.backup.manifest import Manifest, fingerprint
from survey_app.backup.place import empty_place
from survey_app.backup.restoring import check_revision, fill, refuse_without_room
from survey_app.backup.taking import digest_tables
from survey_app.db import migrate, open_database
from survey_app.upkeep import check_chain

OF_PROCESS = re.compile(r"drill-(\d+)-.*")


@dataclass(frozen=True, slots=True)
class Tried:
    """How a drill went. chain: `whole`, or why nobody knows."""

    manifest: Manifest
    chain: str


def try_backup(
    contents: Contents,
    folder: Path,
    *,
    key: bytes,
    told: Callable[[int, int], object] = lambda _done, _all: None,
) -> Tried:
    """Bring a backup back into a folder of its own below `folder`, and compare.

    Args:
        contents: of the backup, not yet read.
        folder: where there is room for a database of that size; where it is not there, the system's for passing files.
        key: of the installation, to verify the chain with if the backup has none.
        told: how many rows of how many.

    Raises:
        BackupRefused: what comes back is not what was kept, or its chain of answers is broken.
    """
    check_revision(contents.head)
    remove_left_drills(folder)
    refuse_without_room(folder, contents.head)
    with tempfile.TemporaryDirectory(prefix=f"drill-{os.getpid()}-", dir=folder if folder.is_dir() else None) as place:
        url = f"sqlite:///{place}/hailong.db"
        with empty_place(url, aside="") as connection:
            fill(connection, contents, told)
            found = digest_tables(connection, contents.head.tables)
        if found != contents.manifest.tables:
            raise BackupRefused("What comes back is not what was kept. Take another backup, and report this.")
        return Tried(contents.manifest, _chain(url, contents, contents.secret or key))


def remove_left_drills(folder: Path) -> None:
    """Remove what a drill left that was killed: the whole record lies open there."""
    for path in folder.glob("drill-*"):
        named = OF_PROCESS.fullmatch(path.name)
        if named and not is_others(int(named[1])):
            shutil.rmtree(path, ignore_errors=True)


def _chain(url: str, contents: Contents, key: bytes) -> str:
    """Whether the answers are as they were sealed, in this release's tables."""
    if fingerprint(key) != contents.head.key:
        return "not verified: the key here is not the backup's"
    engine = open_database(url)
    try:
        migrate(engine)
        with engine.connect() as connection:
            fault = check_chain(connection, key=key)
    finally:
        engine.dispose()
    if fault:
        raise BackupRefused(f"The backup is as it was taken, but its chain of answers is broken at {fault}.")
    return "whole"
