"""Comments by unit and month; nothing of desk, slot or marks is there to be read."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from survey_app.recording import table
from survey_app.tables import CommentRow, CommentScreeningRow


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote to a unit in a month. outcome: shown, withheld, or None while nobody has screened it."""

    id: str
    unit: str
    month: date
    language: str
    text: str
    outcome: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class MonthOfComments:
    """How many comments came to a unit in a month, and how many nobody has screened yet."""

    unit: str
    month: date
    received: int
    unscreened: int


def count_comments(connection: Connection, *, units: Collection[str] | None) -> dict[str, dict[date, int]]:
    """Unit → month → how many comments came; of these units (None: all)."""
    columns = table(CommentRow).c
    query = select(columns.unit, columns.month, func.count()).group_by(columns.unit, columns.month)
    counts: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for unit, month, n in connection.execute(query if units is None else query.where(columns.unit.in_(units))):
        counts[unit][month] = n
    return dict(counts)


def read_unscreened(connection: Connection, *, before: date) -> list[MonthOfComments]:
    """Units and months before a day with comments, those with most left to screen first."""
    columns, screened = table(CommentRow).c, table(CommentScreeningRow).c
    left = func.count() - func.count(screened.comment)
    rows = connection.execute(
        select(columns.unit, columns.month, func.count(), left)
        .join_from(table(CommentRow), table(CommentScreeningRow), screened.comment == columns.id, isouter=True)
        .where(columns.month < before)
        .group_by(columns.unit, columns.month)
        .order_by(left.desc(), columns.month.desc(), columns.unit)
    )
    return [MonthOfComments(*row) for row in rows]


def read_comments(
    connection: Connection, *, unit: str, month: date, unscreened_only: bool = False, at_most: int, after: str = ""
) -> list[Comment]:
    """Comments as they were written, for who screens them; in no order of time, from the id `after` on."""
    columns, screened = table(CommentRow).c, table(CommentScreeningRow).c
    query = _comments(columns.text).where(columns.unit == unit, columns.month == month, columns.id > after)
    if unscreened_only:
        query = query.where(screened.comment.is_(None))
    return [Comment(**row) for row in connection.execute(query.limit(at_most)).mappings()]


def read_comment(connection: Connection, comment: str) -> Comment | None:
    """One comment as it was written."""
    columns = table(CommentRow).c
    row = connection.execute(_comments(columns.text).where(columns.id == comment)).mappings().one_or_none()
    return None if row is None else Comment(**row)


def read_texts(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Id → text of the comments that are kept of these."""
    columns = table(CommentRow).c
    rows = connection.execute(select(columns.id, columns.text).where(columns.id.in_(ids)))
    return {row.id: row.text for row in rows}


def read_screened(connection: Connection, *, unit: str, month: date, at_most: int, after: str = "") -> list[Comment]:
    """Comments as a unit may read them: only those shown, only the screened text, in no order of time."""
    columns, screened = table(CommentRow).c, table(CommentScreeningRow).c
    query = _comments(screened.text).where(
        columns.unit == unit, columns.month == month, screened.outcome == "shown", columns.id > after
    )
    return [Comment(**row) for row in connection.execute(query.limit(at_most)).mappings()]


def _comments(text: ColumnElement[str]) -> Select[Any]:
    columns, screened = table(CommentRow).c, table(CommentScreeningRow).c
    return (
        select(columns.id, columns.unit, columns.month, columns.language, text, screened.outcome, columns.simulated)
        .join_from(table(CommentRow), table(CommentScreeningRow), screened.comment == columns.id, isouter=True)
        .order_by(columns.id)
    )
