"""A posted form: laws of reading it, by every kind of question."""

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.questionnaire import load_questionnaire, parse_questionnaire
from survey_app.submission import UnreadableForm, parse_fields, parse_submission

DESK = load_questionnaire("desk")
ID = "A" * 22
EVERY = parse_questionnaire("""
code = "every"
languages = ["vi"]
scale.vi = ["Kém", "Tạm", "Tốt"]
not_applicable.vi = "Không áp dụng"
source = "test"

[[question]]
code = "overall"
kind = "faces"
required = true
scale.vi = ["1", "2", "3", "4", "5"]
text.vi = "Hài lòng?"

[[question]]
code = "polite"
kind = "rating"
text.vi = "Thái độ"

[[question]]
code = "where"
kind = "choice"
not_applicable = true
text.vi = "Nộp ở đâu?"
choice = [{ code = "desk", text.vi = "Quầy" }, { code = "online", text.vi = "Mạng" }]

[[question]]
code = "bad"
kind = "choices"
required = true
show_if = { question = "overall", at_most = 2 }
text.vi = "Chưa tốt?"
choice = [{ code = "slow", text.vi = "Chậm" }, { code = "rude", text.vi = "Thái độ" }, { code = "dear", text.vi = "Phí" }]

[[question]]
code = "why_slow"
kind = "text"
longest = 40
show_if = { question = "bad", equals = "slow" }
text.vi = "Chậm thế nào?"

[[question]]
code = "paid"
kind = "yes_no"
report = true
text.vi = "Trả thêm?"

[[question]]
code = "amount"
kind = "number"
least = 0
most = 1000
decimals = 2
show_if = { question = "paid", equals = true }
text.vi = "Bao nhiêu?"

[[question]]
code = "trips"
kind = "number"
text.vi = "Mấy lần?"

[[question]]
code = "field"
kind = "field"
text.vi = "Việc gì?"

[[question]]
code = "comment"
kind = "text"
longest = 40
text.vi = "Thêm?"
""")
FIELDS = ("ho-tich", "dat-dai")
ratings = st.fixed_dictionaries(
    {"overall": st.sampled_from("12345")},
    optional={
        question.code: st.sampled_from(["", "na", "1", "2", "3", "4", "5"])
        for question in DESK.ratings
        if not question.required
    },
)
numbers = st.decimals(0, 1000, places=2)
texts = st.text("ăâđêôơư aA1.,–", min_size=1, max_size=40).filter(str.strip)


def parse(*fields, **options):
    return parse_submission(EVERY, [("id", ID), *fields], served_fields=FIELDS, **options)


def faults_of(*fields, **options):
    return [(fault.field, fault.reason) for fault in parse(*fields, **options)[1]]


@given(ratings)
def test_a_form_as_the_page_makes_it_is_accepted_and_blank_is_no_answer(fields):
    submission, faults, _ = parse_submission(DESK, [("id", ID), *fields.items()])
    assert faults == ()
    assert submission.answers == {code: int(point) for code, point in fields.items() if point.isdecimal()}


@st.composite
def filled_forms(draw):
    """A form filled in as the page allows: what is posted, and the answers that were meant."""
    fields, meant = [], {}

    def answer(code, values, write=str):
        value = draw(values)
        fields.extend((code, text) for text in ([write(value)] if not isinstance(value, list) else value))
        meant[code] = value

    answer("overall", st.integers(1, 5))
    if draw(st.booleans()):
        answer("polite", st.integers(1, 3))
    if draw(st.booleans()):
        answer("where", st.sampled_from(["desk", "online"]))
    if meant["overall"] <= 2:
        answer("bad", st.lists(st.sampled_from(["slow", "rude", "dear"]), min_size=1, unique=True))
        if "slow" in meant["bad"] and draw(st.booleans()):
            answer("why_slow", texts)
    answer("paid", st.integers(0, 1))
    if meant["paid"]:
        comma = draw(st.booleans())
        answer("amount", numbers, lambda number: str(number).replace(".", ",") if comma else str(number))
    if draw(st.booleans()):
        answer("trips", st.integers(-99, 10**9))
    if draw(st.booleans()):
        answer("field", st.sampled_from(FIELDS))
    if draw(st.booleans()):
        answer("comment", texts)
    return draw(st.permutations(fields)), meant


@given(filled_forms())
def test_every_well_formed_answer_is_taken_as_it_was_meant(filled):
    fields, meant = filled
    submission, faults, _ = parse(*fields)
    assert faults == ()
    kept = submission.answers | submission.comments | ({"field": submission.field} if submission.field else {})
    order = ("slow", "rude", "dear")
    expected = {
        code: sorted(value, key=order.index)
        if isinstance(value, list)
        else value.strip()
        if isinstance(value, str)
        else float(value)
        for code, value in meant.items()
    }
    assert kept == expected


names = st.sampled_from([question.code for question in EVERY.questions] + ["id", "website", "wage"]) | st.text(
    max_size=9
)
typed = st.sampled_from(["1", "2", "na", "slow", "0", "1,5", "ho-tich", "", " "]) | st.text(max_size=50)


