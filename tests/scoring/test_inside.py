"""Which dossiers lie inside a pilot, on the pilots of the documents."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from scoring.inside import has_pattern, inside_days, inside_procedures, patterns_of
from scoring.office_hours import OfficeBook
from scoring.pilot import plan_sessions
from scoring.pilot_rule import Participation, PilotRule

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BOOK = OfficeBook()
FRIDAY = PilotRule(
    "thu-sau", "sessions", date(2023, 9, 25), days="working", weekdays=("friday",), windows=("whole-day",)
)
HALF_HOUR = PilotRule(
    "30-phut",
    "sessions",
    date(2024, 1, 1),
    days="working",
    windows=("start-of-morning", "end-of-afternoon"),
    unit_chooses=("days", "window"),
)


def received(*moments, unit="a"):
    at = [datetime(*moment, tzinfo=HANOI) for moment in moments]
    return pl.DataFrame({"unit": [unit] * len(at), "received": at})


def inside(rule, participations, frame, others=()):
    return frame.select(inside_days(patterns_of(rule, participations, others, book=BOOK))).to_series().to_list()


def test_a_friday_lies_inside_before_the_start_as_after_it():
    taking_part = [Participation("thu-sau", "a", date(2023, 9, 25))]
    frame = received(
        (2023, 9, 1, 8), (2023, 9, 7, 8), (2023, 9, 29, 16, 59), (2023, 9, 29, 17, 0), (2023, 9, 29, 7, 29)
    )
    assert inside(FRIDAY, taking_part, frame) == [True, False, True, False, False]


def test_units_that_do_not_take_part_have_the_pattern_of_a_rule_without_a_choice():
    frame = received((2023, 9, 1, 8), unit="b")
    assert inside(FRIDAY, [], frame, others=["b"]) == [True]
    assert inside(HALF_HOUR, [], frame, others=["b"]) == [None]


def test_each_unit_has_its_own_choice_and_one_without_a_known_choice_has_none():
    taking_part = [
        Participation("30-phut", "a", date(2024, 1, 1), weekdays=("monday",), window="start-of-morning"),
        Participation("30-phut", "b", date(2024, 1, 1), weekdays=("friday",), window="end-of-afternoon"),
        Participation("30-phut", "c", date(2024, 1, 1)),
    ]
    times = ((2024, 1, 8, 7, 40), (2024, 1, 8, 8, 0), (2024, 1, 12, 16, 45))  # a Monday twice, a Friday
    frame = pl.concat(received(*times, unit=unit) for unit in "abc")
    assert inside(HALF_HOUR, taking_part, frame) == [True, False, False, False, False, True, None, None, None]


def test_every_planned_session_lies_inside_its_own_pattern():
    one = Participation("30-phut", "a", date(2024, 1, 1), weekdays=("tuesday",), window="end-of-afternoon")
    sessions = plan_sessions(HALF_HOUR, one, book=BOOK, until=date(2024, 7, 1))
    assert len(sessions) > 20
    frame = received(*((s.date.year, s.date.month, s.date.day, s.starts.hour, s.starts.minute) for s in sessions))
    assert all(inside(HALF_HOUR, [one], frame))


@pytest.mark.parametrize(
    "rule",
    [
        PilotRule("sang-thu-bay", "sessions", date(2024, 1, 1), days="weekend", windows=("morning",)),
        PilotRule(
            "them", "sessions", date(2024, 1, 1), days="working", windows=("end-of-afternoon",), placement="added"
        ),
        PilotRule("lien-tuc", "continuous", date(2024, 1, 1)),
        PilotRule("moi-ngay", "sessions", date(2024, 1, 1), days="working", windows=("whole-day",)),
    ],
    ids=lambda rule: rule.code,
)
def test_what_had_nothing_like_it_before_the_start_divides_nothing(rule):
    assert not has_pattern(rule)
    assert patterns_of(rule, [Participation(rule.code, "a", date(2024, 1, 1))], book=BOOK) == ()


def test_a_procedure_that_is_not_known_is_neither_inside_nor_outside():
    frame = pl.DataFrame({"procedure": ["khai-sinh", "khac", None]})
    assert frame.select(inside_procedures(["khai-sinh"])).to_series().to_list() == [True, False, None]
