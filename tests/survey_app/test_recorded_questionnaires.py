"""Versions of questionnaires in the record: which one is asked, and what a desk asks."""

import logging
from dataclasses import replace

from sqlalchemy import select, update

from survey_app.questionnaire import list_questionnaires, load_questionnaire, parse_questionnaire
from survey_app.reading import (
    read_current_questionnaires,
    read_desks_asking,
    read_desks_at_door,
    read_questionnaire_versions,
    read_register_version,
)
from survey_app.recording import (
    record_catalogue,
    record_current_questionnaire,
    record_desk_questionnaire,
    record_questionnaire,
    table,
)
from survey_app.tables import DeskRow, QuestionnaireRow
from tests.conftest import shipped_catalogue

from .conftest import record_office

DESK = load_questionnaire("desk")
CHANGED = parse_questionnaire(DESK.document.replace("Ông/bà muốn nói thêm điều gì?", "Ông/bà muốn góp ý gì?"))


def test_without_any_taken_over_the_packaged_questionnaires_are_asked(engine):
    with engine.begin() as connection:
        record_questionnaire(connection, CHANGED)
        current = read_current_questionnaires(connection)
    assert list(current) == list(list_questionnaires())
    assert current["desk"] == DESK


def test_the_version_taken_over_last_is_asked_and_those_before_are_kept(engine):
    with engine.begin() as connection:
        before = read_register_version(connection)
        for version in (DESK, CHANGED):
            record_current_questionnaire(connection, version)
        assert read_register_version(connection) != before
        assert read_current_questionnaires(connection)["desk"] == CHANGED
        assert read_questionnaire_versions(connection).keys() == {DESK.version, CHANGED.version}
        record_current_questionnaire(connection, DESK)
        assert read_current_questionnaires(connection)["desk"] == DESK


def test_a_questionnaire_of_an_office_of_its_own_is_asked_beside_the_packaged_ones(engine):
    own = parse_questionnaire(DESK.document.replace('code = "desk"', 'code = "cho-phien"'))
    with engine.begin() as connection:
        record_current_questionnaire(connection, own)
        assert set(read_current_questionnaires(connection)) == {*list_questionnaires(), "cho-phien"}


def test_a_kept_version_that_cannot_be_read_any_more_is_told_and_the_packaged_one_is_asked(engine, caplog):
    with engine.begin() as connection:
        record_current_questionnaire(connection, CHANGED)
        connection.execute(update(table(QuestionnaireRow)).values(document=f"code = '{engine.dialect.name}'"))
        with caplog.at_level(logging.ERROR):
            assert read_current_questionnaires(connection)["desk"] == DESK
    assert "questionnaire desk that is kept cannot be read any more" in caplog.text


def test_a_desk_asks_another_questionnaire_and_goes_on_to_when_the_catalogue_is_loaded_again(engine):
    catalogue = shipped_catalogue()
    desk = catalogue.desks[0].code
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
        assert read_desks_asking(connection).keys() == {"desk"}
        assert record_desk_questionnaire(connection, desk, "nd61")
        record_catalogue(
            connection, replace(catalogue, desks=tuple(replace(each, name="Mới") for each in catalogue.desks))
        )
        assert read_desks_asking(connection)["nd61"] == [desk]
        assert set(connection.execute(select(table(DeskRow).c.name)).scalars()) == {"Mới"}


def test_no_desk_asks_what_an_unknown_desk_was_told_to(engine):
    record_office(engine)
    with engine.begin() as connection:
        assert not record_desk_questionnaire(connection, "xa.29926.9", "nd61")
        assert [desk.questionnaire for desk in read_desks_at_door(connection).values()] == ["desk"]
