"""Keys of programs."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.api_key import ApiKey
from survey_app.reading.people import read_units_below
from survey_app.recording import table
from survey_app.tables import ApiKeyRow


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as the administrator lists it: nothing that opens anything."""

    name: str
    scope: str
    unit: str | None
    created: date
    disabled: date | None


def read_key(connection: Connection, key_hash: str) -> ApiKey | None:
    """The open key with this hash, or None."""
    keys = table(ApiKeyRow).c
    query = select(keys.name, keys.scope, keys.unit).where(keys.hash == key_hash, keys.disabled.is_(None))
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    units = None if found.unit is None else read_units_below(connection, found.unit)
    return ApiKey(found.name, frozenset(found.scope.split()), found.unit, units)


def read_keys(connection: Connection) -> list[ListedKey]:
    """Every key, by name; closed ones too."""
    columns = [table(ApiKeyRow).c[name] for name in ListedKey.__slots__]
    query = select(*columns).order_by(table(ApiKeyRow).c.name, table(ApiKeyRow).c.created)
    return [ListedKey(**row) for row in connection.execute(query).mappings()]
