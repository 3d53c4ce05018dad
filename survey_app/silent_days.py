"""Working days on which nobody answered, though a code stood there to be scanned."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from scoring import Period
from survey_app.reading.desk_rows import Span
from survey_app.register import Desk
from survey_app.snapshot import Snapshot


def count_silent_days(
    snapshot: Snapshot, period: Period, with_answers: frozenset[date], *, desks: Iterable[Desk]
) -> int | None:
    """Working days of the period that are over, with a code at one of the desks, and without an answer.

    Args:
        snapshot: the record.
        period: the period.
        with_answers: every day with an answer of the desks.
        desks: the desks, together; a day counts where one of them could be answered.

    Returns:
        The number; None where no desk had a code on any day of the period so far: nobody could have scanned one.
    """
    today = snapshot.taken.date()
    spans = [span for desk in desks for span in _days_with_code(snapshot, desk)]
    if not any(since < period.ends and since <= today and until > period.starts for since, until in spans):
        return None
    length = max((min(period.ends, today) - period.starts).days, 0)
    over = (period.starts + timedelta(days=i) for i in range(length))
    open_days = (day for day in over if any(since <= day < until for since, until in spans))
    return sum(snapshot.calendar.is_working_day(day) and day not in with_answers for day in open_days)


def _days_with_code(snapshot: Snapshot, desk: Desk) -> Iterator[Span]:
    """When a code led to the desk while it and its unit were there.

    Answers from before the first code that is recorded show that another was in use; so they do where none is recorded.
    """
    unit = snapshot.register.unit[desk.unit]
    opened, closed = max(desk.starts, unit.starts), min(desk.ends, unit.ends)
    spans, scanned = snapshot.code_days.get(desk.code, ()), snapshot.first_scans.get(desk.code)
    first = min((since for since, _ in spans), default=date.max)
    known = spans if scanned is None or scanned >= first else ((scanned, first), *spans)
    for since, until in known:
        if max(since, opened) < min(until, closed):
            yield max(since, opened), min(until, closed)
