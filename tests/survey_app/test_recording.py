import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from survey_app.db import open_database
from survey_app.questionnaire import load_questionnaire
from survey_app.reading import count_received, read_desks_at_door, read_register, read_register_version
from survey_app.recording import (
    Answered,
    Recorded,
    forget_simulated,
    record_apart,
    record_catalogue,
    record_link,
    record_questionnaire,
    record_register_change,
    record_responses,
    record_revocation,
    table,
)
from survey_app.seal import seal_comments
from survey_app.submission import Submission
from survey_app.tables import CommentRow, ResponseRow
from survey_app.ticket import new_form_id
from survey_app.writer import Writer, WriterStopped
from tests.conftest import apart, shipped_catalogue

from .conftest import record_office

QUESTIONNAIRE = load_questionnaire("desk")


@pytest.fixture
def shop(engine):
    record_office(engine)
    with engine.begin() as connection:
        record_questionnaire(connection, QUESTIONNAIRE)
    return engine


def answered(**changes):
    submission = Submission(changes.pop("id", None) or new_form_id(), changes.pop("answers", {"overall": 4}))
    if comment := changes.pop("comment", ""):
        submission = replace(submission, comments={"comment": comment})
        changes["comments"] = seal_comments(submission.comments, key=b"k" * 32)
    values = {
        "unit": "xa.29926",
        "desk": "xa.29926.1",
        "local_date": date(2026, 11, 19),
        "slot": "09:30",
        "questionnaire": QUESTIONNAIRE.version,
        "channel": "poster",
        "language": "vi",
    }
    return Answered(submission, **(values | changes))


def count(engine, row):
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table(row))).scalar_one()


def test_new_the_same_again_and_an_id_with_other_answers_are_told_apart(shop):
    first = answered(comment="một")
    with shop.begin() as connection:
        assert record_responses(connection, [first]) == [Recorded.NEW]
    changed = answered(id=first.submission.id, answers={"overall": 1})
    with shop.begin() as connection:
        assert record_responses(connection, [first, changed, answered()]) == [
            Recorded.SAME,
            Recorded.OTHER,
            Recorded.NEW,
        ]
    assert count(shop, ResponseRow) == 2
    assert count(shop, CommentRow) == 1


def test_a_repeat_within_one_group_counts_once(shop):
    one = answered(comment="một")
    with shop.begin() as connection:
        assert record_responses(connection, [one, one, answered(id=one.submission.id, answers={})]) == [
            Recorded.NEW,
            Recorded.SAME,
            Recorded.OTHER,
        ]
    assert count(shop, ResponseRow) == 1
    assert count(shop, CommentRow) == 1


def test_one_bad_row_spoils_no_other_of_its_group(shop):
    outcomes = record_apart(shop, [answered(), answered(unit="nowhere"), answered(), answered(desk="nowhere")])
    assert [outcomes[0], outcomes[2]] == [Recorded.NEW, Recorded.NEW]
    assert isinstance(outcomes[1], DBAPIError)
    assert isinstance(outcomes[3], DBAPIError)
    assert count(shop, ResponseRow) == 2


def test_the_writer_acknowledges_each_of_many_at_once_after_it_is_stored(shop):
    form_id = new_form_id()

    async def post_all():
        writer = Writer(shop)
        try:
            return await asyncio.gather(
                *(writer.record(answered()) for _ in range(300)),
                *(writer.record(answered(id=form_id)) for _ in range(20)),
            )
        finally:
            writer.close()

    outcomes = apart(lambda: asyncio.run(post_all()))
    assert outcomes[:300] == [Recorded.NEW] * 300
    assert sorted(outcome.value for outcome in outcomes[300:]) == ["new"] + ["same"] * 19
    assert count(shop, ResponseRow) == 301


def test_the_writer_tells_the_one_who_waits_when_the_database_refuses(shop):
    async def post_bad():
        writer = Writer(shop)
        try:
            with pytest.raises(DBAPIError):
                await writer.record(answered(unit="nowhere"))
            return await writer.record(answered())
        finally:
            writer.close()

    assert apart(lambda: asyncio.run(post_bad())) is Recorded.NEW


