"""Where backups lie: written whole or not at all, readable by their owner alone, old ones of a folder removed."""

import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from survey_app.backup.archive import BackupRefused
from survey_app.backup.encryption import Lock, write_locked
from survey_app.backup.manifest import Head, Manifest
from survey_app.backup.taking import Taking, Wanted
from survey_app.reading.every_row import Unreadable

DATED = re.compile(r"hailong-\d{8}-\d{6}\.tar(\.age)?")
LEFT_OVER = re.compile(r"\..+\.part-([0-9a-f]{8}-)?\d+")
NUMBER = re.compile(r"-(\d+)(-journal)?$")
QUIET_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that lies where it should. bytes: of the file."""

    path: Path
    bytes: int
    head: Head
    manifest: Manifest


def take_backup(
    engine: Engine,
    path: Path,
    wanted: Wanted,
    *,
    lock: Lock | None = None,
    told: Callable[[int, int], object] = lambda _done, _all: None,
) -> Taken:
    """Back a database up into a new file.

    Raises:
        BackupRefused: the file is there already or cannot be written, or a table cannot be read.
    """
    taking = Taking(engine, wanted, told)
    try:
        with _whole_file(path) as file:
            write_locked(taking.pieces(), file, lock or Lock())
    except Unreadable as error:
        raise BackupRefused(f"{error} No backup was made: hailong check says more.") from None
    return Taken(path, path.stat().st_size, taking.head, taking.manifest)


def dated_path(folder: Path, *, at: datetime, locked: bool, about: str = "") -> Path:
    """The name of a backup taken at a local time, in the order of time; about: what it was taken before."""
    return folder / f"hailong-{at:%Y%m%d-%H%M%S}{about and f'-{about}'}.tar{'.age' if locked else ''}"


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file under another name until it is complete and on the disk."""
    if path.is_symlink() and not path.exists():
        raise BackupRefused(f"{path} leads to {path.readlink()}, which is not there. Is its disk mounted?")
    if path.exists():
        raise BackupRefused(f"{path} is there already, and a backup never replaces another. Choose another name.")
    _remove_left_over(path.parent)
    unfinished = path.with_name(f".{path.name}.part-{secrets.token_hex(4)}-{os.getpid()}")
    try:
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
            fsync_folder(path.parent)
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise BackupRefused(
            f"{path} cannot be written: {error.strerror}. No part of it was left behind; the database is as it was."
        ) from error


def _remove_left_over(folder: Path) -> None:
    """What a backup left that was killed."""
    with suppress(OSError):
        for path in folder.iterdir():
            if LEFT_OVER.fullmatch(path.name) and is_left_over(path, quiet_seconds=QUIET_SECONDS):
                path.unlink()


def is_left_over(path: Path, *, quiet_seconds: int = 0) -> bool:
    """Whether whoever wrote an unfinished file is over: the process whose number its name ends with is gone.

    In a folder that another machine writes to as well the number tells nothing: there an hour of silence does.
    """
    number = NUMBER.search(path.name)
    return number is not None and not is_others(int(number[1])) and path.stat().st_mtime < time.time() - quiet_seconds


def is_others(process: int) -> bool:
    """Whether another process has this number now: this one begins, so what bears its own number is of one before it."""
    if process == os.getpid():
        return False
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def fsync_folder(folder: Path) -> None:
    """Make a new name in a folder durable."""
    with suppress(OSError):  # not every file system has it
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def keep_aside(path: Path, aside: Path) -> None:
    """Give a file a second name, under which it stays when the first is given to another."""
    if aside.exists():
        raise FileExistsError(errno.EEXIST, "Another one was kept aside under this name; wait a second", str(aside))
    try:
        os.link(path, aside)
    except OSError:  # a file system without second names: for a moment there is nothing under the first
        path.rename(aside)


def belong_like(path: Path, model: Path) -> None:
    """Let a new file belong to whom another one or a folder does, where it is root who makes it: the server is not root."""
    if os.name == "posix" and os.geteuid() == 0:
        owner = model.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


@dataclass(frozen=True, slots=True)
class Removed:
    """Which backups of a folder were removed, and which are dated after the one just taken: those stay, uncounted."""

    old: tuple[Path, ...]
    ahead: tuple[Path, ...]

    def said(self) -> str:
        """What to do about those dated ahead; empty where there are none."""
        if not self.ahead:
            return ""
        names = ", ".join(path.name for path in self.ahead)
        return (
            f"{self.ahead[0].parent} holds backups dated after now ({names}): the clock stood ahead then, or stands behind now. "
            "They were not counted among those to keep, and not removed: look at the clock, then remove or rename them by hand."
        )


def remove_old(newest: Path, *, keep: int, pattern: re.Pattern[str] = DATED) -> Removed:
    """Remove the dated backups of a folder but for the newest so many. Other files are never touched.

    Args:
        newest: the one just taken; it is counted, and it stays, whatever dates the others bear.
        keep: how many.
        pattern: of the names of those that are counted.
    """
    others = sorted(path for path in newest.parent.iterdir() if pattern.fullmatch(path.name) and path != newest)
    ahead = tuple(path for path in others if path.name > newest.name)
    old = tuple(others[: len(others) - len(ahead)][: -(keep - 1) or None])
    for path in old:
        path.unlink()
    return Removed(old, ahead)
