"""Printed codes: those of desks, and single-use cards."""

from datetime import date
from typing import Any, ClassVar

from sqlmodel import Field, SQLModel


class LinkRow(SQLModel, table=True):
    """A printed code: its serial number is what the short code signs.

    kind: `poster` (open to whoever scans it), `tablet`, `screen` (its code changes every few minutes) or `invitation`
    (for those who apply from afar).
    """

    __tablename__ = "link"
    serial: int | None = Field(default=None, primary_key=True)
    desk: str = Field(foreign_key="desk.code", index=True)
    kind: str = Field(default="poster", sa_column_kwargs={"server_default": "poster"})
    issued: date
    revoked: date | None = None


class ScanRow(SQLModel, table=True):
    """How many forms a printed code opened on a day; no finer, for a minute would tell who."""

    __tablename__ = "scan"
    link: int = Field(primary_key=True, foreign_key="link.serial")
    day: date = Field(primary_key=True)
    forms: int


class CardBatchRow(SQLModel, table=True):
    """Receipt cards printed together for one desk. handed_out, left_over: as counted at the desk, None until then."""

    __tablename__ = "card_batch"
    id: str = Field(primary_key=True)
    desk: str = Field(foreign_key="desk.code", index=True)
    made: date
    cards: int
    handed_out: int | None = None
    left_over: int | None = None
    counted: date | None = None
    revoked: date | None = None
    note: str = ""


class CardRow(SQLModel, table=True):
    """One card: the keyed hash of its code and whether it was used; no sequence and no time."""

    __tablename__ = "card"
    __table_args__: ClassVar[tuple[Any, ...]] = ({"sqlite_with_rowid": False},)
    hash: str = Field(primary_key=True)
    batch: str = Field(foreign_key="card_batch.id", index=True)
    used: bool = False


class TabletDayRow(SQLModel, table=True):
    """A shared tablet's day: answers that the server took, and those that the tablet says it collected."""

    __tablename__ = "tablet_day"
    link: int = Field(primary_key=True, foreign_key="link.serial")
    day: date = Field(primary_key=True)
    accepted: int = 0
    collected: int | None = None
