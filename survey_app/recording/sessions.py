"""Sessions of pilots as somebody recorded them."""

import secrets

from sqlalchemy import Connection

from scoring import Session, SessionRecord
from survey_app.recording.rows import record_rows
from survey_app.recording.state import record_state
from survey_app.tables import SessionRecordRow

SESSIONS_VERSION = "sessions_version"


def record_session(connection: Connection, session: Session, record: SessionRecord, *, user: str) -> None:
    """Keep what became of a session; what was recorded of it before is replaced."""
    row = {
        "pilot": session.pilot,
        "unit": session.unit,
        "day": session.date,
        "starts": session.starts,
        "held": record.held,
        "note": record.note,
        "user": user,
        "simulated": False,
    }
    record_rows(connection, SessionRecordRow, [row])
    record_state(connection, SESSIONS_VERSION, secrets.token_hex(8))
