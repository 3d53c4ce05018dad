from datetime import date, time

import pytest

from scoring.calendar import DayException, OfficeHours, WorkingCalendar
from scoring.office_hours import EVERYWHERE, OfficeBook, UnitDay, UnitHours

SUMMER = OfficeHours(time(7), time(11), time(14), time(17))


def day(kind: str, on: date = date(2026, 10, 5)) -> DayException:
    return DayException(on, kind, "Lý do", "CV 1")


def test_a_unit_has_the_default_hours_until_its_first_entry_and_then_those_of_its_last():
    book = OfficeBook(
        hours=(
            UnitHours("xa", date(2026, 10, 16), OfficeHours(), "QĐ 2"),
            UnitHours("xa", date(2026, 4, 16), SUMMER, "QĐ 1"),
        )
    )
    assert book.hours_of("xa", date(2026, 4, 15)) == OfficeHours()
    assert book.hours_of("xa", date(2026, 4, 16)) == SUMMER
    assert book.hours_of("xa", date(2026, 10, 15)) == SUMMER
    assert book.hours_of("xa", date(2026, 10, 16)) == OfficeHours()
    assert book.hours_of("other", date(2026, 5, 1)) == OfficeHours()
    assert book.special == {"xa"}


def test_a_units_own_day_goes_before_that_of_all_units_and_that_before_the_countrys():
    book = OfficeBook(days=(UnitDay(EVERYWHERE, day("holiday")), UnitDay("xa", day("working"))))
    monday = date(2026, 10, 5)
    assert WorkingCalendar().is_working_day(monday)
    assert not book.calendar_of("other").is_working_day(monday)
    assert book.calendar_of("xa").is_working_day(monday)
    assert book.calendar_of("other") is book.calendar_of("another")
    assert book.special == {"xa"}


def test_entries_that_stand_twice_are_refused_all_at_once():
    entry = UnitHours("xa", date(2026, 4, 16), SUMMER, "QĐ 1")
    with pytest.raises(ValueError, match=r"office hours of xa on 2026-04-16 .* twice|stands 2 times") as refused:
        OfficeBook(hours=(entry, entry), days=(UnitDay("", day("holiday")), UnitDay("", day("closed"))))
    assert str(refused.value) == (
        "office hours of xa on 2026-04-16 stands 2 times, must stand once; "
        "a day that differs of all units on 2026-10-05 stands 2 times, must stand once"
    )


def test_hours_need_a_source():
    with pytest.raises(ValueError, match=r"source == ' ' of xa, 2026-04-16, must name a document"):
        UnitHours("xa", date(2026, 4, 16), SUMMER, " ")
