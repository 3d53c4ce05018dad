"""Addresses that lead nowhere, and what is no form: our own page in the reader's language, and nothing lost by a link."""

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.printed_code import LAST_SERIAL
from survey_app.recording import record_link
from survey_app.second_factor import STEP_SECONDS, code_at, read_secret
from tests.survey_app.conftest import PASSWORD, form_token, record_staff, sign_in

HUGE = ("99999999999999999999", str(2**31), str(2**63), "0", "-1")
ASTRAY = (
    ("GET", "/office/codes/1/revoke", 405),
    ("PUT", "/office/", 405),
    ("GET", "/office/nothing/here", 404),
    ("GET", "/sign-out", 405),
    ("GET", "/nothing", 404),
    ("POST", "/privacy", 405),
    ("DELETE", "/c", 405),
)
FORM = "application/x-www-form-urlencoded"
NO_FORMS = (
    ("/office/codes", b"x=" + b"a" * 40_000, FORM, 413, "tối đa 32 KB"),
    ("/office/codes", b"%ff=%ff", FORM, 400, "Không đọc được nội dung vừa gửi."),
    ("/r/{code}", b"x=" + b"a" * 40_000, FORM, 413, "tối đa 32 KB"),
    ("/r/{code}", b"%ff=%ff", FORM, 400, "Không đọc được phiếu vừa gửi."),
    ("/r/{code}", b"{}", "application/json", 415, "Không nhận được phiếu vừa gửi."),
)
TO_ENGLISH = 'hreflang="en"'


@pytest.fixture
def staffed(office):
    """The small office, the home affairs office signed in."""
    record_staff(office.engine)
    sign_in(office.client, "noi-vu")
    return office


def check_page(answer, status, *, language="vi"):
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}">' in answer.text
    assert "{" not in re.sub(r"<style>.*?</style>|<script.*?</script>", "", answer.text, flags=re.DOTALL)


def test_a_number_that_no_code_can_have_is_a_code_that_is_not_there(staffed):
    client, token = staffed.client, {"form_token": form_token(staffed.client)}
    for serial in (*HUGE, "mười", "1e3"):
        for address in (f"codes/{serial}", f"codes/{serial}/sheet.pdf", f"tablets/{serial}"):
            check_page(client.get(f"/office/{address}"), 404)
        for address in (f"codes/{serial}/revoke", f"codes/{serial}/replace", f"tablets/{serial}/revoke"):
            check_page(client.post(f"/office/{address}", data=token), 404)


def test_the_last_number_that_a_code_can_have_is_stored_and_found(staffed):
    with staffed.engine.begin() as connection:
        record_link(connection, "xa.29926.1", issued=date(2026, 11, 1))
        connection.exec_driver_sql(f"UPDATE link SET serial = {LAST_SERIAL} WHERE serial = {staffed.serial + 1}")
    assert staffed.client.get(f"/office/codes/{LAST_SERIAL}").status_code == 200


def test_an_address_that_does_not_take_a_request_says_so_on_a_page_in_the_readers_language(staffed):
    for method, path, status in ASTRAY:
        for language in ("vi", "en"):
            answer = staffed.client.request(method, f"{path}?lang={language}")
            check_page(answer, status, language=language)
            assert ("allow" in answer.headers) is (status == 405)


def test_programs_are_still_told_in_json(staffed):
    answer = staffed.client.put("/api/v1/register")
    assert answer.status_code in {404, 405}
    assert "json" in answer.headers["content-type"]


def test_a_page_that_answers_a_form_leads_to_the_page_of_the_form_in_the_other_language(staffed):
    wrong = staffed.client.post("/office/codes", data={"form_token": form_token(staffed.client), "kind": "x"})
    assert wrong.status_code == 422
    assert f'<a href="/office/codes?lang=en" lang="en" {TO_ENGLISH}>' in wrong.text


def test_recovery_codes_are_not_lost_by_a_link_to_the_other_language(staffed):
    client = staffed.client
    page = client.get("/office/me/second-factor").text
    secret = read_secret(re.search(r'class="[^"]*code[^"]*">([A-Z2-7-]{20,})<', page)[1].replace("-", ""))
    code = code_at(secret, int(staffed.clock().timestamp()) // STEP_SECONDS)
    pending = re.search(r'name="pending" value="([^"]+)"', page)[1]
    sent = {"form_token": form_token(client), "pending": pending, "code": code, "old": PASSWORD}
    shown = client.post("/office/me/second-factor", data=sent)
    assert shown.text.count('<li class="code">') == 10
    assert TO_ENGLISH not in shown.text


def test_a_body_that_is_no_form_is_refused_in_one_language(staffed):
    for path, content, content_type, status, said in NO_FORMS:
        headers = {"content-type": content_type}
        answer = staffed.client.post(path.format(code=staffed.code), content=content, headers=headers)
        check_page(answer, status)
        assert said in answer.text
        words = re.sub(r"<[^>]*>", "", answer.text.split("<main>")[1])
        assert not re.search(r"\b(the|bytes|form|body|is)\b", words)


def test_without_the_citizens_pages_an_address_that_leads_nowhere_is_a_page_too(engine, settings):
    with TestClient(make_app(engine, settings, survey=False)) as client:
        check_page(client.get("/office/codes/1"), 404)
