"""What a command changes of register, calendar, codes and sessions is an event, with what it was changed to."""

import pytest
from sqlalchemy import select

from survey_app.recording import table
from survey_app.tables import AuditRow
from tests.survey_app.test_cli import database, run

UNIT = "thanh-ha.an-phuong"


@pytest.fixture
def home(tmp_path):
    run(tmp_path, "init")
    return tmp_path


def events(home):
    with database(home) as connection:
        columns = table(AuditRow).c
        query = select(columns.user, columns.act, columns.about, columns.detail).order_by(columns.number)
        return [tuple(row) for row in connection.execute(query)]


def test_hours_and_days_that_differ_are_events_and_what_is_refused_is_none(home):
    for words in (
        ("hours", "set", UNIT, "2023-10-01", "07:00-11:00", "13:00-16:30", "--source", "QĐ 1"),
        ("hours", "set", "nobody", "2023-10-01", "07:00-11:00", "13:00-16:30", "--source", "QĐ 1"),
        ("hours", "forget", UNIT, "2023-10-01"),
        ("hours", "forget", UNIT, "2023-10-01"),
        ("calendar", "except", "2023-09-29", "closed", "--reason", "Bão", "--source", "Công điện"),
        ("calendar", "forget", "2023-09-29"),
    ):
        run(home, *words)
    assert events(home) == [
        ("hailong", "set_hours", UNIT, {"from": "2023-10-01", "morning": "07:00-11:00", "afternoon": "13:00-16:30"}),
        ("hailong", "forget_hours", UNIT, {"from": "2023-10-01"}),
        ("hailong", "set_day", "", {"day": "2023-09-29", "kind": "closed", "reason": "Bão"}),
        ("hailong", "forget_day", "", {"day": "2023-09-29"}),
    ]


def test_a_session_that_somebody_records_is_an_event(home):
    assert run(home, "pilot", "record", "thu-sau-khong-cho", UNIT, "2023-09-29", "--missed").returncode == 0
    [(user, act, about, detail)] = events(home)
    assert (user, act, about) == ("hailong", "record_session", "thu-sau-khong-cho")
    assert (detail["unit"], detail["day"], detail["held"]) == (UNIT, "2023-09-29", False)
