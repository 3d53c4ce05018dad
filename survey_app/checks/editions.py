"""The rule books by which is scored."""

from collections.abc import Collection, Sequence

from scoring import EditionFaults, edition_codes, load_edition
from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.snapshot import SATISFACTION_EDITION

EDITIONS = "editions"


def look_at_editions(at: Installation) -> Finding:
    """Whether each can be read, and which are in force."""
    faults, in_force = [], []
    for code in edition_codes():
        try:
            if load_edition(code).in_force(at.now.date()):
                in_force.append(code)
        except EditionFaults:
            faults.append(code)
    return judge_editions(faults, in_force, shown=SATISFACTION_EDITION)


def judge_editions(faults: Sequence[str], in_force: Collection[str], *, shown: str) -> Finding:
    """Of the codes of those that cannot be read, and of those in force today. shown: by which the index is worked out."""
    if faults:
        told = f"{', '.join(faults)} cannot be read. The installation is damaged: install this release again."
        return Finding(EDITIONS, BROKEN, told)
    if not in_force:
        return Finding(EDITIONS, LOOK, "none is in force today. Is there a release with this year's?")
    beside = (
        "" if shown in in_force else f" The index is shown by {shown}, whose period is over (docs/architecture.md)."
    )
    return Finding(EDITIONS, WELL, f"all can be read; in force today: {', '.join(in_force)}.{beside}")
