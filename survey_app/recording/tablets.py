"""A shared tablet's days: how many of its answers the server took, and how many the tablet says it collected."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.recording.rows import table
from survey_app.tables import TabletDayRow


def count_accepted(connection: Connection, accepted: Sequence[tuple[int, date]]) -> None:
    """Add answers of a link's tablet to their day."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for (link, day), count in Counter(accepted).items():
        added = dialect.insert(table(TabletDayRow)).values(link=link, day=day, accepted=count)
        connection.execute(
            added.on_conflict_do_update(
                index_elements=["link", "day"], set_={"accepted": table(TabletDayRow).c.accepted + count}
            )
        )
