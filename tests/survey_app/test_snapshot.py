from datetime import date, datetime, timedelta

import pytest

from scoring import Period
from survey_app.door import ZONE, new_form_id
from survey_app.frame import read_answers
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import count_received
from survey_app.recording import Answered, record_questionnaire, record_responses
from survey_app.results import compare_periods, read_index
from survey_app.snapshot import SnapshotReader
from survey_app.submission import Submission

from .conftest import record_office

QUESTIONNAIRE = load_questionnaire("desk")
TODAY = date(2026, 11, 19)


@pytest.fixture
def shop(engine):
    record_office(engine)
    with engine.begin() as connection:
        record_questionnaire(connection, QUESTIONNAIRE)
    return engine


def record(engine, times, *, day=TODAY, slot="09:30", **answers):
    with engine.begin() as connection:
        record_responses(
            connection,
            [
                Answered(
                    Submission(new_form_id(), answers or {"overall": 5, "polite": 5}),
                    unit="xa.29926",
                    desk="xa.29926.1",
                    local_date=day,
                    slot=slot,
                    questionnaire=QUESTIONNAIRE.version,
                    channel="poster",
                    language="vi",
                )
                for _ in range(times)
            ],
        )


def at(hour, minute=0, day=TODAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def shown(engine, now, reader=None):
    """What a page shows: the satisfied share's n, and the number received."""
    snapshot = (reader or SnapshotReader(engine)).latest(now=now)
    with engine.connect() as connection:
        received = count_received(connection, since=TODAY, until=TODAY + timedelta(days=1))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    return read_index(result.sheet).n, received


def test_answers_are_read_as_one_small_column_a_question(shop):
    record(shop, 2, overall=4, polite=5)
    with shop.connect() as connection:
        frame = read_answers(connection, ["overall", "polite", "posted"])
    assert frame.select("overall", "polite", "posted").rows() == [(4, 5, None)] * 2
    assert "id" not in frame.columns


def test_an_empty_record_has_the_same_columns(shop):
    with shop.connect() as connection:
        empty = read_answers(connection, ["overall"])
    record(shop, 1)
    with shop.connect() as connection:
        assert read_answers(connection, ["overall"]).schema == empty.schema


def test_the_number_received_moves_at_once_and_the_index_only_when_the_slot_has_ended(shop):
    record(shop, 10)
    assert shown(shop, at(9, 42)) == (0, 10)
    assert shown(shop, at(10, 0)) == (10, 10)


def test_fewer_than_ten_new_answers_move_nothing(shop):
    record(shop, 12, slot="09:30")
    record(shop, 9, slot="10:00")
    assert shown(shop, at(11)) == (12, 21)
    record(shop, 1, slot="10:30")
    assert shown(shop, at(11)) == (22, 22)


def test_a_reader_that_looked_before_moves_like_one_that_looks_first_now(shop):
    reader = SnapshotReader(shop)
    record(shop, 15, day=TODAY - timedelta(days=1))
    assert shown(shop, at(9), reader)[0] == 15
    record(shop, 10)
    assert shown(shop, at(9, 59), reader)[0] == 15
    assert shown(shop, at(10), reader)[0] == shown(shop, at(10))[0] == 25


def test_answers_that_come_late_to_a_past_day_are_not_lost_to_a_reader(shop):
    reader = SnapshotReader(shop)
    record(shop, 10, day=TODAY - timedelta(days=2))
    assert shown(shop, at(9), reader)[0] == 10
    record(shop, 10, day=TODAY - timedelta(days=1))
    assert shown(shop, at(9, 30), reader)[0] == 20


def test_too_few_answers_have_no_index_but_a_number_received_and_withheld(shop):
    record(shop, 7)
    snapshot = SnapshotReader(shop).latest(now=at(18))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    assert read_index(result.sheet).n == 0
    assert (result.received, result.withheld) == (7, 7)


def test_the_index_is_the_share_satisfied_of_the_criteria_asked(shop):
    record(shop, 30, overall=5, polite=5, posted=2)
    snapshot = SnapshotReader(shop).latest(now=at(18))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    index = read_index(result.sheet)
    # polite: element 3 of 6/22; posted: element 2 of 5/22; the others are not measured and their weight is shared out.
    assert index.value == pytest.approx(6 / 11)
    assert index.low < 6 / 11 < index.high
    assert result.sheet.coverage.vi.startswith("2/22")


def test_a_working_day_without_an_answer_is_a_day_without_a_scan(shop):
    record(shop, 10, day=date(2026, 11, 3))
    snapshot = SnapshotReader(shop).latest(now=at(9, day=date(2026, 11, 6)))
    result = compare_periods(snapshot, snapshot.units_now, Period(date(2026, 11, 1), "month"))
    # 1 November 2026 is a Sunday: Monday 2, Wednesday 4 and Thursday 5 had none.
    assert result.days_without_scan == 3
