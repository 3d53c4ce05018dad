"""What people answered. Rows of `response` and `comment` are written once and never changed."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Text, text
from sqlmodel import Field, SQLModel

LATE = text("entered_date IS NOT NULL")


class ResponseRow(SQLModel, table=True):
    """One person's answers. No time but date and slot; the random id is also the order on disk.

    answers: question code → point, 1 or 0 for yes or no, number, choice, or list of choices. flags: words of
    `integrity.FLAGS`, sorted, a space between. entered_date, entered_slot: when it reached the record, where that was
    not the slot of the answer (a tablet's queue, paper); None otherwise. source: where an invitation stood. batch: of
    paper forms.
    """

    __tablename__ = "response"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_response_date", "local_date", "unit"),
        Index("ix_response_unit", "unit", "local_date"),
        # Of the few that came later than they were given; all others cost it nothing.
        Index("ix_response_entered", "entered_date", sqlite_where=LATE, postgresql_where=LATE),
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
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    simulated: bool = False
    source: str | None = None
    flags: str = Field(default="", sa_column_kwargs={"server_default": ""})
    entered_date: date | None = None
    entered_slot: str | None = None
    batch: str | None = None


class TapRow(SQLModel, table=True):
    """The main answer, tapped, while the rest of the form is open: becomes a response with the rest or when its slot ends."""

    __tablename__ = "tap"
    __table_args__: ClassVar[tuple[Any, ...]] = ({"sqlite_with_rowid": False},)
    id: str = Field(primary_key=True)
    unit: str
    desk: str
    local_date: date
    slot: str
    questionnaire: str
    channel: str
    language: str
    answers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str | None = None
    flags: str = ""
    card: str | None = None


class CommentRow(SQLModel, table=True):
    """What someone wrote, kept apart: nothing joins it to the marks, the desk or the day.

    salt: what its digest in the seal of its slot was made with; the key of the installation is needed too.

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
    question: str | None = None
    salt: str | None = None


class CommentScreeningRow(SQLModel, table=True):
    """What a unit may read of a comment: `shown` as `text`, with names and numbers taken out, or `withheld`."""

    __tablename__ = "comment_screening"
    comment: str = Field(primary_key=True, foreign_key="comment.id")
    outcome: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    screened: date
    by: str


class DeviceRow(SQLModel, table=True):
    """A device that answered on a day: the hash of its cookie under a key of that day. Removed when the day is over."""

    __tablename__ = "device"
    __table_args__: ClassVar[tuple[Any, ...]] = ({"sqlite_with_rowid": False},)
    hash: str = Field(primary_key=True)
    day: date = Field(index=True)


class PaperBatchRow(SQLModel, table=True):
    """Forms typed in together by somebody of the staff. filled: the day on the forms. channel: `paper` or `assisted`."""

    __tablename__ = "paper_batch"
    id: str = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code", index=True)
    desk: str = Field(foreign_key="desk.code")
    channel: str
    questionnaire: str
    filled: date
    entered: date
    entered_by: str
    expected: int | None = None
    closed: date | None = None
    voided: date | None = None
    voided_by: str | None = None
    void_reason: str | None = None


class SealRow(SQLModel, table=True):
    """A link of the chain: the digest of all that one desk's slot took in, and of the link before."""

    __tablename__ = "seal"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index("ix_seal_slot", "desk", "entered_date", "entered_slot"),)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    desk: str
    entered_date: date
    entered_slot: str
    responses: int
    comments: int
    previous: str
    digest: str


class CommentDigestRow(SQLModel, table=True):
    """A salted, keyed digest of a comment, by desk and slot: what the seal covers when the comment itself is gone."""

    __tablename__ = "comment_digest"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index("ix_comment_digest_slot", "desk", "entered_date", "entered_slot"),
        {"sqlite_with_rowid": False},
    )
    digest: str = Field(primary_key=True)
    desk: str
    entered_date: date
    entered_slot: str
