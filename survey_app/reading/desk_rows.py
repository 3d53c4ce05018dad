"""A desk joined with its unit: what every reader of desks asks for, and what it makes of a row."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from survey_app.recording import table
from survey_app.tables import DeskRow, FieldRow, UnitRow

FieldNames = Mapping[str, Mapping[str, str]]
"""Code of a field → its name by language."""


def select_desks(*more: Any) -> Select[Any]:
    """Desks with their units, and more columns: those of what they are joined with."""
    desks, units = table(DeskRow).c, table(UnitRow).c
    return select(
        *more,
        desks.code,
        desks.name,
        desks.place,
        desks.unit,
        desks.questionnaire,
        desks.fields,
        desks.valid_from,
        desks.valid_to,
        desks.simulated,
        units.kind.label("unit_kind"),
        units.name.label("unit_name"),
        units.valid_from.label("unit_from"),
        units.valid_to.label("unit_to"),
    ).join_from(table(DeskRow), table(UnitRow), desks.unit == units.code)


def desk_values(row: Row[Any], names: FieldNames) -> dict[str, Any]:
    """What a row says of a desk. valid_from, valid_to: half-open, where both the desk and its unit exist."""
    return {
        "code": row.code,
        "name": row.name,
        "place": row.place,
        "unit": row.unit,
        "unit_name": f"{row.unit_kind} {row.unit_name}",
        "questionnaire": row.questionnaire,
        "fields": {code: names[code] for code in row.fields if code in names},
        "valid_from": max((day for day in (row.valid_from, row.unit_from) if day), default=None),
        "valid_to": min((day for day in (row.valid_to, row.unit_to) if day), default=None),
        "simulated": row.simulated,
    }


Span = tuple[date, date]
"""First day, and the first day no longer."""
Followers = Mapping[str, tuple[date, str]]
"""Code of a desk that ended, or will → the first day that it no longer counts, and the desk that took over its codes."""


def read_followers(connection: Connection) -> Followers:
    """Every desk whose codes another took over."""
    desks = table(DeskRow).c
    query = select(desks.code, desks.valid_to, desks.followed_by)
    rows = connection.execute(query.where(desks.followed_by.is_not(None), desks.valid_to.is_not(None)))
    return {row.code: (row.valid_to, row.followed_by) for row in rows}


def desk_on(code: str, day: date, followers: Followers) -> str:
    """The desk that a code printed for this one opens on a day: itself, or who took over from it by then.

    >>> desk_on("a", date(2026, 7, 1), {"a": (date(2026, 7, 1), "b"), "b": (date(2026, 9, 1), "c")})
    'b'
    """
    for _ in followers:  # each step is another desk; a ring, which no change makes, ends too
        ends, next_one = followers.get(code, (date.max, code))
        if day < ends:
            break
        code = next_one
    return code


def spans_of_code(code: str, span: Span, followers: Followers) -> Iterator[tuple[str, Span]]:
    """Which desk a code printed for this one opens when, of the days on which the code is open.

    >>> list(spans_of_code("a", (date(2026, 1, 1), date.max), {"a": (date(2026, 7, 1), "b")}))[1][0]
    'b'
    """
    since, until = span
    for _ in range(len(followers) + 1):
        ends, next_one = followers.get(code, (until, None))
        if since < min(ends, until):
            yield code, (since, min(ends, until))
        if next_one is None:
            break
        code, since = next_one, max(since, ends)


def read_field_names(connection: Connection) -> dict[str, Mapping[str, str]]:
    """Every field's name by language."""
    fields = table(FieldRow).c
    return {row.code: row.names for row in connection.execute(select(fields.code, fields.names))}
