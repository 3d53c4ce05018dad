"""The keyed chain of events: what somebody with the database, but without the key, changed or removed."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from scoring import OfficeHours
from survey_app.recording.events import forget_events
from survey_app.recording.people import record_audit
from survey_app.upkeep import Upkeep, check_event_chain
from tests.survey_app.test_events import NOON

KEY = b"a key of the installation, thirty-two"
OPEN_THE_WAY = {
    "sqlite": [f"DROP TRIGGER audit_event_{name}" for name in ("unchanged", "kept", "once")],
    "postgresql": ["SET LOCAL session_replication_role = replica"],
}


def keep(engine, upkeep, *, day):
    """Three events of a day, and their links."""
    with engine.begin() as connection:
        for number in range(3):
            at = NOON + timedelta(days=day, minutes=number)
            record_audit(connection, at, "noi-vu", "look_at_case", f"case-{day}-{number}", detail={"tên": [1, None]})
    upkeep.run(now=NOON + timedelta(days=day, hours=1))


@pytest.fixture
def linked(engine):
    upkeep = Upkeep(engine, OfficeHours(), key=KEY)
    for day in range(2):
        keep(engine, upkeep, day=day)
    assert fault(engine) is None
    return engine


def fault(engine, key=KEY):
    with engine.connect() as connection:
        return check_event_chain(connection, key=key)


def numbers(engine, name="audit_event"):
    with engine.connect() as connection:
        return list(connection.execute(text(f"SELECT number FROM {name} ORDER BY number")).scalars())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_event SET about = 'nothing' WHERE number = 2", "event 2 was changed"),
        ("UPDATE audit_event SET at = at - 1 WHERE number = 5", "event 5 was changed"),
        ("DELETE FROM audit_event WHERE number = 4", "event 4 is gone"),
        ("DELETE FROM event_link WHERE number = 3", "link 3 is missing"),
        ("UPDATE event_link SET at = 0 WHERE number = 3", "link 3 was changed"),
        ("UPDATE event_link SET content = digest WHERE number = 3", "link 3 was changed"),
    ],
)
def test_what_somebody_with_the_database_changed_or_removed_is_found(linked, statement, said):
    with linked.begin() as connection:
        for each in [*OPEN_THE_WAY[linked.dialect.name], statement]:
            connection.execute(text(each))
    assert fault(linked).startswith(said)


def test_another_key_makes_no_link_fit(linked):
    assert fault(linked, b"another key of thirty-two letters").startswith("link 1 was changed")


def test_events_that_were_purged_leave_the_rest_verifiable_and_new_ones_go_on(linked):
    with linked.begin() as connection:
        assert forget_events(connection, before=NOON + timedelta(days=1), at=NOON + timedelta(days=2), by="server") == 3
    assert fault(linked) is None
    keep(linked, Upkeep(linked, OfficeHours(), key=KEY), day=3)
    assert (fault(linked), numbers(linked)) == (None, [4, 5, 6, 7, 8, 9, 10])
    assert numbers(linked, "event_link") == list(range(1, 11))
    with linked.begin() as connection:
        for each in [*OPEN_THE_WAY[linked.dialect.name], "DELETE FROM audit_event WHERE number = 5"]:
            connection.execute(text(each))
    assert fault(linked) == "event 5 is gone"
