"""The book of office hours: units' own hours and the days that differ."""

from sqlalchemy import Connection, select

from scoring import DayException, OfficeBook, OfficeHours, UnitDay, UnitHours
from survey_app.recording import table
from survey_app.tables import DayExceptionRow, UnitHoursRow


def read_office_book(connection: Connection) -> OfficeBook:
    """Hours and days of all units, by unit and day."""
    hours, days = table(UnitHoursRow), table(DayExceptionRow)
    return OfficeBook(
        hours=tuple(
            UnitHours(
                row.unit,
                row.starts,
                OfficeHours(row.morning_starts, row.morning_ends, row.afternoon_starts, row.afternoon_ends),
                row.source,
            )
            for row in connection.execute(select(hours).order_by(hours.c.unit, hours.c.starts))
        ),
        days=tuple(
            UnitDay(row.unit, DayException(row.day, row.kind, row.reason, row.source))
            for row in connection.execute(select(days).order_by(days.c.day, days.c.unit))
        ),
    )
