import re
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.headers import ASKS_NOTHING
from tests.survey_app.conftest import record_office, record_staff, serving, sign_in

PAGES = (
    "/",
    "/sign-in",
    "/office/",
    "/health",
    "/static/worker.js",
    "/c/ABC",
    "/nowhere",
    "/api/v1/units",
    "/openapi.json",
)


@pytest.fixture
def engine(sqlite_engine):
    """What headers say hangs on no database."""
    return sqlite_engine


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_says_that_it_stands_in_no_frame_and_asks_nothing_of_the_device(office, path):
    headers = office.client.get(path, follow_redirects=False).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["permissions-policy"] == ASKS_NOTHING
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(ASKS_NOTHING.split(", "))
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("public", "over_tls"), [("https://danhgia.tanhong.gov.vn", True), ("http://10.0.0.5:8000", False)]
)
def test_only_where_people_come_over_tls_browsers_are_held_to_it(engine, settings, public, over_tls):
    with TestClient(make_app(engine, replace(settings, public_url=public)), base_url=public) as client:
        for path in PAGES:
            told = client.get(path, follow_redirects=False).headers.get("strict-transport-security")
            assert told == ("max-age=31536000" if over_tls else None)


def test_every_cookie_is_out_of_reach_of_scripts_strict_and_behind_tls_secure(engine, settings):
    over_tls = replace(settings, public_url="https://danhgia.tanhong.gov.vn")
    record_office(engine)
    record_staff(engine)
    with TestClient(make_app(engine, over_tls), base_url=over_tls.public_url) as client:
        cookies = [
            client.get("/sign-in?lang=en").headers["set-cookie"],
            sign_in(client, "noi-vu").headers["set-cookie"],
        ]
        assert "Sign out" in client.get("/office/").text
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-lang", "__Host-hailong"]
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "secure", "samesite=strict"} <= parts


@pytest.mark.parametrize(
    "path", ["/office", "/sign-in/", "/office/roster/?q=a", "/api/v1/units/", "//office", "/c/ABC/"]
)
def test_no_redirect_repeats_the_host_that_a_request_names(office, path):
    told = office.client.get(path, headers={"host": "evil.example"}, follow_redirects=False)
    if 300 <= told.status_code < 400:
        assert re.match(r"/(?!/)", told.headers["location"])
    assert "evil.example" not in str(told.headers) + told.text


def test_an_address_with_a_slash_too_many_or_too_few_still_leads_to_the_page(office):
    leads = {
        path: office.client.get(path, follow_redirects=False).headers["location"]
        for path in ("/office", "/sign-in/?lang=en")
    }
    assert leads == {"/office": "/office/", "/sign-in/?lang=en": "/sign-in?lang=en"}


def test_a_request_that_says_its_length_in_two_ways_is_refused(engine, settings):
    with serving(make_app(engine, settings)) as address:
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as sent:
            both = "content-length: 5\r\ntransfer-encoding: chunked"
            sent.sendall(
                f"POST /sign-in HTTP/1.1\r\nhost: x\r\n{both}\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n".encode()
            )
            said = b""
            while piece := sent.recv(4096):
                said += piece
    assert said.startswith(b"HTTP/1.1 400")
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "path", ["/sign-in", "/first-run", "/invitation", "/invitation/ABC", "/office/", "/sign-in/oidc"]
)
def test_no_browser_keeps_a_page_of_the_staff_and_forms_of_it_tell_where_they_come_from(office, path):
    headers = office.client.get(path, follow_redirects=False).headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
