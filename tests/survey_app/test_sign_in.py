import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.password import hash_password, password_fits
from survey_app.recording import table
from survey_app.recording.accounts import record_invitation
from survey_app.recording.people import record_disabled, record_password, record_sign_outs
from survey_app.sign_in_rule import hash_token
from survey_app.tables import AuditRow, SignInRow, UserRow
from tests.survey_app.conftest import PASSWORD, STAFF, form_token, record_office, record_staff, sign_in


@pytest.fixture
def staffed(office):
    """The small office with one account a role."""
    record_staff(office.engine)
    return office


def rows(engine, row):
    with engine.connect() as connection:
        return [dict(one) for one in connection.execute(select(table(row))).mappings()]


def acts(engine):
    return [(event["user"], event["act"]) for event in rows(engine, AuditRow)]


def test_who_is_not_signed_in_is_led_to_sign_in_and_from_there_to_the_page_wanted(staffed):
    led = staffed.client.get("/office/?lang=en", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=%2Foffice%2F%3Flang%3Den")
    page = staffed.client.get(led.headers["location"]).text
    assert 'name="next" value="/office/?lang=en"' in page
    assert sign_in(staffed.client, "mot-cua", next="/office/?lang=en").headers["location"] == "/office/?lang=en"


@pytest.mark.parametrize("name", STAFF)
def test_every_role_signs_in_and_is_greeted_by_name_and_role(staffed, name):
    answer = sign_in(staffed.client, name.upper() + " ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/")
    assert f"Cán bộ {name}" in staffed.client.get("/office/").text
    assert acts(staffed.engine) == [(name, "sign_in")]


def test_the_cookie_is_random_out_of_reach_of_scripts_and_only_its_hash_is_kept(staffed):
    cookie = sign_in(staffed.client, "mot-cua").headers["set-cookie"]
    token = re.match(r"hailong=([A-Za-z0-9_-]{43});", cookie)[1]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=strict"}
    [kept] = rows(staffed.engine, SignInRow)
    assert kept["token_hash"] == hash_token(token)
    assert token not in str(kept)


def test_how_somebody_signed_in_is_kept_with_the_sign_in_and_the_event(staffed):
    sign_in(staffed.client, "mot-cua")
    [kept] = rows(staffed.engine, SignInRow)
    [event] = rows(staffed.engine, AuditRow)
    assert (kept["way"], event["detail"]) == ("password", {"way": "password"})


def test_behind_tls_the_cookie_is_secure_and_held_to_this_host(engine, settings):
    over_tls = replace(settings, public_url="https://danhgia.tanhong.gov.vn")
    record_office(engine)
    record_staff(engine)
    with TestClient(make_app(engine, over_tls), base_url=over_tls.public_url) as client:
        cookie = sign_in(client, "mot-cua").headers["set-cookie"]
        assert cookie.startswith("__Host-hailong=")
        assert "; Secure" in cookie
        assert "Cán bộ mot-cua" in client.get("/office/").text


def test_a_wrong_password_an_unknown_name_and_a_closed_account_hear_the_same(staffed):
    with staffed.engine.begin() as connection:
        record_disabled(connection, "thanh-tra", at=staffed.clock())
    answers = {}
    for name, password in (("mot-cua", "sai mật khẩu rồi"), ("khong-co", PASSWORD), ("thanh-tra", PASSWORD)):
        answer = sign_in(staffed.client, name, password)
        assert "set-cookie" not in answer.headers
        answers[name] = (answer.status_code, answer.text.replace(name, ""))
    assert len(set(answers.values())) == 1
    assert answers["mot-cua"][0] == 401
    assert "Tên hoặc mật khẩu không đúng." in answers["mot-cua"][1]


def test_an_unknown_name_takes_as_much_work_as_a_known_one(staffed):
    def worked(name):
        began = time.process_time()  # the processor's, which other programs of this machine do not lengthen
        sign_in(staffed.client, name, "sai mật khẩu rồi")
        return time.process_time() - began

    with staffed.engine.begin() as connection:  # as an office keeps it; those of the other tests are of the least work
        record_password(connection, "mot-cua", password=hash_password(PASSWORD), at=staffed.clock())
    worked("khong-co")  # the first hash of nobody is made once
    known, unknown = [min(worked(name) for _ in range(4)) for name in ("mot-cua", "khong-co")]
    assert unknown > known / 2


def test_a_refused_sign_in_is_an_event_that_does_not_repeat_what_was_typed(staffed):
    sign_in(staffed.client, "mật khẩu gõ nhầm ô", "x")
    [event] = rows(staffed.engine, AuditRow)
    assert (event["user"], event["act"], event["about"], event["detail"]) == ("", "refuse_sign_in", "", {})


def test_the_eleventh_try_of_a_name_is_told_to_wait_even_with_the_right_password(staffed):
    codes = [sign_in(staffed.client, "mot-cua", "sai mật khẩu rồi").status_code for _ in range(10)]
    assert codes == [401] * 10
    late = sign_in(staffed.client, "mot-cua")
    assert late.status_code == 429
    assert "Xin chờ 15 phút" in late.text
    assert sign_in(staffed.client, "noi-vu").status_code == 303


def test_names_that_nobody_has_are_counted_like_others(staffed):
    codes = [sign_in(staffed.client, "khong-co").status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]


def test_signing_in_starts_the_count_of_a_name_anew(staffed):
    for _ in range(2):
        assert [sign_in(staffed.client, "mot-cua", "sai").status_code for _ in range(8)] == [401] * 8
        assert sign_in(staffed.client, "mot-cua").status_code == 303


def test_one_address_tries_sixty_times(staffed, monkeypatch):
    monkeypatch.setattr("survey_app.sign_in.password_fits", lambda _password, _kept: False)  # only for speed
    codes = [sign_in(staffed.client, f"ten-{number}", "x").status_code for number in range(61)]
    assert codes == [401] * 60 + [429]


def test_half_an_hour_of_silence_signs_out_and_work_keeps_signed_in(staffed):
    sign_in(staffed.client, "mot-cua")
    for _ in range(3):
        staffed.clock.now += timedelta(minutes=29)
        assert staffed.client.get("/office/", follow_redirects=False).status_code == 200
    staffed.clock.now += timedelta(minutes=32)
    assert staffed.client.get("/office/", follow_redirects=False).status_code == 303


def test_twelve_hours_sign_out_even_at_work(staffed):
    sign_in(staffed.client, "mot-cua")
    for _ in range(35):
        staffed.clock.now += timedelta(minutes=20)
        assert staffed.client.get("/office/", follow_redirects=False).status_code == 200
    staffed.clock.now += timedelta(minutes=20)
    assert staffed.client.get("/office/", follow_redirects=False).status_code == 303


def test_signing_out_ends_the_cookie_for_whoever_holds_it(staffed):
    sign_in(staffed.client, "mot-cua")
    token = staffed.client.cookies["hailong"]
    left = staffed.client.post("/sign-out", data={"form_token": form_token(staffed.client)}, follow_redirects=False)
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert "hailong" not in staffed.client.cookies
    staffed.client.cookies.set("hailong", token)
    assert staffed.client.get("/office/", follow_redirects=False).status_code == 303
    assert acts(staffed.engine) == [("mot-cua", "sign_in"), ("mot-cua", "sign_out")]


def test_signing_in_again_in_the_same_browser_ends_the_cookie_before(staffed):
    sign_in(staffed.client, "mot-cua")
    before = staffed.client.cookies["hailong"]
    sign_in(staffed.client, "mot-cua")
    assert {
        row["token_hash"] == hash_token(before): row["ended"] is not None for row in rows(staffed.engine, SignInRow)
    } == {
        True: True,
        False: False,
    }


@pytest.mark.parametrize("end", ["revoke", "disable"])
def test_whose_sign_ins_are_ended_is_out_at_once(staffed, end):
    sign_in(staffed.client, "mot-cua")
    with staffed.engine.begin() as connection:
        (record_sign_outs if end == "revoke" else record_disabled)(connection, "mot-cua", at=staffed.clock())
    assert staffed.client.get("/office/", follow_redirects=False).status_code == 303


CHANGES = {
    "another password": lambda connection, at: record_password(connection, "mot-cua", password="$argon2id$x", at=at),  # noqa: S106
    "closed": lambda connection, at: record_disabled(connection, "mot-cua", at=at),
    "invited anew": lambda connection, at: record_invitation(connection, "mot-cua", "hash", at=at),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_sign_in_that_is_under_way_ends_with_the_password_that_it_was_begun_with(staffed, monkeypatch, change):
    def then_changed(password, kept):
        fits = password_fits(password, kept)
        with staffed.engine.begin() as connection:
            assert CHANGES[change](connection, staffed.clock())
        return fits

    monkeypatch.setattr("survey_app.sign_in.password_fits", then_changed)
    answer = sign_in(staffed.client, "mot-cua")
    assert (answer.status_code, answer.headers["location"], "set-cookie" in answer.headers) == (303, "/sign-in", False)
    assert rows(staffed.engine, SignInRow) == []
    assert acts(staffed.engine) == [("", "refuse_sign_in")]


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "ă"])
def test_a_made_up_cookie_opens_nothing(staffed, cookie):
    answer = staffed.client.get("/office/", headers={"cookie": f"hailong={cookie}".encode()}, follow_redirects=False)
    assert answer.status_code == 303


