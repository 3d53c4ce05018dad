from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.headers import ASKS_NOTHING
from tests.survey_app.conftest import record_office, record_staff, sign_in

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
    assert [cookie.partition("=")[0] for cookie in cookies] == ["lang", "__Host-hailong"]
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "secure", "samesite=strict"} <= parts
