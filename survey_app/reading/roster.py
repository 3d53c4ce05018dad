"""People of the roster and their shifts."""

from sqlalchemy import Connection, select

from survey_app.name_order import by_name
from survey_app.recording import table
from survey_app.roster import Roster, Shift, StaffMember
from survey_app.tables import ShiftRow, StaffMemberRow


def read_roster(connection: Connection) -> Roster:
    """Everybody, and every shift, in order of person and day."""
    members = table(StaffMemberRow)
    people = sorted(
        connection.execute(select(members).order_by(members.c.code)).mappings(),
        key=lambda row: (row["unit"], by_name(row["shown_name"])),
    )
    shifts = table(ShiftRow)
    rows = connection.execute(
        select(shifts).order_by(shifts.c.unit, shifts.c.member, shifts.c.starts, shifts.c.desk, shifts.c.half)
    )
    everybody = (StaffMember(**row) for row in people)
    return Roster({one.who: one for one in everybody}, tuple(Shift(**row) for row in rows.mappings()))
