from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import DayException, OfficeHours, WorkingCalendar, slots
from scoring.office_hours import EVERYWHERE, OfficeBook, UnitDay, UnitHours
from scoring.pilot import (
    LOCAL,
    WEEKDAYS,
    WINDOWS,
    Dose,
    Participation,
    PilotFaults,
    PilotRule,
    SameDayPromise,
    Session,
    due_by,
    fires,
    index_sessions,
    is_decided,
    overlapping,
    participation_faults,
    plan_sessions,
    planned_sessions,
    possible_days,
    session_at,
    session_starting,
)

CALENDAR = WorkingCalendar()
HOURS = OfficeHours()
END_OF_UNITS = date(2025, 7, 1)
WORKWEEK = WEEKDAYS[:5]

THIRTY_MINUTES = PilotRule(
    code="30-phut",
    kind="sessions",
    starts=date(2024, 1, 1),
    ends=date(2024, 7, 1),
    days="working",
    weekdays=WORKWEEK,
    windows=WINDOWS[:4],
    dose=Dose(1, 2, "week"),
    unit_chooses=("days", "window", "field"),
    one_of="na-ri-2024",
)
SATURDAY_MORNING = PilotRule(
    code="sang-thu-bay",
    kind="sessions",
    starts=date(2024, 1, 1),
    ends=date(2024, 7, 1),
    days="weekend",
    weekdays=("saturday",),
    windows=("morning",),
    dose=Dose(1, 2, "month"),
    unit_chooses=("days", "field"),
    one_of="na-ri-2024",
)
PROMISE = SameDayPromise(cutoff=time(15, 30), late_by=time(9, 0))
FRIDAY = PilotRule(
    code="thu-sau-khong-cho",
    kind="sessions",
    starts=date(2023, 9, 25),
    days="working",
    weekdays=("friday",),
    windows=("whole-day",),
    promise=PROMISE,
)
OUT_OF_HOURS = PilotRule(
    code="ngoai-gio", kind="sessions", starts=date(2020, 10, 1), days="off", windows=("whole-day",)
)
ZALO = PilotRule(code="zalo", kind="continuous", starts=date(2020, 10, 1))
RULES = {rule.code: rule for rule in (THIRTY_MINUTES, SATURDAY_MORNING, FRIDAY, OUT_OF_HOURS, ZALO)}


def sessions(rule: PilotRule, until: date = END_OF_UNITS, calendar: WorkingCalendar = CALENDAR, **choice):
    participation = Participation(pilot=rule.code, unit="somewhere", **{"starts": rule.starts, **choice})
    return planned_sessions(rule, participation, calendar=calendar, hours=HOURS, until=until)


def days(planned: tuple[Session, ...]) -> list[date]:
    return [session.date for session in planned]


def day_month(planned: tuple[Session, ...]) -> str:
    return " ".join(f"{session.date.day}/{session.date.month}" for session in planned)


def test_thanh_ha_starts_on_a_monday_so_its_first_session_is_friday_29_september_2023():
    assert (
        day_month(sessions(FRIDAY, until=date(2023, 12, 2)))
        == "29/9 6/10 13/10 20/10 27/10 3/11 10/11 17/11 24/11 1/12"
    )


def test_a_friday_that_is_a_holiday_is_dropped_and_not_moved():
    planned = days(sessions(FRIDAY))
    assert date(2024, 2, 9) not in planned  # Giao thừa
    assert date(2024, 2, 8) not in planned
    assert date(2024, 2, 15) not in planned
    assert date(2024, 2, 2) in planned
    assert date(2024, 2, 16) in planned
    assert [day for day in (date(2025, 1, 31), date(2025, 5, 2)) if day in planned] == []


def test_with_no_end_date_sessions_stop_with_the_unit_on_30_june_2025():
    assert days(sessions(FRIDAY))[-1] == date(2025, 6, 27)
    assert days(sessions(OUT_OF_HOURS))[-1] == date(2025, 6, 29)
    assert len(sessions(FRIDAY)) == 92 - 3


def test_a_friday_session_lasts_the_whole_day_s_office_hours():
    assert sessions(FRIDAY)[0] == Session("thu-sau-khong-cho", "somewhere", date(2023, 9, 29), time(7, 30), time(17, 0))


