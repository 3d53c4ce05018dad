"""The first account of an empty database, made once however many try at the same time."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete

from survey_app.reading.people import has_accounts
from survey_app.recording.people import record_user
from survey_app.recording.rows import insert_new, table
from survey_app.tables import StateRow

FIRST_RUN = "first_run"


def record_first_run(connection: Connection) -> None:
    """Keep a random text that the code of the first run is derived from, unless another process did."""
    connection.execute(insert_new(connection, StateRow).values(name=FIRST_RUN, value=secrets.token_hex(16)))


def record_first_administrator(
    connection: Connection, *, name: str, shown_name: str, password: str, at: datetime
) -> bool:
    """Keep the administrator's account; False if somebody has one already. password: its hash.

    Who removes the text of the first run has the right to it: of two at once the database lets one.
    """
    states = table(StateRow)
    first = connection.execute(delete(states).where(states.c.name == FIRST_RUN)).rowcount == 1
    if not first or has_accounts(connection):
        return False
    return record_user(
        connection,
        name=name,
        shown_name=shown_name,
        role="administrator",
        unit=None,
        password=password,
        created=at.date(),
    )
