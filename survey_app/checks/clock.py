"""The clock, as far as it can be judged without a network."""

from datetime import date, datetime, timedelta
from typing import Final

from survey_app.checks.finding import BROKEN, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.health import read_last_day, read_last_stored

CLOCK = "clock"
AHEAD: Final = timedelta(minutes=2)
"""Two machines with one database may differ by so much."""
NOT_BEFORE: Final = date(2026, 11, 1)
"""This release was not there before; set on with each."""
VIET_NAM: Final = timedelta(hours=7)


def look_at_clock(at: Installation) -> Finding:
    """Whether it stands behind something that was stored, and whether the zone's data are right."""
    with at.engine.connect() as connection:
        return judge_clock(at.now, read_last_stored(connection), read_last_day(connection))


def judge_clock(now: datetime, stored: datetime | None, day: date | None) -> Finding:
    """Of the local time, the latest time that is stored, and the latest day of an answer."""
    if now.utcoffset() != VIET_NAM:
        told = "Viet Nam's time is not seven hours ahead of UTC here. The time zone data are damaged: install tzdata again."
        return Finding(CLOCK, BROKEN, told)
    if now.date() < NOT_BEFORE:
        told = f"it says {now:%d/%m/%Y %H:%M}, and this release was not made then. Set it, and let it be kept by a time server (timedatectl)."
        return Finding(CLOCK, BROKEN, told)
    latest = stored if stored and stored > now + AHEAD else day if day and day > now.date() else None
    if latest:
        shown = latest.strftime("%d/%m/%Y %H:%M") if isinstance(latest, datetime) else latest.strftime("%d/%m/%Y")
        told = (
            f"it says {now:%d/%m/%Y %H:%M}, but something was stored on {shown}. Answers get a wrong slot: set the clock, "
            "and let it be kept by a time server (timedatectl)."
        )
        return Finding(CLOCK, BROKEN, told)
    return Finding(CLOCK, WELL, f"{now:%d/%m/%Y %H:%M} in Viet Nam, after all that was stored.")
