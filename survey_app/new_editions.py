"""By which rule books is scored from when: a new or changed one, as a release brings it, is an event of its first start."""

import json
from datetime import datetime

from sqlalchemy import Engine

from scoring import edition_codes, load_edition
from survey_app.reading import read_state
from survey_app.recording import record_state
from survey_app.recording.people import record_audit

KEPT = "editions"
SERVER = "server"


def note_new_editions(engine: Engine, *, at: datetime) -> tuple[str, ...]:
    """Note each edition that is new or another than at the last start, with its digest, once; the codes of those noted."""
    here = {code: load_edition(code).digest for code in edition_codes()}
    with engine.begin() as connection:
        kept = json.loads(read_state(connection, KEPT) or "{}")
        new = tuple(code for code, digest in here.items() if kept.get(code) != digest)
        for code in new:
            detail = {"digest": here[code]} | ({"before": kept[code]} if code in kept else {})
            record_audit(connection, at, SERVER, "new_edition", code, detail=detail)
        if new:
            record_state(connection, KEPT, json.dumps(kept | here))
    return new
