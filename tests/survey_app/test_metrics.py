"""What Prometheus reads: parsed by its own parser; nothing of a citizen's minute, code or address; for nobody else."""

import re
import sqlite3
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, insert
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.door import ZONE
from survey_app.metrics import may_read
from survey_app.recording import table
from survey_app.recording.people import record_audit
from survey_app.request_counts import BOUNDS, RequestCounts, group_of
from survey_app.settings import SettingsFault, read_settings
from survey_app.tables import SealRow
from tests.conftest import ROOT

from .conftest import Clock, record_staff, sign_in
from .test_cases import CODES, record_case
from .test_seal import due

TOKEN = "t" * 32
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(settings):
    return replace(settings, metrics_token=TOKEN)


def read(office):
    """Name → labels → value."""
    answer = office.client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def counted(office, group):
    told = read(office).get("hailong_request_seconds_count", {})
    return {dict(labels)["status"]: value for labels, value in told.items() if dict(labels)["group"] == group}


def end_the_slot(office):
    office.client.app.state.counts.release()


def test_what_citizens_do_is_told_when_their_slot_is_over_and_not_before(office):
    for _ in range(3):
        assert office.client.get(f"/r/{office.code}").status_code == 200
    office.post(overall="5")
    office.client.get("/r/AAAA")
    assert counted(office, "form") == {}
    end_the_slot(office)
    assert counted(office, "form") == {"2xx": 3, "3xx": 1, "4xx": 1}
    office.post(overall="4")
    assert counted(office, "form")["3xx"] == 1


def test_reading_often_does_not_bring_a_slot_to_its_end_but_the_clock_does(office):
    until = datetime(2026, 11, 19, 9, 59, 59, tzinfo=ZONE)
    office.post(overall="5")
    office.clock.now = until
    for _ in range(3):
        assert counted(office, "form") == {}
    office.clock.now = until + timedelta(seconds=1)
    for _ in range(100):
        if counted(office, "form"):
            break
        office.client.portal.call(_a_moment)
    assert counted(office, "form") == {"3xx": 1}


async def _a_moment():
    import asyncio  # noqa: PLC0415

    await asyncio.sleep(0.1)


def test_what_the_staff_does_is_told_at_once_and_a_refused_sign_in_is_counted(office):
    record_staff(office.engine)
    sign_in(office.client, "noi-vu", "falsch falsch falsch")
    sign_in(office.client, "noi-vu")
    office.client.get("/office/")
    assert counted(office, "sign_in") == {"4xx": 1, "3xx": 1}
    assert counted(office, "office") == {"2xx": 1}
    assert read(office)["hailong_sign_in_failures_total"] == {(): 1}


def test_the_waits_add_up_and_stand_in_the_bucket_of_their_length():
    counts = RequestCounts()
    for seconds in (0.001, 0.005, 0.0051, 0.2, 99.0):
        counts.count("office", 200, seconds)
    n, total, *buckets = counts.told["office", 2]
    assert (n, round(total, 4)) == (5, 99.2111)
    assert buckets == [2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    assert len(buckets) == len(BOUNDS) + 1


def test_sealed_answers_are_counted_once_however_often_one_reads(office):
    for _ in range(3):
        office.post(overall="5")
    assert read(office)["hailong_sealed_responses_total"] == {(): 0}
    due(office, minutes=30)
    for _ in range(2):
        told = read(office)
        assert (told["hailong_sealed_responses_total"], told["hailong_sealed_links_total"]) == ({(): 3}, {(): 1})
    values = {"desk": "xa.29926.1", "entered_date": date(2026, 11, 20), "entered_slot": "08:00", "comments": 0}
    with office.engine.begin() as connection:
        connection.execute(insert(table(SealRow)).values(number=2, responses=4, previous="x", digest="y", **values))
    assert read(office)["hailong_sealed_responses_total"] == {(): 7}


def test_the_last_backup_the_writer_and_the_memory_are_there(office):
    assert "hailong_last_backup_timestamp_seconds" not in read(office)
    at = datetime(2026, 11, 18, 2, 0, tzinfo=ZONE)
    with office.engine.begin() as connection:
        record_audit(connection, at, "hailong", "backup", "x")
    told = read(office)
    assert told["hailong_last_backup_timestamp_seconds"] == {(): at.timestamp()}
    assert told["hailong_writer_waiting"] == {(): 0}
    assert told["hailong_database_up"] == {(): 1}
    assert told["process_resident_memory_bytes"][()] % (1 << 20) == 0


def test_while_the_database_is_away_it_says_so_and_the_rest_is_there(office, monkeypatch):
    from survey_app.db import open_database  # noqa: PLC0415

    monkeypatch.setattr(office.engine, "connect", open_database("postgresql+psycopg://u:p@127.0.0.1:1/x").connect)
    told = read(office)
    assert told["hailong_database_up"] == {(): 0}
    assert "hailong_sealed_responses_total" not in told
    assert told["hailong_failed_total"] == {(): 0}


def test_while_answers_cannot_be_stored_health_and_metrics_say_so_until_they_can(office, monkeypatch):
    monkeypatch.setattr("survey_app.writer.SECONDS_BETWEEN_TRIES_REFUSED", 0.05)
    full = True

    @event.listens_for(office.client.app.state.door.writer._engine, "begin")
    def refuse(_connection):
        if full:
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError("database or disk is full"))

    assert office.post(overall="5").status_code == 503
    told = office.client.get("/health")
    assert (told.status_code, told.json()["database"], told.json()["writer"]) == (503, "ok", "refused")
    assert read(office)["hailong_database_up"] == {(): 0}
    full = False
    until = time.monotonic() + 10
    while office.client.get("/health").status_code != 200:
        assert time.monotonic() < until, "nothing was tried"
    assert read(office)["hailong_database_up"] == {(): 1}
    assert office.post(overall="5").status_code < 400


