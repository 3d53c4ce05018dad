"""What `hailong check` looks at: each line seen well and seen broken, on a real record wherever one can be broken."""

import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update

from scoring import WorkingCalendar
from survey_app.app import make_app
from survey_app.checks import Installation, walk
from survey_app.checks import backups as backup_check
from survey_app.checks.calendar import judge_calendar
from survey_app.checks.clock import judge_clock
from survey_app.checks.database import judge_damage, judge_revision
from survey_app.checks.disk import judge_room, look_at_disk
from survey_app.checks.editions import judge_editions, look_at_editions
from survey_app.checks.public_address import ask, judge_answer, judge_certificate, look_at_address, read_end
from survey_app.checks.webhooks import is_failing
from survey_app.db import latest_revision, migrate, open_database
from survey_app.door import ZONE
from survey_app.reading.webhooks import LoggedDelivery
from survey_app.recording import record_rows, table
from survey_app.recording.people import record_audit
from survey_app.tables import CommentRow, DeliveryRow, DeskRow, LinkRow, ResponseRow, ScanRow, WebhookRow
from tests.conftest import ROOT

from .conftest import Clock, record_staff, serving
from .test_cases import record_case
from .test_seal import due
from .test_webhook import certificate_of

NOW = datetime(2026, 11, 19, 9, 42, tzinfo=ZONE)
FOLDER = Path("/srv/hailong")


@pytest.fixture
def office(office):
    """The small office, whose server has done what the day asks for: it removes nothing more before the next."""
    office.client.app.state.door.do_what_is_due()
    return office