def test_out_of_hours_sessions_of_october_2020_are_the_published_ones():
    assert (
        day_month(sessions(OUT_OF_HOURS, until=date(2020, 11, 2)))
        == "3/10 4/10 10/10 11/10 17/10 18/10 24/10 25/10 31/10 1/11"
    )


def test_out_of_hours_sessions_fall_on_tet_and_swapped_days_off_but_not_on_a_swapped_working_saturday():
    planned = days(sessions(OUT_OF_HOURS))
    assert {date(2021, 2, day) for day in range(10, 17)} <= set(planned)
    assert date(2024, 4, 29) in planned
    assert date(2024, 5, 4) not in planned
    assert date(2024, 5, 5) in planned


def test_an_office_that_a_storm_closed_holds_no_out_of_hours_session():
    storm = WorkingCalendar((DayException(date(2020, 10, 10), "closed", "Bão", "Công điện"),))
    assert date(2020, 10, 10) not in days(sessions(OUT_OF_HOURS, calendar=storm))
    assert date(2020, 10, 11) in days(sessions(OUT_OF_HOURS, calendar=storm))


def test_na_ri_bounds_of_thirty_minutes_are_the_weekdays_from_2_january_to_28_june_2024():
    bounds = possible_days(THIRTY_MINUTES, calendar=CALENDAR, until=END_OF_UNITS)
    assert (bounds[0], bounds[-1]) == (date(2024, 1, 2), date(2024, 6, 28))
    assert all(day.isoweekday() <= 5 for day in bounds)
    assert [day for day in bounds if date(2024, 2, 8) <= day <= date(2024, 2, 14)] == []
    weekdays = sum(
        date.fromordinal(o).isoweekday() <= 5 for o in range(date(2024, 1, 1).toordinal(), date(2024, 7, 1).toordinal())
    )
    assert len(bounds) == weekdays - 10  # 1/1, five of Tết, 18/4, 29/4, 30/4, 1/5


def test_na_ri_bounds_of_saturdays_are_6_january_to_29_june_without_the_swapped_4_may_and_tet():
    bounds = possible_days(SATURDAY_MORNING, calendar=CALENDAR, until=END_OF_UNITS)
    assert (bounds[0], bounds[-1]) == (date(2024, 1, 6), date(2024, 6, 29))
    every = [date(2024, 1, 6) + timedelta(weeks=week) for week in range(26)]
    assert [day for day in every if day not in bounds] == [date(2024, 2, 10), date(2024, 5, 4)]
    assert set(bounds) <= set(every)


def test_a_unit_s_choice_of_saturdays_plans_morning_sessions_on_those_weeks_of_the_month():
    planned = sessions(SATURDAY_MORNING, weeks_of_month=(1, 3))
    assert day_month(planned) == "6/1 20/1 3/2 17/2 2/3 16/3 6/4 20/4 18/5 1/6 15/6"
    assert {(session.starts, session.ends) for session in planned} == {(time(7, 30), time(11, 30))}


@pytest.mark.parametrize(
    ("window", "placement", "expected"),
    [
        ("start-of-morning", "inside", (time(7, 30), time(8, 0))),
        ("end-of-morning", "inside", (time(11, 0), time(11, 30))),
        ("start-of-afternoon", "inside", (time(13, 30), time(14, 0))),
        ("end-of-afternoon", "inside", (time(16, 30), time(17, 0))),
        ("start-of-morning", "added", (time(7, 0), time(7, 30))),
        ("end-of-morning", "added", (time(11, 30), time(12, 0))),
        ("start-of-afternoon", "added", (time(13, 0), time(13, 30))),
        ("end-of-afternoon", "added", (time(17, 0), time(17, 30))),
        ("morning", "inside", (time(7, 30), time(11, 30))),
        ("afternoon", "added", (time(13, 30), time(17, 0))),
        ("whole-day", "inside", (time(7, 30), time(17, 0))),
    ],
)
def test_a_window_lies_inside_office_hours_or_is_added_to_them(window, placement, expected):
    rule = PilotRule("x", "sessions", date(2024, 1, 1), days="working", windows=(window,), placement=placement)
    first = sessions(rule)[0]
    assert (first.starts, first.ends) == expected