def test_a_failure_is_told_at_once_and_without_its_group(office):
    office.client.app.state.door.writer.close()
    assert office.post().status_code == 503
    assert read(office)["hailong_failed_total"] == {(): 1}
    assert counted(office, "form") == {}


def test_no_code_no_address_no_name_of_a_place_or_person_stands_there(office):
    record_staff(office.engine)
    record_case(office.engine)
    sign_in(office.client, "noi-vu")
    for path in (
        f"/r/{office.code}",
        f"/c/{CODES[0]}",
        "/office/cases/case-0",
        f"/k/{office.code}",
        "/x/y?z=1",
        "/r/%00",
    ):
        office.client.get(path)
    office.post(overall="1", comment="Chị Hoa 0912345678")
    end_the_slot(office)
    due(office, minutes=30)
    text = office.client.get("/metrics", headers=BEARER).text
    for secret in (office.code, CODES[0], "case-0", "29926", "noi-vu", "Hoa", "testclient", "/r/", "poster", TOKEN):
        assert secret not in text
    labels = set(re.findall(r'group="([^"]*)"', text))
    assert labels == {"form", "case", "office", "tablet", "other", "sign_in"}


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("/r/AB", "form"),
        ("/R/AB/thanks", "form"),
        ("/k/AB", "tablet"),
        ("/", "other"),
        ("", "other"),
        ("//r/AB", "other"),
        ("/robots.txt", "other"),
        ("/api/v1/responses", "api"),
        ("/health/live", ""),
        ("/metrics", ""),
    ],
)
def test_a_path_is_known_by_its_first_word_alone(path, group):
    assert group_of(path) == group


def asks(settings, peer, **headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return may_read({"client": (peer, 1), "headers": named}, settings)


def test_only_this_machine_a_named_network_or_the_token_may_read(settings):
    inside = replace(settings, metrics_networks=read_settings(
        {"HAILONG_DATA_DIR": str(settings.data_dir), "HAILONG_METRICS_NETWORKS": "10.9.0.0/16"}
    ).metrics_networks)  # fmt: skip
    assert asks(settings, "127.0.0.1")
    assert asks(settings, "::1")
    assert asks(inside, "10.9.1.2")
    assert asks(settings, "203.0.113.9", authorization=f"Bearer {TOKEN}")
    assert not asks(settings, "203.0.113.9")
    assert not asks(inside, "10.8.1.2")
    assert not asks(settings, "203.0.113.9", authorization=f"Bearer {TOKEN}x")
    assert not asks(settings, "203.0.113.9", authorization="Bearer é")
    assert not asks(replace(settings, metrics_token=""), "203.0.113.9", authorization="Bearer ")
    assert not asks(settings, "testclient")


def test_whoever_comes_through_a_proxy_is_not_taken_for_this_machine(settings):
    behind = replace(settings, trusted_proxies=1)
    assert not asks(settings, "127.0.0.1", x_forwarded_for="203.0.113.9")
    assert not asks(settings, "127.0.0.1", x_real_ip="127.0.0.1")
    assert not asks(settings, "127.0.0.1", forwarded="for=127.0.0.1")
    assert not asks(behind, "127.0.0.1", x_forwarded_for="127.0.0.1, 203.0.113.9")
    assert asks(behind, "127.0.0.1")


def test_to_others_there_is_no_such_page(office):
    answer = office.client.get("/metrics")
    assert answer.status_code == 404
    assert answer.text == office.client.get("/nichts").text


def test_a_token_comes_from_a_file_too_and_a_short_one_stops_the_start(tmp_path):
    own = {"HAILONG_DATA_DIR": str(tmp_path)}
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert read_settings(own | {"HAILONG_METRICS_TOKEN_FILE": str(tmp_path / "token")}).metrics_token == TOKEN
    with pytest.raises(SettingsFault, match="HAILONG_METRICS_TOKEN has 5 characters; expected at least 32"):
        read_settings(own | {"HAILONG_METRICS_TOKEN": "short"})
    with pytest.raises(SettingsFault, match="HAILONG_METRICS_NETWORKS is 'x'"):
        read_settings(own | {"HAILONG_METRICS_NETWORKS": "x"})
    assert TOKEN not in repr(read_settings(own | {"HAILONG_METRICS_TOKEN": TOKEN}))


def test_the_dashboards_alone_are_measured_too(engine, settings):
    with TestClient(make_app(engine, settings, clock=Clock(), survey=False)) as client:
        client.get("/office/")
        text = client.get("/metrics", headers=BEARER).text
    assert 'hailong_request_seconds_count{group="office",status="4xx"} 1.0' in text
    assert "hailong_writer_waiting" not in text


def test_every_name_in_the_documentation_is_one_that_is_told(office):
    at = datetime(2026, 11, 18, 2, 0, tzinfo=ZONE)
    with office.engine.begin() as connection:
        record_audit(connection, at, "hailong", "backup", "x")
    office.client.get("/")
    end_the_slot(office)
    told = set(read(office))
    families = told | {name.removesuffix("_count") for name in told}
    documented = set(
        re.findall(r"\b(?:hailong|process)_[a-z_]+", (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8"))
    )
    assert documented - families == set()
    assert {name for name in families if not name.endswith(("_bucket", "_count", "_sum"))} - documented == set()
