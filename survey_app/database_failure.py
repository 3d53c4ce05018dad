"""A failing database, in words for whoever runs it: damaged, its disk full, closed to this user, or away; and what to do."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from survey_app.file_owner import told_of_owner

DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, "XX001", "XX002"})
"""What SQLite and PostgreSQL say of a file or page that is not as they wrote it."""
FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, "53100"})
"""Of a disk that takes no more; what SQLite calls a failing disk may be a full one."""
CLOSED: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
"""Of a file that this user may not open or write to, or a disk that may only be read."""
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
FAILURES: Final = (DBAPIError, sqlite3.Error, psycopg.Error)
"""As SQLAlchemy gives them, and as the drivers do where many rows are read past it."""


def explain_failure(error: Exception, url: str | URL) -> str:
    """What it means and what to do, in one line that repeats no row and no password.

    Args:
        error: one of `FAILURES`, or what it was raised from.
        url: of the database.
    """
    kind, place = _kind(error), _place(url)
    if kind in DAMAGED:
        return (
            f"{place or 'The database'} is damaged ({_cause(error)}). Stop the server, keep a copy of it, and restore the last "
            "backup: hailong restore --replace FILE"
        )
    if place and (kind in CLOSED or (kind == sqlite3.SQLITE_IOERR and find_closed(place))):
        closed = find_closed(place)
        owner = closed and told_of_owner(closed)
        what = owner or "Whose is it, is its folder there, and may its disk be written to?"
        return f"{closed or place} cannot be opened for writing ({_cause(error)}): {what}"
    if kind in FULL:
        return f"{_room(place)} ({_cause(error)}). Make room, old backups and logs first, and try again."
    if place:
        return f"{place} cannot be used: {_cause(error)}. Is another program at work in it?"
    return f"The database cannot be used: {_cause(error)}. Is it running, and is HAILONG_DATABASE_URL right?"


def find_closed(file: Path) -> Path | None:
    """What of an SQLite database this user may not write to: its file, its log, or the folder that both are made in."""
    beside = (file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))
    for path in (file, *beside):
        if path.exists() and not os.access(path, os.R_OK | os.W_OK):
            return path
    return file.parent if file.parent.exists() and not os.access(file.parent, os.W_OK | os.X_OK) else None


def is_busy(error: Exception) -> bool:
    """Whether somebody else has the SQLite database open."""
    return _kind(error) in BUSY


def is_full_disk(error: Exception) -> bool:
    """Whether it may be that the database's disk takes no more."""
    return _kind(error) in FULL


def _place(url: str | URL) -> Path | None:
    """The file of an SQLite database."""
    parsed = make_url(url)
    return Path(parsed.database or "").absolute() if parsed.get_backend_name() == "sqlite" else None


def _room(file: Path | None) -> str:
    if file is None:
        return "The database's disk is full"
    return f"{file.parent} has {shutil.disk_usage(file.parent).free / 1e6:,.0f} MB left, and the database cannot write there"


def _driver(error: Exception) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _kind(error: Exception) -> int | str | None:
    """SQLite's code without its details, or PostgreSQL's."""
    driver = _driver(error)
    code = getattr(driver, "sqlite_errorcode", None)
    return code & 0xFF if code else getattr(driver, "sqlstate", None)


def _cause(error: Exception) -> str:
    """The driver's words, but of a refused row, which PostgreSQL quotes in them."""
    driver = _driver(error)
    refused = isinstance(driver, (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.DataError))
    return type(driver).__name__ if refused or driver is None else " ".join(str(driver).split()).rstrip(".?")
