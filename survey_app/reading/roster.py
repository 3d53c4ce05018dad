"""People of the roster and their shifts."""

from sqlalchemy import Connection, select

from survey_app.recording import table
from survey_app.roster import Roster, Shift, StaffMember
from survey_app.tables import ShiftRow, StaffMemberRow


def read_roster(connection: Connection) -> Roster:
    """Everybody, and every shift, in order of person and day."""
    members = table(StaffMemberRow)
    people = connection.execute(
        select(members).order_by(members.c.unit, members.c.shown_name, members.c.code)
    ).mappings()
    shifts = table(ShiftRow)
    rows = connection.execute(select(shifts).order_by(shifts.c.member, shifts.c.starts, shifts.c.desk, shifts.c.half))
    return Roster({row["code"]: StaffMember(**row) for row in people}, tuple(Shift(**row) for row in rows.mappings()))