@given(st.lists(st.tuples(names, typed), max_size=14))
def test_whatever_is_posted_gives_a_submission_or_faults_never_both(fields):
    submission, faults, posted = parse_submission(EVERY, fields, served_fields=FIELDS)
    assert (submission is None) == bool(faults)
    assert set(posted.values) == {name for name, _ in fields}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    with suppress(UnreadableForm):
        assert all(isinstance(part, str) for field in parse_fields(body) for part in field)


def test_the_comment_is_one_spelling_whatever_the_phone_sent():
    decomposed = "Câ\u0309m ơn"
    submission, _, _ = parse_submission(DESK, [("id", ID), ("overall", "5"), ("comment", f" {decomposed}\r\n")])
    assert submission.comment == "Cẩm ơn"
    assert submission.comments == {"comment": "Cẩm ơn"}


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


def test_what_a_condition_hides_is_dropped_though_it_was_posted_and_is_not_demanded():
    submission, faults, _ = parse(
        ("overall", "4"), ("bad", "slow"), ("why_slow", "a" * 99), ("paid", "0"), ("amount", "x")
    )
    assert faults == ()
    assert submission.answers == {"overall": 4, "paid": 0}
    assert submission.comments == {}


def test_what_a_condition_shows_is_demanded_where_it_is_required():
    assert faults_of(("overall", "2")) == [("bad", "missing")]
    assert faults_of(("overall", "3")) == []


def test_what_hangs_on_a_hidden_question_is_hidden_with_it():
    assert parse(("overall", "5"), ("bad", "slow"), ("why_slow", "vì đông"))[0].comments == {}
    assert parse(("overall", "1"), ("bad", "slow"), ("why_slow", "vì đông"))[0].comments == {"why_slow": "vì đông"}
    assert parse(("overall", "1"), ("bad", "rude"), ("why_slow", "vì đông"))[0].comments == {}


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2,5", 2.5), ("2.5", 2.5), (" 2,50 ", 2.5), ("2,0", 2), ("0", 0), ("1000", 1000), ("12.34", 12.34)],
)
def test_a_number_is_read_with_a_comma_or_a_point(typed, number):
    answer = parse(("overall", "3"), ("paid", "1"), ("amount", typed))[0].answers["amount"]
    assert answer == number
    assert isinstance(answer, type(number))


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("amount", "1.000", "not_number"),
        ("amount", "1,000", "not_number"),
        ("amount", "1 000", "not_number"),
        ("amount", "nhiều", "not_number"),
        ("amount", "1e3", "not_number"),
        ("amount", "-1", "out_of_range"),
        ("amount", "1000,01", "out_of_range"),
        ("amount", "٣", "not_number"),
        ("trips", "2,5", "not_number"),
        ("polite", "4", "off_scale"),
        ("polite", "١", "off_scale"),
        ("where", "post", "unknown_choice"),
        ("paid", "2", "unknown_choice"),
        ("paid", "na", "unknown_choice"),
        ("comment", "a" * 41, "too_long"),
    ],
)
def test_an_answer_that_its_question_does_not_take_is_told_with_its_reason(field, typed, reason):
    paid = () if field == "paid" else (("paid", "1"),)
    assert faults_of(("overall", "3"), *paid, (field, typed)) == [(field, reason)]


def test_many_choices_are_kept_in_the_order_of_the_form_and_each_once():
    fields = ("overall", "1"), ("bad", "dear"), ("bad", "slow"), ("bad", "dear")
    assert parse(*fields)[0].answers["bad"] == ["slow", "dear"]
    assert faults_of(("overall", "1"), ("bad", "slow"), ("bad", "fast")) == [("bad", "unknown_choice")]


def test_not_applicable_is_no_answer_where_the_question_allows_it():
    assert parse(("overall", "3"), ("where", "na"), ("polite", "na"))[0].answers == {"overall": 3}
    assert faults_of(("overall", "na")) == [("overall", "off_scale")]


def test_a_field_that_no_person_sees_is_reported_and_not_refused():
    assert parse(("overall", "3"), ("website", "http://a.vn"))[0].honeypot
    assert not parse(("overall", "3"), ("website", " "))[0].honeypot


def test_an_id_that_the_caller_verified_is_taken_and_fields_that_it_reads_are_left_to_it():
    fields = [("id", "x.2026-11-19.sig"), ("overall", "3"), ("phone_number", "0900")]
    submission, faults, _ = parse_submission(EVERY, fields, form_id="x", beside=("phone_number",))
    assert (submission.id, faults) == ("x", ())
    reasons = [(fault.field, fault.reason) for fault in parse_submission(EVERY, fields)[1]]
    assert reasons == [("phone_number", "unknown_field"), ("id", "bad_id")]


@pytest.mark.parametrize("body", [b"", b"a", b"a=%ff", "a=é".encode(), b"&".join([b"a=1"] * 101)])
def test_a_body_that_is_no_form_is_refused_with_its_reason(body):
    with pytest.raises(UnreadableForm, match="body"):
        parse_fields(body)


def test_a_field_of_the_desk_is_accepted_and_another_is_not():
    fields = [("id", ID), ("overall", "5"), ("field", "ho-tich")]
    assert parse_submission(DESK, fields, served_fields=["ho-tich"])[0].field == "ho-tich"
    assert parse_submission(DESK, fields, served_fields=[])[1][0].reason == "unknown_choice"
    assert parse_fields(urlencode(fields).encode()) == fields
