"""People of the roster and their shifts."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, delete, select, tuple_, update

from survey_app.recording.rows import record_rows, table
from survey_app.roster import Shift, StaffMember
from survey_app.tables import ShiftRow, StaffMemberRow


def record_roster(connection: Connection, members: Iterable[StaffMember], shifts: Iterable[Shift]) -> None:
    """Take over people and shifts, new ones and changed ones; none is removed."""
    people = [{name: getattr(one, name) for name in one.__slots__} for one in members]
    record_rows(connection, StaffMemberRow, people)
    record_rows(connection, ShiftRow, [{name: getattr(one, name) for name in one.__slots__} for one in shifts])


def record_shift_end(connection: Connection, shift: Shift, *, ends: date | None) -> None:
    """A shift's first day that no longer counts; None: it goes on."""
    connection.execute(update(table(ShiftRow)).where(*_is(shift)).values(ends=ends))


def forget_shift(connection: Connection, shift: Shift) -> None:
    """Remove a shift that never was."""
    connection.execute(delete(table(ShiftRow)).where(*_is(shift)))


def forget_simulated_roster(connection: Connection) -> None:
    """Remove the people of a demonstration, with their shifts."""
    people, shifts = table(StaffMemberRow), table(ShiftRow)
    simulated = people.c.simulated.is_(True)
    theirs = tuple_(shifts.c.unit, shifts.c.member).in_(select(people.c.unit, people.c.code).where(simulated))
    connection.execute(delete(shifts).where(theirs))
    connection.execute(delete(people).where(simulated))


def _is(shift: Shift) -> tuple:  # type: ignore[type-arg]
    columns = table(ShiftRow).c
    return (
        columns.unit == shift.unit,
        columns.member == shift.member,
        columns.desk == shift.desk,
        columns.starts == shift.starts,
        columns.half == shift.half,
    )
