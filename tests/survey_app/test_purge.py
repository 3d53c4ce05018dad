"""What goes when its period is over, what stays, and that the chain of answers is whole after it."""

import json
import os
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, true

from survey_app.case import AUTHOR
from survey_app.door import ZONE
from survey_app.purge import Purge
from survey_app.reading.cases import read_case_of_code
from survey_app.reading.purge import count_due
from survey_app.recording import purge as purge_rows
from survey_app.recording import record_rows, table
from survey_app.recording.cases import record_step
from survey_app.recording.people import record_audit, record_sign_in, seconds
from survey_app.retention import FOREVER, Period, Retention
from survey_app.table_file.held_file import HeldFiles
from survey_app.tables import (
    AuditRow,
    CaseRow,
    CaseStepRow,
    CommentDigestRow,
    CommentRow,
    CommentScreeningRow,
    ContactRow,
    DeliveryRow,
    DeviceRow,
    InvitationRow,
    ResponseRow,
    ScanRow,
    SignInRow,
    WebhookRow,
)
from survey_app.upkeep import check_chain

from .conftest import KEY, Clock, record_staff
from .test_cases import CODES, hash_case_code, record_case
from .test_cli import database, run

NOON = datetime(2026, 11, 19, 12, 0, tzinfo=ZONE)
KINDS = ["contacts", "cases", "comments", "sign-ins", "invitations", "devices", "deliveries", "events"]


@pytest.fixture
def office(office):
    """The small office, whose server has done what the day asks for: it removes nothing more before the next."""
    office.client.app.state.door.do_what_is_due()
    return office


def count(engine, row):
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table(row))).scalar()


def step(engine, number, act, *, on, by="noi-vu", note="xong"):
    with engine.begin() as connection:
        case = read_case_of_code(connection, hash_case_code(CODES[number], key=KEY.encode()))
        record_step(connection, case.after(act, on=on, by=by, note=note, rating=5 if by == AUTHOR else 0))


def due(office, **later):
    office.clock.now += timedelta(**later)
    office.client.app.state.door.do_what_is_due()


def look(engine, keep=None, *, at=NOON):
    return {due.kind: (due.count, due.oldest) for due in Purge(engine, keep or Retention()).look(at=at)}


def do(engine, keep=None, *, at=NOON, **only):
    return Purge(engine, keep or Retention()).do(at=at, by="hailong", **only)


def test_of_an_empty_record_nothing_goes_and_nothing_is_noted(engine):
    assert look(engine) == dict.fromkeys(KINDS, (0, None))
    assert do(engine) == dict.fromkeys(KINDS, 0)
    assert count(engine, AuditRow) == 0


def test_a_comment_goes_whole_months_after_its_month_and_the_chain_stays_whole(office):
    office.post(overall="1", comment="Chờ lâu.")
    office.post(overall="2", comment="Ồn ào.")
    due(office, minutes=60)
    with office.engine.begin() as connection:
        kept = connection.execute(select(table(CommentRow).c.id)).scalars().first()
        values = {"comment": kept, "outcome": "shown", "text": "x", "screened": date(2026, 12, 1), "by": "noi-vu"}
        connection.execute(insert(table(CommentScreeningRow)).values(values))
    scans = count(office.engine, ScanRow)
    early, late = (datetime(2028, month, day, 1, tzinfo=ZONE) for month, day in ((11, 30), (12, 1)))
    assert look(office.engine, at=early)["comments"] == (0, None)
    assert look(office.engine, at=late)["comments"] == (2, date(2026, 11, 1))
    assert do(office.engine, at=late)["comments"] == 2
    left = [count(office.engine, row) for row in (CommentRow, CommentScreeningRow, CommentDigestRow, ResponseRow)]
    assert left == [0, 0, 2, 2]
    assert count(office.engine, ScanRow) == scans
    with office.engine.connect() as connection:
        assert check_chain(connection, key=KEY.encode()) is None
        assert (
            b"Ch\xe1\xbb\x9d l\xc3\xa2u" not in repr(connection.execute(select(table(CommentDigestRow))).all()).encode()
        )


def test_a_case_goes_after_its_last_step_once_it_is_done_and_one_that_waits_stays(office):
    record_staff(office.engine)
    old = date(2019, 3, 1)
    for number in range(3):
        record_case(office.engine, number, contact="0912345678", received=old)
    step(office.engine, 0, "reject", on=date(2019, 3, 4))
    step(office.engine, 1, "assign", on=date(2019, 3, 4), note="noi-vu")
    assert look(office.engine)["cases"] == (1, date(2019, 3, 4))
    assert do(office.engine, only=["cases"]) == {"cases": 1}
    assert [count(office.engine, row) for row in (CaseRow, CaseStepRow, ContactRow)] == [2, 1, 2]
    with office.engine.connect() as connection:
        assert connection.execute(select(table(CaseRow).c.id).order_by(table(CaseRow).c.id)).scalars().all() == [
            "case-1",
            "case-2",
        ]


