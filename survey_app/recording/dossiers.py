"""Dossiers, the files that they came in, and what is remembered of the systems that export them."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    insert,
    literal,
    not_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from survey_app.recording.rows import record_rows, table
from survey_app.recording.state import record_state
from survey_app.tables import DossierFileRow, DossierRow, DossierSourceRow

DOSSIERS_VERSION = "dossiers_version"
IMPORT_LOCK = 0x486F536F  # any number, the same in every process
TEXTS = ("unit", "desk", "procedure", "field", "channel", "returned")
NUMBERS = ("received", "due", "finished", "supplements")
FLAGS = ("paid_online", "digitised")
_INCOMING = Table(
    "incoming_dossier",
    MetaData(),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    *(Column(name, String) for name in TEXTS),
    *(Column(name, BigInteger) for name in NUMBERS),
    *(Column(name, Boolean) for name in FLAGS),
    prefixes=["TEMPORARY"],
)
_BY_ID = Index("ix_incoming_dossier_id", _INCOMING.c.id)
_STEPS = (*"0123456789abcdef", "g")
"""Ids are hexadecimal: from each of these to before the next lies a sixteenth of them."""


@dataclass(frozen=True, slots=True)
class DossierChanges:
    """What an import would change, or changed, in dossiers. unfinished: of the changed, those that lose their finish."""

    new: int
    changed: int
    unchanged: int
    unfinished: int


class IncomingDossiers:
    """Dossiers that were judged and are not yet taken over: a table that one connection alone sees and that ends with it.

    Args:
        connection: its own, for it is detached from the pool; nothing that others see is written before `take_over`.
        source: whose dossiers these are.
        told: columns that the source tells something of; the others of a known dossier are left as they are.
    """

    def __init__(self, connection: Connection, source: str, told: Collection[str]) -> None:
        self._connection, self._source = connection, source
        self._told = [name for name in (*TEXTS, *NUMBERS, *FLAGS) if name in told]
        connection.detach()
        connection.execute(CreateTable(_INCOMING))

    def add(self, frame: pl.DataFrame) -> None:
        """Some more; columns as of the table."""
        rows = frame.select(*_INCOMING.columns.keys())
        driver: Any = self._connection.connection.dbapi_connection
        if self._connection.dialect.name == "postgresql":
            with driver.cursor() as cursor, cursor.copy("COPY incoming_dossier FROM STDIN (FORMAT csv)") as copy:
                copy.write(rows.write_csv(include_header=False))
        else:
            marks = ", ".join("?" * rows.width)
            driver.executemany(f"INSERT INTO incoming_dossier VALUES ({marks})", rows.iter_rows())

    def leave_out(self, rows: Collection[int]) -> None:
        """Rows that say again what another says."""
        if rows:
            self._connection.execute(
                delete(_INCOMING).where(_INCOMING.c.row == bindparam("left_out")), [{"left_out": row} for row in rows]
            )

    def settle(self) -> None:
        """All is here: they can be counted."""
        self._connection.execute(CreateIndex(_BY_ID))
        self._connection.commit()

    def begin(self) -> None:
        """From here on no other import writes, until the transaction ends; on SQLite nobody else does."""
        self._connection.rollback()
        if self._connection.dialect.name == "sqlite":
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            self._connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({IMPORT_LOCK})")

    def count(self) -> DossierChanges:
        """What taking over would change."""
        kept, come = table(DossierRow).c, _INCOMING.c
        differs = and_(kept.id.is_not(None), self._differs())
        loses = (
            and_(differs, kept.finished.is_not(None), come.finished.is_(None)) if "finished" in self._told else false()
        )
        found = self._connection.execute(
            select(func.count(), func.count(kept.id), _sum(differs), _sum(loses)).select_from(
                _INCOMING.outerjoin(table(DossierRow), kept.id == come.id)
            )
        ).one()
        every, known, changed, unfinished = map(int, found)
        return DossierChanges(every - known, changed, known - changed, unfinished)

    def take_over(self, *, progress: Callable[[float], None]) -> None:
        """Write them, in sixteen steps of the transaction that `begin` began."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        come = _INCOMING.c
        names = ("id", *TEXTS, *NUMBERS, *FLAGS)
        for step, (first, last) in enumerate(pairwise(_STEPS), 1):
            wanted = select(*(come[name] for name in names), false(), literal(self._source)).where(
                come.id >= first, come.id < last
            )
            statement = dialect.insert(table(DossierRow)).from_select(
                [*names, "simulated", "source"], wanted.order_by(come.id)
            )
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["id"],
                    set_={name: statement.excluded[name] for name in self._told},
                    where=self._differs(statement.excluded),
                )
            )
            progress(step / (len(_STEPS) - 1))

    def _differs(self, come: Any = _INCOMING.c) -> Any:
        kept = table(DossierRow).c
        return not_(and_(*(kept[name].is_not_distinct_from(come[name]) for name in self._told)))


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def record_dossier_file(connection: Connection, **values: Any) -> None:
    """Keep that a file was imported; values: the columns of `DossierFileRow`."""
    connection.execute(insert(table(DossierFileRow)).values(**values))


def record_dossier_source(connection: Connection, code: str, **values: Any) -> None:
    """Remember of a source what its last import was told; values: the columns of `DossierSourceRow`."""
    record_rows(connection, DossierSourceRow, [{"code": code, **values}])


def record_dossiers_change(connection: Connection) -> None:
    """Tell running servers that the dossiers they hold are out of date; of two changes at once none is missed."""
    record_state(connection, DOSSIERS_VERSION, secrets.token_hex(8))
