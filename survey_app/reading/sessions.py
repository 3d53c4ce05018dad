"""Sessions of pilots as somebody recorded them."""

from sqlalchemy import Connection, select

from scoring import SessionRecord
from scoring.held_session import SessionKey
from survey_app.reading.state import read_state
from survey_app.recording import table
from survey_app.recording.sessions import SESSIONS_VERSION
from survey_app.tables import SessionRecordRow


def read_session_records(connection: Connection) -> dict[SessionKey, SessionRecord]:
    """What was recorded, by pilot, unit, day and start."""
    found = connection.execute(select(table(SessionRecordRow)))
    return {(row.pilot, row.unit, row.day, row.starts): SessionRecord(row.held, row.note) for row in found}


def read_sessions_version(connection: Connection) -> str | None:
    """Changes whenever a session is recorded."""
    return read_state(connection, SESSIONS_VERSION)
