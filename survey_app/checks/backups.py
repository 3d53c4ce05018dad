"""When this database was last backed up."""

from datetime import datetime, timedelta
from typing import Final

from survey_app.checks.clock import AHEAD
from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.health import read_last_backup, read_last_day

BACKUPS = "backup"
LATE: Final = timedelta(days=2)
TOO_LATE: Final = timedelta(days=8)
HOW = "hailong backup FILE"


def look_at_backups(at: Installation) -> Finding:
    """How old the last backup is."""
    with at.engine.connect() as connection:
        return judge_backups(at.now, read_last_backup(connection), holds_answers=read_last_day(connection) is not None)


def judge_backups(now: datetime, last: datetime | None, *, holds_answers: bool) -> Finding:
    """Of the last backup; None where none was made. holds_answers: whether anybody has answered here yet."""
    if last is None:
        state, told = (
            (LOOK, "none was made yet") if holds_answers else (WELL, "none was made yet, and nobody has answered")
        )
        return Finding(BACKUPS, state, f"{told}. Make one, and then one every night: {HOW}")
    said = f"the last is of {last:%d/%m/%Y %H:%M}"
    if last - now > AHEAD:
        told = f"{said}, which has not come yet: the clock stood ahead then, or stands behind now. Set it, then: {HOW}"
        return Finding(BACKUPS, LOOK, told)
    if now - last > TOO_LATE:
        return Finding(BACKUPS, BROKEN, f"{said}. What came since would be lost: {HOW}")
    if now - last > LATE:
        return Finding(BACKUPS, LOOK, f"{said}; last night's is missing. Did its timer run? {HOW}")
    return Finding(BACKUPS, WELL, f"{said}.")
