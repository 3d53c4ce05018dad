"""Who stood at which desk: the roster of the staff, apart from the accounts that sign in."""

from datetime import date

from sqlmodel import Field, SQLModel


class StaffMemberRow(SQLModel, table=True):
    """Somebody who serves people at a desk. code: the unit's own number of them, not a name."""

    __tablename__ = "staff_member"
    code: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    shown_name: str
    simulated: bool = False
    source: str


class ShiftRow(SQLModel, table=True):
    """A desk was staffed by somebody from a day to before another, in one half of the day or both.

    half: `morning`, `afternoon` or `day`. ends: the first day that no longer counts; None while it goes on.
    """

    __tablename__ = "shift"
    member: str = Field(primary_key=True, foreign_key="staff_member.code")
    desk: str = Field(primary_key=True, foreign_key="desk.code", index=True)
    starts: date = Field(primary_key=True)
    half: str = Field(primary_key=True)
    ends: date | None = None
    source: str
