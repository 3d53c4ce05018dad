"""Working time around Tết 2024, 2/9 and the swap of 29/4/2024; each number counted by hand from the calendar."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.calendar import DayException, OfficeHours, WorkingCalendar
from scoring.dossier import MOMENT, no_dossiers
from scoring.office_hours import OfficeBook, UnitDay, UnitHours
from scoring.pilot import LOCAL, SameDayPromise, due_by
from scoring.working_time import clock_of_days, inside_office_hours, working_clock, working_minutes

HOURS, CALENDAR = OfficeHours(), WorkingCalendar()
PROMISE = SameDayPromise(cutoff=time(15, 30), late_by=time(9, 0))
WHOLE_DAY = 240 + 210
STORM = DayException(date(2024, 9, 9), "closed", "Bão số 3", "Công điện 87/CĐ-TTg")
EARLY = OfficeHours(time(7), time(11), time(13), time(16, 30))
BOOK = OfficeBook(
    hours=(UnitHours("early", date(2024, 4, 16), EARLY, "QĐ 1"), UnitHours("early", date(2024, 10, 16), HOURS, "QĐ 2")),
    days=(UnitDay("storm", STORM),),
)


def at(day: int, month: int, hour: int, minute: int = 0, *, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


def minutes(starts: datetime, ends: datetime) -> float:
    return working_minutes(starts, ends, hours=HOURS, calendar=CALENDAR)


def spans(*found: tuple[str, datetime | None, datetime | None]) -> pl.DataFrame:
    return pl.DataFrame(found, schema={"unit": pl.Categorical(), "received": MOMENT, "finished": MOMENT}, orient="row")


# By hand


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (at(5, 3, 8), at(5, 3, 8), 0),
        (at(5, 3, 7), at(5, 3, 20), WHOLE_DAY),  # an ordinary Tuesday
        (at(5, 3, 11), at(5, 3, 14), 30 + 30),  # over noon
        (at(5, 3, 16, 30), at(6, 3, 8), 30 + 30),  # over night
        (at(8, 3, 16), at(11, 3, 8), 60 + 30),  # over a weekend
        (at(7, 2, 16), at(15, 2, 8, 30), 60 + 60),  # over Tết: 8/2–14/2/2024 are free
        (at(8, 2, 8), at(14, 2, 16), 0),  # within Tết
        (at(30, 8, 16), at(4, 9, 8), 60 + 30),  # over 2/9/2024, a Monday, with 3/9
        (at(26, 4, 16), at(2, 5, 8), 60 + 30),  # 27/4–1/5/2024 are free: 29/4 was swapped
        (at(3, 5, 16), at(6, 5, 8), 60 + WHOLE_DAY + 30),  # Saturday 4/5/2024 is worked for it
    ],
)
def test_minutes_of_office_hours_between_two_moments(starts, ends, expected):
    assert minutes(starts, ends) == expected
    assert minutes(ends, starts) == -expected
    clock = working_clock(spans(("any", starts, ends)), OfficeBook())
    assert clock.minutes(spans(("any", starts, ends))).to_list() == [expected]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (at(5, 3, 8), at(5, 3, 16), 0),
        (at(8, 3, 16), at(11, 3, 8), 1),
        (at(7, 2, 16), at(15, 2, 8), 1),  # 7/2 itself; 8/2–14/2/2024 are Tết
        (at(8, 2, 8), at(14, 2, 16), 0),
        (at(30, 8, 16), at(4, 9, 8), 1),
        (at(26, 4, 16), at(2, 5, 8), 1),
        (at(3, 5, 16), at(6, 5, 8), 2),  # Friday and the swapped Saturday
    ],
)
def test_working_days_between(starts, ends, expected):
    frame = spans(("any", starts, ends))
    assert CALENDAR.working_days_between(starts.date(), ends.date()) == expected
    assert working_clock(frame, OfficeBook()).working_days(frame).to_list() == [expected]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(5, 3, 7, 29), False),
        (at(5, 3, 7, 30), True),
        (at(5, 3, 11, 30), False),
        (at(5, 3, 13, 30), True),
        (at(5, 3, 16, 59), True),
        (at(5, 3, 17), False),
        (at(12, 2, 9), False),  # Tết, a Monday
        (at(2, 9, 9), False),
        (at(29, 4, 9), False),
        (at(4, 5, 9), True),
        (at(11, 5, 9), False),  # an ordinary Saturday
        (datetime(2024, 3, 5, 0, 30, tzinfo=UTC), True),  # 07:30 in Việt Nam
    ],
)
def test_whether_a_moment_lies_inside_office_hours(moment, expected):
    assert inside_office_hours(moment, hours=HOURS, calendar=CALENDAR) is expected
    frame = spans(("any", moment, None))
    assert working_clock(frame, OfficeBook()).inside_office_hours(frame, at="received").to_list() == [expected]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (at(8, 3, 15, 30), at(9, 3, 0)),  # at the cutoff: within the day
        (at(8, 3, 15, 31), at(11, 3, 9)),  # Friday after it: Monday before nine
        (at(7, 2, 15, 31), at(15, 2, 9)),  # the eve of Tết 2024: the 15th
        (at(30, 8, 15, 31), at(4, 9, 9)),
        (at(26, 4, 16), at(2, 5, 9)),
        (at(3, 5, 16), at(4, 5, 9)),  # the swapped Saturday is the next working day
    ],
)
def test_when_a_dossier_is_due_under_a_same_day_promise(received, expected):
    frame = spans(("any", received, None))
    assert due_by(received, PROMISE, calendar=CALENDAR) == expected
    assert working_clock(frame, OfficeBook()).due_by(frame, PROMISE).to_list() == [expected]


def test_each_unit_is_counted_by_its_own_hours_from_their_day_on_and_its_own_closed_days():
    frame = spans(
        ("early", at(15, 4, 16, 30), at(16, 4, 7, 30)),  # the old hours until 17:00, the new ones from 7:00
        ("early", at(15, 10, 16), at(16, 10, 8)),  # back again
        ("other", at(15, 4, 16, 30), at(16, 4, 7, 30)),
        ("storm", at(6, 9, 16), at(10, 9, 8)),  # Monday 9/9/2024 was closed there
        ("other", at(6, 9, 16), at(10, 9, 8)),
        ("other", None, at(10, 9, 8)),
    )
    clock = working_clock(frame, BOOK)
    assert clock.minutes(frame).to_list() == [30 + 30, 30 + 30, 30, 60 + 30, 60 + WHOLE_DAY + 30, None]
    assert clock.working_days(frame).to_list() == [1, 1, 1, 1, 2, None]
    assert clock.inside_office_hours(frame, at="received").to_list() == [True, True, True, True, True, None]
    late = clock.due_by(frame.with_columns(pl.col("received").dt.offset_by("1h")), PROMISE)
    assert late.to_list()[3:] == [at(10, 9, 9), at(9, 9, 9), None]


def test_a_half_day_ends_where_the_afternoons_hours_begin_on_days_off_too():
    frame = spans(
        ("early", at(16, 4, 12, 59), at(16, 4, 13)),
        ("other", at(13, 4, 13, 29), at(13, 4, 13, 30)),  # a Saturday
        ("other", None, at(16, 4, 20)),
    )
    clock = working_clock(frame, BOOK)
    assert clock.half_day(frame, at="received").to_list() == ["morning", "morning", None]
    assert clock.half_day(frame, at="finished").to_list() == ["afternoon", "afternoon", "afternoon"]


# Laws

moments = st.datetimes(datetime(2023, 12, 1), datetime(2024, 12, 31)).map(lambda moment: moment.replace(tzinfo=LOCAL))  # noqa: DTZ001 -- given its zone at once
rows = st.lists(st.tuples(st.sampled_from(["storm", "other"]), moments, moments), min_size=1, max_size=20)


@given(rows)
def test_a_million_rows_at_once_are_counted_as_each_alone(found):
    frame, calendars = spans(*found), {"storm": BOOK.calendar_of("storm"), "other": CALENDAR}
    clock = working_clock(frame, BOOK)
    assert clock.minutes(frame).to_list() == pytest.approx(
        [working_minutes(one, other, hours=HOURS, calendar=calendars[unit]) for unit, one, other in found], abs=1e-6
    )
    assert clock.due_by(frame, PROMISE).to_list() == [
        due_by(one, PROMISE, calendar=calendars[unit]) for unit, one, _ in found
    ]
    assert clock.inside_office_hours(frame, at="finished").to_list() == [
        inside_office_hours(other, hours=HOURS, calendar=calendars[unit]) for unit, _, other in found
    ]


@given(moments, moments, moments)
def test_time_worked_adds_up_over_any_moment_between(one, two, three):
    assert minutes(one, three) == pytest.approx(minutes(one, two) + minutes(two, three), abs=1e-6)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_time_worked_is_never_more_than_time_passed_nor_than_a_whole_day_a_day(starts, span):
    worked = minutes(starts, starts + span)
    assert 0 <= worked <= span.total_seconds() / 60 + 1e-6
    assert worked <= WHOLE_DAY * (span.days + 2)


@given(st.lists(st.tuples(st.sampled_from(["storm", "other"]), moments, st.floats(0.5, 5000)), min_size=1, max_size=20))
def test_so_many_minutes_after_a_moment_are_so_many_minutes_from_it(found):
    frame = spans(*((unit, start, None) for unit, start, _ in found))
    wanted = np.array([length for *_, length in found])
    clock = clock_of_days(date(2023, 12, 1), date(2025, 6, 30), ["storm"], BOOK)
    ends = clock.after(frame, wanted)
    assert clock.minutes(frame.with_columns(finished=ends)).to_list() == pytest.approx(list(wanted), abs=1e-6)
    assert clock.inside_office_hours(frame.with_columns(ends=ends.dt.offset_by("-1us")), at="ends").all()


# Edges


def test_work_that_ends_with_the_day_ends_at_closing_and_not_in_the_morning_after():
    frame = spans(
        ("any", at(8, 3, 16), None), ("any", at(8, 3, 16), None), ("any", at(9, 3, 8), None), ("any", None, None)
    )
    clock = clock_of_days(date(2024, 3, 1), date(2024, 3, 31), [], OfficeBook())
    found = clock.after(frame, np.array([60.0, 61.0, 300.0, 5.0]))
    assert found.to_list() == [at(8, 3, 17), at(11, 3, 7, 31), at(11, 3, 14, 30), None]
    assert clock.after(frame, np.full(4, 1e6)).to_list() == [None] * 4


def test_nobody_and_nothing_known():
    assert working_clock(no_dossiers(), BOOK).minutes(no_dossiers()).to_list() == []
    unknown = spans(("early", None, None), ("early", at(5, 3, 8), None))
    clock = working_clock(unknown, BOOK)
    assert clock.minutes(unknown).to_list() == [None, None]
    assert clock.working_days(unknown).to_list() == [None, None]
    assert clock.due_by(unknown, PROMISE).to_list() == [None, at(6, 3, 0)]
    assert clock.inside_office_hours(unknown, at="finished").to_list() == [None, None]


def test_a_clock_refuses_moments_outside_its_span():
    clock = working_clock(spans(("any", at(5, 3, 8), at(6, 3, 8))), OfficeBook())
    for year in (2023, 2026):
        with pytest.raises(ValueError, match="received has days outside the clock's 62 from 2024-03-05"):
            clock.minutes(spans(("any", at(5, 3, 8, year=year), None)))


def test_a_time_without_a_zone_is_refused():
    naive = datetime(2024, 3, 5, 8)  # noqa: DTZ001 -- what is refused
    with pytest.raises(ValueError, match=r"starts == datetime.* must have a time zone"):
        working_minutes(naive, at(5, 3, 9), hours=HOURS, calendar=CALENDAR)
    with pytest.raises(ValueError, match=r"at == datetime.* must have a time zone"):
        inside_office_hours(naive, hours=HOURS, calendar=CALENDAR)
