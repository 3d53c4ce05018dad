from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import NATIONAL_CORRECTIONS, DayException, OfficeHours, Slot, WorkingCalendar, slot_of, slots

CALENDAR = WorkingCalendar()


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


@st.composite
def office_hours(draw) -> OfficeHours:
    minutes = sorted(draw(st.lists(st.integers(1, 1439), min_size=4, max_size=4, unique=True)))
    return OfficeHours(*(time(*divmod(minute, 60)) for minute in minutes))


times = st.integers(0, 1439).map(lambda minute: time(*divmod(minute, 60)))


@given(office_hours())
def test_slots_cover_the_day_once_without_gap_or_overlap(hours):
    cut = slots(hours)
    assert cut[0].starts == time(0, 0)
    assert cut[-1].ends == time(0, 0)
    assert all(before.ends == after.starts for before, after in pairwise(cut))
    assert sum(slot.minutes for slot in cut) == 24 * 60
    assert all(slot.minutes > 0 for slot in cut)


@given(office_hours(), times)
def test_every_minute_lies_in_the_slot_that_it_is_given_and_in_no_other(hours, at):
    assert [slot for slot in slots(hours) if at in slot] == [slot_of(at, hours)]


@given(office_hours())
def test_inside_office_hours_a_slot_is_half_an_hour_but_for_one_a_half_day(hours):
    for starts, ends in ((hours.morning_starts, hours.morning_ends), (hours.afternoon_starts, hours.afternoon_ends)):
        half_day = [slot.minutes for slot in slots(hours) if starts <= slot.starts < ends]
        short = [minutes for minutes in half_day if minutes != 30]
        assert len(short) <= 1
        assert all(minutes < 30 for minutes in short)


def test_the_default_day_has_eight_morning_and_seven_afternoon_half_hours():
    expected = (
        "00:00 07:30 08:00 08:30 09:00 09:30 10:00 10:30 11:00 11:30 13:30 14:00 14:30 15:00 15:30 16:00 16:30 17:00"
    )
    assert [slot.key for slot in slots(OfficeHours())] == expected.split()


def test_a_remainder_is_a_short_slot_in_the_middle_of_its_half_day():
    hours = OfficeHours(time(7, 0), time(11, 15), time(13, 30), time(16, 50))
    morning = [slot.key for slot in slots(hours) if time(7) <= slot.starts < time(11, 15)]
    assert morning == ["07:00", "07:30", "08:00", "08:30", "09:00", "09:15", "09:45", "10:15", "10:45"]
    assert Slot(time(9, 0), time(9, 15)) in slots(hours)
    assert Slot(time(15, 0), time(15, 20)) in slots(hours)


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (time(0, 0), "00:00"),
        (time(7, 29), "00:00"),
        (time(7, 30), "07:30"),
        (time(11, 29, 59), "11:00"),
        (time(11, 30), "11:30"),
        (time(13, 29), "11:30"),
        (time(16, 59), "16:30"),
        (time(17, 0), "17:00"),
        (time(23, 59, 59), "17:00"),
    ],
)
def test_a_time_on_a_border_belongs_to_the_slot_that_starts_there(at, key):
    assert slot_of(at, OfficeHours()).key == key


def test_a_slot_overlaps_a_window_only_when_they_share_a_minute():
    last = Slot(time(17, 0), time(0, 0))
    assert last.overlaps(time(17, 0), time(17, 30))
    assert last.overlaps(time(16, 30), time(0, 0))
    assert not last.overlaps(time(16, 30), time(17, 0))
    assert not Slot(time(0, 0), time(7, 30)).overlaps(time(7, 30), time(8, 0))


@pytest.mark.parametrize(
    "wrong",
    [
        (time(11, 30), time(7, 30), time(13, 30), time(17, 0)),
        (time(7, 30), time(11, 30), time(11, 30), time(17, 0)),
        (time(0, 0), time(11, 30), time(13, 30), time(17, 0)),
        (time(7, 30, 1), time(11, 30), time(13, 30), time(17, 0)),
    ],
)
def test_office_hours_that_do_not_follow_one_another_are_refused(wrong):
    with pytest.raises(ValueError, match="office hours"):
        OfficeHours(*wrong)


