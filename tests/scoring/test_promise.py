from datetime import date, datetime, time

import polars as pl
import pytest

from scoring.adherence_wording import promise_sentence
from scoring.dossier import DOSSIER_SCHEMA
from scoring.estimate import wilson
from scoring.office_hours import OfficeBook
from scoring.pilot import LOCAL, SameDayPromise, Session
from scoring.promise import check_promise
from scoring.working_time import working_clock

PROMISE = SameDayPromise(cutoff=time(15, 30), late_by=time(9, 0))
FRIDAY = date(2023, 9, 29)
SESSION = Session("thu-sau", "a", FRIDAY, time(7, 30), time(17, 0))


def at(day: int, hour: int, minute: int = 0, *, month: int = 9) -> datetime:
    return datetime(2023, month, day, hour, minute, tzinfo=LOCAL)


def frame(*dossiers: dict) -> pl.DataFrame:
    known = {"unit": "a", "channel": "counter", "supplements": 0, "simulated": False, "procedure": "birth"}
    return pl.DataFrame([known | each for each in dossiers], schema=dict(DOSSIER_SCHEMA), orient="row")


DOSSIERS = frame(
    {"received": at(29, 7, 30), "finished": at(29, 17)},  # kept
    {"received": at(29, 15, 30), "finished": at(29, 23, 59)},  # at the cutoff, within the day: kept
    {"received": at(29, 10), "finished": at(30, 0)},  # the day was over
    {"received": at(29, 15, 31), "finished": at(2, 8, 59, month=10)},  # Monday before nine: kept
    {"received": at(29, 16), "finished": at(2, 9, month=10)},  # at nine: not before it
    {"received": at(29, 9)},  # not finished, long due
    {"received": at(29, 16, 59)},  # not finished, due on Monday at nine
    {"received": at(29, 17), "finished": at(29, 17, 5)},  # after the session
    {"received": at(28, 9), "finished": at(28, 10)},  # a Thursday
    {"received": at(29, 9), "finished": at(29, 10), "channel": "online"},
    {"received": at(29, 9), "finished": at(29, 10), "unit": "b"},
    {"received": at(29, 9), "finished": at(29, 10), "procedure": "land"},
)
CLOCK = working_clock(DOSSIERS, OfficeBook())


def check(now: datetime, **known):
    return check_promise(
        DOSSIERS, [SESSION], PROMISE, clock=CLOCK, at=now, **{"procedures": {"birth"}, "at_least": 1, **known}
    )


def test_a_promise_is_kept_within_the_day_or_before_nine_of_the_next_working_day_after_the_cutoff():
    found = check(at(2, 10, month=10))
    assert (found.kept, found.judged, found.running, found.late) == (3, 7, 0, 3)
    assert found.share == wilson(3, 7)


def test_what_is_not_due_yet_is_not_judged():
    found = check(at(2, 8, 30, month=10))
    assert (found.kept, found.judged, found.running) == (3, 6, 1)


def test_other_procedures_count_where_the_promise_is_made_for_all():
    assert check(at(2, 10, month=10), procedures=None).judged == 8


def test_two_sessions_over_one_another_count_a_dossier_once():
    again = Session("thu-sau", "a", FRIDAY, time(7, 30), time(11, 30))
    found = check_promise(
        DOSSIERS, [SESSION, again, SESSION], PROMISE, clock=CLOCK, at=at(2, 10, month=10), procedures={"birth"}
    )
    assert found.judged == 7


@pytest.mark.parametrize("sessions", [[], [SESSION]])
def test_fewer_than_ten_dossiers_are_no_share(sessions):
    found = check_promise(DOSSIERS, sessions, PROMISE, clock=CLOCK, at=at(2, 10, month=10))
    assert found.share.n == 0
    assert promise_sentence(found, "vi").startswith("Chưa đủ hồ sơ")


def test_the_sentence_tells_kept_judged_and_the_interval():
    """Wilson's interval of 3 of 7 is 0.158 to 0.750 (R: prop.test(3, 7, correct = FALSE))."""
    found = check(at(2, 10, month=10))
    assert promise_sentence(found, "vi") == (
        "3 trong 7 hồ sơ tiếp nhận trong phiên được trả đúng hẹn trong ngày: 42,9% (từ 15,8% đến 75,0%)."
    )
    assert promise_sentence(found, "en") == (
        "3 of 7 dossiers received in sessions were finished as promised: 42.9% (15.8% to 75.0%)."
    )
