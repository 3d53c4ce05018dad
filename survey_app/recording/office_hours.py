"""Office hours of units from a day on, and days that differ."""

from datetime import date

from sqlalchemy import Connection, delete

from scoring import UnitDay, UnitHours
from survey_app.recording.rows import record_rows, table
from survey_app.recording.state import record_register_change
from survey_app.tables import DayExceptionRow, UnitHoursRow


def record_unit_hours(connection: Connection, entry: UnitHours) -> None:
    """Keep office hours of a unit from a day on; what stood for that day is replaced."""
    names = ("morning_starts", "morning_ends", "afternoon_starts", "afternoon_ends")
    bounds = dict(zip(names, entry.hours.bounds, strict=True))
    row = {"unit": entry.unit, "starts": entry.starts, **bounds, "source": entry.source}
    record_rows(connection, UnitHoursRow, [row])
    record_register_change(connection)


def forget_unit_hours(connection: Connection, unit: str, starts: date) -> bool:
    """Take an entry away; False where there is none."""
    columns = table(UnitHoursRow).c
    gone = connection.execute(delete(table(UnitHoursRow)).where(columns.unit == unit, columns.starts == starts))
    record_register_change(connection)
    return gone.rowcount > 0


def record_day(connection: Connection, day: UnitDay) -> None:
    """Keep a day that differs at a unit, or at all; what stood for that day is replaced."""
    exception = day.exception
    row = {
        "unit": day.unit,
        "day": exception.on,
        "kind": exception.kind,
        "reason": exception.reason,
        "source": exception.source,
    }
    record_rows(connection, DayExceptionRow, [row])
    record_register_change(connection)


def forget_day(connection: Connection, unit: str, day: date) -> bool:
    """Take a day that differs away; False where there is none."""
    columns = table(DayExceptionRow).c
    gone = connection.execute(delete(table(DayExceptionRow)).where(columns.unit == unit, columns.day == day))
    record_register_change(connection)
    return gone.rowcount > 0
