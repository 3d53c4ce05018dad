"""Whatever is sent to the form, the server answers it or closes; it never fails, and says nothing of its inside."""

import socket
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from survey_app.ticket import OpenedBy, issue_ticket
from tests.tricks import EVERY

from .conftest import KEY, Clock
from .test_connection import running

FORM = "application/x-www-form-urlencoded"
NAMES = [
    "id",
    "overall",
    "waiting_place",
    "posted",
    "on_time",
    "polite",
    "answers",
    "guidance",
    "result",
    "feedback",
    "field",
    "comment",
    "website",
    "contact",
    "consent",
    "tap",
    "lang",
]
quiet = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A real server with one desk: its port and the desk's code."""
    from survey_app.db import migrate, open_database  # noqa: PLC0415 - only this fixture opens one by itself
    from survey_app.settings import read_settings  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("fuzz")
    engine = open_database(f"sqlite:///{folder}/hailong.db")
    migrate(engine)
    environment = {"HAILONG_DATA_DIR": str(folder), "HAILONG_SECRET_KEY": KEY, "HAILONG_RATE_LIMIT": "off"}
    with running(engine, read_settings(environment)) as found:
        yield found
    engine.dispose()


def said(port, wire):
    """Everything that comes back when these bytes were sent and nothing follows them."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        try:
            opened.sendall(wire)
            opened.shutdown(socket.SHUT_WR)
            while more := opened.recv(65536):
                found += more
        except (BrokenPipeError, ConnectionResetError):
            pass
    return found


def check_answer(answer):
    """No 5xx, nothing of the inside."""
    for part in answer.split(b"HTTP/1.1 ")[1:]:
        assert part[:1] in b"1234", part[:200]
    for word in (b"Traceback", b"sqlalchemy", b'File "', b"site-packages"):
        assert word not in answer


def post(code, body, *, content_type=FORM, path="", more=""):
    head = (
        f"POST /r/{code}{path} HTTP/1.1\r\nhost: x\r\ncontent-type: {content_type}\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n{more}\r\n"
    )
    return head.encode("latin-1") + body


texts = st.text(max_size=60) | st.sampled_from(EVERY) | st.sampled_from(["1", "5", "na", "ho-tich", ""])
names = st.sampled_from(NAMES) | st.text(max_size=12)


@quiet
@given(fields=st.lists(st.tuples(names, texts), max_size=14), good=st.booleans(), path=st.sampled_from(["", "/tap"]))
def test_any_fields_get_an_answer(served, fields, good, path):
    port, code = served
    ticket = [("id", issue_ticket(OpenedBy(link=1), key=KEY.encode(), at=Clock()()))] if good else []
    body = urlencode([*ticket, *fields], errors="surrogatepass").encode()
    answer = said_open(port, post(code, body, path=path))
    assert answer.startswith(b"HTTP/1.1 ")
    check_answer(answer)


def said_open(port, wire):
    """As `said`, by a client that waits for its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        opened.sendall(wire)
        found = b""
        while more := opened.recv(65536):
            found += more
        return found


@quiet
@given(
    body=st.binary(max_size=300), content_type=st.sampled_from([FORM, f"{FORM}; charset=x", "text/plain", "", "a/b;="])
)
@example(body=b"%", content_type=FORM)
@example(body=b"\xff=\xfe", content_type=FORM)
@example(body=b"overall=%ED%A0%80", content_type=FORM)
@example(body=b"&".join([b"a=1"] * 200), content_type=FORM)
def test_any_body_gets_an_answer(served, body, content_type):
    port, code = served
    answer = said_open(port, post(code, body, content_type=content_type))
    assert answer.startswith(b"HTTP/1.1 4")
    check_answer(answer)


@quiet
@given(data=st.data())
def test_any_bytes_on_the_wire_end_in_an_answer_or_a_closed_connection(served, data):
    port, code = served
    whole = bytearray(post(code, b"overall=5&comment=x", more="cookie: hl=abc\r\nx-forwarded-for: 1.1.1.1\r\n"))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole)))
        until = min(len(whole), at + data.draw(st.integers(0, 12)))
        whole[at:until] = data.draw(
            st.binary(max_size=12)
            | st.sampled_from([b"\r\n", b"\r\n\r\n", b"\x00", b"%00", b"%ff", b"../", b"HTTP/9.9"])
        )
    check_answer(said(port, bytes(whole)))


@quiet
@given(
    code=st.text(max_size=40), query=st.text(max_size=40), method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "X"])
)
def test_any_address_gets_an_answer(served, code, query, method):
    port, _ = served
    path = "".join(f"%{byte:02X}" for byte in code.encode("utf-8", "surrogatepass"))
    asked = "".join(f"%{byte:02X}" for byte in query.encode("utf-8", "surrogatepass"))
    for address in (f"/r/{path}", f"/R/{path}/thanks?lang={asked}", f"/{path}?{asked}", f"/c/{path}", f"/k/{path}"):
        answer = said_open(port, f"{method} {address} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 ")
        check_answer(answer)


def test_after_all_that_a_form_still_counts(served):
    port, code = served
    ticket = issue_ticket(OpenedBy(link=1), key=KEY.encode(), at=Clock()())
    answer = said_open(port, post(code, urlencode({"id": ticket, "overall": "5"}).encode()))
    assert answer.startswith(b"HTTP/1.1 303 ")