def test_a_window_longer_than_its_half_day_stops_at_the_half_day_s_ends():
    for window in ("start-of-morning", "end-of-morning"):
        rule = PilotRule("x", "sessions", date(2024, 1, 1), days="working", windows=(window,), minutes=600)
        assert (sessions(rule)[0].starts, sessions(rule)[0].ends) == (time(7, 30), time(11, 30))


def test_thirty_minutes_on_chosen_days_skips_tet_2024():
    planned = sessions(THIRTY_MINUTES, weekdays=("tuesday", "thursday"), window="end-of-afternoon", field="Đất đai")
    assert planned[0] == Session("30-phut", "somewhere", date(2024, 1, 2), time(16, 30), time(17, 0))
    assert [day for day in days(planned) if day.month == 2] == [
        date(2024, 2, day) for day in (1, 6, 15, 20, 22, 27, 29)
    ]
    assert days(planned)[-1] == date(2024, 6, 27)


def test_a_participation_plans_only_between_its_own_dates():
    planned = days(sessions(FRIDAY, starts=date(2024, 3, 1), ends=date(2024, 3, 15)))
    assert planned == [date(2024, 3, 1), date(2024, 3, 8)]


def test_nothing_is_planned_while_the_unit_has_not_chosen_nor_for_a_continuous_pilot():
    undecided = Participation("30-phut", "na-ri.kim-hy", date(2024, 1, 1), weekdays=("monday",))
    assert not is_decided(THIRTY_MINUTES, undecided)
    assert sessions(THIRTY_MINUTES, weekdays=("monday",)) == ()
    assert sessions(SATURDAY_MORNING) == ()
    assert is_decided(ZALO, Participation("zalo", "tan-hong.sa-rai", date(2020, 10, 1)))
    assert sessions(ZALO) == ()
    assert possible_days(ZALO, calendar=CALENDAR, until=END_OF_UNITS) == ()


def test_days_of_the_month_and_weeks_of_the_month_are_patterns_too():
    tenth = PilotRule("x", "sessions", date(2024, 1, 1), days="working", days_of_month=(10,), windows=("morning",))
    assert day_month(sessions(tenth, until=date(2024, 7, 1))) == "10/1 10/4 10/5 10/6"  # 10/2 Tết, 10/3 a Sunday
    first = PilotRule(
        "x",
        "sessions",
        date(2024, 1, 1),
        days="working",
        weekdays=("monday",),
        weeks_of_month=(1,),
        windows=("morning",),
    )
    assert day_month(sessions(first, until=date(2024, 4, 1))) == "5/2 4/3"  # 1/1 is New Year


def test_planning_under_another_pilot_s_rule_is_refused():
    other = Participation("zalo", "tan-hong.sa-rai", date(2020, 10, 1))
    with pytest.raises(ValueError, match="must be in 'ngoai-gio'"):
        planned_sessions(OUT_OF_HOURS, other, calendar=CALENDAR, hours=HOURS, until=END_OF_UNITS)


def test_a_rule_that_never_fires_is_known():
    def check(rule):
        return fires(rule, calendar=CALENDAR, until=END_OF_UNITS)

    never = PilotRule(
        "x",
        "sessions",
        date(2024, 6, 1),
        date(2024, 7, 1),
        days="working",
        weekdays=("saturday",),
        windows=("morning",),
    )
    assert not check(never)
    assert check(
        PilotRule("x", "sessions", date(2024, 5, 1), days="working", weekdays=("saturday",), windows=("morning",))
    )
    assert check(FRIDAY)
    assert check(ZALO)
    assert not check(PilotRule("x", "continuous", date(2025, 7, 1)))