def test_a_case_that_was_returned_lately_counts_from_its_last_step(office):
    record_staff(office.engine)
    record_case(office.engine, received=date(2019, 3, 1))
    step(office.engine, 0, "reject", on=date(2019, 3, 4))
    step(office.engine, 0, "close", on=date(2022, 1, 4))
    assert look(office.engine)["cases"] == (0, None)
    assert look(office.engine, Retention(cases=Period(days=365)))["cases"] == (1, date(2022, 1, 4))


def test_sign_ins_devices_events_and_contacts_go_each_by_its_own_clock(office):
    record_staff(office.engine)
    record_case(office.engine, contact="0912345678", received=date(2026, 8, 21))
    with office.engine.begin() as connection:
        for token, day in (("old", date(2026, 10, 19)), ("new", date(2026, 10, 20))):
            record_sign_in(
                connection, token, "noi-vu", at=datetime(day.year, day.month, day.day, 9, tzinfo=ZONE), way="password"
            )
        for number, hour in enumerate((-13, 1)):
            ends = seconds(NOON + timedelta(hours=hour))
            connection.execute(insert(table(InvitationRow)).values(hash=f"i{number}", user="noi-vu", ends=ends))
        for number, day in enumerate((date(2026, 11, 18), date(2026, 11, 19))):
            connection.execute(insert(table(DeviceRow)).values(hash=f"d{number}", day=day))
        for year in (2021, 2022):
            record_audit(connection, datetime(year, 11, 18, tzinfo=ZONE), "noi-vu", "look_at_case", "case-0")
    assert look(office.engine) == {
        "contacts": (1, date(2026, 8, 21)),
        "cases": (0, None),
        "comments": (0, None),
        "sign-ins": (1, date(2026, 10, 19)),
        "invitations": (1, date(2026, 11, 18)),
        "devices": (1, date(2026, 11, 18)),
        "deliveries": (0, None),
        "events": (1, date(2021, 11, 18)),
    }
    do(office.engine)
    assert [count(office.engine, row) for row in (ContactRow, SignInRow, InvitationRow, DeviceRow)] == [0, 1, 1, 1]
    assert look(office.engine) == dict.fromkeys(KINDS, (0, None))


def test_each_kind_that_went_is_an_event_with_its_number(office):
    for number in range(3):
        record_case(office.engine, number, contact="0912345678", received=date(2026, 1, 5))
    do(office.engine)
    with office.engine.connect() as connection:
        [event] = connection.execute(select(table(AuditRow))).mappings()
    assert (event["user"], event["act"], event["about"], event["detail"]) == (
        "hailong",
        "purge",
        "contacts",
        {"count": 3},
    )
    assert event["at"] == seconds(NOON)


def test_many_go_some_at_a_time_and_the_events_tell_them_all(office, monkeypatch):
    monkeypatch.setattr(purge_rows, "ROWS_AT_ONCE", 2)
    with office.engine.begin() as connection:
        days = [{"hash": f"d{number}", "day": date(2026, 11, 1)} for number in range(5)]
        connection.execute(insert(table(DeviceRow)), days)
        for day in range(1, 4):
            record_audit(connection, datetime(2020, 1, day, tzinfo=ZONE), "noi-vu", "look_at_case", "case-0")
    gone = do(office.engine)
    assert (gone["devices"], gone["events"]) == (5, 3)
    with office.engine.connect() as connection:
        events = connection.execute(select(table(AuditRow)).order_by(table(AuditRow).c.number)).mappings().all()
    told = [(event["about"], event["detail"]["count"]) for event in events]
    assert told == [("devices", 2), ("devices", 2), ("devices", 1), ("events", 2), ("events", 1)]


def test_of_a_webhook_the_last_message_stays_so_that_the_next_tells_what_came_since(engine):
    then = seconds(NOON) - 40 * 86_400
    with engine.begin() as connection:
        record_rows(
            connection,
            WebhookRow,
            [{"id": "w", "address": "https://a.example", "secret": "s", "unit": None, "created": date(2026, 1, 1)}],
        )
        made = {"webhook": "w", "attempts": 1, "delivered": True, "outcome": "status 200"}
        rows = [(1, None, then), (2, None, then), (3, then + 9, then), (4, None, then), (5, None, seconds(NOON))]
        connection.execute(
            insert(table(DeliveryRow)),
            [made | {"id": f"m{n}", "seal": n, "next_try": again, "tried": tried} for n, again, tried in rows],
        )
    assert look(engine)["deliveries"][0] == 2
    do(engine)
    with engine.connect() as connection:
        left = connection.execute(select(table(DeliveryRow).c.id).order_by(table(DeliveryRow).c.seal)).scalars().all()
    assert left == ["m3", "m4", "m5"]


