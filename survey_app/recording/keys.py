"""Keys of programs: of each only the hash."""

from datetime import date

from sqlalchemy import Connection, insert, update

from survey_app.recording.rows import table
from survey_app.tables import ApiKeyRow


def record_key(
    connection: Connection, *, key_hash: str, name: str, scope: str, unit: str | None, created: date
) -> None:
    """Keep a new key."""
    connection.execute(
        insert(table(ApiKeyRow)).values(hash=key_hash, name=name, scope=scope, unit=unit, created=created)
    )


def record_disabled_key(connection: Connection, name: str, *, on: date) -> bool:
    """Close the key of a name, from the next request on; False if there is no open one."""
    keys = table(ApiKeyRow)
    closing = update(keys).where(keys.c.name == name, keys.c.disabled.is_(None)).values(disabled=on)
    return bool(connection.execute(closing).rowcount)
