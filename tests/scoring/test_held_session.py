"""What became of Saturdays and half-hours, each case laid out by hand."""

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import OfficeHours
from scoring.dossier import DOSSIER_SCHEMA, no_dossiers
from scoring.held_session import SessionRecord, judge_sessions
from scoring.pilot import LOCAL, Session

HOURS = OfficeHours()
SATURDAYS = [date(2024, 1, 6) + timedelta(weeks=week) for week in range(6)]
MORNING = (time(7, 30), time(11, 30))


def session(day: date, *, unit: str = "a", window: tuple[time, time] = MORNING, pilot: str = "saturday") -> Session:
    return Session(pilot, unit, day, *window)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LOCAL)


def frame(*dossiers: dict) -> pl.DataFrame:
    known = {"unit": "a", "channel": "counter", "supplements": 0, "simulated": False}
    return pl.DataFrame([known | each for each in dossiers], schema=dict(DOSSIER_SCHEMA), orient="row")


def answered(*answers: tuple[str, date, str, str]) -> pl.DataFrame:
    schema = {"unit": pl.Categorical(), "local_date": pl.Date(), "slot": pl.Categorical(), "channel": pl.Categorical()}
    return pl.DataFrame(list(answers), schema=schema, orient="row")


def judge(sessions: list[Session], dossiers: pl.DataFrame, answers: pl.DataFrame | None = None, **known):
    given_answers = answered() if answers is None else answers
    return judge_sessions(
        sessions, dossiers=dossiers, answers=given_answers, slot_hours=HOURS, **{"records": {}, **known}
    )


def outcomes(*arguments, **known) -> list[tuple[str, str, int, int]]:
    return [(each.state, each.basis, each.dossiers, each.answers) for each in judge(*arguments, **known)]


def busy(days: list[date], n: int = 5) -> list[dict]:
    """So many dossiers received on each morning."""
    return [{"received": at(day, 8, minute)} for day in days for minute in range(n)]


def test_a_dossier_received_or_finished_in_the_window_shows_a_session_held():
    here = SATURDAYS[0]
    dossiers = frame(
        {"received": at(here, 7, 30)},
        {"received": at(here, 9), "finished": at(here, 11, 29)},  # one dossier, two acts: counted once
        {"received": at(here, 11, 30)},  # the window is over
        {"received": at(date(2024, 1, 4), 9), "finished": at(here, 10)},
        {"received": at(here, 9), "unit": "b"},
    )
    assert outcomes([session(here)], dossiers) == [("held", "dossiers", 3, 0)]


def test_what_needs_nobody_at_the_counter_shows_nothing():
    here = SATURDAYS[0]
    online = {"channel": "online", "received": at(here, 9), "finished": at(here, 10), "returned": "online"}
    assert outcomes([session(here)], frame(online)) == [("unknown", "few", 0, 0)]


def test_an_answer_at_a_desk_in_a_slot_of_the_window_shows_a_session_held():
    here = SATURDAYS[0]
    given_answers = answered(
        ("a", here, "07:30", "poster"),
        ("a", here, "11:00", "tablet"),
        ("a", here, "11:30", "poster"),
        ("a", here, "08:00", "online"),
        ("b", here, "08:00", "poster"),
    )
    assert outcomes([session(here)], no_dossiers(), given_answers) == [("held", "answers", 0, 2)]


def test_a_record_goes_before_what_dossiers_show_and_what_they_do_not():
    sessions = [session(day) for day in SATURDAYS[:2]]
    records = {
        ("saturday", "a", SATURDAYS[0], time(7, 30)): SessionRecord(held=False, note="Mất điện"),
        ("saturday", "a", SATURDAYS[1], time(7, 30)): SessionRecord(held=True),
    }
    found = judge(sessions, frame(*busy(SATURDAYS[:1])), records=records)
    assert [(each.state, each.basis, each.dossiers, each.note) for each in found] == [
        ("missed", "recorded", 5, "Mất điện"),
        ("held", "recorded", 0, ""),
    ]


