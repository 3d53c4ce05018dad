"""Cases (phản ánh, kiến nghị): what somebody wants answered, and how to reach them."""

from datetime import date

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel


class CaseRow(SQLModel, table=True):
    """A case. code_hash: keyed hash of the code that its author holds. kind: `feedback`, `harassment` or `payment`.

    queue: `unit` or `inspector`; what is in the inspectors' queue no unit sees. state: `received`, `assigned`,
    `answered`, `rejected` or `closed`. rating: 1…5, of the answer, by the author.
    """

    __tablename__ = "case_file"
    id: str = Field(primary_key=True)
    code_hash: str = Field(unique=True, index=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    kind: str
    queue: str
    language: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    received: date
    state: str
    answer: str | None = Field(default=None, sa_column=Column(Text))
    rating: int | None = None
    simulated: bool = False


class CaseStepRow(SQLModel, table=True):
    """What was done to a case, in order; never changed."""

    __tablename__ = "case_step"
    case: str = Field(primary_key=True, foreign_key="case_file.id")
    number: int = Field(primary_key=True)
    on: date
    act: str
    by: str
    note: str = Field(sa_column=Column(Text, nullable=False))


class ContactRow(SQLModel, table=True):
    """How to reach the author of a case, encrypted; only with their consent, purged on `purge_on`."""

    __tablename__ = "contact"
    case: str = Field(primary_key=True, foreign_key="case_file.id")
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    consent: str
    given: date
    purge_on: date
