"""Hours and days that differ, from the table to sessions and to the door."""

import re
from datetime import date, datetime, time

import pytest
from sqlalchemy import update

from scoring import EVERYWHERE, DayException, OfficeBook, OfficeHours, UnitDay, UnitHours
from survey_app.checks import Installation
from survey_app.checks.posters import look_at_posters
from survey_app.door import ZONE
from survey_app.hours import opening_day
from survey_app.reading import read_register_version
from survey_app.reading.office_hours import read_office_book
from survey_app.recording import record_rows, table
from survey_app.recording.office_hours import forget_day, forget_unit_hours, record_day, record_unit_hours
from survey_app.tables import LinkRow, ParticipationRow, PilotRow

from .conftest import record_office, record_staff, sign_in
from .test_cases import CODES, record_case

EARLY = OfficeHours(time(7), time(11), time(13), time(16, 30))
STORM = DayException(date(2026, 11, 19), "closed", "Bão số 14", "Công điện 205/CĐ-TTg")


@pytest.fixture
def shop(engine):
    record_office(engine)
    return engine


def test_without_entries_the_book_is_the_country_and_the_default_hours(engine):
    with engine.connect() as connection:
        assert read_office_book(connection) == OfficeBook()


def test_hours_and_days_come_back_as_they_were_recorded_the_last_entry_for_a_day_alone(shop):
    first = UnitHours("xa.29926", date(2026, 11, 1), OfficeHours(), "QĐ 1")
    last = UnitHours("xa.29926", date(2026, 11, 1), EARLY, "QĐ 2")
    days = (UnitDay(EVERYWHERE, DayException(date(2026, 10, 1), "holiday", "Nghỉ", "CV 1")), UnitDay("xa.29926", STORM))
    with shop.begin() as connection:
        versions = [read_register_version(connection)]
        for entry in (first, last):
            record_unit_hours(connection, entry)
        for day in days:
            record_day(connection, day)
        versions.append(read_register_version(connection))
    with shop.connect() as connection:
        assert read_office_book(connection) == OfficeBook(hours=(last,), days=days)
    assert versions[0] != versions[1]


def test_what_was_recorded_wrongly_can_be_taken_away_once(shop):
    with shop.begin() as connection:
        record_unit_hours(connection, UnitHours("xa.29926", date(2026, 11, 1), EARLY, "QĐ 1"))
        record_day(connection, UnitDay("xa.29926", STORM))
        assert [forget_unit_hours(connection, "xa.29926", date(2026, 11, 1)) for _ in range(2)] == [True, False]
        assert [forget_day(connection, "xa.29926", STORM.on) for _ in range(2)] == [True, False]
        assert read_office_book(connection) == OfficeBook()


@pytest.mark.parametrize(
    ("unit", "hour", "minute", "expected"),
    [
        ("early", 7, 0, True),
        ("early", 16, 59, True),  # half an hour after closing
        ("early", 17, 0, False),
        ("other", 7, 0, False),
        ("other", 17, 0, True),
        ("storm", 9, 0, False),
    ],
)
def test_whether_somebody_was_just_served_goes_by_the_units_own_hours(unit, hour, minute, expected):
    book = OfficeBook(hours=(UnitHours("early", date(2026, 11, 1), EARLY, "QĐ 1"),), days=(UnitDay("storm", STORM),))
    opening = opening_day(date(2026, 11, 19), (), book=book)
    assert opening.just_served(unit, datetime(2026, 11, 19, hour, minute, tzinfo=ZONE)) is expected


def test_an_answer_at_seven_is_marked_outside_hours_until_the_units_own_are_recorded(office):
    unit = "xa.29926"
    office.clock.now = datetime(2026, 11, 19, 7, 5, tzinfo=ZONE)
    door = office.client.app.state.door
    assert not door.just_served(unit)
    with office.engine.begin() as connection:
        record_unit_hours(connection, UnitHours(unit, date(2026, 11, 1), EARLY, "QĐ 1"))
    door.look_again()
    assert door.just_served(unit)


def test_each_of_several_days_is_opened_by_its_own_sessions(office):
    """A tablet's queue asks for several days at once; all but the first once had no session."""
    saturday = {
        "code": "p",
        "names": {"vi": "Sáng thứ bảy", "en": "Saturday morning"},
        "locality": "xa.29926",
        "kind": "sessions",
        "starts": "2026-10-01",
        "days": "weekend",
        "weekdays": ["saturday"],
        "windows": ["morning"],
        "placement": "inside",
        "procedures": "unconfirmed",
        "source": "test",
    }
    taking_part = {"pilot": "p", "unit": "xa.29926", "starts": "2026-10-01", "source": "test"}
    with office.engine.begin() as connection:
        record_rows(connection, PilotRow, [{"code": "p", "document": saturday, "source": "test"}])
        row = {"pilot": "p", "unit": "xa.29926", "starts": date(2026, 10, 1), "document": taking_part}
        record_rows(connection, ParticipationRow, [row])
    days = [date(2026, 11, 7), date(2026, 11, 14)]
    with office.engine.connect() as connection:
        opened = office.client.app.state.door.read_openings(connection, days)
    assert [
        opened[day].just_served("xa.29926", datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)) for day in days
    ] == [
        True,
        True,
    ]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_days_off_that_the_office_entered_are_no_days_without_a_scan_and_put_off_what_is_due(office, settings):
    def said():
        page, code, queue, case = (
            office.client.get(path).text
            for path in ("/office/codes", f"/office/codes/{office.serial}", "/office/cases", f"/c/{CODES[0]}")
        )
        check = look_at_posters(Installation(office.engine, settings, office.clock())).state
        due = [re.search(r'(?:Hạn:|data-name="Hạn">)\s*<[^>]+>([\d/]+)', text)[1] for text in (queue, case)]
        return check, ["không ai quét" in text for text in (page, code)], due

    record_staff(office.engine)
    with office.engine.begin() as connection:
        connection.execute(update(table(LinkRow)).values(issued=date(2026, 11, 12)))
    record_case(office.engine, received=date(2026, 11, 12))
    sign_in(office.client, "mot-cua")
    assert said() == ("look", [True, True], ["16/11/2026", "16/11/2026"])
    with office.engine.begin() as connection:
        for day in (13, 16, 17):
            flood = DayException(date(2026, 11, day), "closed", "Lũ", "Công điện 1")
            record_day(connection, UnitDay("xa.29926", flood))
    assert said() == ("well", [False, False], ["19/11/2026", "19/11/2026"])
