"""Small facts about the installation."""

import secrets

from sqlalchemy import Connection

from survey_app.recording.rows import record_rows
from survey_app.tables import StateRow

REGISTER_VERSION = "register_version"


def record_register_change(connection: Connection) -> None:
    """Tell running servers that the register they hold is out of date; of two changes at once none is missed."""
    record_state(connection, REGISTER_VERSION, secrets.token_hex(8))


def record_state(connection: Connection, name: str, value: str) -> None:
    """Keep a small fact about this installation."""
    record_rows(connection, StateRow, [{"name": name, "value": value}])
