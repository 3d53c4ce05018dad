"""The files that dossiers came in, and what is remembered of the systems that export them."""

from sqlalchemy import Connection

from survey_app.reading.state import read_state
from survey_app.recording.dossiers import DOSSIERS_VERSION


def read_dossiers_version(connection: Connection) -> str | None:
    """Changes whenever dossiers were imported."""
    return read_state(connection, DOSSIERS_VERSION)
