"""What the database keeps. Rows of `response` and `comment` are written once and never changed."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Text
from sqlmodel import Field, SQLModel


class UnitRow(SQLModel, table=True):
    """An agency or a locality, from–to. `valid_to` is the first day it no longer exists."""

    __tablename__ = "unit"
    code: str = Field(primary_key=True)
    kind: str
    name: str
    parent: str | None = Field(default=None, index=True)
    official_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    simulated: bool = False
    source: str


class SuccessorRow(SQLModel, table=True):
    """Which unit took over which, wholly or in part."""

    __tablename__ = "unit_successor"
    old: str = Field(primary_key=True, foreign_key="unit.code")
    new: str = Field(primary_key=True, foreign_key="unit.code")
    part: str
    source: str


class DeskRow(SQLModel, table=True):
    """A desk of a one-stop shop; `fields` are the codes of the fields it serves."""

    __tablename__ = "desk"
    code: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    name: str
    place: str
    fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    questionnaire: str = "desk"
    valid_from: date | None = None
    valid_to: date | None = None
    simulated: bool = False
    source: str


class LinkRow(SQLModel, table=True):
    """A printed code: its serial number is what the short code signs."""

    __tablename__ = "link"
    serial: int | None = Field(default=None, primary_key=True)
    desk: str = Field(foreign_key="desk.code", index=True)
    issued: date
    revoked: date | None = None


class FieldRow(SQLModel, table=True):
    """A field of administration (lĩnh vực), named in each language."""

    __tablename__ = "field"
    code: str = Field(primary_key=True)
    names: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    source: str


class ProcedureRow(SQLModel, table=True):
    """An administrative procedure (TTHC) and its field."""

    __tablename__ = "procedure"
    code: str = Field(primary_key=True)
    name: str
    field: str
    simulated: bool = False
    source: str


class PilotRow(SQLModel, table=True):
    """A pilot's rule as its catalogue file gives it; parsed on every reading."""

    __tablename__ = "pilot"
    code: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str


class ParticipationRow(SQLModel, table=True):
    """A unit's taking part in a pilot, with its own choices; `document` as in the catalogue."""

    __tablename__ = "participation"
    pilot: str = Field(primary_key=True, foreign_key="pilot.code")
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    starts: date = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class QuestionnaireRow(SQLModel, table=True):
    """A version of a questionnaire, kept whole so that old answers keep their questions."""

    __tablename__ = "questionnaire"
    version: str = Field(primary_key=True)
    code: str = Field(index=True)
    document: str = Field(sa_column=Column(Text, nullable=False))


class ResponseRow(SQLModel, table=True):
    """One person's answers. No time but date and slot; the random id is also the order on disk."""

    __tablename__ = "response"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_response_date", "local_date", "unit"),
        Index("ix_response_unit", "unit", "local_date"),
        # Without a row number SQLite keeps rows by their random id, so the order of arrival is not kept anywhere.
        {"sqlite_with_rowid": False},
    )
    id: str = Field(primary_key=True)
    unit: str = Field(sa_column=Column(ForeignKey("unit.code"), nullable=False))
    desk: str = Field(sa_column=Column(ForeignKey("desk.code"), nullable=False))
    local_date: date = Field(sa_column=Column(Date, nullable=False))
    slot: str
    questionnaire: str = Field(sa_column=Column(ForeignKey("questionnaire.version"), nullable=False))
    channel: str
    language: str
    field: str | None = None
    answers: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    simulated: bool = False


class CommentRow(SQLModel, table=True):
    """What someone wrote, kept apart: nothing joins it to the marks, the desk or the day.

    One limit: in a live PostgreSQL server somebody with a superuser's rights could still relate the two through system
    columns (xmin, ctid), which tell what one transaction wrote and where.
    """

    __tablename__ = "comment"
    __table_args__: ClassVar[tuple[Any, ...]] = ({"sqlite_with_rowid": False},)
    id: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    month: date
    language: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    simulated: bool = False


class ServiceMeasureRow(SQLModel, table=True):
    """A month's count from the service records of a unit, such as dossiers on time of dossiers finished."""

    __tablename__ = "service_measure"
    unit: str = Field(primary_key=True, foreign_key="unit.code")
    month: date = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    numerator: int
    denominator: int
    simulated: bool = False
    source: str


class StateRow(SQLModel, table=True):
    """Small facts about the installation: the register's version, whether demonstration data are loaded."""

    __tablename__ = "state"
    name: str = Field(primary_key=True)
    value: str


class EntryRow(SQLModel, table=True):
    """A catalogue entry that nothing refers to by key: a task, its measures, a gap that no document settles."""

    __tablename__ = "entry"
    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str
