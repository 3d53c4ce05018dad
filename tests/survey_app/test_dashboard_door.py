"""The door before the dashboards; behind it stands an application that says what it was told."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from survey_app.app import make_app
from survey_app.dashboard_door import EVERYBODY, OPEN, READER, find_reader, is_automatic, tell_reader
from survey_app.recording import table
from survey_app.recording.people import record_disabled, record_sign_out
from survey_app.sign_in_rule import hash_token
from survey_app.tables import AuditRow, SignInRow, UserRow
from tests.survey_app.conftest import STAFF, Clock, record_office, record_staff, sign_in

STREAM = "/dashboards/_stcore/stream"
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
OURS = {"origin": "http://hailong.example", "host": "hailong.example"}


ANSWERED = [(b"content-type", b"text/html"), (b"set-cookie", b"_streamlit_xsrf=2|a|b|1; Path=/; SameSite=Lax")]


class Told:
    """In the dashboards' place: answers with the reader's header, on a page and on each message of a websocket."""

    def lifespan(self):
        @asynccontextmanager
        async def nothing(_app):
            yield

        return nothing

    async def __call__(self, scope, receive, send):
        told = [value.decode() for key, value in scope["headers"] if key in {READER.encode(), b"origin"}]
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.accept()
            try:
                while True:
                    await socket.receive_bytes()
                    await socket.send_text(json.dumps(told))
            except WebSocketDisconnect:
                return
        named = [(b"content-disposition", b'attachment; filename="don-vi.csv"')] if ".csv" in scope["path"] else []
        await send({"type": "http.response.start", "status": 200, "headers": [*ANSWERED, *named]})
        asked = {key.decode() for key, _ in scope["headers"]} & {"accept-encoding", "if-none-match", "range"}
        document = f'<!DOCTYPE html>\n<html lang="en">{sorted(asked)}' if "document" in scope["path"] else ""
        await send({"type": "http.response.body", "body": (document or json.dumps(told)).encode()})


@pytest.fixture
def behind(engine, settings):
    """A server with such dashboards, one account a role, and its clock."""
    clock = Clock()
    record_office(engine)
    record_staff(engine)
    with TestClient(make_app(engine, settings, clock=clock, dashboards=Told()), base_url=settings.public_url) as client:
        client.clock, client.engine, client.settings = clock, engine, settings
        yield client


def token_of(client):
    return hash_token(client.cookies["hailong"])


def reader_of(client, told):
    return find_reader(client.engine, client.settings, told, at=client.clock())


def told_on_a_socket(client, message=b"", **headers):
    with socket_of(client, **headers) as socket:
        socket.send_bytes(message)
        return json.loads(socket.receive_text())


def socket_of(client, **headers):
    """A websocket as a page of ours opens it, with the browser's cookie."""
    cookie = {"cookie": f"hailong={client.cookies['hailong']}"} if "hailong" in client.cookies else {}
    return client.websocket_connect(STREAM, headers=OURS | cookie | headers)


def test_a_page_asked_for_by_nobody_leads_to_the_sign_in_and_back(behind):
    asked = behind.get("/dashboards/units?unit=xa.29926", headers={"accept": "text/html"}, follow_redirects=False)
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=%2Fdashboards%2Funits%3Funit%3Dxa.29926"
    led = sign_in(behind, "ban-chi-dao", next="/dashboards/units?unit=xa.29926")
    assert led.headers["location"] == "/dashboards/units?unit=xa.29926"


