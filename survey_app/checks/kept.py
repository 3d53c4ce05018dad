"""What has been kept for longer than its period."""

from collections.abc import Sequence

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.purge import PROMISED, Purge
from survey_app.reading.purge import Due

KEPT = "retention"
HOW = "hailong purge --do"
OF_THE_SERVER = PROMISED | {"devices"}


def look_at_kept(at: Installation) -> Finding:
    """Whether anything is due to be removed."""
    return judge_kept(Purge(at.engine, at.settings.keep).look(at=at.now), by_night=at.settings.purge)


def judge_kept(due: Sequence[Due], *, by_night: bool) -> Finding:
    """Of what is due by kind. by_night: whether the server removes all of it."""
    overdue = [each for each in due if each.count]
    said = ", ".join(f"{each.count} {each.kind}" for each in overdue)
    if any(each.kind == "contacts" for each in overdue):
        told = f"{said}: people were promised a day by which their contacts go. Is the server running? Now: {HOW}"
        return Finding(KEPT, BROKEN, told)
    if any(by_night or each.kind in OF_THE_SERVER for each in overdue):
        return Finding(KEPT, LOOK, f"{said}, which the server removes every night. Is it running? Now: {HOW}")
    if overdue:
        told = f"{said}. See what would go: hailong purge. Remove it: {HOW}, or every night: HAILONG_PURGE=on"
        return Finding(KEPT, LOOK, told)
    return Finding(KEPT, WELL, "nothing was kept for longer than its period.")
