"""How many forms each printed code opened, by day."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from survey_app.recording.rows import table
from survey_app.tables import DeviceRow, ScanRow


def record_scans(connection: Connection, counted: Mapping[tuple[int, date], int]) -> None:
    """Add to the forms that links opened on their days."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for (link, day), forms in sorted(counted.items()):
        added = dialect.insert(table(ScanRow)).values(link=link, day=day, forms=forms)
        connection.execute(
            added.on_conflict_do_update(index_elements=["link", "day"], set_={"forms": table(ScanRow).c.forms + forms})
        )


def forget_devices(connection: Connection, *, before: date) -> None:
    """Forget which devices answered on days that are over."""
    connection.execute(delete(table(DeviceRow)).where(table(DeviceRow).c.day < before))
