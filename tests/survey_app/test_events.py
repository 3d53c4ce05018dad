from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app.door import ZONE
from survey_app.recording.events import forget_events
from survey_app.recording.people import record_audit

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=ZONE)


def record_days(engine, days):
    with engine.begin() as connection:
        for day in range(days):
            record_audit(connection, NOON - timedelta(days=day), "noi-vu", "look_at_case", f"case-{day}")


def abouts(engine):
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT about FROM audit_event ORDER BY at DESC")).scalars())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET about = 'nothing'",
        "UPDATE audit_event SET at = 0",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE about = 'case-1'",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_event(engine, statement):
    record_days(engine, 2)
    with pytest.raises(DBAPIError, match="events are only ever added"), engine.begin() as connection:
        connection.execute(text(statement))
    assert abouts(engine) == ["case-0", "case-1"]


def test_a_postgresql_does_not_empty_the_table_of_events_either(postgresql_engine):
    record_days(postgresql_engine, 1)
    with pytest.raises(DBAPIError, match="events are only ever added"), postgresql_engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_event"))
    assert abouts(postgresql_engine) == ["case-0"]


def test_old_events_go_in_the_one_way_made_for_it_and_only_they(engine):
    record_days(engine, 4)
    with engine.begin() as connection:
        assert forget_events(connection, before=NOON - timedelta(days=1)) == 2
        with pytest.raises(DBAPIError, match="events are only ever added"), connection.begin_nested():
            connection.execute(text("DELETE FROM audit_event"))
    assert abouts(engine) == ["case-0", "case-1"]
    with pytest.raises(DBAPIError, match="events are only ever added"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE about = 'case-1'"))
