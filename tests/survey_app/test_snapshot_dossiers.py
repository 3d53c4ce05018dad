"""Dossiers and sessions in a snapshot: read when they change, and the measures that pages take from them."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import insert

from scoring import Period, RateFault, Ratio, Session, SessionRecord
from survey_app.door import ZONE
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import Answered, record_questionnaire, record_responses, record_rows, table
from survey_app.recording.dossiers import record_dossiers_change
from survey_app.recording.sessions import record_session
from survey_app.results import compare_periods, read_rates, read_service
from survey_app.snapshot import SnapshotReader
from survey_app.submission import Submission
from survey_app.tables import DossierRow, ParticipationRow, PilotRow, ServiceMeasureRow
from survey_app.ticket import new_form_id

from .conftest import record_office

UNIT = "xa.29926"
OCTOBER, NOVEMBER = Period(date(2026, 10, 1), "month"), Period(date(2026, 11, 1), "month")
NOW = datetime(2026, 11, 19, 9, 42, tzinfo=ZONE)
QUESTIONNAIRE = load_questionnaire("desk")


@pytest.fixture
def shop(engine):
    record_office(engine)
    with engine.begin() as connection:
        record_questionnaire(connection, QUESTIONNAIRE)
    return engine


def record_dossiers(engine, times, *, day=date(2026, 10, 6), minutes=60, late=0, tell=True, **known):
    """So many dossiers received at the counter at 8:00 and finished after some minutes, `late` of them after their due time."""
    received = int(datetime.combine(day, time(8), tzinfo=ZONE).timestamp())
    rows = [
        {
            "id": f"{day}-{number}-{known.get('channel')}",
            "unit": UNIT,
            "received": received,
            "due": received + (0 if number < late else 8 * 3600),
            "finished": received + minutes * 60,
            "channel": "counter",
            "returned": "online",
            "supplements": 0,
            "simulated": False,
            "source": "test",
            **known,
        }
        for number in range(times)
    ]
    with engine.begin() as connection:
        connection.execute(insert(table(DossierRow)), rows)
        if tell:
            record_dossiers_change(connection)


def record_answers(engine, times, *, day=date(2026, 10, 6), channel="poster"):
    with engine.begin() as connection:
        record_responses(
            connection,
            [
                Answered(
                    Submission(new_form_id(), {"overall": 5}),
                    unit=UNIT,
                    desk="xa.29926.1",
                    local_date=day,
                    slot="09:30",
                    questionnaire=QUESTIONNAIRE.version,
                    channel=channel,
                    language="vi",
                )
                for _ in range(times)
            ],
        )


def latest(engine):
    return SnapshotReader(engine).latest(now=NOW)


def test_dossiers_are_kept_from_one_snapshot_to_the_next_and_read_again_after_an_import(shop):
    reader = SnapshotReader(shop)
    record_dossiers(shop, 3)
    first = reader.latest(now=NOW)
    record_dossiers(shop, 4, day=date(2026, 10, 7), tell=False)
    second = reader.latest(now=NOW + timedelta(hours=1))
    assert second is not first
    assert second.dossiers is first.dossiers
    record_dossiers(shop, 5, day=date(2026, 10, 8))
    assert [each.dossiers.height for each in (first, second, reader.latest(now=NOW))] == [3, 3, 12]


def test_measures_of_a_unit_and_period_are_counted_from_its_dossiers(shop):
    record_dossiers(shop, 12, late=3)
    record_dossiers(shop, 8, day=date(2026, 11, 3), late=1)
    snapshot = latest(shop)
    assert read_service(snapshot, {UNIT}, OCTOBER, "on_time") == Ratio(9, 12, source="Hồ sơ của hệ thống một cửa")
    quarter = Period(date(2026, 10, 1), "quarter")
    assert read_service(snapshot, {UNIT}, quarter, "on_time").numerator == 16
    assert read_service(snapshot, {UNIT}, quarter, "counter_visits").numerator == 20
    assert read_service(snapshot, {UNIT}, quarter, "paid_online") is None
    assert snapshot.with_doubtful.services is snapshot.services


def test_fewer_than_ten_dossiers_show_no_share_and_no_number_of_visits(shop):
    record_dossiers(shop, 9)
    snapshot = latest(shop)
    assert read_service(snapshot, {UNIT}, OCTOBER, "on_time") is None
    assert read_service(snapshot, {UNIT}, OCTOBER, "counter_visits") is None


def test_monthly_counts_serve_the_months_without_dossiers(shop):
    record_dossiers(shop, 12)
    entered = {
        "unit": UNIT,
        "measure": "on_time",
        "numerator": 1,
        "denominator": 20,
        "simulated": False,
        "source": "Sổ",
    }
    with shop.begin() as connection:
        months = [date(2026, 9, 1), OCTOBER.starts]
        record_rows(connection, ServiceMeasureRow, [entered | {"month": month} for month in months])
    snapshot = latest(shop)
    quarter = Period(date(2026, 7, 1), "quarter")
    assert read_service(snapshot, {UNIT}, quarter, "on_time") == Ratio(1, 20, source="Sổ")
    assert read_service(snapshot, {UNIT}, OCTOBER, "on_time").numerator == 12


def test_the_response_rate_is_answers_at_desks_of_counter_visits(shop):
    record_dossiers(shop, 20)
    record_dossiers(shop, 20, channel="online")
    record_answers(shop, 12)
    record_answers(shop, 5, channel="online")
    result = compare_periods(latest(shop), latest(shop).units_of(UNIT), OCTOBER)
    assert (result.responses.numerator, result.responses.denominator) == (12, 20)
    assert result.rate_faults == ()


def test_more_answers_than_visits_are_named_as_a_fault_and_are_no_rate(shop):
    record_dossiers(shop, 10)
    record_answers(shop, 11)
    snapshot = latest(shop)
    result = compare_periods(snapshot, snapshot.units_of(UNIT), OCTOBER)
    assert result.responses is None
    assert result.rate_faults == (RateFault(UNIT, OCTOBER.starts, 11, 10),)


def test_a_month_that_runs_has_no_response_rate_yet(shop):
    record_dossiers(shop, 10, day=date(2026, 11, 3))
    record_answers(shop, 11, day=date(2026, 11, 3))
    snapshot = latest(shop)
    assert read_rates(snapshot, snapshot.units_of(UNIT), NOVEMBER) == ({}, ())


PILOT = {
    "code": "sang-thu-bay",
    "names": {"vi": "Sáng thứ bảy", "en": "Saturday morning"},
    "locality": UNIT,
    "kind": "sessions",
    "starts": "2026-10-01",
    "days": "weekend",
    "weekdays": ["saturday"],
    "windows": ["morning"],
    "placement": "inside",
    "procedures": "unconfirmed",
    "source": "test",
}
SATURDAYS = [date(2026, 10, 3) + timedelta(weeks=week) for week in range(7)]


@pytest.fixture
def pilot(shop):
    taking_part = {"pilot": PILOT["code"], "unit": UNIT, "starts": "2026-10-01", "source": "test"}
    with shop.begin() as connection:
        record_rows(connection, PilotRow, [{"code": PILOT["code"], "document": PILOT, "source": "test"}])
        row = {"pilot": PILOT["code"], "unit": UNIT, "starts": date(2026, 10, 1), "document": taking_part}
        record_rows(connection, ParticipationRow, [row])
    return shop


def test_sessions_are_held_by_dossiers_by_answers_or_as_recorded_and_a_record_makes_a_new_snapshot(pilot):
    record_dossiers(pilot, 4, day=SATURDAYS[0])
    record_answers(pilot, 2, day=SATURDAYS[1])
    reader = SnapshotReader(pilot)
    states = [each.state for each in reader.latest(now=NOW).outcomes]
    assert states == ["held", "held", *["unknown"] * 5]
    session = Session(PILOT["code"], UNIT, SATURDAYS[2], time(7, 30), time(11, 30))
    with pilot.begin() as connection:
        record_session(connection, session, SessionRecord(held=False, note="Mất điện"), user="mot-cua")
    found = reader.latest(now=NOW)
    assert [(each.state, each.note) for each in found.outcomes][2] == ("missed", "Mất điện")
    held = found.services_of[UNIT, "sessions_held"]
    assert [(each.month.month, each.numerator, each.denominator) for each in held] == [(10, 2, 5)]


def test_a_session_recorded_without_a_plan_is_an_outcome_of_its_own(pilot):
    sunday = Session(PILOT["code"], UNIT, date(2026, 10, 4), time(7, 30), time(11, 30))
    with pilot.begin() as connection:
        record_session(connection, sunday, SessionRecord(held=True), user="mot-cua")
    (last,) = (each for each in latest(pilot).outcomes if not each.planned)
    assert (last.session, last.state) == (sunday, "held")