def test_all_faults_of_a_rule_are_told_at_once():
    with pytest.raises(PilotFaults) as caught:
        PilotRule(
            code="x",
            kind="sessions",
            starts=date(2024, 7, 1),
            ends=date(2024, 1, 1),
            days="holidays",
            weekdays=("caturday", "monday", "monday"),
            weeks_of_month=(6,),
            days_of_month=(32,),
            windows=("noon",),
            minutes=0,
            placement="beside",
            dose=Dose(3, 2, "year"),
            unit_chooses=("colour",),
        )
    assert [fault.key for fault in caught.value.faults] == [
        "ends",
        "placement",
        "weekdays",
        "weekdays",
        "weeks_of_month",
        "days_of_month",
        "windows",
        "unit_chooses",
        "minutes",
        "dose.per",
        "dose.high",
        "days",
    ]
    assert "ends == '2024-01-01', must be after starts (2024-07-01)" in str(caught.value)
    assert "dose.high == 2, must be 3 or more (dose.low == 3)" in str(caught.value)
    assert "weekdays == 'caturday', must be one of monday, tuesday" in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"kind": "sometimes"}, "kind"),
        ({"kind": "sessions", "days": "working"}, "windows"),
        ({"kind": "sessions", "days": "working", "windows": ("morning", "afternoon")}, "windows"),
        ({"kind": "sessions", "days": "weekend", "weekdays": ("friday",), "windows": ("morning",)}, "weekdays"),
        ({"kind": "sessions", "windows": ("morning",)}, "days"),
        ({"kind": "continuous", "weekdays": ("friday",)}, "weekdays"),
        ({"kind": "continuous", "dose": Dose(1, 2, "week")}, "dose"),
        ({"kind": "continuous", "dose": Dose(-1, 0, "week")}, "dose.low"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(parts, key):
    with pytest.raises(PilotFaults) as caught:
        PilotRule(code="x", starts=date(2024, 1, 1), **parts)
    assert key in [fault.key for fault in caught.value.faults]


def test_all_faults_of_a_participation_are_told_at_once():
    with pytest.raises(PilotFaults) as caught:
        Participation(
            "30-phut",
            "u",
            date(2024, 2, 1),
            date(2024, 2, 1),
            weekdays=("someday",),
            weeks_of_month=(0,),
            window="noon",
        )
    assert [fault.key for fault in caught.value.faults] == ["ends", "weekdays", "weeks_of_month", "window"]


@pytest.mark.parametrize(
    ("rule", "choice", "keys"),
    [
        (THIRTY_MINUTES, {"weekdays": ("monday", "friday"), "window": "end-of-morning", "field": "Hộ tịch"}, []),
        (THIRTY_MINUTES, {"weekdays": ("saturday",)}, ["weekdays"]),
        (THIRTY_MINUTES, {"weekdays": ("monday", "tuesday", "friday")}, ["weekdays, weeks_of_month"]),
        (THIRTY_MINUTES, {"weekdays": ("monday",), "weeks_of_month": (1,)}, ["weekdays, weeks_of_month"]),
        (THIRTY_MINUTES, {"weekdays": ("monday",), "window": "morning"}, ["window"]),
        (THIRTY_MINUTES, {"starts": date(2023, 12, 31)}, ["starts"]),
        (THIRTY_MINUTES, {"starts": date(2024, 7, 1)}, ["starts"]),
        (THIRTY_MINUTES, {"ends": date(2024, 7, 2)}, ["ends"]),
        (SATURDAY_MORNING, {"weeks_of_month": (2, 4)}, []),
        (SATURDAY_MORNING, {"weeks_of_month": (5,)}, ["weekdays, weeks_of_month"]),
        (SATURDAY_MORNING, {"weeks_of_month": (1, 2, 3)}, ["weekdays, weeks_of_month"]),
        (SATURDAY_MORNING, {"weekdays": ("saturday",)}, ["weekdays, weeks_of_month"]),
        (FRIDAY, {"weekdays": ("friday",), "window": "whole-day", "field": "Hộ tịch"}, ["days", "window", "field"]),
        (ZALO, {}, []),
    ],
)
def test_a_participation_that_leaves_its_rule_is_reported(rule, choice, keys):
    participation = Participation(rule.code, "u", **{"starts": rule.starts, **choice})
    assert [fault.key for fault in participation_faults(rule, participation)] == keys


def test_two_overlapping_participations_of_a_unit_in_one_pilot_are_found():
    first = Participation("zalo", "tan-hong.sa-rai", date(2020, 10, 1), date(2021, 1, 1))
    second = Participation("zalo", "tan-hong.sa-rai", date(2020, 12, 31))
    after = Participation("zalo", "tan-hong.sa-rai", date(2021, 1, 1), date(2022, 1, 1))
    elsewhere = Participation("zalo", "tan-hong.tan-phuoc", date(2020, 10, 1))
    other_pilot = Participation("ngoai-gio", "tan-hong.sa-rai", date(2020, 10, 1))
    assert overlapping([first, second, elsewhere, other_pilot], RULES) == ((0, 1),)
    assert overlapping([first, after], RULES) == ()
    assert overlapping([second, after], RULES) == ((0, 1),)


def test_a_unit_that_may_choose_one_of_two_pilots_does_not_take_both():
    both = [
        Participation("30-phut", "na-ri.kim-hy", date(2024, 1, 1)),
        Participation("sang-thu-bay", "na-ri.kim-hy", date(2024, 3, 1)),
    ]
    assert overlapping(both, RULES) == ((0, 1),)


def test_a_response_is_inside_a_session_only_at_its_unit_day_and_slot():
    planned = sessions(THIRTY_MINUTES, weekdays=("tuesday",), window="end-of-morning")
    index = index_sessions(planned, HOURS)
    tuesday = date(2024, 1, 2)
    assert session_at(index, "somewhere", tuesday, "11:00") == "30-phut"
    assert session_at(index, "somewhere", tuesday, "10:30") is None
    assert session_at(index, "somewhere", tuesday, "11:30") is None
    assert session_at(index, "somewhere", date(2024, 1, 3), "11:00") is None
    assert session_at(index, "elsewhere", tuesday, "11:00") is None


def test_a_whole_day_session_holds_the_noon_break_and_not_the_time_around_the_office_hours():
    index = index_sessions(sessions(FRIDAY), HOURS)
    inside = [slot.key for slot in slots(HOURS) if session_at(index, "somewhere", date(2023, 9, 29), slot.key)]
    assert inside == [slot.key for slot in slots(HOURS)][1:-1]


def test_an_added_window_lies_in_the_slot_beyond_office_hours():
    rule = PilotRule(
        "x", "sessions", date(2024, 1, 1), days="working", windows=("end-of-afternoon",), placement="added"
    )
    index = index_sessions(sessions(rule), HOURS)
    day = date(2024, 1, 2)
    assert [slot.key for slot in slots(HOURS) if session_at(index, "somewhere", day, slot.key)] == ["17:00"]


def test_where_two_pilots_meet_the_first_code_has_the_slot_whatever_the_order():
    day = date(2024, 1, 5)
    friday = Session("thu-sau-khong-cho", "u", day, time(7, 30), time(17, 0))
    thirty = Session("30-phut", "u", day, time(16, 30), time(17, 0))
    for order in ((friday, thirty), (thirty, friday)):
        index = index_sessions(order, HOURS)
        assert session_at(index, "u", day, "16:30") == "30-phut"
        assert session_at(index, "u", day, "16:00") == "thu-sau-khong-cho"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (datetime(2023, 9, 29, 8, 0, tzinfo=LOCAL), datetime(2023, 9, 30, 0, 0, tzinfo=LOCAL)),
        (datetime(2023, 9, 29, 15, 30, tzinfo=LOCAL), datetime(2023, 9, 30, 0, 0, tzinfo=LOCAL)),
        (datetime(2023, 9, 29, 15, 31, tzinfo=LOCAL), datetime(2023, 10, 2, 9, 0, tzinfo=LOCAL)),
        (datetime(2024, 2, 2, 16, 0, tzinfo=LOCAL), datetime(2024, 2, 5, 9, 0, tzinfo=LOCAL)),
        (datetime(2024, 2, 7, 16, 0, tzinfo=LOCAL), datetime(2024, 2, 15, 9, 0, tzinfo=LOCAL)),
        (datetime(2023, 8, 31, 16, 0, tzinfo=LOCAL), datetime(2023, 9, 5, 9, 0, tzinfo=LOCAL)),
        (datetime(2024, 5, 3, 16, 0, tzinfo=LOCAL), datetime(2024, 5, 4, 9, 0, tzinfo=LOCAL)),
        (datetime(2023, 9, 29, 8, 31, tzinfo=UTC), datetime(2023, 10, 2, 9, 0, tzinfo=LOCAL)),
        (datetime(2023, 9, 28, 23, 0, tzinfo=UTC), datetime(2023, 9, 30, 0, 0, tzinfo=LOCAL)),
    ],
)
def test_after_half_past_three_the_result_is_due_before_nine_on_the_next_working_day(received, due):
    assert due_by(received, PROMISE, calendar=CALENDAR) == due


