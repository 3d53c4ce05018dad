"""Versions of questionnaires, which of them is asked, and which desk asks which."""

from sqlalchemy import Connection, update

from survey_app.questionnaire import Questionnaire
from survey_app.recording.rows import insert_new, table
from survey_app.recording.state import record_register_change, record_state
from survey_app.tables import DeskRow, QuestionnaireRow

CURRENT = "questionnaire."
"""What the name of the small fact begins with that says which version of a questionnaire is asked."""


def record_questionnaire(connection: Connection, questionnaire: Questionnaire) -> None:
    """Keep this version of a questionnaire; a version that is known stays as it is."""
    connection.execute(
        insert_new(connection, QuestionnaireRow),
        {"version": questionnaire.version, "code": questionnaire.code, "document": questionnaire.document},
    )


def record_current_questionnaire(connection: Connection, questionnaire: Questionnaire) -> None:
    """Keep this version and ask it from now on; answers to the versions before keep theirs."""
    record_questionnaire(connection, questionnaire)
    record_state(connection, CURRENT + questionnaire.code, questionnaire.version)
    record_register_change(connection)


def record_desk_questionnaire(connection: Connection, desk: str, questionnaire: str) -> bool:
    """Let a desk ask the questionnaire of that code from now on; False if there is no such desk."""
    statement = update(table(DeskRow)).where(table(DeskRow).c.code == desk).values(questionnaire=questionnaire)
    changed = connection.execute(statement).rowcount
    record_register_change(connection)
    return bool(changed)
