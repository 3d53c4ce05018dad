"""Cases with their steps. No query gives a case of another queue or unit than those asked for."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from survey_app.case import Case, Step
from survey_app.name_order import by_name
from survey_app.recording import table
from survey_app.tables import CaseRow, CaseStepRow, ContactRow, UserRow

_COLUMNS = ("id", "unit", "kind", "queue", "language", "text", "received", "answer", "rating", "simulated")


@dataclass(frozen=True, slots=True)
class KeptContact:
    """A contact as it is kept: encrypted, with its consent and the day it goes."""

    sealed: str
    consent: str
    given: date
    purge_on: date


def read_cases(
    connection: Connection, *, queue: str, units: Collection[str] | None, states: Collection[str]
) -> list[Case]:
    """The cases of a queue in these states, of these units (None: all), the oldest first."""
    columns = table(CaseRow).c
    wanted = [columns.queue == queue, columns.state.in_(states)]
    if units is not None:
        wanted.append(columns.unit.in_(units))
    return _read(connection, *wanted)


def read_case(connection: Connection, case: str, *, queue: str, units: Collection[str] | None) -> Case | None:
    """One case, if it lies in this queue and concerns one of these units (None: all)."""
    columns = table(CaseRow).c
    wanted = [columns.id == case, columns.queue == queue]
    if units is not None:
        wanted.append(columns.unit.in_(units))
    return next(iter(_read(connection, *wanted)), None)


def read_case_of_code(connection: Connection, code_hash: str) -> Case | None:
    """The case of the code that its author holds."""
    return next(iter(_read(connection, table(CaseRow).c.code_hash == code_hash)), None)


def _read(connection: Connection, *wanted: ColumnElement[bool]) -> list[Case]:
    columns, steps = table(CaseRow).c, table(CaseStepRow).c
    rows = connection.execute(
        select(*(columns[name] for name in _COLUMNS)).where(*wanted).order_by(columns.received, columns.id)
    ).mappings()
    found = [dict(row) for row in rows]
    made: defaultdict[str, list[Step]] = defaultdict(list)
    query = select(steps.case, steps.number, steps.on, steps.act, steps.by, steps.note)
    query = query.join_from(table(CaseStepRow), table(CaseRow), steps.case == columns.id)
    for case, *step in connection.execute(query.where(*wanted).order_by(steps.case, steps.number)):
        made[case].append(Step(*step))
    return [Case(**row, steps=tuple(made[row["id"]])) for row in found]


def read_contact(connection: Connection, case: str) -> KeptContact | None:
    """How to reach the author of a case, still encrypted."""
    columns = table(ContactRow).c
    row = connection.execute(
        select(columns.sealed, columns.consent, columns.given, columns.purge_on).where(columns.case == case)
    ).one_or_none()
    return None if row is None else KeptContact(*row)


def read_handlers(connection: Connection, roles: Collection[str], units: Collection[str]) -> dict[str, str]:
    """Name → shown name of the accounts that a case can be given to, by shown name: open, and somebody can sign in with them.

    Args:
        connection: of the database.
        roles: which roles handle this queue.
        units: the case's unit and those above it: of the role `unit` only their accounts.
    """
    users = table(UserRow).c
    rows = connection.execute(
        select(users.name, users.shown_name)
        .where(
            users.disabled.is_(None),
            (users.password != "") | users.subject.is_not(None),
            users.role.in_(roles),
            (users.role != "unit") | users.unit.in_(units),
        )
        .order_by(users.name)
    )
    return {row.name: row.shown_name for row in sorted(rows, key=lambda row: by_name(row.shown_name))}
