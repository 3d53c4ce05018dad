"""Webhooks against a real HTTP server that takes, fails, is slow, redirects, is gone; checked by standardwebhooks itself."""

import asyncio
import json
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from survey_app import courier as courier_module
from survey_app.app import make_app
from survey_app.courier import SECRET, Courier
from survey_app.door import ZONE, Door
from survey_app.reading.webhooks import read_deliveries, read_last_seal_number, read_webhooks
from survey_app.recording.webhooks import record_webhook
from survey_app.sealed_text import seal_text
from survey_app.tables import WebhookRow
from survey_app.webhook import RETRIES, make_id, make_secret
from survey_app.webhook_address import RefusedAddress, resolve
from tests.conftest import apart
from tests.survey_app.conftest import Clock, Office, record_office
from tests.survey_app.test_api import add_places, bearer, make_test_key, rows
from tests.survey_app.test_api_reading import answer, due, store


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as the path says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        if self.path == "/slow":
            time.sleep(3)
        status = {"/fails": 500, "/gone": 410, "/redirect": 302, "/heals": 500 if len(self.server.got) < 3 else 200}
        self.send_response(status.get(self.path, 200))
        if self.path == "/redirect":
            self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_):
        pass


@contextmanager
def receiving(tls=None):
    """A real server on this machine; `got` is what it was sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got = []
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def office(engine, settings):
    """An office whose server does nothing by itself, so that only the test's own couriers run."""
    serial, clock = record_office(engine), Clock()
    app = make_app(engine, settings, clock=clock)
    app.state.door = Door(engine, settings, clock=clock)
    yield Office(TestClient(app), engine, "", serial, clock)
    app.state.door.close()


@pytest.fixture
def within(settings):
    """Settings of an office that allows webhooks inside its network."""
    return replace(settings, webhook_private=True)


class Now:
    """The seconds as a test sets them."""

    def __init__(self):
        self.at = time.time()

    def __call__(self):
        return self.at


def add(office, settings, address, unit=None, at=None):
    secret, id_ = make_secret(), make_id("wh")
    with office.engine.begin() as connection:
        record_webhook(
            connection, id_=id_, address=address, secret=seal_text(secret, purpose=SECRET, key=settings.secret_key),
            unit=unit, created=date(2026, 11, 19), position=read_last_seal_number(connection), at=int(at or time.time()) - 1,
        )  # fmt: skip
    return id_, secret


def deliver(*couriers):
    async def run():
        return await asyncio.gather(*(each.deliver_due() for each in couriers))

    return sum(apart(lambda: asyncio.run(run())))


def log(office):
    with office.engine.connect() as connection:
        return read_deliveries(connection)


def path_of(server, path):
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


def seal_some(office, day, many=12, desk="xa.29926.1"):
    start = day.toordinal() * 1000
    store(office, [answer(start + i, day, desk=desk) for i in range(many)])
    due(office)


def test_new_seals_are_told_signed_as_the_standard_says_and_with_counts_alone(office, within, receiver):
    _, secret = add(office, within, path_of(receiver, "/"))
    assert deliver(Courier(office.engine, within)) == 1
    seal_some(office, date(2026, 11, 18))
    assert deliver(Courier(office.engine, within)) == 1
    assert deliver(Courier(office.engine, within)) == 0
    verified = [Webhook(secret).verify(body, headers) for _, headers, body in receiver.got]
    assert [each["type"] for each in verified] == ["webhook.added", "answers.sealed"]
    assert verified[1] == {
        "type": "answers.sealed",
        "timestamp": "2026-11-18",
        "data": {"received": 12, "units": [{"unit": "xa.29926", "received": 12}], "cursor": None},
    }
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 2
    assert [each.delivered for each in log(office)] == [True, True]
    assert secret not in str(rows(office, WebhookRow))


def test_a_month_that_is_over_is_told_with_the_cursor_to_read_from(office, within, receiver):
    key = bearer(make_test_key(office, "read"))
    add(office, within, path_of(receiver, "/"))
    office.clock.now = datetime(2026, 10, 20, 9, 42, tzinfo=ZONE)
    seal_some(office, date(2026, 10, 19))
    deliver(Courier(office.engine, within))
    office.clock.now = datetime(2026, 11, 19, 9, 42, tzinfo=ZONE)
    seal_some(office, date(2026, 11, 18))
    deliver(Courier(office.engine, within))
    told = json.loads(receiver.got[-1][2])
    assert told["type"] == "answers.released"
    page = office.client.get("/api/v1/responses", params={"after": told["data"]["cursor"]}, headers=key).json()
    assert {each["month"] for each in page["answers"]} == {"2026-10"}
    assert len(page["answers"]) == 12


def test_a_webhook_of_a_unit_is_told_of_that_unit_alone(office, within, receiver):
    add_places(office)
    add(office, within, path_of(receiver, "/"), unit="xa.1")
    deliver(Courier(office.engine, within))
    seal_some(office, date(2026, 11, 17))
    assert deliver(Courier(office.engine, within)) == 0
    office.clock.now += timedelta(hours=1)
    seal_some(office, date(2026, 11, 18), many=3, desk="xa.1.o")
    assert deliver(Courier(office.engine, within)) == 1
    assert json.loads(receiver.got[-1][2])["data"]["units"] == [{"unit": "xa.1", "received": 3}]
    assert "xa.29926" not in str(receiver.got)


