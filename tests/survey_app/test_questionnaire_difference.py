"""What a changed questionnaire would ask otherwise, as its readers see it before it is stored."""

from dataclasses import fields, replace

import pytest

from survey_app.condition import Condition
from survey_app.questionnaire import Choice, Question, Questionnaire, list_questionnaires, load_questionnaire
from survey_app.questionnaire_difference import _FORM, _QUESTION, compare_questionnaires, part_words
from survey_app.wording import translator

ENGLISH = translator("en")
SCALE = {"vi": ("Kém", "Được", "Tốt"), "en": ("Poor", "Fair", "Good")}
MOOD = Question("mood", "rating", {"vi": "Hài lòng không?", "en": "Satisfied?"}, required=True, scale=SCALE)
WHY = Question(
    "why", "choices", {"vi": "Vì sao?", "en": "Why?"}, choices=(Choice("slow", {"vi": "Chậm", "en": "Slow"}),)
)
MORE = Question("more", "text", {"vi": "Thêm?", "en": "More?"}, longest=500)
FORM = Questionnaire("thu", "1", ("vi", "en"), (MOOD, WHY, MORE), "", name={"vi": "Phiếu thử"}, scale=SCALE)


def told(new, before=FORM):
    return {
        (each.kind, each.code): [(part.what, part.language, part.old, part.new) for part in each.parts]
        for each in compare_questionnaires(new, before, ENGLISH)
    }


def asking(*questions, **changed):
    return replace(FORM, questions=questions, **changed)


def test_the_same_questions_differ_in_nothing():
    assert told(replace(FORM, version="2", document="x")) == {}


def test_a_wording_is_told_old_and_new_in_each_language_that_it_changed_in():
    words = {"vi": "Ông/bà thấy thế nào?", "en": "Satisfied?"}
    assert told(asking(replace(MOOD, text=words), WHY, MORE)) == {
        ("altered", "mood"): [("text", "vi", "Hài lòng không?", "Ông/bà thấy thế nào?")]
    }


def test_questions_that_come_and_go_are_told_by_their_wording():
    new = Question("again", "yes_no", {"vi": "Lại đến chứ?", "en": "Come again?"}, required=True)
    found = compare_questionnaires(asking(MOOD, new, MORE), FORM, ENGLISH)
    assert [(each.kind, each.code, each.name) for each in found] == [
        ("new", "again", "Lại đến chứ?"), ("dropped", "why", "Vì sao?"),
    ]  # fmt: skip
    assert [(part.what, part.new) for part in found[0].parts] == [
        ("kind", "yes or no"), ("text", "Come again?"), ("required", "yes"),
    ]  # fmt: skip


def test_a_question_that_stands_elsewhere_is_told_with_both_numbers_and_those_that_only_make_room_are_not():
    assert told(asking(WHY, MORE, MOOD)) == {("altered", "mood"): [("position", "", "1", "3")]}
    assert told(asking(MORE, WHY, MOOD)).keys() == {("altered", "why"), ("altered", "more")}
    first = Question("first", "text", {"vi": "Đầu?"}, longest=9)
    assert ("altered", "mood") not in told(asking(first, MOOD, WHY, MORE))


def test_a_scale_that_all_share_is_told_once_and_one_of_its_own_by_its_question():
    faint = {"vi": ("Tệ", "Được", "Tốt"), "en": ("Poor", "Fair", "Good")}
    assert told(asking(replace(MOOD, scale=faint), WHY, MORE, scale=faint)) == {
        ("altered", ""): [("scale", "vi", "Kém · Được · Tốt", "Tệ · Được · Tốt")]
    }
    assert told(asking(replace(MOOD, scale=faint), WHY, MORE)) == {
        ("altered", "mood"): [("scale", "vi", "Kém · Được · Tốt", "Tệ · Được · Tốt")]
    }


def test_options_conditions_and_what_must_be_answered_are_told_in_words():
    rude = replace(WHY, choices=(*WHY.choices, Choice("rude", {"vi": "Thái độ", "en": "Rude"})))
    asked = replace(rude, show_if=Condition("mood", at_most=2))
    assert told(asking(MOOD, asked, replace(MORE, required=True, longest=9))) == {
        ("altered", "why"): [
            ("choices", "vi", "Chậm (slow)", "Chậm (slow) · Thái độ (rude)"),
            ("choices", "en", "Slow (slow)", "Slow (slow) · Rude (rude)"),
            ("show_if", "", "", "Nếu ở câu «Hài lòng không?», ông/bà trả lời «Được» hoặc «Kém»"),
        ],
        ("altered", "more"): [("required", "", "no", "yes"), ("longest", "", "500", "9")],
    }  # fmt: skip


def test_another_question_that_stands_first_is_told_of_the_form_even_where_no_cell_says_so():
    later = replace(MOOD, required=False)
    rated = Question("calm", "rating", {"vi": "Có yên không?", "en": "Calm?"}, required=True, scale=SCALE)
    assert told(asking(later, WHY, MORE, rated))["altered", ""] == [("main", "", "Hài lòng không?", "Có yên không?")]


@pytest.mark.parametrize("code", list_questionnaires())
def test_a_new_questionnaire_shows_each_of_its_questions(code):
    form = load_questionnaire(code)
    found = compare_questionnaires(form, None, ENGLISH)
    assert [each.code for each in found] == ["", *(question.code for question in form.questions)]
    assert {each.kind for each in found} == {"new"}


def test_no_field_of_a_question_or_a_form_changes_unseen():
    elsewhere = {"code", "main"}
    assert {each.name for each in fields(Question)} - elsewhere == set(_QUESTION)
    assert {each.name for each in fields(Questionnaire)} - {"code", "version", "document", "questions"} == set(_FORM)
    assert part_words(ENGLISH).keys() == {*_QUESTION, *_FORM, "main", "position"}