@pytest.mark.parametrize("path", ["/dashboards/_stcore/host-config", "/dashboards/media/a.csv", "/dashboards/"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_whatever_is_no_page_is_refused_to_nobody(behind, path, method):
    assert behind.request(method, path, follow_redirects=False).status_code == 401


def test_whoever_is_signed_in_gets_through_with_what_the_pages_ask_and_with_no_more(behind):
    sign_in(behind, "quan-tri")
    for path in ("", "units", "media/a.csv", "_stcore/health", "_stcore/host-config", "static/js/a.js"):
        for method in ("GET", "HEAD"):
            assert behind.request(method, f"/dashboards/{path}").status_code == 200, path
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            refused = behind.request(method, f"/dashboards/{path}")
            assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD"), path
    for path in (
        "_stcore/upload_file/s/f",
        "_stcore/metrics",
        "_stcore/agent/mcp",
        "component/x/y.html",
        "/_stcore/metrics",
    ):
        assert behind.get(f"/dashboards/{path}").status_code == 404, path
        assert behind.put(f"/dashboards/{path}").status_code == 405, path
    with pytest.raises(WebSocketDisconnect), behind.websocket_connect("/dashboards/_stcore/other", headers=OURS):
        pass


def test_no_cookie_of_streamlits_reaches_a_browser(behind):
    sign_in(behind, "mot-cua")
    for path in ("", "_stcore/health", "static/js/a.js"):
        assert "set-cookie" not in behind.get(f"/dashboards/{path}").headers


@ON_SQLITE
@pytest.mark.parametrize(
    ("query", "language"), [("", "vi"), ("?lang=vi&unit=all", "vi"), ("?lang=en", "en"), ("?lang=x", "vi")]
)
def test_the_document_says_which_language_it_is_in(behind, query, language):
    sign_in(behind, "ban-chi-dao")
    kept = {"accept": "text/html,*/*", "if-none-match": "a", "accept-encoding": "gzip"}
    page = behind.get(f"/dashboards/document{query}", headers=kept)
    assert page.text == f'<!DOCTYPE html>\n<html lang="{language}">[]'


def exports(client):
    kept = table(AuditRow).c
    with client.engine.connect() as connection:
        asked = select(kept.user, kept.about, kept.detail).where(kept.act == "export_table")
        return [tuple(row) for row in connection.execute(asked)]


@ON_SQLITE
def test_a_table_fetched_at_its_address_is_one_event_with_what_the_page_showed(behind):
    sign_in(behind, "ban-chi-dao")
    page = f"{behind.base_url}/dashboards/units?period=2026-Q3&unit=all"
    behind.get("/dashboards/media/1f.csv", headers={"referer": page, "range": "bytes=1-"})
    assert exports(behind) == [("ban-chi-dao", "don-vi.csv", {"asked": {"period": "2026-Q3", "unit": "all"}})]
    behind.get("/dashboards/media/1f.csv")  # as a browser does for one press of the button
    behind.head("/dashboards/media/1f.csv")
    behind.get("/dashboards/media/1f.png")
    assert len(exports(behind)) == 1


@ON_SQLITE
def test_a_script_that_looks_whether_a_table_is_there_gets_none_of_it_and_is_no_event(behind):
    sign_in(behind, "ban-chi-dao")
    looked = behind.get("/dashboards/media/1f.csv", headers={"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"})
    assert (looked.status_code, looked.content, exports(behind)) == (200, b"", [])
    taken = behind.get("/dashboards/media/1f.csv", headers={"sec-fetch-mode": "navigate"})
    assert taken.content != b""
    assert len(exports(behind)) == 1


@ON_SQLITE
def test_a_table_fetched_several_times_at_once_is_one_event(behind):
    sign_in(behind, "ban-chi-dao")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(behind.get, ["/dashboards/media/1f.csv"] * 4))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(exports(behind)) == 1


@pytest.mark.parametrize("name", STAFF)
def test_every_role_comes_in_and_the_pages_are_told_who_it_is(behind, name):
    sign_in(behind, name)
    [told] = behind.get("/dashboards/").json()
    found = reader_of(behind, told)
    assert (found.name, found.role) == (name, STAFF[name][0])
    assert found.units == (frozenset({"xa.29926"}) if name == "mot-cua" else None)
    assert told_on_a_socket(behind) == [told]


def test_a_socket_is_for_those_who_signed_in(behind):
    for headers in ({}, {"cookie": "hailong=made-up"}, {READER: tell_reader(EVERYBODY, behind.settings)}):
        with pytest.raises(WebSocketDisconnect):
            told_on_a_socket(behind, **headers)


def test_another_sites_page_opens_no_socket_in_the_name_of_who_is_signed_in(behind):
    sign_in(behind, "ban-chi-dao")
    for origin in ("https://evil.example", "null"):
        with pytest.raises(WebSocketDisconnect):
            told_on_a_socket(behind, origin=origin)


def test_what_a_browser_says_of_itself_is_dropped(behind):
    sign_in(behind, "mot-cua")
    boast = tell_reader(EVERYBODY, behind.settings)
    for name in (READER, READER.upper(), READER.replace("-", "_")):
        [told] = behind.get("/dashboards/", headers={name: boast}).json()
        assert reader_of(behind, told).name == "mot-cua"
        assert [reader_of(behind, told).name for told in told_on_a_socket(behind, **{name: boast})] == ["mot-cua"]


def test_a_word_that_another_key_signed_says_nothing(behind):
    other = replace(behind.settings, secret_key=b"another key of thirty-two characters")
    sign_in(behind, "quan-tri")
    for told in (tell_reader(EVERYBODY, other), EVERYBODY, "", f"{EVERYBODY}.", token_of(behind)):
        assert reader_of(behind, told) is None
    assert reader_of(behind, tell_reader(EVERYBODY, behind.settings)) == OPEN


@pytest.mark.parametrize("end", ["signed out", "idle", "too long", "closed"])
def test_a_sign_in_that_ended_opens_nothing_also_over_a_connection_that_stands(behind, end):
    sign_in(behind, "noi-vu")
    [told] = behind.get("/dashboards/").json()
    with behind.engine.begin() as connection:
        if end == "signed out":
            record_sign_out(connection, token_of(behind), at=behind.clock())
        elif end == "closed":
            record_disabled(connection, "noi-vu", at=behind.clock())
    behind.clock.now += {"idle": timedelta(minutes=32), "too long": timedelta(hours=13)}.get(end, timedelta())
    assert reader_of(behind, told) is None
    assert behind.get("/dashboards/").status_code == 401
    with pytest.raises(WebSocketDisconnect):
        told_on_a_socket(behind)


def test_a_role_that_changes_holds_for_the_next_thing_that_is_asked(behind):
    sign_in(behind, "noi-vu")
    [told] = behind.get("/dashboards/").json()
    with behind.engine.begin() as connection:
        connection.execute(
            update(table(UserRow)).where(table(UserRow).c.name == "noi-vu").values(role="unit", unit="xa.29926")
        )
    assert reader_of(behind, told).units == {"xa.29926"}


def seen(client):
    with client.engine.connect() as connection:
        return connection.execute(select(table(SignInRow).c.seen)).scalar_one()


def message(*, automatic):
    said = BackMsg()
    said.rerun_script.is_auto_rerun = automatic
    return said.SerializeToString()


def test_what_a_page_asks_by_itself_does_not_keep_somebody_signed_in(behind):
    sign_in(behind, "ban-chi-dao")
    began = seen(behind)
    with socket_of(behind) as socket:
        for _ in range(20):
            behind.clock.now += timedelta(minutes=1)
            socket.send_bytes(message(automatic=True))
            socket.receive_text()
        assert seen(behind) == began
        socket.send_bytes(message(automatic=False))
        socket.receive_text()
        assert seen(behind) == began + 20 * 60


def test_only_a_rerun_that_a_reader_asked_for_is_a_readers_doing():
    heartbeat = BackMsg()
    heartbeat.app_heartbeat = True
    assert not is_automatic(message(automatic=False))
    assert all(map(is_automatic, (message(automatic=True), heartbeat.SerializeToString(), b"", b"\xff\xff no message")))


def test_open_dashboards_let_everybody_in_and_know_who_signed_in(engine, settings):
    record_office(engine)
    record_staff(engine)
    app = make_app(engine, settings, clock=Clock(), dashboards=Told(), open_dashboards=True)
    with TestClient(app, base_url=settings.public_url) as client:
        client.engine, client.settings, client.clock = engine, settings, Clock()
        assert [reader_of(client, told) for told in client.get("/dashboards/").json()] == [OPEN]
        assert [reader_of(client, told) for told in told_on_a_socket(client)] == [OPEN]
        sign_in(client, "mot-cua")
        assert [reader_of(client, told).name for told in client.get("/dashboards/").json()] == ["mot-cua"]


def test_a_process_of_dashboards_alone_sends_to_the_sign_in_of_the_other(engine, settings):
    with TestClient(
        make_app(engine, settings, survey=False, dashboards=Told()), base_url="http://127.0.0.1:8502"
    ) as client:
        led = client.get("/dashboards/", headers={"accept": "text/html"}, follow_redirects=False)
        assert led.headers["location"] == "http://hailong.example/sign-in?next=%2Fdashboards%2F"


def test_who_owes_a_second_factor_sees_no_dashboards_before_it_is_set_up(sqlite_engine, settings):
    strict = replace(settings, second_factor=frozenset({"committee"}))
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    app = make_app(sqlite_engine, strict, clock=Clock(), dashboards=Told())
    with TestClient(app, base_url=settings.public_url) as client:
        sign_in(client, "ban-chi-dao")
        page = client.get("/dashboards/", headers={"accept": "text/html"}, follow_redirects=True)
        assert str(page.url).endswith("/office/me/second-factor")
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(STREAM, headers=OURS):
            pass
        told = tell_reader(hash_token(client.cookies["hailong"]), strict)
        assert find_reader(sqlite_engine, strict, told, at=Clock()()) is None
        assert find_reader(sqlite_engine, settings, told, at=Clock()()) is not None
