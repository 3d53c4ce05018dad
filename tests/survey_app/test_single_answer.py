"""What a single answer may tell, as laws over any answers of a unit and month."""

from collections import Counter
from datetime import date, datetime

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import OfficeHours
from survey_app.frame import SCHEMA, level_of, released_at, with_doubt, with_release_levels, with_sessions
from survey_app.single_answer import CHANNEL, CHARACTERISTICS, DESK, UNIT, Rules, single_answers

MONTH = date(2026, 10, 1)
QUESTIONS = ("overall", "polite")
RULES = Rules({}, OfficeHours(), ("too_fast",), b"k" * 32)


def row(number, **values):
    return {
        "id": f"{number:022}",
        "unit": "u",
        "desk": "u.1",
        "local_date": date(2026, 10, 5),
        "slot": "09:30",
        "entered_date": date(2026, 10, 5),
        "entered_slot": "09:30",
        "questionnaire": "v" * 16,
        "channel": "poster",
        "language": "vi",
        "source": None,
        "field": None,
        "flags": "",
        "answers": {"overall": 5},
        "simulated": False,
        "voided": False,
    } | values


def told(rows):
    return single_answers(rows, QUESTIONS, month=MONTH, rules=RULES)


def test_ten_answers_of_a_desk_leave_with_it_and_nine_with_nothing():
    assert told([row(i) for i in range(9)]) == ()
    answers = told([row(i) for i in range(10)])
    assert {(each.desk, each.channel, each.questionnaire) for each in answers} == {("u.1", "poster", "v" * 16)}
    assert [dict(each.marks) for each in answers] == [{"overall": 5}] * 10


def test_what_is_too_little_for_a_desk_leaves_with_the_unit_alone():
    rows = [row(i, desk=f"u.{i % 2}") for i in range(12)]
    assert {(each.desk, each.channel, each.unit) for each in told(rows)} == {(None, "poster", "u")}
    mixed = [row(i, channel=("poster", "card")[i % 2]) for i in range(12)]
    assert {(each.desk, each.channel, each.doubtful) for each in told(mixed)} == {(None, None, False)}


def test_a_characteristic_that_few_have_is_left_out_together_with_another():
    rows = [row(i, language="en" if i < 3 else "vi") for i in range(25)]
    assert Counter(each.language for each in told(rows)) == {None: 25}
    rows = [row(i, field=("a", "b", "c")[0 if i < 13 else 1 if i < 25 else 2]) for i in range(27)]
    assert Counter(each.field for each in told(rows)) == {"a": 13, None: 14}


def test_a_mark_that_few_gave_leaves_with_nobody():
    rows = [row(i, answers={"overall": 4} | ({"polite": 2} if i < 9 else {})) for i in range(20)]
    assert {code for each in told(rows) for code in each.marks} == {"overall"}


def test_marks_counted_together_leave_together_or_not_at_all():
    both = {"overall": 4, "polite": 2}
    rows = [row(i, answers=both if i < 5 else {"overall": 4}) for i in range(10)]
    rows += [row(20 + i, desk="u.2", answers=both) for i in range(6)]
    rows += [row(40 + i, desk="u.3") for i in range(5)]
    answers = told(rows)
    assert Counter(each.desk for each in answers) == {"u.1": 10, None: 11}
    assert {code for each in answers for code in each.marks} == {"overall"}, "11 rated politeness, 5 of them at u.1"


def test_answers_of_a_voided_batch_are_told_without_marks():
    rows = [*(row(i) for i in range(10)), row(99, voided=True)]
    assert Counter((each.voided, bool(each.marks)) for each in told(rows)) == {(False, True): 10, (True, False): 1}


def test_the_id_is_not_that_of_the_record():
    assert not {each.id for each in told([row(i) for i in range(10)])} & {row(i)["id"] for i in range(10)}


ANY_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "desk": st.sampled_from(["u.1", "u.2"]),
            "channel": st.sampled_from(["poster", "poster", "card"]),
            "flags": st.sampled_from(["", "", "", "too_fast"]),
            "day": st.integers(1, 28),
            "late": st.booleans(),
            "language": st.sampled_from(["vi", "vi", "vi", "en"]),
            "field": st.sampled_from([None, "a", "b"]),
            "source": st.sampled_from([None, "zalo"]),
            "overall": st.integers(1, 5),
            "polite": st.one_of(st.none(), st.integers(1, 5)),
        }
    ),
    min_size=5,
    max_size=90,
)


def as_row(number, values):
    entered = date(2026, 10, values["day"])
    marks = {"overall": values["overall"]} | ({"polite": values["polite"]} if values["polite"] else {})
    given_on = date(2026, 9, 30) if values["late"] else entered
    kept = {name: values[name] for name in ("desk", "channel", "flags", "language", "field", "source")}
    return row(number, **kept, answers=marks, entered_date=entered, local_date=given_on)


@settings(max_examples=60)
@given(drawn=ANY_ROWS)
def test_ten_answers_share_all_that_is_told_and_marks_leave_as_they_are_counted_or_not_at_all(drawn):
    rows = [as_row(number, values) for number, values in enumerate(drawn)]
    answers = told(rows)
    shared = Counter(tuple(getattr(each, name) for name in ("desk", "channel", "doubtful", *CHARACTERISTICS))
                     for each in answers)  # fmt: skip
    assert all(count >= 10 for count in shared.values()), shared
    for question in QUESTIONS:
        counted = figures(rows, question)
        left = Counter()
        for each in answers:
            if question in each.marks:
                place = DESK if each.desk else CHANNEL if each.channel else UNIT
                left[place, each.desk, each.channel, each.doubtful] += 1
        for cell, count in left.items():
            assert count == counted[cell], (question, cell)


def figures(rows, question):
    """How many answers to a question count at each place and in no finer one, by the frame that the pages use."""
    frame = pl.DataFrame(
        [pl.Series(name, [each[name] for each in rows], dtype=dtype) for name, dtype in SCHEMA.items()]
        + [pl.Series(question, [each["answers"].get(question) for each in rows], dtype=pl.Int8())]
    )
    frame = with_doubt(with_sessions(frame, {}), RULES.flags)
    frame = with_release_levels(frame, [question], now=datetime(2026, 11, 1), hours=OfficeHours())  # noqa: DTZ001
    counted = Counter()
    for place in (DESK, CHANNEL, UNIT):
        shown = released_at(frame, [question], ["desk", "channel", "doubtful"], level=place)
        finer = released_at(frame, [question], ["desk", "channel", "doubtful"], level=place - 1 if place > DESK else -1)
        for sign, each in ((1, shown), (-1, finer)):
            for desk, channel, doubtful, mark in each.iter_rows():
                if mark is not None:
                    cell = (desk if place == DESK else None, channel if place <= CHANNEL else None, doubtful)
                    counted[(place, *cell)] += sign
    assert level_of(question) in frame.columns
    return counted
