"""A real server and those who are slow, half gone or too long."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from urllib.request import urlopen

import pytest
import uvicorn

from qr_codes import make_code
from survey_app import connection
from survey_app.app import make_app
from survey_app.serve import server_config

from .conftest import KEY, Clock, record_office

SECONDS_OF_A_BUSY_MACHINE = 15  # half of what a server gives a request before it closes
HEAD = "POST /r/{code} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n"


@contextmanager
def running(engine, settings):
    """Port of a server as `hailong serve` runs it, and the code of its desk."""
    code = make_code(record_office(engine), key=KEY.encode())
    server = uvicorn.Server(server_config(make_app(engine, settings, clock=Clock()), settings))
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as taken:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.02)
            yield taken.getsockname()[1], code
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def served(sqlite_engine, settings):
    with running(sqlite_engine, settings) as found:
        yield found


def speak(port, *parts, pause=0.0):
    """What comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_OF_A_BUSY_MACHINE) as opened:
        for part in parts:
            opened.sendall(part if isinstance(part, bytes) else part.encode())
            time.sleep(pause)
        found = b""
        try:
            while more := opened.recv(65536):
                found += more
        except ConnectionResetError:
            pass
        return found


def opens(port, code):
    """Whether the form comes while the others stay as they are; a busy machine may take its time."""
    with urlopen(f"http://127.0.0.1:{port}/r/{code}", timeout=SECONDS_OF_A_BUSY_MACHINE) as answer:
        return answer.status == 200


def test_two_hundred_who_send_a_byte_a_second_keep_nobody_waiting(served):
    port, code = served
    with ExitStack() as opened:
        slow = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(200)]
        for number, each in enumerate(slow):
            each.sendall((HEAD.format(code=code, length=999) + ("\r\nid" if number % 2 else "x-sl")).encode())
        for _ in range(3):
            for each in slow:
                each.sendall(b"o")
            assert opens(port, code)
            time.sleep(0.3)
    assert threading.active_count() < 60, "no thread waits for them"


@pytest.mark.parametrize("sent", ["", "GET /r/", HEAD, HEAD + "\r\nid=abc"])
def test_who_stops_before_the_request_is_whole_is_let_go(served, monkeypatch, sent):
    port, code = served
    monkeypatch.setattr(connection, "SECONDS_FOR_A_REQUEST", 0.4)
    started = time.monotonic()
    assert speak(port, sent.format(code=code, length=999)) == b""
    assert 0.3 < time.monotonic() - started < SECONDS_OF_A_BUSY_MACHINE


def test_a_large_body_that_keeps_coming_may_take_longer(served, monkeypatch):
    port, code = served
    monkeypatch.setattr(connection, "SECONDS_FOR_A_REQUEST", 0.4)
    monkeypatch.setattr(connection, "BYTES_IN_TIME", 1000)
    head = HEAD.format(code=code, length=9000) + "connection: close\r\n\r\n"
    assert speak(port, head, *["x" * 1500] * 6, pause=0.15).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("way", ["at once", "slowly"])
@pytest.mark.parametrize(
    "head", ["GET /r/{code}?{long} HTTP/1.1\r\nhost: x\r\n\r\n", "GET /r/{code} HTTP/1.1\r\nx: {long}\r\n\r\n",
             "GET /r/{code} HTTP/1.1\r\n{many}\r\n"]
)  # fmt: skip
def test_a_head_without_end_is_refused(served, head, way):
    port, code = served
    whole = head.format(code=code, long="x" * 40_000, many="a: b\r\n" * 9000)
    step = 4096 if way == "slowly" else len(whole)
    parts = [whole[start : start + step] for start in range(0, len(whole), step)]
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_OF_A_BUSY_MACHINE) as opened:
        try:
            for part in parts:
                opened.sendall(part.encode())
            said = opened.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            said = b"HTTP/1.1 431 "  # it closed while more came
    assert said.startswith(b"HTTP/1.1 431 ")
    assert opens(port, code)


def test_who_closes_one_half_is_let_go(served):
    port, code = served
    for sent in ("GET /r/", HEAD.format(code=code, length=999) + "\r\nid=abc"):
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_OF_A_BUSY_MACHINE) as opened:
            opened.sendall(sent.encode())
            opened.shutdown(socket.SHUT_WR)
            while opened.recv(65536):
                pass
    assert opens(port, code)


def test_one_address_holds_no_more_connections_than_a_crowd_needs(served, monkeypatch):
    port, code = served
    monkeypatch.setattr(connection, "MOST_OF_AN_ADDRESS", 20)
    with ExitStack() as opened:
        for _ in range(20):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert speak(port, f"GET /r/{code} HTTP/1.1\r\nhost: x\r\n\r\n") == b""
    until = time.monotonic() + 60
    while connection.CarefulConnection._open_of and time.monotonic() < until:
        time.sleep(0.05)
    assert opens(port, code)


def test_behind_a_proxy_connections_are_not_counted(sqlite_engine, settings, monkeypatch):
    monkeypatch.setattr(connection, "MOST_OF_AN_ADDRESS", 1)
    with running(sqlite_engine, replace(settings, trusted_proxies=1)) as (port, code), ExitStack() as opened:
        for _ in range(5):
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert opens(port, code)


def test_the_server_itself_does_not_believe_who_says_to_be_another(sqlite_engine, settings):
    limited = replace(settings, rate_limit="1/hour")
    with running(sqlite_engine, limited) as (port, code):
        head = f"GET /r/{code} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-forwarded-for: 203.0.113."
        found = [speak(port, f"{head}{number}\r\n\r\n")[9:12] for number in (1, 2)]
    assert found == [b"200", b"429"]
