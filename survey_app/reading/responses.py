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
    columns, batches = table(ResponseRow).c, table(PaperBatchRow).c
    entered = func.coalesce(columns.entered_date, columns.local_date)
    near = or_(columns.local_date >= since, columns.entered_date >= since)  # what an index can find
    voided = select(batches.id).where(batches.voided.is_not(None))
    stored = select(func.count()).where(
        near, entered >= since, entered < until, or_(columns.batch.is_(None), columns.batch.not_in(voided))
    )
    taps = table(TapRow).c
    open_ = select(func.count()).where(taps.local_date >= since, taps.local_date < until)
    if units is not None:
        stored, open_ = stored.where(columns.unit.in_(units)), open_.where(taps.unit.in_(units))
    return int(connection.execute(stored).scalar_one()) + int(connection.execute(open_).scalar_one())
