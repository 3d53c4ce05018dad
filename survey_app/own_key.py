"""Which key the installation's codes, contacts and seals are of, as its database remembers it: by a fingerprint alone."""

from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.backup.manifest import fingerprint
from survey_app.reading import read_state
from survey_app.recording import record_state

KEY, KEY_SINCE = "key", "key_since"
"""The fingerprint, empty where the next start's key is taken; and the day from which it is another than before."""
PUT_BACK = "Put the one that was kept apart in its place; if it is lost, go on with this one: hailong init --other-key"


def keep_key(engine: Engine, key: bytes, *, other_key: bool, today: date) -> str | None:
    """Remember the key of a database that has none yet, or another one where it is wanted; else what is wrong, in words."""
    with engine.begin() as connection:
        if not read_key(connection):
            record_state(connection, KEY, fingerprint(key))
        told = told_of_another(connection, key)
        if told and other_key:
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


def told_of_another(connection: Connection, key: bytes) -> str | None:
    """What is wrong where the key here is not the one that the database remembers; None where it is, or none is remembered."""
    kept = read_key(connection)
    if not kept or (key and kept == fingerprint(key)):
        return None
    here = f"The key here ({fingerprint(key)}) is not" if key else "There is no key here, and it was"
    return f"{here} the one ({kept}) of the codes, contacts and seals: no code that was printed opens. {PUT_BACK}"
