"""A shared tablet's days: how many of its answers the server took, and how many the tablet says it collected."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.recording.rows import table
from survey_app.tables import TabletDayRow


def count_accepted(connection: Connection, accepted: Sequence[tuple[int, date]]) -> None:
    """Add answers of a link's tablet to their day."""
    for (link, day), count in sorted(
        Counter(accepted).items()
    ):  # sorted, so that two transactions never wait crosswise
        _keep(
            connection, {"link": link, "day": day, "accepted": count}, accepted=table(TabletDayRow).c.accepted + count
        )


def record_collected(connection: Connection, link: int, counts: Mapping[date, int]) -> None:
    """Keep how many answers a link's tablet says it collected on each day; the last word counts."""
    for day, count in sorted(counts.items()):
        _keep(connection, {"link": link, "day": day, "accepted": 0, "collected": count}, collected=count)


def _keep(connection: Connection, values: dict[str, Any], **known: Any) -> None:
    """Insert a day, or set `known` where there is one."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = dialect.insert(table(TabletDayRow)).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=["link", "day"], set_=known))
