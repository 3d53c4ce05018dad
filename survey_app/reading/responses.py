"""How many responses were received; the answers themselves are read as columns by `frame.py`."""

from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.recording import table
from survey_app.tables import ResponseRow


def count_received(connection: Connection, *, since: date, until: date, unit: str | None = None) -> int:
    """Responses received on the days from `since` to before `until`; the one number that moves at once."""
    columns = table(ResponseRow).c
    query = select(func.count()).where(columns.local_date >= since, columns.local_date < until)
    return int(connection.execute(query if unit is None else query.where(columns.unit == unit)).scalar_one())