def test_silence_is_a_session_missed_where_the_others_draw_five_and_the_register_goes_on():
    sessions = [session(day) for day in SATURDAYS[:4]]
    with_signs = [SATURDAYS[0], SATURDAYS[1], SATURDAYS[3]]
    assert outcomes(sessions, frame(*busy(with_signs)))[2] == ("missed", "silence", 0, 0)
    assert outcomes(sessions, frame(*busy(with_signs, n=4)))[2] == ("unknown", "few", 0, 0)


def test_silence_says_nothing_where_too_few_sessions_show_what_one_draws():
    sessions = [session(day) for day in SATURDAYS[:3]]
    assert outcomes(sessions, frame(*busy([SATURDAYS[0], SATURDAYS[2]], n=50)))[1] == ("unknown", "few", 0, 0)


def test_silence_says_nothing_before_the_register_begins_or_after_it_ends_or_in_a_gap_of_it():
    sessions = [session(day) for day in SATURDAYS]
    begun = outcomes(sessions, frame(*busy(SATURDAYS[1:4])))
    assert [state for state, *_ in begun] == ["unknown", "held", "held", "held", "unknown", "unknown"]
    assert begun[0] == begun[4] == ("unknown", "uncovered", 0, 0)
    gap = outcomes(sessions, frame(*busy([SATURDAYS[0], SATURDAYS[1], SATURDAYS[4], SATURDAYS[5]])))
    assert gap[2:4] == [("unknown", "uncovered", 0, 0)] * 2


def test_work_on_other_days_of_the_weeks_around_covers_a_silent_saturday():
    sessions = [session(day) for day in SATURDAYS]
    weekdays = [{"received": at(day + timedelta(days=2), 15)} for day in SATURDAYS[3:]]
    found = outcomes(sessions, frame(*busy(SATURDAYS[:3]), *weekdays))
    assert [state for state, *_ in found] == ["held", "held", "held", "missed", "missed", "missed"]


def test_what_one_unit_draws_says_nothing_of_another():
    sessions = [session(day, unit=unit) for unit in "ab" for day in SATURDAYS[:4]]
    other = [{"received": at(day, 15), "unit": "b"} for day in SATURDAYS[:4]]
    found = outcomes(sessions, frame(*busy(SATURDAYS[:4], n=9), *other))
    assert [basis for _, basis, *_ in found] == ["dossiers"] * 4 + ["few"] * 4


def test_a_recorded_session_that_no_plan_has_stands_after_the_planned_ones():
    sunday = session(date(2024, 1, 7))
    records = {("saturday", "a", sunday.date, time(7, 30)): SessionRecord(held=True)}
    found = judge([session(SATURDAYS[0])], no_dossiers(), unplanned=[sunday], records=records)
    assert [(each.session.date, each.planned) for each in found] == [(SATURDAYS[0], True), (sunday.date, False)]


def test_no_session_is_no_outcome():
    assert judge([], frame(*busy(SATURDAYS))) == ()


@given(
    st.lists(st.tuples(st.sampled_from(SATURDAYS), st.integers(0, 1439)), max_size=30),
    st.lists(st.sampled_from(SATURDAYS), max_size=5),
)
@pytest.mark.filterwarnings("error")
def test_one_more_dossier_never_makes_a_session_less_held(moments, more):
    order = {"missed": 0, "unknown": 1, "held": 2}
    sessions = [session(day) for day in SATURDAYS]
    before = [{"received": at(day, *divmod(minute, 60))} for day, minute in moments]
    after = [*before, *({"received": at(day, 9)} for day in more)]
    held = [[each.state == "held" for each in judge(sessions, frame(*some))] for some in (before, after)]
    assert all(later >= earlier for earlier, later in zip(*held, strict=True))
    assert all(order[each.state] == 2 for each in judge(sessions, frame(*after)) if each.session.date in more)
