"""Dossiers that nobody filed, many at once; those of an export come by `dossiers.py`."""

import polars as pl
from sqlalchemy import Connection

from survey_app.recording.rows import table
from survey_app.tables import DossierRow

TIMES = ("received", "due", "finished")


def record_simulated_dossiers(connection: Connection, dossiers: pl.DataFrame, *, source: str) -> None:
    """Store new dossiers, each marked as simulated.

    Args:
        connection: in a transaction.
        dossiers: the columns of the table but `simulated` and `source`, times as local times.
        source: who made them.
    """
    names = [column.name for column in table(DossierRow).columns]
    seconds = (pl.col(name).dt.epoch("s") for name in TIMES)
    whole = dossiers.with_columns(*seconds, simulated=pl.lit(value=True), source=pl.lit(source)).select(names)
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY dossier ({', '.join(names)}) FROM STDIN") as copied:
            for row in whole.iter_rows():
                copied.write_row(row)
        return
    places = ", ".join("?" * len(names))
    statement = f"INSERT INTO dossier ({', '.join(names)}) VALUES ({places})"
    connection.connection.cursor().executemany(statement, whole.iter_rows())