def test_a_changed_role_holds_from_the_next_page_on(staffed):
    sign_in(staffed.client, "mot-cua")
    assert "xã Tân Hồng" in staffed.client.get("/office/").text
    with staffed.engine.begin() as connection:
        users = table(UserRow)
        connection.execute(update(users).where(users.c.name == "mot-cua").values(role="committee", unit=None))
    assert "Ban Chỉ đạo" in staffed.client.get("/office/").text


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"form_token": "x"},
        {"form_token": "{other}"},
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_that_is_not_from_our_page_of_this_browser_changes_nothing(staffed, forged):
    sign_in(staffed.client, "noi-vu")
    other = form_token(staffed.client)
    staffed.client.cookies.clear()
    sign_in(staffed.client, "mot-cua")
    data, headers = {}, {}
    for name, value in forged.items():
        if name == "form_token":
            data[name] = value.format(other=other)
        else:
            data["form_token"], headers[name] = form_token(staffed.client), value
    refused = staffed.client.post("/sign-out", data=data, headers=headers, follow_redirects=False)
    assert refused.status_code == 403
    assert "Biểu mẫu này đã quá hạn." in refused.text
    assert staffed.client.get("/office/", follow_redirects=False).status_code == 200


def test_nobody_is_signed_in_by_a_page_of_somebody_else(staffed):
    data = {"name": "mot-cua", "password": PASSWORD}
    refused = staffed.client.post("/sign-in", data=data, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


def test_pages_of_the_staff_are_not_kept_by_the_browser_and_run_no_script_but_ours(staffed):
    sign_in(staffed.client, "mot-cua")
    for path in ("/sign-in", "/office/"):
        headers = staffed.client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert re.search(r"script-src( 'sha256-[^']+')+;", headers["content-security-policy"])
        assert "unsafe" not in headers["content-security-policy"]


def test_the_language_once_chosen_stays(staffed):
    staffed.client.get("/sign-in?lang=en")
    sign_in(staffed.client, "mot-cua")
    assert "Sign out" in staffed.client.get("/office/").text


def test_an_over_long_or_strange_form_is_refused_kindly(staffed):
    long = staffed.client.post("/sign-in", data={"name": "a" * 500, "password": "b" * 5000})
    assert long.status_code == 401
    assert staffed.client.post("/sign-in", data={"name": "x" * 40_000}).status_code == 413
    assert (
        staffed.client.post(
            "/sign-in", content=b"%ff=%ff", headers={"content-type": "application/x-www-form-urlencoded"}
        ).status_code
        == 400
    )
    assert staffed.client.post("/sign-in", json={"name": "mot-cua"}).status_code == 401