def test_for_ever_keeps_everything_but_what_was_promised(office):
    record_staff(office.engine)
    record_case(office.engine, contact="0912345678", received=date(1990, 1, 5))
    with office.engine.begin() as connection:
        record_sign_in(connection, "old", "noi-vu", at=datetime(1990, 1, 5, tzinfo=ZONE), way="password")
        record_audit(connection, datetime(1971, 1, 5, tzinfo=ZONE), "noi-vu", "look_at_case", "case-0")
    keep = Retention(comments=FOREVER, cases=FOREVER, deliveries=FOREVER, sign_ins=FOREVER, events=FOREVER)
    assert {kind for kind, (n, _) in look(office.engine, keep).items() if n} == {"contacts"}


def test_a_file_that_was_brought_and_never_imported_goes_after_an_hour(engine, tmp_path):
    uploads = HeldFiles(tmp_path / "uploads", purpose="dossiers")
    uploads.folder.mkdir()
    for name in ("a.csv", "a.json"):
        (uploads.folder / name).write_text("x")
    purge = Purge(engine, Retention(), uploads)
    assert purge.look(at=NOON)[-1].count == 0
    for path in (tmp_path / "uploads").iterdir():
        os.utime(path, (0, 0))
    assert (purge.look(at=NOON)[-1].count, purge.look(at=NOON)[-1].oldest) == (2, date(1970, 1, 1))
    assert purge.do(at=NOON, by="hailong")["uploads"] == 2
    assert not list(uploads.folder.iterdir())


@pytest.mark.parametrize(("switch", "comments"), [(False, 1), (True, 0)])
def test_by_night_the_server_keeps_its_promises_and_purges_the_rest_only_where_it_is_switched_on(
    engine, settings, switch, comments
):
    from starlette.testclient import TestClient  # noqa: PLC0415 - beside the fixture's own server

    from survey_app.app import make_app  # noqa: PLC0415
    from survey_app.tables import UnitRow  # noqa: PLC0415

    with engine.begin() as connection:
        record_rows(connection, UnitRow, [{"code": "xa.1", "kind": "xã", "name": "A", "source": "test"}])
        values = {"unit": "xa.1", "month": date(2020, 1, 1), "language": "vi", "text": "Cũ.", "simulated": False}
        connection.execute(insert(table(CommentRow)).values(id="k", **values))
    record_case(engine, unit="xa.1", contact="0912345678", received=date(2026, 1, 5))
    clock = Clock()
    with TestClient(make_app(engine, replace(settings, purge=switch), clock=clock)) as client:
        client.app.state.door.do_what_is_due()
        clock.now += timedelta(days=1)
        client.app.state.door.do_what_is_due()
    assert (count(engine, CommentRow), count(engine, ContactRow)) == (comments, 0)
    with engine.connect() as connection:
        users = set(connection.execute(select(table(AuditRow).c.user)).scalars())
    assert users == {"server"}


def test_the_command_shows_first_and_removes_only_when_told(tmp_path):
    assert run(tmp_path, "init").returncode == 0
    with database(tmp_path) as connection:
        connection.execute(insert(table(DeviceRow)).values(hash="d", day=date(2026, 1, 2)))
    shown = run(tmp_path, "purge")
    assert (
        shown.returncode,
        "devices     1 to go, the oldest of 02/01/2026 (kept until midnight)" in shown.stdout,
    ) == (0, True)
    assert "hailong purge --do" in shown.stdout
    told = json.loads(run(tmp_path, "purge", "--json", HAILONG_KEEP_COMMENTS="forever").stdout)
    assert [row["kind"] for row in told] == [*KINDS, "uploads"]
    assert [(row["count"], row["oldest"], row["removed"]) for row in told if row["kind"] == "devices"] == [
        (1, "2026-01-02", 0)
    ]
    assert told[2]["kept"] == "for ever after their month"
    assert "devices     1 removed" in run(tmp_path, "purge", "--do").stdout
    again = run(tmp_path, "purge", "--do")
    assert "devices     0 to go" in again.stdout
    with database(tmp_path) as connection:
        acts = connection.execute(select(table(AuditRow).c.act, table(AuditRow).c.user)).all()
    assert [tuple(act) for act in acts] == [("purge", "hailong")]


def test_a_wrong_period_is_refused_before_anything_is_looked_at(tmp_path):
    refused = run(tmp_path, "purge", "--do", HAILONG_KEEP_CASES="soon")
    assert (refused.returncode, refused.stderr.startswith("HAILONG_KEEP_CASES is 'soon'")) == (1, True)


def test_the_oldest_is_told_by_the_day_in_viet_nam(sqlite_engine):
    early = datetime(2026, 10, 1, 6, 30, tzinfo=ZONE)  # still September by UTC
    with sqlite_engine.begin() as connection:
        record_audit(connection, early, "x", "sign-in", "y")
        everything = purge_rows.Outdated(table(AuditRow), "number", true(), table(AuditRow).c.at)
        [due] = count_due(connection, {"events": everything})
    assert due.oldest == early.date()


def test_looking_at_what_has_been_kept_makes_no_database_and_no_key(tmp_path):
    said = run(tmp_path / "nowhere", "purge")
    assert (said.returncode, "There is no database at" in said.stderr) == (1, True)
    assert not (tmp_path / "nowhere").exists()