def test_what_fails_is_tried_again_with_the_same_id_and_body_until_it_is_taken(office, within, receiver):
    now = Now()
    _, secret = add(office, within, path_of(receiver, "/heals"), at=now.at)
    sent = []
    for seconds in (0, 4, 1, 299, 1):
        now.at += seconds
        sent.append(deliver(Courier(office.engine, within, now=now)))
    assert sent == [1, 0, 1, 0, 1]
    assert len({(headers["webhook-id"], body) for _, headers, body in receiver.got}) == 1
    assert Webhook(secret).sign(receiver.got[-1][1]["webhook-id"], datetime.fromtimestamp(int(now.at), UTC), receiver.got[-1][2].decode()) == receiver.got[-1][1]["webhook-signature"]  # fmt: skip
    assert [(each.attempts, each.delivered, each.outcome) for each in log(office)] == [(3, True, "status 200")]


def test_what_never_is_taken_is_given_up_after_three_days_and_logged(office, within, receiver):
    now = Now()
    add(office, within, path_of(receiver, "/fails"), at=now.at)
    for seconds in (0, *RETRIES, 10**6):
        now.at += seconds
        deliver(Courier(office.engine, within, now=now))
    assert len(receiver.got) == len(RETRIES) + 1
    [last] = log(office)
    assert (last.attempts, last.delivered, last.next_try, last.outcome) == (10, False, None, "status 500")
    assert sum(RETRIES) > timedelta(days=3).total_seconds()


def test_no_redirect_is_followed_and_nobody_is_waited_for_long(office, within, receiver, monkeypatch):
    monkeypatch.setattr(courier_module, "SECONDS_IN_ALL", 2)
    add(office, within, path_of(receiver, "/redirect"))
    add(office, within, path_of(receiver, "/slow"))
    add(office, within, "http://127.0.0.1:9/")
    deliver(Courier(office.engine, within))
    assert sorted(path for path, _, _ in receiver.got) == ["/redirect", "/slow"]
    assert sorted(each.outcome for each in log(office)) == [
        "no answer within 2 seconds",
        "no answer: ConnectError",
        "redirect refused (302)",
    ]
    assert {each.delivered for each in log(office)} == {False}


def test_who_is_gone_is_told_nothing_more(office, within, receiver):
    add(office, within, path_of(receiver, "/gone"))
    deliver(Courier(office.engine, within, clock=office.clock))
    seal_some(office, date(2026, 11, 18))
    assert deliver(Courier(office.engine, within)) == 0
    [last] = log(office)
    assert (last.outcome, last.next_try, last.delivered) == ("status 410", None, False)
    with office.engine.connect() as connection:
        assert [hook.disabled for hook in read_webhooks(connection)] == [date(2026, 11, 19)]


def test_of_two_servers_only_one_sends_each_message(office, within, receiver):
    for _ in range(5):
        add(office, within, path_of(receiver, "/"))
    seal_some(office, date(2026, 11, 18))
    assert deliver(*(Courier(office.engine, within) for _ in range(3))) == 10
    assert deliver(Courier(office.engine, within)) == 0
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == len(receiver.got) == 10


def test_an_address_inside_a_network_is_knocked_at_by_nobody(office, settings, receiver):
    port = receiver.server_address[1]
    for address in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", f"https://localhost:{port}/"):
        add(office, settings, address)
    deliver(Courier(office.engine, settings))
    assert receiver.got == []
    assert all(each.outcome.startswith("not sent: ") for each in log(office))


@pytest.mark.parametrize(
    "address",
    ["http://example.org/", "https://10.0.0.1/", "https://169.254.169.254/", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
     "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://2130706433/", "https://user:pass@1.1.1.1/", "https:///x",
     "https://1.1.1.1/#a", "https://1.1.1.1:99999/", "ftp://1.1.1.1/", "https://a b/", "https://224.0.0.1/", "x"],
)  # fmt: skip
def test_addresses_that_may_not_be_written_to(address):
    with pytest.raises(RefusedAddress):
        apart(lambda: asyncio.run(resolve(address, private=False)))


def test_a_public_address_is_connected_to_as_it_was_judged():
    target = apart(lambda: asyncio.run(resolve("https://1.1.1.1:8443/hook?a=1", private=False)))
    assert (target.url, target.host, target.host_header) == ("https://1.1.1.1:8443/hook?a=1", "1.1.1.1", "1.1.1.1:8443")


def certificate_of(name, folder):
    """A certificate that signs itself, for one name, and the contexts of a server with it and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    client = ssl.create_default_context(cadata=made.public_bytes(pem).decode())
    return server, client


@pytest.mark.parametrize(
    ("name", "outcome"), [("localhost", "status 200"), ("other.example", "no answer: ConnectError")]
)
def test_the_certificate_is_that_of_the_name_though_its_address_is_connected_to(
    office, within, tmp_path, name, outcome
):
    server, client = certificate_of(name, tmp_path)
    with receiving(server) as receiver:
        add(office, within, f"https://localhost:{receiver.server_address[1]}/")
        deliver(Courier(office.engine, within, tls=client))
    assert [each.outcome for each in log(office)] == [outcome]


def test_the_server_delivers_by_itself(office, within, receiver):
    add(office, within, path_of(receiver, "/"))
    with TestClient(make_app(office.engine, within, clock=office.clock)):
        until = time.monotonic() + 60
        while not receiver.got and time.monotonic() < until:
            time.sleep(0.1)
    assert [path for path, _, _ in receiver.got] == ["/"]
