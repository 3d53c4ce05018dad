"""Small facts about the installation."""

from sqlalchemy import Connection, select

from survey_app.recording import REGISTER_VERSION, table
from survey_app.tables import StateRow

DEMO_LOADED = "demo_loaded"
DEMO_DESK = "demo_desk"


def read_state(connection: Connection, name: str) -> str | None:
    """A small fact about this installation, or None."""
    columns = table(StateRow).c
    value: str | None = connection.execute(select(columns.value).where(columns.name == name)).scalar()
    return value


def read_register_version(connection: Connection) -> str | None:
    """Changes whenever units, desks, codes or pilots changed."""
    return read_state(connection, REGISTER_VERSION)
