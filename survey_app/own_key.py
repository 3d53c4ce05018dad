"""Which key the installation's codes, contacts and seals are of, as its database remembers it: by a fingerprint alone."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine

from survey_app.backup.manifest import fingerprint
from survey_app.reading import read_state
from survey_app.recording import record_state

KEY, KEY_SINCE = "key", "key_since"
"""The fingerprint, empty where the next start's key is taken; and the day from which it is another than before."""
LONGEST_KEY = 10_000
"""Bytes; a larger file is no key."""
PUT_BACK = "Put the one that was kept apart in its place; if it is lost, go on with this one: hailong init --other-key"


def keep_key(engine: Engine, key: bytes, folder: Path, *, other_key: bool, today: date) -> str | None:
    """Remember the key of a database that has none yet, or another one where it is wanted; else what is wrong, in words.

    Another one is not taken where the right one lies beside it in the folder of the data.
    """
    with engine.begin() as connection:
        if not read_key(connection):
            record_state(connection, KEY, fingerprint(key))
        told = told_of_another(connection, key, folder)
        if told and other_key and not find_key(folder, read_key(connection)):
            change_key(connection, key, since=today)
            return None
    return told


def change_key(connection: Connection, key: bytes, *, since: date) -> None:
    """Remember that another key holds from a day on: what was printed before opens nothing. key: empty for the next start's."""
    record_state(connection, KEY, fingerprint(key) if key else "")
    record_state(connection, KEY_SINCE, since.isoformat())


def read_key(connection: Connection) -> str:
    """The fingerprint; empty where none is remembered."""
    return read_state(connection, KEY) or ""


def read_key_since(connection: Connection) -> date | None:
    """The day from which the key is another than before; None for never."""
    text = read_state(connection, KEY_SINCE)
    return date.fromisoformat(text) if text else None


def find_key(folder: Path, kept: str) -> Path | None:
    """Which file beside the key's, such as a restore keeps, holds the key of a fingerprint."""
    for path in sorted(folder.glob("secret.key.*")):
        with suppress(OSError):
            if path.is_file() and path.stat().st_size <= LONGEST_KEY and fingerprint(path.read_bytes().strip()) == kept:
                return path
    return None


def told_of_another(connection: Connection, key: bytes, folder: Path) -> str | None:
    """What is wrong where the key here is not the one that the database remembers; None where it is, or none is remembered.

    folder: of the data, where the right one may lie under another name.
    """
    kept = read_key(connection)
    if not kept or (key and kept == fingerprint(key)):
        return None
    here = f"The key here ({fingerprint(key)}) is not" if key else "There is no key here, and it was"
    return f"{here} the one ({kept}) of the codes, contacts and seals: no code that was printed opens. {_put_back(folder, kept)}"


def _put_back(folder: Path, kept: str) -> str:
    found = find_key(folder, kept)
    return f"{found} is that one; put it in its place: cp -p {found} {folder / 'secret.key'}" if found else PUT_BACK
