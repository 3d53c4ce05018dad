"""The chain of events."""

from datetime import datetime, timedelta

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.event_chain import read_chain_head, read_unlinked_events
from survey_app.recording.people import seconds
from survey_app.upkeep import check_event_chain

EVENTS = "chain of events"
LONGEST_WAIT = timedelta(days=1)


def look_at_events(at: Installation) -> Finding:
    """Whether every event that has a link is as it was noted, and none lost it."""
    if not at.settings.secret_key:
        return Finding(EVENTS, BROKEN, "it cannot be verified without the installation's key.")
    key = at.settings.secret_key
    with at.engine.connect() as connection:
        fault, head = check_event_chain(connection, key=key), read_chain_head(connection, key=key)
        unlinked = read_unlinked_events(connection, most=1)
    if fault:
        return Finding(EVENTS, BROKEN, f"{fault}. Keep a copy of the database, then compare it with the last backup.")
    links = "no link"
    if head is not None and head.links:
        began = datetime.fromtimestamp(head.began, at.now.tzinfo)
        links = f"{head.links} links, all as noted, since {began:%d/%m/%Y %H:%M}. The last is {head.digest[:16]}…"
    if unlinked and unlinked[0].at < seconds(at.now - LONGEST_WAIT):
        told = f"event {unlinked[0].number} of more than a day ago has none; a server that runs gives it within half an hour"
        return Finding(EVENTS, LOOK, f"{links}; {told}.")
    return Finding(EVENTS, WELL, f"{links}." if head and head.links else "no event has a link yet.")
