"""The files that dossiers came in, and what is remembered of the systems that export them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey_app.dossiers.column_map import ColumnMap
from survey_app.reading.state import read_state
from survey_app.recording import table
from survey_app.recording.dossiers import DOSSIERS_VERSION
from survey_app.tables import DossierFileRow, DossierSourceRow

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class DossierFile:
    """A file that was imported. at: seconds since 1/1/1970 UTC; first_day, last_day: of the dossiers' reception."""

    number: int
    source: str
    name: str
    digest: str
    at: int
    user: str
    rows: int
    new: int
    changed: int
    unchanged: int
    first_day: date
    last_day: date


def read_dossiers_version(connection: Connection) -> str | None:
    """Changes whenever dossiers were imported."""
    return read_state(connection, DOSSIERS_VERSION)


def read_dossier_files(connection: Connection) -> list[DossierFile]:
    """The files that were imported, the last first."""
    columns = [table(DossierFileRow).c[name] for name in DossierFile.__slots__]
    query = select(*columns).order_by(columns[0].desc()).limit(MOST_LISTED)
    return [DossierFile(**row) for row in connection.execute(query).mappings()]


def read_dossier_sources(connection: Connection) -> dict[str, ColumnMap]:
    """Every source, and what is remembered of it."""
    columns = table(DossierSourceRow).c
    rows = connection.execute(select(*columns).order_by(columns.code)).mappings()
    return {row["code"]: ColumnMap(row["columns"], row["defaults"], row["values"], row["under"]) for row in rows}
