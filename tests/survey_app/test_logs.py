"""What the server writes down, and what it never does; and the page of an error that nobody expected."""

import asyncio
import io
import json
import logging
import re
import signal
import socket
import threading

import httpx2
import pytest
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.logs import ANONYMOUS, set_up_logging, take_over
from survey_app.settings import SettingsFault, read_settings

from .conftest import Clock, record_staff, serving, sign_in
from .test_api import bearer, make_test_key
from .test_cases import CODES, record_case
from .test_cli import DESK, record_desk, run
from .test_cli import serving as serving_process

WORDS = "Chị Hoa 0912345678 ở ấp 3"


@pytest.fixture
def written():
    """What is logged from now on, everything that ours say, as JSON."""
    stream, before = io.StringIO(), (logging.raiseExceptions, threading.excepthook)
    handler = set_up_logging(form="json", level="debug", stream=stream)
    take_over()
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.raiseExceptions, threading.excepthook = before


def records(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fails(*_, **__):
    raise ValueError(f"of {WORDS}")


@pytest.fixture
def broken(office):
    """The small office's server after something in it broke that nobody expected."""
    client = TestClient(office.client.app, raise_server_exceptions=True, client=("203.0.113.77", 50000))
    client.app.router.routes[:0] = [
        Route(path, fails, methods=["GET", "POST"])
        for path in ("/r/{code}", "/c/{code}", "/k/{code}", "/s/{code}", "/office/cases")
    ]
    return client


@pytest.mark.parametrize("letter", "rcks")
def test_an_error_that_nobody_expected_is_a_plain_page_with_an_id_that_the_log_has_too(broken, office, written, letter):
    answer = broken.post(f"/{letter}/{office.code}", data={"comment": WORDS})
    assert answer.status_code == 500
    assert "Máy chủ gặp lỗi ngoài dự tính." in answer.text
    [fault] = re.findall(r"\b[0-9A-F]{8}\b", answer.text)
    [record] = records(written)
    assert (record["fault"], record["level"], record["logger"]) == (fault, "error", "hailong")
    assert any("test_logs.py" in line and "in fails" in line for line in record["error"])
    assert record["error"][0] == "builtins.ValueError"
    assert answer.headers["cache-control"]
    for word in (office.code, "Hoa", "0912345678", "203.0.113.77", "Traceback"):
        assert word not in answer.text + written.getvalue()
    assert "ValueError" not in answer.text


def test_the_page_speaks_the_readers_language(broken, office):
    assert "The server met an unexpected error." in broken.get(f"/r/{office.code}?lang=en").text
    broken.cookies.set("lang", "en")
    assert "The server met an unexpected error." in broken.get("/office/cases").text


def test_of_a_citizens_request_the_half_hour_is_written_and_of_the_staffs_the_second(broken, office, written):
    broken.get(f"/r/{office.code}")
    broken.get("/office/cases")
    citizens, staffs = records(written)
    assert citizens["time"][14:] in {"00:00+07:00", "30:00+07:00"}
    assert citizens["message"] == f"Fault {citizens['fault']}: GET of form"
    assert staffs["message"] == f"Fault {staffs['fault']}: GET of office"


def test_under_the_api_an_unexpected_error_is_json(office, written):
    key = make_test_key(office, "read")
    api = next(route.app for route in office.client.app.router.routes if getattr(route, "path", "") == "/api/v1")
    api.router.routes.insert(0, Route("/units", fails))
    answer = office.client.get("/api/v1/units", headers=bearer(key))
    assert (answer.status_code, answer.json()["faults"]) == (500, [])
    [record] = records(written)
    assert answer.json()["detail"] == f"The server met an error. Tell its keeper: {record['fault']}."
    assert key not in written.getvalue()


def test_an_answer_that_had_begun_breaks_off_and_its_error_is_written_without_words(engine, settings, written):
    async def half(_):
        async def pieces():
            yield b"half"
            fails()

        return StreamingResponse(pieces())

    app = make_app(engine, settings, clock=Clock())
    app.router.routes.insert(0, Route("/half", half))
    with serving(app) as address:
        take_over()  # as `serve` does; this server brought uvicorn's own handlers
        with pytest.raises(httpx2.RemoteProtocolError):
            httpx2.get(f"{address}/half")
    assert records(written)[0]["message"].endswith("GET of other")
    assert "Exception in ASGI application" in written.getvalue()
    assert "Hoa" not in written.getvalue()


def test_real_forms_cases_and_outages_leave_nothing_of_anybody_in_the_log(office, written):
    record_staff(office.engine)
    record_case(office.engine)
    client = TestClient(office.client.app, client=("203.0.113.77", 50000))
    office.post(overall="1", comment=WORDS)
    client.post(f"/r/{office.code}", data={"id": office.ticket(), "overall": "9", "comment": WORDS})
    client.get(f"/c/{CODES[0]}")
    client.post(f"/c/{CODES[0]}", data={"act": "withdraw"})
    client.get(f"/k/{office.code}")
    client.get(f"/s/{office.code}")
    sign_in(client, "noi-vu", WORDS)
    client.post("/sign-in", content=b"\xff" * 99, headers={"content-type": "application/x-www-form-urlencoded"})
    office.client.app.state.door.writer.close()
    assert (
        client.post(f"/r/{office.code}", data={"id": office.ticket(), "overall": "2", "comment": WORDS}).status_code
        == 503
    )
    text = written.getvalue()
    assert "The database did not answer as it should: WriterStopped" in text
    for secret in (
        office.code,
        CODES[0],
        "Hoa",
        "0912345678",
        "203.0.113.77",
        "testclient",
        "overall",
        "noi-vu",
        "/r/",
        "/c/",
    ):
        assert secret not in text


def test_the_words_of_an_error_stay_out_wherever_it_is_logged(written):
    logger = logging.getLogger("some.library")
    try:
        try:
            fails()
        except ValueError as error:
            raise RuntimeError(WORDS) from error
    except RuntimeError:
        logger.exception("It failed")
    [record] = records(written)
    assert [line for line in record["error"] if not line.startswith("  ")] == [
        "builtins.RuntimeError",
        "builtins.ValueError",
    ]
    assert "Hoa" not in written.getvalue()


def test_a_task_or_a_thread_that_ends_with_an_error_says_no_words_either(written):
    async def forget_one():
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        future.set_exception(ValueError(WORDS))
        del future

    thread = threading.Thread(target=lambda: asyncio.run(forget_one()))
    thread.start()
    thread.join()
    ended = threading.Thread(target=fails)
    ended.start()
    ended.join()
    messages = [record["message"] for record in records(written)]
    assert messages == ["Future exception was never retrieved", "A thread ended with an error"]
    assert "Hoa" not in written.getvalue()


def test_a_record_is_one_line_and_what_is_typed_cannot_begin_another():
    stream = io.StringIO()
    handler = set_up_logging(form="text", level="info", stream=stream)
    logging.getLogger("hailong").info("a\nb %s", "c\r\n2026-11-26 critical", extra=ANONYMOUS)
    logging.getLogger("httpx2").info("GET https://a.example/secret")
    logging.getLogger().removeHandler(handler)
    [line] = stream.getvalue().splitlines()
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:[03]0:00\+07:00 info     hailong: a b c 2026-11-26 critical", line)


def test_set_up_twice_a_record_is_written_once():
    first, second = io.StringIO(), io.StringIO()
    set_up_logging(stream=first)
    handler = set_up_logging(stream=second)
    logging.getLogger("hailong").warning("once")
    logging.getLogger().removeHandler(handler)
    assert (first.getvalue(), second.getvalue().count("once")) == ("", 1)


def test_libraries_with_handlers_of_their_own_lose_them(written):
    theirs = io.StringIO()
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(logging.StreamHandler(theirs))
    take_over()
    logger.error("Exception in ASGI application", exc_info=ValueError(WORDS))
    assert theirs.getvalue() == ""
    assert "Exception in ASGI application" in written.getvalue()
    assert "Hoa" not in written.getvalue()


def test_a_refused_start_is_a_line_for_a_person_or_json_for_a_program(tmp_path):
    assert run(tmp_path, "init", HAILONG_PORT="x").stderr.startswith("HAILONG_PORT is 'x'")
    told = run(tmp_path, "init", HAILONG_PORT="x", HAILONG_LOG_FORMAT="json")
    record = json.loads(told.stderr)
    assert (told.returncode, record["level"], record["message"][:28]) == (1, "error", "Refused: HAILONG_PORT is 'x'")


def test_a_format_that_there_is_not_stops_the_start(tmp_path):
    with pytest.raises(SettingsFault, match="HAILONG_LOG_FORMAT is 'xml'; expected one of text, json"):
        read_settings({"HAILONG_DATA_DIR": str(tmp_path), "HAILONG_LOG_FORMAT": "xml"})


def test_somebody_who_goes_away_in_the_middle_is_no_fault(engine, settings, written):
    from starlette.requests import ClientDisconnect  # noqa: PLC0415

    def leave(*_):
        raise ClientDisconnect

    app = make_app(engine, settings, clock=Clock())
    app.router.routes.insert(0, Route("/left", leave))
    with TestClient(app) as client, pytest.raises(AssertionError):  # nothing was answered
        client.get("/left")
    assert records(written) == []


def test_a_whole_server_writes_nothing_but_json_and_nothing_of_anybody(tmp_path):
    """As it runs: dashboards, websocket, bytes that are no request, a form, a signal to stop."""
    run(tmp_path, "init")
    code = record_desk(tmp_path, DESK)
    with serving_process(tmp_path, HAILONG_LOG_FORMAT="json", HAILONG_LOG_LEVEL="debug") as (address, said):
        port = int(address.rpartition(":")[2])
        page = httpx2.get(f"{address}/r/{code}").text
        ticket = re.search(r'name="id" value="([^"]+)"', page)[1]
        sent = {"id": ticket, "overall": "1", "comment": WORDS}
        assert httpx2.post(f"{address}/r/{code}", data=sent).status_code == 303
        httpx2.get(f"{address}/dashboards/")
        for bytes_ in (
            b"\x16\x03\x01\xff",
            b"GET /r/" + code.encode() + b" HTTP/9.9\r\n\r\n",
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nab",
        ):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(bytes_)
        upgrade = {
            "connection": "upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "eA==",
        }
        for path in (f"/r/{code}", "/dashboards/_stcore/stream"):
            httpx2.get(f"{address}{path}", headers=upgrade)
    lines = said[0].splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert [line for line in lines if not line.startswith("{")][:1] == [f"{address}/"]
    assert not re.search(
        "(?i)warning|error|info|invalid http", "\n".join(line for line in lines if not line.startswith("{"))
    )
    assert "Invalid HTTP request received." in {record["message"] for record in told}
    assert told[0]["message"].startswith("Started: release ")
    assert told[-1]["message"] == "Stopped by SIGINT"
    for secret in (code, "Hoa", "0912345678", ticket, "/r/", "/dashboards", "GET ", "POST "):
        assert secret not in said[0]


def test_a_server_that_is_stopped_says_by_what_at_the_usual_level_and_one_that_is_killed_says_nothing(tmp_path):
    run(tmp_path, "init")
    for how, last in (
        (signal.SIGTERM, "Stopped by SIGTERM"),
        (signal.SIGINT, "Stopped by SIGINT"),
        (signal.SIGKILL, ""),
    ):
        with serving_process(tmp_path, stop_by=how) as (_, said):
            pass
        assert [line.partition("hailong: ")[2] for line in said[0].splitlines() if "topped" in line] == [last] * bool(
            last
        )