# The notices of the Ministry of Labour (later Home Affairs) for each year's holidays.
FREE_WEEKDAYS = {
    2020: "01-01 01-23 01-24 01-27 01-28 01-29 04-02 04-30 05-01 09-02",
    2021: "01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03",
    2022: "01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02",
    2023: "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04",
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
WORKED_WEEKENDS = {2024: "05-04", 2025: "04-26", 2026: "01-10 08-22"}


@pytest.mark.parametrize("year", FREE_WEEKDAYS)
def test_the_weekdays_off_are_those_of_the_year_s_notice(year):
    year_days = days(date(year, 1, 1), date(year, 12, 31))
    free = [f"{day:%m-%d}" for day in year_days if day.isoweekday() <= 5 and not CALENDAR.is_working_day(day)]
    assert free == FREE_WEEKDAYS[year].split()


@pytest.mark.parametrize("year", FREE_WEEKDAYS)
def test_a_weekend_is_worked_only_where_a_day_was_swapped(year):
    year_days = days(date(year, 1, 1), date(year, 12, 31))
    worked = [f"{day:%m-%d}" for day in year_days if day.isoweekday() > 5 and CALENDAR.is_working_day(day)]
    assert worked == WORKED_WEEKENDS.get(year, "").split()


def test_a_swap_over_new_year_is_known_on_both_sides():
    assert not CALENDAR.is_holiday(date(2014, 12, 27))
    assert CALENDAR.is_working_day(date(2014, 12, 27))
    assert not CALENDAR.is_working_day(date(2015, 1, 2))
    assert not CALENDAR.is_working_day(date(2018, 12, 31))
    assert CALENDAR.is_working_day(date(2019, 1, 5))


def test_tet_2024_has_its_lunar_names_in_vietnamese():
    assert CALENDAR.holiday_name(date(2024, 2, 9)) == "Giao thừa Tết Nguyên Đán"
    assert CALENDAR.holiday_name(date(2024, 2, 10)) == "Tết Nguyên Đán"
    assert CALENDAR.is_holiday(date(2024, 2, 8))
    assert CALENDAR.is_holiday(date(2024, 2, 14))
    assert not CALENDAR.is_holiday(date(2024, 2, 15))


def test_the_swapped_monday_is_a_day_off_and_the_swapped_saturday_is_not():
    assert CALENDAR.is_holiday(date(2024, 4, 29))
    assert not CALENDAR.is_holiday(date(2024, 5, 4))
    assert not CALENDAR.is_holiday(date(2024, 5, 5))


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2024, 2, 7), date(2024, 2, 15)),
        (date(2023, 8, 31), date(2023, 9, 5)),
        (date(2024, 8, 30), date(2024, 9, 4)),
        (date(2024, 4, 26), date(2024, 5, 2)),
        (date(2024, 5, 3), date(2024, 5, 4)),
        (date(2024, 5, 4), date(2024, 5, 6)),
    ],
)
def test_the_next_working_day_jumps_holidays_and_meets_swapped_saturdays(day, following):
    assert CALENDAR.next_working_day(day) == following


def test_working_days_between_counts_the_first_day_and_not_the_last():
    assert CALENDAR.working_days_between(date(2024, 4, 26), date(2024, 5, 4)) == 3
    assert CALENDAR.working_days_between(date(2024, 4, 26), date(2024, 5, 5)) == 4
    assert CALENDAR.working_days_between(date(2024, 5, 5), date(2024, 4, 26)) == 0


def test_a_local_exception_goes_before_the_national_calendar():
    storm = DayException(date(2024, 9, 9), "closed", "Bão số 3", "Công điện của UBND huyện")
    fair = DayException(date(2024, 9, 10), "holiday", "Lễ hội", "Thông báo của UBND huyện")
    catch_up = DayException(date(2024, 9, 14), "working", "Làm bù", "Thông báo của UBND huyện")
    calendar = WorkingCalendar((storm, fair, catch_up))
    assert [calendar.is_working_day(exception.on) for exception in (storm, fair, catch_up)] == [False, False, True]
    assert [calendar.is_holiday(exception.on) for exception in (storm, fair, catch_up)] == [False, True, False]
    assert [calendar.is_closed(exception.on) for exception in (storm, fair, catch_up)] == [True, False, False]
    assert CALENDAR.is_working_day(storm.on)


def test_a_local_exception_may_correct_a_national_correction():
    swapped = NATIONAL_CORRECTIONS[0].on
    calendar = WorkingCalendar((DayException(swapped, "working", "Trực", "Lịch trực của xã"),))
    assert calendar.is_working_day(swapped)


def test_two_exceptions_on_one_day_are_refused():
    storm = DayException(date(2024, 9, 9), "closed", "Bão", "Công điện")
    with pytest.raises(ValueError, match="2024-09-09 stand twice"):
        WorkingCalendar((storm, storm))


def test_an_exception_without_source_or_of_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="source"):
        DayException(date(2024, 9, 9), "closed", "Bão", " ")
    with pytest.raises(ValueError, match="kind"):
        DayException(date(2024, 9, 9), "off", "Bão", "Công điện")
