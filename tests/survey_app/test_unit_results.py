"""Units beside one another and desks of one, on answers made by hand."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, update

from scoring import parse_period
from survey_app.door import ZONE
from survey_app.first_step import first_step
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_link, record_questionnaire, record_revocation, record_rows, table
from survey_app.results import compare_periods, months_of, prepare_unit_emulation, questions_of, read_index
from survey_app.snapshot import Snapshot, SnapshotReader
from survey_app.tables import DeskRow, ResponseRow, ServiceMeasureRow, UnitRow
from survey_app.unit_results import compare_units, desks_of

QUARTER = parse_period("2026-Q3")
NOW = datetime(2026, 11, 19, 12, 0, tzinfo=ZONE)
ALL = ("overall", "waiting_place", "polite")


def record_answers(
    engine: Engine, unit: str, points: list[int], *, day: date, desk: str = "1", asked: tuple[str, ...] = ALL
) -> None:
    with engine.begin() as connection:
        record_rows(
            connection,
            ResponseRow,
            [
                {
                    "id": f"{unit}-{desk}-{day}-{number}",
                    "unit": unit,
                    "desk": f"{unit}.{desk}",
                    "local_date": day,
                    "slot": "09:00",
                    "questionnaire": load_questionnaire("desk").version,
                    "channel": "poster",
                    "language": "vi",
                    "answers": dict.fromkeys(asked, point),
                    "simulated": False,
                }
                for number, point in enumerate(points)
            ],
        )


@pytest.fixture
def snapshot(sqlite_engine: Engine) -> Snapshot:
    """Good: 196 of 200 content; near: 340 of 400; poor: 280 of 400; few: 12 answers; none: 4 answers, two desks each."""
    with sqlite_engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        units = ("good", "near", "poor", "few", "none")
        record_rows(
            connection, UnitRow, [{"code": code, "kind": "xã", "name": code, "source": "test"} for code in units]
        )
        desks = [(unit, desk) for unit in units for desk in ("1", "2")]
        record_rows(
            connection,
            DeskRow,
            [
                {
                    "code": f"{unit}.{desk}",
                    "unit": unit,
                    "name": f"Quầy {desk}",
                    "place": "",
                    "fields": [],
                    "source": "",
                }
                for unit, desk in desks
            ],
        )
        record_rows(
            connection,
            ServiceMeasureRow,
            [
                {
                    "unit": "good",
                    "month": date(2026, 7, 1),
                    "measure": "counter_visits",
                    "numerator": 1000,
                    "denominator": 1000,
                    "simulated": False,
                    "source": "test",
                }
            ],
        )
    record_answers(sqlite_engine, "good", [5] * 196 + [1] * 4, day=date(2026, 7, 2))
    record_answers(sqlite_engine, "good", [4] * 20, day=date(2026, 8, 3), desk="2")
    record_answers(sqlite_engine, "near", [4] * 340 + [2] * 60, day=date(2026, 7, 2))
    record_answers(sqlite_engine, "near", [4] * 8, day=date(2026, 7, 2), desk="2", asked=("polite",))
    record_answers(sqlite_engine, "near", [4] * 4, day=date(2026, 7, 3), desk="2")
    record_answers(sqlite_engine, "poor", [4] * 280 + [2] * 120, day=date(2026, 7, 2))
    record_answers(sqlite_engine, "few", [4] * 12, day=date(2026, 7, 2))
    record_answers(sqlite_engine, "none", [5] * 4, day=date(2026, 7, 2))
    return SnapshotReader(sqlite_engine).latest(now=NOW)


def test_a_unit_stands_above_or_below_only_where_intervals_have_nothing_in_common(snapshot):
    found = compare_units(snapshot, snapshot.units_now, QUARTER)
    assert [(each.unit.code, each.standing, each.tie_band) for each in found.units] == [
        ("good", "above", 1),
        ("near", "alike", 2),  # 85 %, above the common 82 %, but their intervals meet
        ("poor", "below", 3),
        ("few", "weak", None),  # all twelve are content, which says little
        ("none", "hidden", None),
    ]
    assert [each.places for each in found.units] == [(1, 1), (2, 2), (3, 3), None, None]
    assert found.units[4].index.n == 0
    assert found.units[0].name == "xã good"
    assert [each.unit.code for each in found.of("weak", "hidden")] == ["few", "none"]
    assert found.bands == 3


def test_the_desks_of_a_unit_have_their_own_answers_and_silent_days(snapshot):
    unit = snapshot.register.unit["good"]
    first, second = desks_of(snapshot, unit, QUARTER)
    assert (first.satisfied.value, first.satisfied.n, first.received) == (0.98, 200, 200)
    assert (second.satisfied.value, second.satisfied.n) == (1.0, 20)
    since_its_first_answer = 22 + 21 + 22 - 2  # but for the national day and the day off beside it
    assert first.days_without_scan == since_its_first_answer - 1


@pytest.mark.usefixtures("snapshot")
def test_silent_days_begin_with_a_code_and_an_open_desk_and_end_with_either(sqlite_engine):
    def silent(desk, day=NOW):
        now = SnapshotReader(sqlite_engine).latest(now=day)
        unit = now.register.unit["few"]
        (candidate,) = (each.candidate for each in prepare_unit_emulation(now, [unit], QUARTER).standings)
        (together,) = compare_units(now, [unit], QUARTER).units
        assert candidate.days_without_scan == together.result.days_without_scan  # two pages, one number
        return {each.desk.code: each.days_without_scan for each in desks_of(now, unit, QUARTER)}[f"few.{desk}"]

    desks = table(DeskRow)
    assert silent("2") is None  # no code, no answer
    with sqlite_engine.begin() as connection:
        serial = record_link(connection, "few.2", issued=date(2026, 9, 28))
    assert silent("2") == 3  # Monday to Wednesday
    assert silent("2", NOW.replace(month=9, day=28)) == 0  # today is not over
    assert silent("2", NOW.replace(month=9, day=27)) is None
    with sqlite_engine.begin() as connection:
        connection.execute(update(desks).where(desks.c.code == "few.2").values(valid_from=date(2026, 9, 29)))
    assert silent("2") == 2
    with sqlite_engine.begin() as connection:
        record_revocation(connection, serial, on=date(2026, 9, 30))
    assert silent("2") == 1
    with sqlite_engine.begin() as connection:
        record_link(connection, "few.2", issued=date(2026, 9, 29))
        connection.execute(update(desks).where(desks.c.code == "few.2").values(valid_to=date(2026, 9, 30)))
    assert silent("2") == 1


@pytest.mark.usefixtures("snapshot")
def test_a_unit_without_a_code_or_an_answer_has_no_silent_days(sqlite_engine):
    with sqlite_engine.begin() as connection:
        record_rows(connection, UnitRow, [{"code": "new", "kind": "xã", "name": "new", "source": "test"}])
        desk = {"code": "new.1", "unit": "new", "name": "Quầy 1", "place": "", "fields": [], "source": ""}
        record_rows(connection, DeskRow, [desk])
    now = SnapshotReader(sqlite_engine).latest(now=NOW)
    (unit,) = (each for each in now.units_now if each.code == "new")
    (standing,) = prepare_unit_emulation(now, [unit], QUARTER).standings
    assert standing.candidate.days_without_scan is None
    assert compare_periods(now, [unit], QUARTER).days_without_scan is None


def test_what_an_office_needs_first_is_a_desk_then_a_code_then_an_answer(sqlite_engine):
    def needed():
        now = SnapshotReader(sqlite_engine).latest(now=NOW)
        return first_step(now, now.register.units)

    assert needed() is None  # no unit: the page says that instead
    with sqlite_engine.begin() as connection:
        record_questionnaire(connection, load_questionnaire("desk"))
        record_rows(connection, UnitRow, [{"code": "new", "kind": "xã", "name": "new", "source": "test"}])
    assert needed() == "desks"
    with sqlite_engine.begin() as connection:
        desk = {"code": "new.1", "unit": "new", "name": "Quầy 1", "place": "", "fields": [], "source": ""}
        record_rows(connection, DeskRow, [desk])
    assert needed() == "codes"
    with sqlite_engine.begin() as connection:
        record_link(connection, "new.1", issued=NOW.date())
    assert needed() == "answers"
    record_answers(sqlite_engine, "new", [5], day=date(2026, 11, 18))
    assert needed() is None


def test_a_code_that_was_scanned_before_any_was_recorded_was_in_use(snapshot):
    unit = snapshot.register.unit["none"]
    (first, _), (later, _) = (
        desks_of(each, unit, QUARTER)
        for each in (snapshot, replace(snapshot, kept={}, code_days={"none.1": ((date(2026, 9, 28), date.max),)}))
    )
    assert first.days_without_scan == later.days_without_scan > 3


def test_a_desk_with_fewer_than_ten_answers_shows_none(snapshot):
    first, second = desks_of(snapshot, snapshot.register.unit["none"], QUARTER)
    assert (first.satisfied.n, first.received) == (0, 4)
    assert (second.satisfied.n, second.received) == (0, 0)
    _, unasked = desks_of(snapshot, snapshot.register.unit["near"], QUARTER)
    assert (unasked.satisfied.n, unasked.received) == (0, 12)


def test_questions_come_weakest_first_and_those_nobody_may_see_last(snapshot):
    (unit,) = (unit for unit in snapshot.units_now if unit.code == "poor")
    found = questions_of(compare_periods(snapshot, [unit], QUARTER))
    assert {each.code for each in found[:3]} == set(ALL)
    assert found[0].counts == (0, 120, 0, 280, 0)
    assert (found[0].satisfied.value, found[0].satisfied.n) == (0.7, 400)
    assert all(each.counts == () and each.satisfied.n == 0 for each in found[3:])


def test_what_is_received_is_told_apart_from_what_is_shown(snapshot):
    few, none = snapshot.register.unit["few"], snapshot.register.unit["none"]
    result = compare_periods(snapshot, [few], QUARTER)
    assert (result.received, result.shown, result.waiting) == (12, 12, 0)
    result = compare_periods(snapshot, [none], QUARTER)
    assert (result.received, result.shown, result.waiting) == (4, 0, 4)


def test_responses_are_counted_in_the_months_that_have_service_records(snapshot):
    result = compare_periods(snapshot, [snapshot.register.unit["good"]], QUARTER)
    assert (result.responses.numerator, result.responses.denominator) == (200, 1000)


def test_twelve_months_end_before_the_day_that_is_named(snapshot):
    months = months_of(snapshot, [snapshot.register.unit["good"]], until=QUARTER.ends)
    assert [months[0].month, months[-1].month] == [date(2025, 10, 1), date(2026, 9, 1)]
    assert [month.index.n for month in months[-3:]] == [200, 20, 0]
    assert read_index(compare_periods(snapshot, [], QUARTER).sheet).n == 0
