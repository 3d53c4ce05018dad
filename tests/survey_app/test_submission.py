from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.questionnaire import load_questionnaire
from survey_app.submission import UnreadableForm, parse_fields, parse_submission

DESK = load_questionnaire("desk")
ID = "A" * 22
ratings = st.fixed_dictionaries(
    {"overall": st.sampled_from("12345")},
    optional={
        question.code: st.sampled_from(["", "na", "1", "2", "3", "4", "5"])
        for question in DESK.ratings
        if not question.required
    },
)


@given(ratings)
def test_a_form_as_the_page_makes_it_is_accepted_and_blank_is_no_answer(fields):
    submission, faults, _ = parse_submission(DESK, [("id", ID), *fields.items()])
    assert faults == ()
    assert submission.answers == {code: int(point) for code, point in fields.items() if point.isdecimal()}


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=8))
def test_whatever_is_posted_gives_a_submission_or_faults_never_both(fields):
    submission, faults, _ = parse_submission(DESK, fields)
    assert (submission is None) == bool(faults)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    with suppress(UnreadableForm):
        assert all(isinstance(part, str) for field in parse_fields(body) for part in field)


def test_the_comment_is_one_spelling_whatever_the_phone_sent():
    decomposed = "Câ\u0309m ơn"
    submission, _, _ = parse_submission(DESK, [("id", ID), ("overall", "5"), ("comment", f" {decomposed}\r\n")])
    assert submission.comment == "Cẩm ơn"


def test_all_faults_come_in_the_order_of_the_form():
    fields = [("id", ID), ("salary", "5"), ("polite", "9"), ("polite", "9"), ("comment", "a" * 1001)]
    _, faults, posted = parse_submission(DESK, fields)
    assert [(fault.field, fault.reason) for fault in faults] == [
        ("salary", "unknown_field"),
        ("polite", "repeated"),
        ("overall", "missing"),
        ("polite", "off_scale"),
        ("comment", "too_long"),
    ]
    assert posted["comment"] == "a" * 1001


@pytest.mark.parametrize("body", [b"", b"a", b"a=%ff", "a=é".encode(), b"&".join([b"a=1"] * 101)])
def test_a_body_that_is_no_form_is_refused_with_its_reason(body):
    with pytest.raises(UnreadableForm, match="body"):
        parse_fields(body)


def test_a_field_of_the_desk_is_accepted_and_another_is_not():
    fields = [("id", ID), ("overall", "5"), ("field", "ho-tich")]
    assert parse_submission(DESK, fields, served_fields=["ho-tich"])[0].field == "ho-tich"
    assert parse_submission(DESK, fields, served_fields=[])[1][0].reason == "unknown_choice"
    assert parse_fields(urlencode(fields).encode()) == fields
