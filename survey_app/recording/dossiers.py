"""Dossiers, the files that they came in, and what is remembered of the systems that export them."""

import secrets

from sqlalchemy import Connection

from survey_app.recording.state import record_state

DOSSIERS_VERSION = "dossiers_version"


def record_dossiers_change(connection: Connection) -> None:
    """Tell running servers that the dossiers they hold are out of date; of two changes at once none is missed."""
    record_state(connection, DOSSIERS_VERSION, secrets.token_hex(8))
