"""How pilots were kept up, on a simulated district of which the truth is known."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from survey_app.db import migrate, open_database
from survey_app.demo import load_demo
from survey_app.door import ZONE
from survey_app.pilot_service import read_pilot_service
from survey_app.questionnaire import load_questionnaire
from survey_app.recording import record_catalogue, record_questionnaire
from survey_app.simulation import TRUTH
from survey_app.snapshot import SnapshotReader
from tests.conftest import shipped_catalogue

CATALOGUE = shipped_catalogue()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """Thanh Hà, Na Rì and Tân Hồng."""
    places = ("thanh-ha", "na-ri", "tan-hong")
    desks = (desk for desk in CATALOGUE.desks if desk.unit in places or CATALOGUE.unit[desk.unit].parent in places)
    catalogue = replace(CATALOGUE, desks=tuple(desks))
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('pilots')}/hailong.db")
    migrate(engine)
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
        record_questionnaire(connection, load_questionnaire("desk"))
    load_demo(engine, catalogue, load_questionnaire("desk"), today=date(2026, 11, 20))
    yield SnapshotReader(engine).latest(now=datetime(2026, 11, 20, 9, tzinfo=ZONE))
    engine.dispose()


def read(snapshot, code, **span):
    return read_pilot_service(snapshot, snapshot.register.pilot[code], **span)


def test_most_fridays_were_held_and_most_promises_kept(snapshot):
    found = read(snapshot, "thu-sau-khong-cho", since=date(2023, 9, 25), until=date(2024, 9, 1))
    assert len(found.units) == 17
    assert found.count("unknown") == 0
    assert found.count("held") / len(found.outcomes) == pytest.approx(TRUTH.adherence, abs=0.06)
    # 49 Fridays from 29/9/2023 to 30/8/2024, without that of Tết, at every unit.
    assert {each.adherence.minimum for each in found.units} == {48}
    assert found.hours == 7.5 * found.count("held")
    assert (found.promise.share.n, found.promised_for) == (found.promise.judged, 35)
    assert found.promise.share.low > 0.8
    assert found.answers > 1000


def test_a_pilot_of_the_past_has_no_sessions_later_and_says_so(snapshot):
    found = read(snapshot, "sang-thu-bay", since=date(2025, 1, 1), until=date(2025, 6, 1))
    assert {each.adherence.reason for each in found.units} == {"ended"}
    assert found.outcomes == ()


def test_saturday_mornings_are_counted_of_one_a_month(snapshot):
    found = read(snapshot, "sang-thu-bay")
    assert {each.adherence.minimum for each in found.units} == {5, 6}  # 4/5/2024 was worked: nobody's Saturday
    assert found.count("held") / len(found.outcomes) == pytest.approx(TRUTH.adherence, abs=0.1)
    for each in found.units:
        assert each.adherence.share == each.adherence.held / each.adherence.minimum
    assert {outcome.session.date for outcome in found.outcomes} & {date(2024, 2, 10), date(2024, 5, 4)} == set()


def test_where_the_documents_leave_the_choice_open_and_nothing_is_recorded_no_share_is_made(snapshot):
    documented = replace(snapshot, register=snapshot.register.documented(), kept={})
    found = read_pilot_service(documented, documented.register.pilot["30-phut"])
    assert {each.adherence.reason for each in found.units} <= {"undecided"}


def test_a_continuous_pilot_has_no_sessions_but_working_days(snapshot):
    found = read(snapshot, "zalo", since=date(2020, 10, 1), until=date(2020, 11, 1))
    (unit,) = found.units
    assert (unit.adherence.reason, unit.adherence.working_days) == ("continuous", 22)
    assert found.promise is None


def test_a_unit_that_ended_is_asked_for_nothing_after_it(snapshot):
    found = read(snapshot, "thu-sau-khong-cho")
    assert max(outcome.session.date for outcome in found.outcomes) == date(2025, 6, 27)
    assert {each.participation.ends for each in found.units} == {date(2025, 7, 1)}


def test_a_time_that_has_not_begun_is_refused(snapshot):
    with pytest.raises(ValueError, match=r"until == 2026-11-20, must be after since \(2027-01-01\); nothing after"):
        read(snapshot, "thu-sau-khong-cho", since=date(2027, 1, 1))
