"""The limit on the requests of one address, and whom it never hurts."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from limits import parse
from starlette.testclient import TestClient

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.limiter import RequestCounts, address_of
from survey_app.settings import RATE_LIMIT, read_settings

from .conftest import KEY, Clock, record_office


@contextmanager
def office_with(engine, folder, **environment):
    serial = record_office(engine)
    settings = read_settings({"HAILONG_DATA_DIR": str(folder), "HAILONG_SECRET_KEY": KEY} | environment)
    with TestClient(make_app(engine, settings, clock=Clock())) as client:
        yield client, f"/r/{make_code(serial, key=KEY.encode())}"


def test_one_too_many_is_told_in_the_readers_language_how_long_to_wait(sqlite_engine, tmp_path):
    with office_with(sqlite_engine, tmp_path, HAILONG_RATE_LIMIT="3/hour") as (client, form):
        assert [client.get(form).status_code for _ in range(3)] == [200] * 3
        vietnamese, english = client.get(form), client.get(f"{form}?lang=en")
        api = client.get("/api/v1/openapi.json")
        assert client.get("/health").status_code == 200
    seconds = vietnamese.headers["retry-after"]
    assert 1 <= int(seconds) <= 2 * 3600
    assert f"Xin thử lại sau {seconds} giây; phiếu đang mở vẫn dùng được." in vietnamese.text
    assert "Please wait a moment." in english.text
    assert "paper form" in english.text, "there is another way"
    assert "content-security-policy" in vietnamese.headers
    assert [vietnamese.status_code, english.status_code, api.status_code] == [429] * 3
    assert api.headers["content-type"] == "application/json"
    assert api.json()["detail"].startswith("Too many requests from this address. Try again in ")


def test_a_form_that_was_refused_is_taken_with_what_was_typed_after_the_wait(sqlite_engine, tmp_path, monkeypatch):
    now = 1000.0
    monkeypatch.setattr("survey_app.limiter.time.monotonic", lambda: now)
    with office_with(sqlite_engine, tmp_path, HAILONG_RATE_LIMIT="2/minute") as (client, form):
        ticket = client.get(form).text.partition('name="id" value="')[2].partition('"')[0]
        client.get(form)
        sent = {"id": ticket, "overall": "2"}
        refused = client.post(form, data=sent)
        assert refused.status_code == 429
        now += int(refused.headers["retry-after"])
        assert client.post(form, data=sent, follow_redirects=False).status_code == 303


def test_forty_people_on_one_wifi_are_not_refused_at_the_default_limit(sqlite_engine, tmp_path, monkeypatch):
    """Each opens the form, reloads it twice, taps, sends, sends again and is thanked, forty times in five minutes."""
    now = 1000.0
    monkeypatch.setattr("survey_app.limiter.time.monotonic", lambda: now)
    statuses = []
    with office_with(sqlite_engine, tmp_path) as (client, form):
        for _ in range(40):
            pages = [client.get(form) for _ in range(3)]
            ticket = pages[-1].text.partition('name="id" value="')[2].partition('"')[0]
            sent = {"id": ticket, "overall": "4"}
            answers = [client.post(f"{form}/tap", data=sent)]
            answers += [client.post(form, data=sent, follow_redirects=False) for _ in range(2)]
            answers.append(client.get(answers[-1].headers["location"]))
            statuses += [answer.status_code for answer in (*pages, *answers)]
            client.cookies.clear()
            now += 300 / 40
    assert statuses == [200, 200, 200, 204, 303, 303, 200] * 40


def test_even_all_forty_in_the_same_minute_are_not_refused():
    counts = RequestCounts(parse(RATE_LIMIT))
    waits = [counts.wait("203.0.113.9", at=1000.0 + request / 10) for request in range(40 * 7)]
    assert set(waits) == {0.0}


def test_a_limit_moves_with_time_and_says_truly_when_the_next_request_is_taken():
    counts = RequestCounts(parse("10/minute"))
    assert [counts.wait("a", at=600.0 + request) for request in range(10)] == [0.0] * 10
    refused = counts.wait("a", at=610.0)
    assert refused > 0
    assert counts.wait("another", at=610.0) == 0
    assert counts.wait("a", at=610.0 + refused - 2) > 0
    assert counts.wait("a", at=610.0 + refused + 0.01) == 0
    assert counts.wait("a", at=900.0) == 0


def resident_bytes():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def test_a_million_addresses_take_no_more_memory_than_a_few():
    counts = RequestCounts(parse(RATE_LIMIT))
    before = resident_bytes()
    for number in range(1_000_000):
        counts.wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", at=1000.0 + number / 1000)
    assert resident_bytes() - before < 20_000_000


@pytest.mark.parametrize(
    ("proxies", "headers", "expected"),
    [
        (0, [b"1.1.1.1"], "10.0.0.2"),
        (1, [b"1.1.1.1"], "1.1.1.1"),
        (1, [b"6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        (1, [b"6.6.6.6", b"1.1.1.1"], "1.1.1.1"),
        (1, [], "10.0.0.2"),
    ],
)
def test_whoever_writes_the_header_himself_is_not_believed(settings, proxies, headers, expected):
    believing = read_settings(
        {
            "HAILONG_DATA_DIR": str(settings.data_dir),
            "HAILONG_SECRET_KEY": KEY,
            "HAILONG_TRUSTED_PROXIES": str(proxies),
        }
    )
    scope = {"client": ("10.0.0.2", 1), "headers": [(b"x-forwarded-for", value) for value in headers]}
    assert address_of(scope, believing) == expected


def test_behind_a_proxy_each_address_has_its_own_limit_and_without_one_none_is_believed(sqlite_engine, tmp_path):
    def statuses(client, form):
        return [client.get(form, headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in (1, 2, 1)]

    with office_with(sqlite_engine, tmp_path, HAILONG_RATE_LIMIT="1/hour", HAILONG_TRUSTED_PROXIES="1") as (
        client,
        form,
    ):
        assert statuses(client, form) == [200, 200, 429]


def test_without_a_trusted_proxy_another_address_in_a_header_does_not_help(sqlite_engine, tmp_path):
    with office_with(sqlite_engine, tmp_path, HAILONG_RATE_LIMIT="1/hour") as (client, form):
        found = [client.get(form, headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in (1, 2)]
    assert found == [200, 429]
