from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.period import Period, parse_period, period_of

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
kinds = st.sampled_from(["month", "quarter", "year"])


@given(days, kinds)
def test_a_day_lies_in_its_period_and_the_periods_follow_one_another(day, kind):
    period = period_of(day, kind)
    assert period.starts <= day < period.ends
    assert period.previous.ends == period.starts
    assert parse_period(period.code) == period
    assert period.months[0] == period.starts
    assert period_of(period.months[-1], kind) == period


@pytest.mark.parametrize("code", ["", "2026-13", "2026-Q5", "Q4", "26", "2026-1", "0000", " 2026"])
def test_what_is_no_period_is_refused_with_what_was_expected(code):
    with pytest.raises(ValueError, match="must be a month"):
        parse_period(code)


def test_a_period_begins_where_its_kind_begins():
    with pytest.raises(ValueError, match="first day of a quarter"):
        Period(date(2026, 2, 1), "quarter")


def test_names_are_those_of_the_two_languages():
    assert parse_period("2026-Q4").name("vi") == "quý IV/2026"
    assert parse_period("2026-Q4").name("en") == "Q4 2026"
    assert parse_period("2026-11").name("en") == "November 2026"
