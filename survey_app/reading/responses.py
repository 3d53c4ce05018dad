"""How many responses were received; the answers themselves are read as columns by `frame.py`."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, or_, select

from survey_app.recording import table
from survey_app.tables import PaperBatchRow, ResponseRow, TapRow


def count_received(connection: Connection, *, since: date, until: date, units: Collection[str] | None = None) -> int:
    """Answers that came on the days from `since` to before `until`, open taps included; the one number that moves at once.

    units: only of these; None for all. Voided paper forms do not count; an answer that came later than it was given counts on the day it came.
    """
    columns, batches, taps = table(ResponseRow).c, table(PaperBatchRow).c, table(TapRow).c
    voided = select(batches.id).where(batches.voided.is_not(None))
    counts = or_(columns.batch.is_(None), columns.batch.not_in(voided))
    # Two questions, each with an index of its own: asked as one, every answer that the units ever had would be read.
    at_once = columns.entered_date.is_(None), columns.local_date >= since, columns.local_date < until
    later = columns.entered_date >= since, columns.entered_date < until
    each = (
        (select(func.count()).where(counts, *at_once), columns.unit),
        # An expression, so that SQLite looks for the day, not for the unit: of answers that came later there are few.
        (select(func.count()).where(counts, *later), func.coalesce(columns.unit, "")),
        (select(func.count()).where(taps.local_date >= since, taps.local_date < until), taps.unit),
    )
    asked = (query if units is None else query.where(unit.in_(units)) for query, unit in each)
    return sum(int(connection.execute(query).scalar_one()) for query in asked)
