"""The register: units, desks, procedures, pilots, questionnaires, service counts."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel


class UnitRow(SQLModel, table=True):
    """An agency or a locality, from–to. `valid_to` is the first day it no longer exists.

    edited: when the office last changed it here; the catalogue that ships leaves it alone from then on.
    """

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
    edited: date | None = None


class SuccessorRow(SQLModel, table=True):
    """Which unit took over which, wholly or in part."""

    __tablename__ = "unit_successor"
    old: str = Field(primary_key=True, foreign_key="unit.code")
    new: str = Field(primary_key=True, foreign_key="unit.code")
    part: str
    source: str


class DeskRow(SQLModel, table=True):
    """A desk of a one-stop shop; `fields` are the codes of the fields it serves.

    kind: `counter`, where people stand, or `online`, which stands for all who apply from afar. followed_by: the desk that
    took over its codes when it ended: who scans them opens that one. edited: as of a unit.
    """

    __tablename__ = "desk"
    code: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    name: str
    place: str
    fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    questionnaire: str = "desk"
    kind: str = Field(default="counter", sa_column_kwargs={"server_default": "counter"})
    valid_from: date | None = None
    valid_to: date | None = None
    simulated: bool = False
    source: str
    followed_by: str | None = None
    edited: date | None = None


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