class Stranger(BaseHTTPRequestHandler):
    """Answers as no server of ours does."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


@contextmanager
def strange_server(tls=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def found(engine, settings, *, now=NOW, fast=False, environment=None):
    """What → state and words."""
    settings = replace(settings, database_url=engine.url.render_as_string(hide_password=False))
    at = Installation(engine, settings, now, environment or {})
    return {each.what: (each.state, each.told) for each in walk(at, fast=fast)}


def state(engine, settings, what, **at):
    return found(engine, settings, fast=what not in {"chain of answers", "database, every page of it"}, **at)[what]


def run(engine, statement, *values):
    with engine.begin() as connection:
        connection.execute(statement, *values)


def test_a_database_of_this_release_is_well_and_one_of_another_is_told_apart(engine, settings):
    assert state(engine, settings, "database")[0] == "well"
    migrate(engine, to="0003")
    assert state(engine, settings, "database") == (
        "BROKEN",
        f"its tables are of an earlier release (0003, expected {latest_revision()}). Restart the server, or: hailong init",
    )
    migrate(engine)
    run(engine, text("UPDATE alembic_version SET version_num = '9999'"))
    assert "of a later release" in state(engine, settings, "database")[1]
    run(engine, text("DELETE FROM alembic_version"))
    assert "no tables yet" in state(engine, settings, "database")[1]
    assert judge_revision("0002", "0003", "sqlite").state == "BROKEN"


def test_a_database_that_is_away_is_one_line_and_what_needs_none_is_looked_at_all_the_same(settings, free_port):
    away = replace(settings, database_url=f"postgresql+psycopg://u:geheim@127.0.0.1:{free_port}/x")
    engine = open_database(away.database_url)
    said = found(engine, away, fast=True)
    assert said["database"][0] == "BROKEN"
    assert "cannot be used: connection failed" in said["database"][1]
    assert "geheim" not in str(said)
    assert set(said) == {"database", "editions", f"disk of {settings.data_dir}", "secret key"}
    engine.dispose()


def test_a_file_that_is_not_there_is_not_made_by_looking(settings, tmp_path):
    engine = open_database(settings.database_url)
    assert "is not there" in found(engine, settings, fast=True)["database"][1]
    assert not (tmp_path / "hailong.db").exists()
    engine.dispose()


def test_a_damaged_file_and_a_lost_reference_are_told(sqlite_engine, settings):
    what = "database, every page of it"
    assert state(sqlite_engine, settings, what)[0] == "well"
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.execute(insert(table(LinkRow)).values(serial=7, desk="gone", kind="poster", issued=date(2026, 1, 1)))
        connection.commit()
    assert state(sqlite_engine, settings, what) == (
        "BROKEN",
        "a row of link refers to a row of desk that is not there. Stop the server, keep a copy, and restore the last backup.",
    )
    with sqlite_engine.connect() as connection:
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'ix_link_desk'").scalar()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_engine.dispose()
    with Path(sqlite_engine.url.database).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x0a\x00\x00\x00\x00" + bytes(200))
    damaged = state(sqlite_engine, settings, what)
    assert damaged[0] == "BROKEN"
    assert "corruption" in damaged[1]


def test_what_postgresql_knows_of_its_own_damage_is_told(postgresql_engine, settings):
    what = "database, every page of it"
    assert state(postgresql_engine, settings, what)[0] == "well"
    run(postgresql_engine, text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_link_desk'::regclass"))
    run(postgresql_engine, text("ALTER TABLE link ADD CONSTRAINT later CHECK (serial > 0) NOT VALID"))
    said = state(postgresql_engine, settings, what)
    assert said[0] == "BROKEN"
    assert "index ix_link_desk is not valid; constraint later was never checked" in said[1]
    assert judge_damage([]).state == "well"


def test_a_changed_answer_breaks_the_chain(office, settings):
    office.post(overall="1")
    due(office, minutes=30)
    assert state(office.engine, settings, "chain of answers", now=office.clock())[1].startswith(
        "1 links, all as sealed"
    )
    run(office.engine, update(table(ResponseRow)).values(answers={"overall": 5}))
    said = state(office.engine, settings, "chain of answers", now=office.clock())
    assert (said[0], "an answer was changed" in said[1]) == ("BROKEN", True)


def test_a_clock_that_stands_behind_what_was_stored_is_broken(office, settings):
    assert state(office.engine, settings, "clock")[0] == "well"
    with office.engine.begin() as connection:
        record_audit(connection, NOW, "noi-vu", "sign_in", "noi-vu")
    assert state(office.engine, settings, "clock", now=NOW - timedelta(minutes=1))[0] == "well"
    said = state(office.engine, settings, "clock", now=NOW - timedelta(days=1))
    assert (said[0], "something was stored on 19/11/2026 09:42" in said[1]) == ("BROKEN", True)
    office.post(overall="1")
    assert judge_clock(NOW, None, date(2026, 11, 20)).state == "BROKEN"
    assert "was not made then" in judge_clock(NOW.replace(year=2020), None, None).told
    assert "on 19/11/2026" in state(office.engine, settings, "clock", now=NOW - timedelta(days=3))[1]
    assert "time zone data are damaged" in judge_clock(NOW.astimezone(UTC), None, None).told


def test_the_calendar_asks_for_swapped_days_from_december_until_one_is_entered():
    calendar = WorkingCalendar()
    assert judge_calendar(date(2026, 11, 30), calendar, []).state == "well"
    asked = judge_calendar(date(2026, 12, 1), calendar, [date(2026, 1, 10)])
    assert (asked.state, "no swapped day of 2027 is known" in asked.told) == ("look", True)
    assert judge_calendar(date(2026, 12, 1), calendar, [date(2027, 1, 2)]).state == "well"


def test_a_year_without_tet_breaks_the_calendar():
    class WithoutTet(WorkingCalendar):
        def holiday_name(self, day):
            return None if day.year == 2027 else super().holiday_name(day)

    assert "Tết of 2027 is not known" in judge_calendar(date(2026, 6, 1), WithoutTet(), []).told


@pytest.mark.parametrize(
    ("free", "total", "expected"),
    [
        (50e9, 100e9, "well"),
        (9e9, 100e9, "look"),
        (1.9e9, 5e9, "look"),
        (90e6, 100e9, "BROKEN"),
        (262e6, 252e9, "BROKEN"),
        (28e6, 147e6, "BROKEN"),
        (0, 100e9, "BROKEN"),
        (0, 1e6, "BROKEN"),
    ],
)
def test_room_on_the_disk(free, total, expected):
    assert judge_room(FOLDER, int(free), int(total)).state == expected


def test_the_disks_of_data_and_database_are_looked_at_each_once(engine, settings):
    memory = Path("/dev/shm")  # noqa: S108 - a disk of its own on any Linux; nothing is written
    folders = [settings.data_dir, memory]
    elsewhere = replace(settings, database_url=f"sqlite:///{memory}/hailong.db")
    said = [each.what for each in look_at_disk(Installation(engine, elsewhere, NOW))]
    assert len(said) == len({folder.stat().st_dev for folder in folders})
    assert said[0] == f"disk of {settings.data_dir}"


def test_an_edition_that_cannot_be_read_is_named(engine, settings):
    assert look_at_editions(Installation(engine, settings, NOW)).state == "well"
    assert judge_editions(["sipas-2017"], ["x"], shown="x").told.startswith("sipas-2017 cannot be read")
    assert judge_editions([], [], shown="x").state == "look"


def test_posters_that_nobody_scanned_are_counted_and_named(office, settings):
    assert "none hangs open" not in state(office.engine, settings, "posters")[1]
    said = state(office.engine, settings, "posters")
    assert said[0] == "look"
    assert said[1].startswith("1 of 1 were not scanned for 3 working days: Quầy 1 – Hộ tịch, xã Tân Hồng.")
    run(office.engine, insert(table(ScanRow)).values(link=office.serial, day=date(2026, 11, 18), forms=1))
    assert state(office.engine, settings, "posters")[0] == "well"
    run(office.engine, update(table(DeskRow)).values(valid_to=date(2026, 11, 1)))
    assert state(office.engine, settings, "posters")[1] == "none hangs open."


def test_a_key_that_others_can_read_is_broken(engine, settings, tmp_path):
    own = tmp_path / "own.key"
    own.write_text("k" * 32)

    def said(mode):
        own.chmod(mode)
        return state(engine, settings, "secret key", environment={"HAILONG_SECRET_KEY_FILE": str(own)})[0]

    assert [said(mode) for mode in (0o600, 0o400, 0o640, 0o644, 0o660)] == ["well", "well", "look", "BROKEN", "BROKEN"]
    assert state(engine, settings, "secret key", environment={"HAILONG_SECRET_KEY": "k" * 32})[0] == "look"
    own.unlink()
    gone = state(engine, settings, "secret key", environment={"HAILONG_SECRET_KEY_FILE": str(own)})
    assert gone == ("BROKEN", "it cannot be looked at: No such file or directory.")


def test_a_backup_that_is_late_is_told_and_one_far_too_late_is_broken(office, settings):
    assert state(office.engine, settings, "backup")[0] == "well"
    office.post(overall="1")
    assert state(office.engine, settings, "backup")[0] == "look"
    with office.engine.begin() as connection:
        record_audit(connection, NOW, "hailong", "backup", "hailong-2026-11-19.backup")
    states = [state(office.engine, settings, "backup", now=NOW + timedelta(days=days))[0] for days in (1, 3, 9)]
    assert states == ["well", "look", "BROKEN"]
    ahead = backup_check.judge_backups(NOW, NOW + timedelta(days=30), holds_answers=True)
    assert (ahead.state, "has not come yet" in ahead.told) == ("look", True)
    assert backup_check.HOW in state(office.engine, settings, "backup", now=NOW + timedelta(days=9))[1]


def test_an_installation_without_an_administrator_is_broken_and_one_without_people_is_new(engine, settings):
    assert state(engine, settings, "accounts")[0] == "look"
    record_staff(engine, {"noi-vu": ("home_affairs", None)})
    assert state(engine, settings, "accounts")[0] == "BROKEN"
    record_staff(engine, {"quan-tri": ("administrator", None)})
    assert state(engine, settings, "accounts") == ("well", "2 are open, 1 of them administrators'.")


def test_a_contact_that_should_be_gone_is_a_broken_promise(office, settings):
    assert state(office.engine, settings, "retention")[0] == "well"
    values = {"unit": "xa.29926", "month": date(2020, 1, 1), "language": "vi", "text": "Cũ.", "simulated": False}
    run(office.engine, insert(table(CommentRow)).values(id="k", **values))
    assert state(office.engine, settings, "retention")[0] == "look"
    assert "HAILONG_PURGE=on" in state(office.engine, settings, "retention")[1]
    assert "Is it running?" in state(office.engine, replace(settings, purge=True), "retention")[1]
    record_case(office.engine, contact="0912345678", received=date(2026, 1, 5))
    assert state(office.engine, settings, "retention")[0] == "BROKEN"


def test_a_copy_of_a_withdrawn_contact_is_told_until_it_is_erased_and_broken_after_its_last_day(office, settings):
    assert state(office.engine, settings, "consents")[0] == "well"
    with office.engine.begin() as connection:
        for act, user in (("look_at_contact", "mot-cua"), ("withdraw_consent", "author")):
            record_audit(connection, NOW, user, act, "case-0")
    said = [state(office.engine, settings, "consents", now=NOW + timedelta(days=days)) for days in (0, 15, 16)]
    assert [each[0] for each in said] == ["look", "look", "BROKEN"]
    assert "must be erased, the first by 04/12/2026" in said[0][1]
    with office.engine.begin() as connection:
        record_audit(connection, NOW, "mot-cua", "erase_copies", "case-0")
    assert state(office.engine, settings, "consents", now=NOW + timedelta(days=16))[0] == "well"


def test_messages_that_do_not_arrive_are_told_with_their_reason(engine, settings):
    assert state(engine, settings, "webhooks") == ("well", "none is open.")
    with engine.begin() as connection:
        hook = {"id": "w", "address": "https://a.example", "secret": "s", "unit": None, "created": date(2026, 1, 1)}
        record_rows(connection, WebhookRow, [hook])
    assert state(engine, settings, "webhooks")[0] == "well"
    sent = {
        "id": "m",
        "webhook": "w",
        "seal": 1,
        "attempts": 3,
        "delivered": False,
        "next_try": 5,
        "outcome": "status 500",
    }
    run(engine, insert(table(DeliveryRow)).values(**sent))
    said = state(engine, settings, "webhooks")
    assert (said[0], "w (status 500)" in said[1]) == ("look", True)
    run(engine, delete(table(DeliveryRow)))
    assert not is_failing([LoggedDelivery("m", "w", 1, 2, False, "status 500", 1, 5)])


def test_the_public_address_answers_as_we_do_or_is_broken(engine, settings, free_port):
    with serving(make_app(engine, settings, clock=Clock())) as address:
        [said] = look_at_address(
            Installation(engine, replace(settings, public_url=address.replace("127.0.0.1", "localhost")), NOW)
        )
        assert said.state == "look", "a loopback address"
        answer = judge_answer("https://x", *ask(address))
        assert (answer.state, answer.told) == ("well", "https://x answers.")
        assert "without TLS" in judge_answer(address, *ask(address)).told
    with strange_server() as port:
        strange = judge_answer("http://x", *ask(f"http://127.0.0.1:{port}"))
    assert (strange.state, "not as this program does" in strange.told) == ("BROKEN", True)
    nothing = judge_answer("http://x", *ask(f"http://127.0.0.1:{free_port}"))
    assert (nothing.state, nothing.told.startswith("nothing answers at http://x")) == ("BROKEN", True)


def test_the_days_of_a_certificate_are_counted_and_one_that_nobody_trusts_is_broken(tmp_path):
    server, client = certificate_of("localhost", tmp_path)
    with strange_server(server) as port:
        url = f"https://localhost:{port}"
        ends = read_end(url, tls=client)
        assert ask(url, tls=client)[0] == 200
        refused = judge_answer(url, *ask(url))
        assert read_end(url) is None
    assert (refused.state, "certificate" in refused.told.lower()) == ("BROKEN", True)
    assert isinstance(ends, datetime)
    days = [judge_certificate(ends, now=ends - timedelta(days=days)).state for days in (30, 10, 2, -1)]
    assert days == ["well", "look", "BROKEN", "BROKEN"]


def test_a_look_that_cannot_be_made_is_a_finding_and_the_others_go_on(sqlite_engine, settings):
    with sqlite_engine.begin() as connection:
        connection.execute(text("DROP TABLE scan"))
    said = found(sqlite_engine, settings, fast=True)
    assert (said["posters"][0], "cannot be used: no such table: scan" in said["posters"][1]) == ("BROKEN", True)
    assert said["webhooks"][0] == "well"


def test_fast_neither_reads_the_record_nor_needs_the_network(engine, settings, monkeypatch):
    def no_network(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    assert {"chain of answers", "database, every page of it", "public address"}.isdisjoint(
        found(engine, replace(settings, public_url="https://hailong.example"), fast=True)
    )


def test_every_line_is_explained_in_the_documentation(engine, settings):
    said = found(engine, replace(settings, public_url="https://127.0.0.1:1"))
    table_of = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    named = {"disk of …" if what.startswith("disk of") else what for what in said} | {"certificate"}
    assert [what for what in sorted(named) if f"| `{what}` |" not in table_of] == []
