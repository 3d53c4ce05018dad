"""When a case must be taken up or refused, and when answered: in working days, holidays and swapped days known."""

from datetime import date
from typing import Final

from scoring import OfficeBook, WorkingCalendar
from survey_app.case import Case

DAYS_TO_REJECT: Final = 2
DAYS_TO_HANDLE: Final = 15


def working_day_after(day: date, days: int, calendar: WorkingCalendar) -> date:
    """The `days`-th working day after a day, which itself does not count.

    >>> working_day_after(date(2026, 11, 26), 2, WorkingCalendar())  # Thursday → Monday
    datetime.date(2026, 11, 30)
    """
    for _ in range(days):
        day = calendar.next_working_day(day)
    return day


def due_on(case: Case, book: OfficeBook) -> date | None:
    """The last day for what must come next; None when nothing must.

    A case just received must be given to somebody or rejected within 2 working days; one that is given must be answered
    within 15 of its coming, or of the day when the author returned it as not solved: working days of its unit.
    """
    calendar = book.calendar_of(case.unit)
    if case.state == "received":
        return working_day_after(case.received, DAYS_TO_REJECT, calendar)
    if case.state == "assigned":
        returned = next((step.on for step in reversed(case.steps) if step.act == "return"), case.received)
        return working_day_after(returned, DAYS_TO_HANDLE, calendar)
    return None


def is_overdue(case: Case, book: OfficeBook, *, today: date) -> bool:
    """Whether the last day for what must come next has passed."""
    due = due_on(case, book)
    return due is not None and today > due
