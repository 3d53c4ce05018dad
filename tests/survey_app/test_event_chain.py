"""The keyed chain of events: what somebody with the database, but without the key, changed or removed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from scoring import OfficeHours
from survey_app.backup.before_migration import migrate_safely
from survey_app.checks.event_chain import look_at_events
from survey_app.checks.installation import Installation
from survey_app.reading.event_chain import read_every_event, read_last_event_link
from survey_app.recording.events import forget_events
from survey_app.recording.people import record_audit
from survey_app.upkeep import Upkeep, check_event_chain
from tests.survey_app.test_events import NOON

KEY = b"a key of the installation, thirty-two"
OPEN_THE_WAY = {
    "sqlite": [
        f"DROP TRIGGER {table}_{name}"
        for table in ("audit_event", "event_link")
        for name in ("unchanged", "kept", "once")
    ],
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
        ("DELETE FROM event_link WHERE number > 3", "link 4 is missing"),
        ("DELETE FROM event_link", "link 1 is missing"),
        ("DELETE FROM state WHERE name = 'event_chain'", "the head of the chain is gone"),
        ("UPDATE state SET value = replace(value, '[6,', '[5,') WHERE name = 'event_chain'", "the head of the chain"),
        (
            "INSERT INTO audit_event (number, at, \"user\", act, about, detail) VALUES (-1, 0, 'com.a', 'x', 'y', '{}')",
            "event -1 has no link",
        ),
    ],
)
def test_what_somebody_with_the_database_changed_or_removed_is_found(linked, statement, said):
    with linked.begin() as connection:
        for each in [*OPEN_THE_WAY[linked.dialect.name], statement]:
            connection.execute(text(each))
    assert fault(linked).startswith(said)


@pytest.mark.parametrize("cut", ["DELETE FROM event_link WHERE event >= 3", "DELETE FROM state"])
def test_a_server_signs_nothing_again_whose_link_was_cut_off(linked, cut, caplog):
    with linked.begin() as connection:
        for each in (*OPEN_THE_WAY[linked.dialect.name], "UPDATE audit_event SET about = 'x' WHERE number = 3", cut):
            connection.execute(text(each))
    before = numbers(linked, "event_link")
    keep(linked, Upkeep(linked, OfficeHours(), key=KEY), day=3)
    assert numbers(linked, "event_link") == before
    assert "The chain of events is not as it was left" in caplog.text
    assert fault(linked) is not None


@pytest.mark.parametrize("statement", ["UPDATE event_link SET at = 0", "DELETE FROM event_link WHERE number = 6"])
def test_the_database_itself_lets_no_link_be_changed_or_removed(linked, statement):
    with pytest.raises(DBAPIError, match="links are only ever added"), linked.begin() as connection:
        connection.execute(text(statement))
    if linked.dialect.name == "sqlite":
        with pytest.raises(DBAPIError, match="links are only ever added"), linked.begin() as connection:
            connection.execute(text("INSERT OR REPLACE INTO event_link SELECT * FROM event_link WHERE number = 2"))


def test_the_tables_brought_back_and_forth_are_events_that_say_how_far_the_chain_reached(linked, settings):
    with linked.connect() as connection:
        last = read_last_event_link(connection)
    quiet = replace(settings, backup_before_migration=False, secret_key=KEY)
    for to in ("0003", "0004"):
        migrate_safely(linked, quiet, at=NOON + timedelta(days=2), to=to)
    with linked.connect() as connection:
        told = [(each.act, each.detail) for each in list(read_every_event(connection).values())[-2:]]
    assert told == [
        ("migrate", {"before": "0004", "after": "0003", "links": 6, "last_link": last.digest}),
        ("migrate", {"before": "0003", "after": "0004"}),
    ]
    keep(linked, Upkeep(linked, OfficeHours(), key=KEY), day=3)
    assert (fault(linked), numbers(linked, "event_link")) == (None, list(range(1, 12)))


def test_whoever_brings_the_tables_back_and_forth_without_the_key_is_found(linked, settings):
    for to in ("0003", "0004"):
        migrate_safely(linked, replace(settings, backup_before_migration=False, secret_key=b"x" * 32), at=NOON, to=to)
    keep(linked, Upkeep(linked, OfficeHours(), key=KEY), day=3)
    assert (fault(linked), numbers(linked, "event_link")) == ("link 1 is missing", [])


def test_the_check_says_since_when_there_is_a_chain_and_that_old_events_have_no_link(linked, settings):
    def told(now):
        found = look_at_events(Installation(linked, replace(settings, secret_key=KEY), now))
        return found.state, re.sub(r"[0-9a-f]{16}…", "…", found.told)

    assert told(NOON + timedelta(days=3)) == ("well", "6 links, all as noted, since 19/11/2026 13:00. The last is ….")
    with linked.begin() as connection:
        record_audit(connection, NOON + timedelta(days=3), "noi-vu", "look_at_case", "x")
    assert told(NOON + timedelta(days=3, hours=1))[0] == "well"
    state, said = told(NOON + timedelta(days=5))
    assert (state, "event 7 of more than a day ago has none" in said) == ("look", True)


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
