"""The calendar of this year and the next: holidays by the moon are known, swapped days are announced late."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from scoring import EVERYWHERE, WorkingCalendar
from scoring.calendar import NATIONAL_CORRECTIONS
from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.office_hours import read_office_book

CALENDAR = "calendar"
TET, LEAST_DAYS_OF_TET = "Tết Nguyên Đán", 5
ASKED_FROM: Final = (12, 1)
"""Month and day from which next year's swapped days can be known: the Government Office announces them around then."""


def look_at_calendar(at: Installation) -> Finding:
    """Whether the holidays of this year and the next are known, and, late in a year, the next one's swapped days."""
    with at.engine.connect() as connection:
        book = read_office_book(connection)
    national = [each.exception.on for each in book.days if each.unit == EVERYWHERE]
    known = [*national, *(correction.on for correction in NATIONAL_CORRECTIONS)]
    return judge_calendar(at.now.date(), WorkingCalendar(), known)


def judge_calendar(today: date, calendar: WorkingCalendar, known: Collection[date]) -> Finding:
    """Of the days that `calendar` knows. known: days that differ from it, as somebody entered them."""
    for year in (today.year, today.year + 1):
        if _days_of_tet(year, calendar) < LEAST_DAYS_OF_TET:
            told = (
                f"Tết of {year} is not known. Enter its days: hailong calendar except {year}-02-01 holiday --source …"
            )
            return Finding(CALENDAR, BROKEN, told)
    year = today.year + 1
    if (today.month, today.day) >= ASKED_FROM and not any(day.year == year for day in known):
        told = (
            f"no swapped day of {year} is known. Once the Government Office announces them, enter each: hailong calendar "
            "except DAY holiday|working --reason … --source …; where it announces none, this may stay."
        )
        return Finding(CALENDAR, LOOK, told)
    return Finding(CALENDAR, WELL, f"holidays of {today.year} and {year} are known, Tết too.")


def _days_of_tet(year: int, calendar: WorkingCalendar) -> int:
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(90))
    return sum(TET in (calendar.holiday_name(day) or "") for day in days)
