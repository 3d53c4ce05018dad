from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import OfficeBook
from survey_app.case import AUTHOR, AUTHOR_ACTS, MOST_RETURNS, STAFF_ACTS, STATES, Case, WrongStep
from survey_app.case_deadline import due_on, is_overdue

DAY = date(2026, 11, 19)
CASE = Case("x", "xa.29926", "feedback", "unit", "vi", "Chờ lâu quá.", DAY)
BOOK = OfficeBook()


def taken(case, *acts, by="mot-cua", on=DAY):
    for act in acts:
        note = {"assign": by, "answer": "Đã sửa.", "reject": "Không thuộc thẩm quyền."}.get(act, "")
        author = act in AUTHOR_ACTS
        case = case.after(act, on=on, by=AUTHOR if author else by, note=note, rating=4 if author else None)
    return case


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((), "received"),
        (("assign",), "assigned"),
        (("reject",), "rejected"),
        (("assign", "assign", "answer"), "answered"),
        (("assign", "reject", "close"), "closed"),
        (("assign", "answer", "rate"), "closed"),
        (("assign", "answer", "close", "rate"), "closed"),
        (("assign", "answer", "return"), "assigned"),
        (("assign", "answer", "close", "return", "answer", "rate"), "closed"),
    ],
)
def test_steps_lead_where_they_should(acts, state):
    assert taken(CASE, *acts).state == state


@pytest.mark.parametrize(
    "acts",
    [
        ("answer",),
        ("close",),
        ("rate",),
        ("return",),
        ("assign", "close"),
        ("assign", "rate"),
        ("reject", "answer"),
        ("reject", "rate"),
        ("reject", "close", "return"),
        ("assign", "answer", "answer"),
        ("assign", "answer", "rate", "rate"),
        ("assign", "answer", "rate", "return"),
        ("assign", "answer", "return", "rate"),
        ("assign", "answer", "return", "answer", "return", "answer", "return"),
    ],
)
def test_no_step_is_taken_that_does_not_begin_where_the_case_stands(acts):
    before = taken(CASE, *acts[:-1])
    with pytest.raises(WrongStep):
        taken(before, acts[-1])


@given(st.lists(st.sampled_from(sorted(STAFF_ACTS | AUTHOR_ACTS)), max_size=14))
def test_a_case_never_ends_without_an_answer_or_a_reason_and_is_rated_only_where_there_is_an_answer(acts):
    case = CASE
    for act in acts:
        if act in case.possible:
            case = taken(case, act)
    done = [step.act for step in case.steps]
    assert case.state in STATES
    assert case.state != "closed" or {"answer", "reject"} & set(done)
    assert case.rating is None or "answer" in done
    assert done.count("return") <= MOST_RETURNS
    assert [step.number for step in case.steps] == list(range(1, len(done) + 1))
    assert all(step.note for step in case.steps if step.act in {"assign", "answer", "reject"})


def test_only_who_the_case_was_given_to_answers_it():
    given_away = taken(CASE, "assign", by="noi-vu")
    with pytest.raises(WrongStep):
        given_away.after("answer", on=DAY, by="mot-cua", note="Đã sửa.")
    assert given_away.after("answer", on=DAY, by="noi-vu", note=" Đã sửa. ").answer == "Đã sửa."


def test_the_author_does_not_act_as_staff_nor_staff_as_the_author():
    answered = taken(CASE, "assign", "answer")
    with pytest.raises(WrongStep):
        answered.after("rate", on=DAY, by="mot-cua", rating=5)
    with pytest.raises(WrongStep):
        answered.after("close", on=DAY, by=AUTHOR)


@pytest.mark.parametrize("note", ["", "  \n", "x" * 4001])
def test_an_answer_or_a_reason_says_something_and_not_too_much(note):
    with pytest.raises(ValueError, match=r"must be in 1\.\.4000"):
        CASE.after("reject", on=DAY, by="mot-cua", note=note)


@pytest.mark.parametrize("rating", [None, 0, 6])
def test_a_rating_is_from_1_to_5(rating):
    with pytest.raises(ValueError, match=r"must be in 1\.\.5"):
        taken(CASE, "assign", "answer").after("rate", on=DAY, by=AUTHOR, rating=rating)


def test_a_new_answer_waits_for_a_new_rating():
    again = taken(CASE, "assign", "answer", "return")
    assert (again.rating, again.handler) == (4, "mot-cua")
    assert taken(again, "answer").rating is None


@pytest.mark.parametrize(
    ("received", "reject_by", "answer_by"),
    [
        (date(2026, 11, 19), date(2026, 11, 23), date(2026, 12, 11)),  # a Thursday; 24 November is a day off since 2026
        (date(2026, 11, 21), date(2026, 11, 25), date(2026, 12, 14)),  # a Saturday, when a pilot took it
        (date(2026, 2, 13), date(2026, 2, 24), date(2026, 3, 13)),  # the Friday before Tết, 14 to 22 February 2026 off
        (date(2026, 8, 28), date(2026, 9, 4), date(2026, 9, 23)),  # before 2/9: 31/8 to 2/9 off, 22/8 was worked
        (date(2025, 12, 31), date(2026, 1, 6), date(2026, 1, 22)),  # 1 and 2 January off, Saturday 10 worked
    ],
)
def test_two_working_days_to_reject_and_fifteen_to_answer(received, reject_by, answer_by):
    case = replace(CASE, received=received)
    assert due_on(case, BOOK) == reject_by
    assert due_on(taken(case, "assign"), BOOK) == answer_by


def test_days_are_counted_anew_from_the_day_on_which_the_author_returned_the_case():
    case = taken(taken(CASE, "assign", "answer"), "return", on=date(2026, 12, 10))
    assert due_on(case, BOOK) == date(2026, 12, 31)


def test_a_case_is_late_from_the_day_after_its_last_day_and_never_once_it_is_answered():
    due = due_on(CASE, BOOK)
    assert not is_overdue(CASE, BOOK, today=due)
    assert is_overdue(CASE, BOOK, today=due + timedelta(days=1))
    for acts in (("assign", "answer"), ("reject",), ("assign", "answer", "close")):
        assert due_on(taken(CASE, *acts), BOOK) is None
        assert not is_overdue(taken(CASE, *acts), BOOK, today=date(2030, 1, 1))