def test_a_time_without_zone_has_no_due_time():
    with pytest.raises(ValueError, match="time zone"):
        due_by(datetime(2023, 9, 29, 8, 0), PROMISE, calendar=CALENDAR)  # noqa: DTZ001 -- this is the fault


@given(
    st.sampled_from([THIRTY_MINUTES, SATURDAY_MORNING]),
    st.sets(st.sampled_from(WORKWEEK), min_size=1),
    st.sets(st.integers(1, 5)),
)
def test_whatever_a_unit_chooses_lies_within_the_rule_s_bounds(rule, weekdays, weeks):
    weekday = tuple(weekdays) if rule is THIRTY_MINUTES else ("saturday",)
    planned = sessions(rule, weekdays=weekday, weeks_of_month=tuple(weeks), window=rule.windows[0])
    assert set(days(planned)) <= set(possible_days(rule, calendar=CALENDAR, until=END_OF_UNITS))
    assert days(planned) == sorted(set(days(planned)))


def test_planning_stops_at_the_unit_s_end_even_before_the_rule_s():
    planned = days(sessions(SATURDAY_MORNING, until=date(2024, 2, 1), weeks_of_month=(1, 3)))
    assert planned == [date(2024, 1, 6), date(2024, 1, 20)]


def test_the_seventh_day_is_still_in_the_first_week_of_a_month_and_the_eighth_in_the_second():
    rule = PilotRule(
        "x",
        "sessions",
        date(2024, 9, 1),
        days="weekend",
        weekdays=("saturday",),
        weeks_of_month=(1, 4),
        windows=("morning",),
    )
    assert day_month(sessions(rule, until=date(2024, 11, 1))) == "7/9 28/9 5/10 26/10"


