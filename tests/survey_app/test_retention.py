"""How long what tells of people is kept, as the environment says it."""

from datetime import date

import pytest

from survey_app.retention import FOREVER, Period, Retention, parse_period, parse_retention
from survey_app.settings import SettingsFault, read_settings


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("90 days", Period(days=90)),
        ("90d", Period(days=90)),
        ("1 day", Period(days=1)),
        ("24 months", Period(months=24)),
        ("5 years", Period(months=60)),
        (" forever ", FOREVER),
    ],
)
def test_a_period_is_written_as_people_write_it(typed, period):
    assert parse_period(typed, "HAILONG_KEEP_CASES") == period


@pytest.mark.parametrize("typed", ["0 days", "-1 days", "90", "soon", "1e3 days", "999999 years", "2 weeks", "٣ days"])
def test_what_is_no_period_stops_the_start_with_its_name_and_what_was_expected(typed, tmp_path):
    with pytest.raises(SettingsFault, match=r"HAILONG_KEEP_CASES is .*; expected"):
        read_settings({"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_KEEP_CASES": typed})


def test_what_is_not_set_keeps_its_period_and_an_empty_value_sets_nothing():
    assert parse_retention({"HAILONG_KEEP_EVENTS": "12 months", "HAILONG_KEEP_CASES": ""}) == Retention(
        events=Period(months=12)
    )


def test_months_end_where_the_calendar_has_no_such_day_and_for_ever_never_ends():
    assert Period(months=1).before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert Period(months=12).before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert Period(days=30).before(date(2026, 3, 1)) == date(2026, 1, 30)
    assert FOREVER.before(date(2026, 3, 1)) == date.min
    assert Period(months=1200).before(date(50, 1, 1)) == date.min
