"""What an empty record begins with when the server starts."""

from survey_app.first_register import begin_register
from survey_app.questionnaire import list_questionnaires
from survey_app.reading import read_register
from survey_app.reading.questionnaires import read_questionnaire_versions
from survey_app.reading.state import read_register_version
from survey_app.recording.register import record_register_entries
from survey_app.register import Field
from tests.conftest import shipped_catalogue


def test_an_empty_record_gets_what_ships_and_no_units(engine):
    begin_register(engine)
    with engine.connect() as connection:
        register = read_register(connection)
        versions = read_questionnaire_versions(connection)
    assert {field.code for field in register.fields} == {
        field.code for field in shipped_catalogue().documented().fields
    }
    assert (register.units, register.desks, register.pilots) == ((), (), ())
    assert {each.code for each in versions.values()} == set(list_questionnaires())


def test_what_is_there_stays_and_a_second_start_changes_nothing(engine):
    mine = Field("ho-tich", {"vi": "Hộ tịch của ta", "en": "Ours"}, "của ta")
    with engine.begin() as connection:
        record_register_entries(connection, fields=[mine])
    begin_register(engine)
    with engine.connect() as connection:
        version = read_register_version(connection)
        assert mine in read_register(connection).fields
    begin_register(engine)
    with engine.connect() as connection:
        assert read_register_version(connection) == version