def test_sessions_are_planned_by_the_units_own_hours_on_each_day_and_its_own_days():
    early = OfficeHours(time(7), time(11), time(13), time(16, 30))
    storm = DayException(date(2023, 10, 13), "closed", "Bão", "Công điện")
    book = OfficeBook(
        hours=(UnitHours("early", date(2023, 10, 6), early, "QĐ 1"),),
        days=(UnitDay("early", storm), UnitDay(EVERYWHERE, storm)),
    )
    one = Participation(FRIDAY.code, "early", FRIDAY.starts)
    planned = plan_sessions(FRIDAY, one, book=book, until=date(2023, 10, 21))
    assert day_month(planned) == "29/9 6/10 20/10"
    assert [(each.starts, each.ends) for each in planned] == [
        (time(7, 30), time(17)),
        (time(7), time(16, 30)),
        (time(7), time(16, 30)),
    ]
    with pytest.raises(ValueError, match=r"participation in 'thu-sau-khong-cho', must be in 'zalo'"):
        plan_sessions(ZALO, one, book=book, until=date(2023, 10, 21))


def test_without_entries_the_book_plans_what_the_default_hours_plan():
    for rule in (FRIDAY, OUT_OF_HOURS, ZALO, THIRTY_MINUTES):
        one = Participation(rule.code, "somewhere", rule.starts)
        planned = planned_sessions(rule, one, calendar=CALENDAR, hours=HOURS, until=END_OF_UNITS)
        assert plan_sessions(rule, one, book=OfficeBook(), until=END_OF_UNITS) == planned


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(time(7, 30), time(8)), (time(16, 30), time(17)), (time(9), time(9, 30)), (time(23, 45), time(23, 59))],
)
def test_a_recorded_session_ends_with_the_window_that_begins_then_or_thirty_minutes_later(starts, ends):
    found = session_starting(THIRTY_MINUTES, "somewhere", date(2024, 1, 3), starts, hours=HOURS)
    assert found == Session("30-phut", "somewhere", date(2024, 1, 3), starts, ends)
