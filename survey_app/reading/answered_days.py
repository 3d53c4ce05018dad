"""The days that answers and dossiers are of: what a change of the register must not leave outside."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from survey_app.door import ZONE
from survey_app.recording import table
from survey_app.tables import DossierRow, ResponseRow, TapRow

Span = tuple[date, date]


def read_desk_days(connection: Connection) -> dict[str, Span]:
    """Desk → first and last day of its answers."""
    return _together(_days_of(connection, row, "desk") for row in (ResponseRow, TapRow))


def read_unit_days(connection: Connection) -> dict[str, Span]:
    """Unit → first and last day of its answers and dossiers."""
    kept = table(DossierRow).c
    received = connection.execute(
        select(kept.unit, func.min(kept.received), func.max(kept.received)).group_by(kept.unit)
    )
    dossiers = {unit: (_day(first), _day(last)) for unit, first, last in received}
    return _together([*(_days_of(connection, row, "unit") for row in (ResponseRow, TapRow)), dossiers])


def _days_of(connection: Connection, row: type, by: str) -> dict[str, Span]:
    kept = table(row).c
    found = connection.execute(
        select(kept[by], func.min(kept.local_date), func.max(kept.local_date)).group_by(kept[by])
    )
    return {key: (first, last) for key, first, last in found}


def _together(spans: Iterable[Mapping[str, Span]]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for each in spans:
        for key, (first, last) in each.items():
            known = found.get(key, (first, last))
            found[key] = min(known[0], first), max(known[1], last)
    return found


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, tz=ZONE).date()
