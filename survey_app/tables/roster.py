"""Who stood at which desk: the roster of the staff, apart from the accounts that sign in."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel


class StaffMemberRow(SQLModel, table=True):
    """Somebody who serves people at a desk. code: the unit's own number of them, not a name; another unit may have it too."""

    __tablename__ = "staff_member"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    code: str = Field(primary_key=True)
    shown_name: str
    simulated: bool = False
    source: str


class ShiftRow(SQLModel, table=True):
    """A desk was staffed by somebody from a day to before another, in one half of the day or both.

    unit, member: who. half: `morning`, `afternoon` or `day`. ends: the first day that no longer counts; None while it goes on.
    """

    __tablename__ = "shift"
    __table_args__ = (ForeignKeyConstraint(["unit", "member"], ["staff_member.unit", "staff_member.code"]),)
    unit: str = Field(primary_key=True)
    member: str = Field(primary_key=True)
    desk: str = Field(primary_key=True, foreign_key="desk.code", index=True)
    starts: date = Field(primary_key=True)
    half: str = Field(primary_key=True)
    ends: date | None = None
    source: str
