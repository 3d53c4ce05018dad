"""Answers to several forms are put together, question by question."""

from datetime import date, datetime

import pytest

from scoring import Period
from survey_app.asked import merge_asked, only_answered
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire, parse_questionnaire
from survey_app.recording import Answered, record_questionnaire, record_responses
from survey_app.results import compare_periods, questions_of
from survey_app.snapshot import SnapshotReader
from survey_app.submission import Submission
from survey_app.ticket import new_form_id

from .conftest import record_office

DESK = load_questionnaire("desk")
LONGER = """
code = "longer"
languages = ["vi"]
scale.vi = ["1", "2", "3", "4", "5"]
edition = "{edition}"
source = "test"
not_applicable.vi = "Không áp dụng"

[[question]]
code = "polite"
kind = "rating"
text.vi = "Thái độ"

[[question]]
code = "seats"
kind = "rating"
criterion = "1.1"
text.vi = "Chỗ ngồi"

[[question]]
code = "trips"
kind = "number"
least = 0
most = 20
text.vi = "Số lần đi lại"
"""
THREE = """
code = "three"
languages = ["vi"]
scale.vi = ["kém", "được", "tốt"]
source = "test"
not_applicable.vi = "Không áp dụng"

[[question]]
code = "{code}"
kind = "rating"
text.vi = "Một câu"
"""


def codes(questionnaire):
    return [question.code for question in questionnaire.ratings]


def merged(*documents):
    return merge_asked(DESK, [parse_questionnaire(document) for document in documents], edition="sipas-2017")


def test_questions_of_another_form_come_after_those_of_the_desk_each_once():
    found = merged(LONGER.format(edition="sipas-2017"), LONGER.format(edition="sipas-2017"))
    assert codes(found) == [*codes(DESK), "seats"]
    assert found.criteria == DESK.criteria | {"seats": "1.1"}


def test_criteria_of_another_edition_are_no_criteria_of_this_one():
    assert merged(LONGER.format(edition="sipas-2023")).criteria == DESK.criteria


def test_a_question_on_another_scale_is_not_put_together():
    assert codes(merged(THREE.format(code="other"))) == codes(DESK)
    assert "polite" not in codes(merged(THREE.format(code="polite")))


def test_a_question_that_nobody_answered_is_no_row_of_a_page():
    found = merged(LONGER.format(edition="sipas-2017"))
    assert codes(only_answered(found, DESK, ["polite"])) == codes(DESK)
    assert codes(only_answered(found, DESK, ["seats"])) == [*codes(DESK), "seats"]


@pytest.mark.parametrize("asked_apart", [True, False])
def test_answers_to_two_forms_are_one_index(engine, asked_apart):
    record_office(engine)
    longer = parse_questionnaire(LONGER.format(edition="sipas-2017"))
    given = [(DESK, {"overall": 5, "polite": 5})] * 20
    given += [(longer, {"polite": 2, "seats": 4, "trips": 3})] * 12 if asked_apart else []
    with engine.begin() as connection:
        for questionnaire in (DESK, longer):
            record_questionnaire(connection, questionnaire)
        responses = [
            Answered(
                Submission(new_form_id(), answers),
                unit="xa.29926",
                desk="xa.29926.1",
                local_date=date(2026, 11, 19),
                slot="09:30",
                questionnaire=questionnaire.version,
                channel="poster",
                language="vi",
            )
            for questionnaire, answers in given
        ]
        record_responses(connection, responses)
    snapshot = SnapshotReader(engine).latest(now=datetime(2026, 11, 19, 18, tzinfo=ZONE))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    counted = {each.code: each.counts for each in questions_of(result) if each.counts}
    assert counted["polite"] == ((0, 12, 0, 0, 20) if asked_apart else (0, 0, 0, 0, 20))
    assert counted.get("seats") == ((0, 0, 0, 12, 0) if asked_apart else None)