def test_a_locked_database_keeps_a_group_waiting_once_and_not_once_for_each(sqlite_engine):
    record_office(sqlite_engine)
    impatient = open_database(sqlite_engine.url)
    event.listen(impatient, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=300"))
    with sqlite_engine.connect() as holding:
        holding.exec_driver_sql("BEGIN IMMEDIATE")
        started = time.monotonic()
        outcomes = record_apart(impatient, [answered() for _ in range(20)])
        waited = time.monotonic() - started
    impatient.dispose()
    assert [type(outcome) for outcome in outcomes] == [OperationalError] * 20
    assert waited < 5  # twenty times would be six


def test_the_writer_stores_while_pages_hold_every_connection_of_theirs(shop):
    async def post_one():
        writer, held = Writer(shop), [shop.connect() for _ in range(15)]
        try:
            return await asyncio.wait_for(writer.record(answered()), 10)
        finally:
            for connection in held:
                connection.close()
            writer.close()

    assert apart(lambda: asyncio.run(post_one())) is Recorded.NEW


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_waits_is_told_when_the_writer_dies_of_an_unknown_error(shop):
    async def post_two():
        writer = Writer(shop)
        for one in (replace(answered(), submission=None), answered()):
            with pytest.raises(WriterStopped):
                await asyncio.wait_for(writer.record(one), 10)
        return writer.alive

    assert not apart(lambda: asyncio.run(post_two()))


def test_of_two_changes_of_the_register_at_once_none_is_missed(postgresql_engine):
    with postgresql_engine.begin() as setting_up:
        record_register_change(setting_up)
        before = read_register_version(setting_up)
    with postgresql_engine.connect() as one, postgresql_engine.connect() as other, ThreadPoolExecutor(1) as pool:
        seen = [read_register_version(connection) for connection in (one, other)]
        record_register_change(one)
        second = pool.submit(lambda: (record_register_change(other), other.commit()))
        time.sleep(0.2)
        first = read_register_version(one)
        one.commit()
        second.result()
    with postgresql_engine.connect() as connection:
        assert seen == [before, before]
        assert read_register_version(connection) not in {before, first}


def test_sqlite_keeps_no_row_number_that_would_tell_the_order(sqlite_engine):
    with sqlite_engine.connect() as connection, pytest.raises(DBAPIError, match="no such column: rowid"):
        connection.exec_driver_sql("SELECT rowid FROM response")


def test_sqlite_writes_ahead_and_waits_for_the_disk(sqlite_engine):
    with sqlite_engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_catalogue_comes_back_from_the_database_as_it_was_read(engine):
    catalogue = shipped_catalogue()
    with engine.begin() as connection:
        record_catalogue(connection, catalogue)
        record_catalogue(connection, catalogue)
        kept = read_register(connection)
    for name in ("units", "successors", "procedures", "pilots", "participations", "measures", "tasks", "gaps"):
        assert sorted(map(repr, getattr(kept, name))) == sorted(map(repr, getattr(catalogue, name)))
    assert {desk.code for desk in kept.desks} == {desk.code for desk in catalogue.desks}


def test_a_change_of_the_register_changes_its_version(shop):
    with shop.begin() as connection:
        before = read_register_version(connection)
        serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 2))
        issued = read_register_version(connection)
        assert record_revocation(connection, serial, on=date(2026, 11, 3))
        assert not record_revocation(connection, serial, on=date(2026, 11, 4))
        assert len({before, issued, read_register_version(connection)}) == 3
        assert read_desks_at_door(connection)[serial].revoked == date(2026, 11, 3)


def test_forgetting_the_simulation_leaves_what_people_answered(shop):
    with shop.begin() as connection:
        record_responses(connection, [answered(), answered(simulated=True, comment="x")])
        assert forget_simulated(connection) == 1
        assert count_received(connection, since=date(2026, 11, 1), until=date(2026, 12, 1)) == 1
    assert count(shop, CommentRow) == 0


def lose_connections(engine):
    """End every other session of the database, as a server that is started anew does."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.exec_driver_sql(others)


def test_a_response_is_stored_once_though_the_server_was_started_anew_since_the_last(postgresql_engine):
    record_office(postgresql_engine)
    with postgresql_engine.begin() as connection:
        record_questionnaire(connection, QUESTIONNAIRE)
    writing = open_database(postgresql_engine.url, ask_first=False)
    assert record_apart(writing, [answered()]) == [Recorded.NEW]
    lose_connections(postgresql_engine)
    assert record_apart(writing, [answered(comment="hai"), answered()]) == [Recorded.NEW, Recorded.NEW]
    writing.dispose()
    assert count(postgresql_engine, ResponseRow) == 3
    assert count(postgresql_engine, CommentRow) == 1


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_group_of_any_size_keeps_every_value_as_it_was(shop, size):
    group = [
        answered(answers={"overall": 5, "why": ["late", "ồn"]}, flags=("burst",), source='"zalo"\\')
        for _ in range(size)
    ]
    assert record_apart(shop, group) == [Recorded.NEW] * size
    with shop.connect() as connection:
        kept = connection.execute(select(table(ResponseRow))).mappings().all()
    assert {row["id"] for row in kept} == {each.submission.id for each in group}
    assert {(row["local_date"], row["source"], row["flags"]) for row in kept} == {
        (date(2026, 11, 19), '"zalo"\\', "burst")
    }
    assert all(row["answers"] == {"overall": 5, "why": ["late", "ồn"]} for row in kept)
