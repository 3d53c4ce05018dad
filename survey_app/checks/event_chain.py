"""The chain of events."""

from survey_app.checks.finding import BROKEN, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.event_chain import read_last_event_link
from survey_app.upkeep import check_event_chain

EVENTS = "chain of events"


def look_at_events(at: Installation) -> Finding:
    """Whether every event that has a link is as it was noted."""
    if not at.settings.secret_key:
        return Finding(EVENTS, BROKEN, "it cannot be verified without the installation's key.")
    with at.engine.connect() as connection:
        fault, last = check_event_chain(connection, key=at.settings.secret_key), read_last_event_link(connection)
    if fault:
        return Finding(EVENTS, BROKEN, f"{fault}. Keep a copy of the database, then compare it with the last backup.")
    if last is None:
        return Finding(EVENTS, WELL, "no event has a link yet.")
    return Finding(EVENTS, WELL, f"{last.number} links, all as noted. The last is {last.digest[:16]}….")
