"""Service records: dossiers, the files that they came in, office hours, days that differ, sessions as they were held."""

from datetime import date, time
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class DossierRow(SQLModel, table=True):
    """One dossier (hồ sơ), without anybody's name. Times are seconds since 1/1/1970 UTC.

    id: keyed hash of the source and the dossier's number there, so that the number itself is not kept. procedure,
    field: codes, None where the export names neither. due, finished: None where not known, or not yet. channel: how it
    was filed ("counter", "online", "post"); returned: how the result left ("counter", "online", "post", None not known
    or not yet). paid_online, digitised: None where the export does not say. supplements: times that the applicant was
    asked for more.
    """

    __tablename__ = "dossier"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_dossier_unit", "unit", "received"),
        {"sqlite_with_rowid": False},
    )
    id: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    desk: str | None = None
    procedure: str | None = None
    field: str | None = None
    received: int = Field(sa_column=Column(BigInteger, nullable=False))
    due: int | None = Field(default=None, sa_column=Column(BigInteger))
    finished: int | None = Field(default=None, sa_column=Column(BigInteger))
    channel: str
    returned: str | None = None
    paid_online: bool | None = None
    digitised: bool | None = None
    supplements: int = 0
    simulated: bool = False
    source: str = Field(index=True)


class DossierSourceRow(SQLModel, table=True):
    """A system that exports dossiers. columns: our column → its header, remembered from the last import; defaults: our
    column → the value that every row has where the export lacks it. values: our column → its word → ours. under: the unit
    at or below which names of units are meant; None for all.
    """

    __tablename__ = "dossier_source"
    code: str = Field(primary_key=True)
    columns: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    defaults: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    values: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    under: str | None = None


class DossierFileRow(SQLModel, table=True):
    """A file that was imported. digest: SHA-256 of its bytes. at: seconds since 1/1/1970 UTC."""

    __tablename__ = "dossier_file"
    number: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    name: str
    digest: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    user: str
    rows: int
    new: int
    changed: int
    unchanged: int
    first_day: date
    last_day: date


class UnitHoursRow(SQLModel, table=True):
    """Office hours of a unit from a day on, local time, until its next entry."""

    __tablename__ = "unit_hours"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    starts: date = Field(primary_key=True)
    morning_starts: time
    morning_ends: time
    afternoon_starts: time
    afternoon_ends: time
    source: str


class DayExceptionRow(SQLModel, table=True):
    """A day that differs from the national calendar. unit: "" for all. kind: working, holiday or closed."""

    __tablename__ = "day_exception"
    unit: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    kind: str
    reason: str
    source: str


class SessionRecordRow(SQLModel, table=True):
    """What somebody recorded of one session of a pilot: held or not. It goes before what dossiers and scans show."""

    __tablename__ = "session_record"
    pilot: str = Field(primary_key=True, foreign_key="pilot.code")
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    day: date = Field(primary_key=True)
    starts: time = Field(primary_key=True)
    held: bool
    note: str = ""
    user: str = ""
    simulated: bool = False
