"""What every record begins with: the questionnaires and the fields of administration that ship. Units none: an office's are its own."""

from sqlalchemy import Engine

from survey_app.catalogue import read_catalogue
from survey_app.questionnaire import list_questionnaires, load_questionnaire
from survey_app.recording import record_questionnaire
from survey_app.recording.register import record_missing_fields


def begin_register(engine: Engine) -> None:
    """Keep what ships and is not there yet; what is there stays as it is, and twice is harmless."""
    with engine.begin() as connection:
        for code in list_questionnaires():
            record_questionnaire(connection, load_questionnaire(code))
        record_missing_fields(connection, read_catalogue().documented().fields)
