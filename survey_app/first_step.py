"""What stands between an office and its first figure."""

from collections.abc import Iterable
from typing import Literal

from survey_app.register import Unit
from survey_app.snapshot import Snapshot

FirstStep = Literal["desks", "codes", "answers"]


def first_step(snapshot: Snapshot, units: Iterable[Unit]) -> FirstStep | None:
    """What these units need first: a desk, a code to scan, or somebody who answers; None where somebody has.

    Args:
        snapshot: the record.
        units: those looked at, of any time.
    """
    codes, today = {unit.code for unit in units}, snapshot.taken.date()
    if not codes or snapshot.days_with_answers(codes):
        return None
    desks = [desk.code for desk in snapshot.register.desks if desk.unit in codes and desk.ends > today]
    if not desks:
        return "desks"
    spans = (span for desk in desks for span in snapshot.code_days.get(desk, ()))
    return "answers" if any(until > today for _, until in spans) else "codes"
