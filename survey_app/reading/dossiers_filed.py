"""Whether anybody filed a dossier here."""

from sqlalchemy import Connection, select

from survey_app.recording import table
from survey_app.tables import DossierRow


def are_dossiers_filed(connection: Connection) -> bool:
    """Whether there is a dossier that is not simulated."""
    columns = table(DossierRow).c
    return connection.execute(select(columns.id).where(~columns.simulated).limit(1)).first() is not None
