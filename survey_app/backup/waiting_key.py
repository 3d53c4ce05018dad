"""The key that a backup brings with it: it waits beside the present one until the database is in its place.

Database and key cannot change at one moment. So the key is on the disk first, under a name of its own, and the database,
which remembers its key's fingerprint, says afterwards which of the two holds: whoever comes first after a kill, the next
start or the next restore, finishes what was begun or takes it back.
"""

import os
import re
from pathlib import Path

from sqlalchemy.engine import make_url

from survey_app.backup.file import belong_like, fsync_folder, is_left_over, keep_aside
from survey_app.backup.manifest import fingerprint
from survey_app.database_failure import FAILURES
from survey_app.db import open_database, read_revision
from survey_app.own_key import read_key

WAITING = re.compile(r"\.restoring-(before-restore-\d{8}-\d{6})-\d+")


def write_waiting(key: bytes, file: Path, aside: str) -> None:
    """Put a key on the disk beside the present one's file. aside: what is added to the present one's name, once it goes."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = file.with_name(f"{file.name}.restoring-{aside}-{os.getpid()}")
    with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(key + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    belong_like(waiting, file if file.exists() else file.parent)
    fsync_folder(file.parent)


def settle_waiting(file: Path, url: str) -> bool:
    """Let a waiting key take its place if it is the database's; remove it if it is not. Whether one took its place.

    Args:
        file: of the present key, which is kept aside.
        url: of the database; while that cannot be asked, everything stays.
    """
    placed = False
    for waiting in sorted(file.parent.glob(f"{file.name}.restoring-*")):
        named = WAITING.fullmatch(waiting.name.removeprefix(file.name))
        remembered = _remembered(url) if named else None
        if named is None or remembered is None:
            continue
        if remembered == fingerprint(waiting.read_bytes().strip()):
            _put(waiting, file, file.with_name(f"{file.name}.{named[1]}"))
            placed = True
        elif is_left_over(waiting):
            waiting.unlink(missing_ok=True)
    return placed


def _put(waiting: Path, file: Path, aside: Path) -> None:
    if file.exists() and not aside.exists():  # it may have been kept aside just before the kill
        keep_aside(file, aside)
    waiting.replace(file)
    fsync_folder(file.parent)


def _remembered(url: str) -> str | None:
    """The fingerprint that the database remembers, empty for none; None where it cannot be asked."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return ""
    engine = open_database(url, make_folder=False)
    try:
        with engine.connect() as connection:
            return read_key(connection) if read_revision(connection) else ""
    except FAILURES:
        return None
    finally:
        engine.dispose()
