"""The code of a telephone beside the password: set up, asked for, counted once; recovery codes; roles that must."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.recording import table
from survey_app.recording.people import record_password
from survey_app.second_factor import STEP_SECONDS, code_at, fitting_step, new_secret, read_secret
from survey_app.second_step import HalfWay, make_half_way, read_half_way
from survey_app.tables import AuditRow, RecoveryCodeRow, SignInRow, UserRow
from tests.survey_app.conftest import KEY, PASSWORD, Clock, form_token, record_office, record_staff, sign_in

PAGE = "/office/me/second-factor"


@pytest.fixture
def engine(sqlite_engine):
    """What counts once is tried on both databases below; the pages need one."""
    return sqlite_engine


@pytest.fixture
def staffed(office):
    record_staff(office.engine)
    return office


def now_step(office):
    return int(office.clock().timestamp()) // STEP_SECONDS


def post(office, address, **fields):
    data = {"form_token": form_token(office.client)} | fields
    return office.client.post(address, data=data, follow_redirects=False)


def set_up(office, **fields):
    """The secret and the recovery codes of who is signed in."""
    page = office.client.get(PAGE).text
    secret = read_secret(re.search(r'class="code">([A-Z2-7-]+)<', page)[1].replace("-", ""))
    pending = re.search(r'name="pending" value="([^"]+)"', page)[1]
    sent = {"pending": pending, "old": PASSWORD, "code": code_at(secret, now_step(office))} | fields
    answer = post(office, PAGE, **sent)
    return secret, re.findall(r'<li class="code">([^<]+)<', answer.text), answer


def half_of(answer):
    return re.search(r'name="half" value="([^"]+)"', answer.text)[1]


def second_step(office, half, code, **fields):
    data = {"half": half, "code": code, "next": "/office/"} | fields
    return office.client.post("/sign-in/code", data=data, follow_redirects=False)


@pytest.fixture
def with_factor(staffed):
    """Somebody with a second factor who is signed out; the secret and the recovery codes."""
    sign_in(staffed.client, "mot-cua")
    secret, codes, answer = set_up(staffed)
    assert answer.status_code == 200
    staffed.client.cookies.clear()
    staffed.clock.now += timedelta(minutes=2)
    return staffed, secret, codes


def events(engine):
    with engine.connect() as connection:
        return list(connection.execute(select(table(AuditRow).c.act)).scalars())


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_rfc_6238(at, code):
    assert code_at(b"12345678901234567890", at // STEP_SECONDS) == code
    assert fitting_step(b"12345678901234567890", code, at=at, after=None) == at // STEP_SECONDS


@given(st.integers(-5, 5))
def test_half_a_minute_before_and_after_counts_and_no_more(off):
    secret, at = b"12345678901234567890", 1_800_000_015
    step = at // STEP_SECONDS + off
    assert fitting_step(secret, code_at(secret, step), at=at, after=None) == (step if abs(off) <= 1 else None)


@pytest.mark.parametrize("typed", ["", "12345", "１２３４５６", "\x00", "000000' OR 1=1", "9" * 4000])
def test_what_is_no_code_fits_never(typed):
    assert fitting_step(new_secret(), typed, at=1_800_000_015, after=None) is None


def test_the_secret_is_kept_encrypted_and_the_codes_as_hashes(with_factor):
    office, secret, codes = with_factor
    with office.engine.connect() as connection:
        kept = str(
            connection.execute(select(table(UserRow))).all() + connection.execute(select(table(RecoveryCodeRow))).all()
        )
    assert len(set(codes)) == 10
    assert secret.hex() not in kept
    assert "".join(codes[0].split("-")) not in kept


def test_after_the_right_password_the_code_is_asked_for_and_lets_in(with_factor):
    office, secret, _ = with_factor
    asked = sign_in(office.client, "mot-cua")
    assert asked.status_code == 200
    assert "set-cookie" not in asked.headers
    assert office.client.get("/office/", follow_redirects=False).status_code == 303
    answer = second_step(office, half_of(asked), code_at(secret, now_step(office)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/")
    assert office.client.get("/office/").status_code == 200
    with office.engine.connect() as connection:
        ways = list(connection.execute(select(table(SignInRow).c.way).order_by(table(SignInRow).c.began)).scalars())
    assert ways == ["password", "second_factor"]


def test_a_wrong_password_sees_the_same_whether_there_is_a_second_factor_or_not(with_factor):
    office, _, _ = with_factor
    pages = {
        name: sign_in(office.client, name, "sai mật khẩu rồi").text.replace(name, "")
        for name in ("mot-cua", "noi-vu", "khong-co")
    }
    assert len(set(pages.values())) == 1


def test_a_code_counts_once_and_none_before_it_counts_any_more(with_factor):
    office, secret, _ = with_factor
    step = now_step(office)
    assert second_step(office, half_of(sign_in(office.client, "mot-cua")), code_at(secret, step)).status_code == 303
    half = half_of(sign_in(office.client, "mot-cua"))
    assert second_step(office, half, code_at(secret, step)).status_code == 401
    assert second_step(office, half, code_at(secret, step - 1)).status_code == 401
    assert second_step(office, half, code_at(secret, step + 1)).status_code == 303


def test_the_code_that_set_it_up_does_not_sign_in(staffed):
    sign_in(staffed.client, "mot-cua")
    secret, _, _ = set_up(staffed)
    staffed.client.cookies.clear()
    half = half_of(sign_in(staffed.client, "mot-cua"))
    assert second_step(staffed, half, code_at(secret, now_step(staffed))).status_code == 401


def test_a_recovery_code_lets_in_once_however_it_is_typed_and_only_its_owner(with_factor):
    office, _, codes = with_factor
    half = half_of(sign_in(office.client, "mot-cua"))
    assert second_step(office, half, codes[3].lower().replace("-", " ")).status_code == 303
    assert "Còn 9 mã dự phòng" in office.client.get("/office/me").text
    office.client.cookies.clear()
    half = half_of(sign_in(office.client, "mot-cua"))
    assert second_step(office, half, codes[3]).status_code == 401
    office.client.cookies.clear()
    sign_in(office.client, "noi-vu")
    _, _, answer = set_up(office)
    assert answer.status_code == 200
    office.client.cookies.clear()
    half = half_of(sign_in(office.client, "noi-vu"))
    assert second_step(office, half, codes[4]).status_code == 401


def test_the_eleventh_code_is_told_to_wait_even_if_right_and_the_right_password_starts_nothing_anew(with_factor):
    office, secret, _ = with_factor
    for _ in range(2):
        half = half_of(sign_in(office.client, "mot-cua"))
        assert [second_step(office, half, "000000").status_code for _ in range(5)] == [401] * 5
    half = half_of(sign_in(office.client, "mot-cua"))
    assert second_step(office, half, code_at(secret, now_step(office))).status_code == 429
    assert events(office.engine).count("refuse_second_factor") == 10


def test_the_ticket_between_the_steps_is_ours_of_this_person_and_good_for_five_minutes(with_factor):
    office, secret, _ = with_factor
    half = half_of(sign_in(office.client, "mot-cua"))
    for forged in (
        "",
        "x",
        half[:-1],
        half + "A",
        "." * 400,
        "\x00",
        make_half_way(HalfWay("mot-cua", "x"), key=b"other", at=office.clock()),
    ):
        answer = second_step(office, forged, code_at(secret, now_step(office)))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    office.clock.now += timedelta(minutes=5)
    assert second_step(office, half, code_at(secret, now_step(office))).headers["location"] == "/sign-in"
    assert office.client.get("/office/", follow_redirects=False).status_code == 303


def test_a_password_changed_between_the_steps_ends_them(with_factor):
    office, secret, _ = with_factor
    half = half_of(sign_in(office.client, "mot-cua"))
    with office.engine.begin() as connection:
        record_password(connection, "mot-cua", password="$argon2id$other", at=office.clock())  # noqa: S106
    assert second_step(office, half, code_at(secret, now_step(office))).headers["location"] == "/sign-in"


def test_a_closed_account_does_not_pass_the_second_step(with_factor):
    office, secret, _ = with_factor
    half = half_of(sign_in(office.client, "mot-cua"))
    office.client.cookies.clear()
    sign_in(office.client, "quan-tri")
    assert post(office, "/office/accounts/mot-cua/disable", sure="yes").status_code == 303
    office.client.cookies.clear()
    assert second_step(office, half, code_at(secret, now_step(office))).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "không phải nó đâu"}, "Mật khẩu hiện nay không đúng."),
        ({"code": "000000"}, "Mã sáu chữ số không đúng."),
    ],
)
def test_setting_up_needs_the_password_and_a_code_of_the_telephone(staffed, fields, said):
    sign_in(staffed.client, "mot-cua")
    _, codes, answer = set_up(staffed, **fields)
    assert (answer.status_code, codes) == (422, [])
    assert said in answer.text
    assert "Chưa bật." in staffed.client.get("/office/me").text


def test_a_secret_shown_to_another_or_long_ago_is_not_set_up(staffed):
    sign_in(staffed.client, "noi-vu")
    foreign = re.search(r'name="pending" value="([^"]+)"', staffed.client.get(PAGE).text)[1]
    staffed.client.cookies.clear()
    sign_in(staffed.client, "mot-cua")
    for pending in (foreign, "", "x", "ă", "\x00"):
        _, codes, answer = set_up(staffed, pending=pending)
        assert (answer.status_code, codes) == (303, [])


def test_setting_up_and_changing_end_other_browsers_and_are_events(staffed):
    sign_in(staffed.client, "mot-cua")
    other = TestClient(staffed.client.app)
    sign_in(other, "mot-cua")
    set_up(staffed)
    assert other.get("/office/", follow_redirects=False).status_code == 303
    assert staffed.client.get("/office/").status_code == 200
    assert "set_up_second_factor" in events(staffed.engine)


def test_new_recovery_codes_and_removing_need_the_password(with_factor):
    office, _, codes = with_factor
    half = half_of(sign_in(office.client, "mot-cua"))
    second_step(office, half, codes[0])
    assert post(office, "/office/me/recovery-codes", old="sai").status_code == 422
    renewed = post(office, "/office/me/recovery-codes", old=PASSWORD)
    fresh = re.findall(r'<li class="code">([^<]+)<', renewed.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    other = TestClient(office.client.app)
    data = {"half": half_of(sign_in(other, "mot-cua")), "code": fresh[0], "next": "/office/"}
    other.post("/sign-in/code", data=data, follow_redirects=False)
    assert other.get("/office/", follow_redirects=False).status_code == 200
    assert post(office, f"{PAGE}/remove", old="").status_code == 422
    assert post(office, f"{PAGE}/remove", old=PASSWORD).status_code == 303
    assert other.get("/office/", follow_redirects=False).status_code == 303
    assert office.client.get("/office/").status_code == 200
    office.client.cookies.clear()
    assert sign_in(office.client, "mot-cua").status_code == 303


def test_a_role_that_must_have_a_second_factor_opens_nothing_else_until_it_has(sqlite_engine, settings):
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    strict = replace(settings, second_factor=frozenset({"administrator"}))
    with TestClient(make_app(sqlite_engine, strict, clock=Clock())) as client:
        sign_in(client, "quan-tri")
        for address in ("/office/", "/office/accounts", "/office/events", "/sign-in", "/sign-in?next=/dashboards/"):
            assert client.get(address, follow_redirects=False).headers["location"] == PAGE
        assert "phải bật lớp xác nhận thứ hai" in client.get(PAGE).text
        token = form_token(client, PAGE)
        posted = client.post("/office/accounts/mot-cua/disable", data={"form_token": token}, follow_redirects=False)
        assert posted.headers["location"] == PAGE
        page = client.get(PAGE).text
        secret = read_secret(re.search(r'class="code">([A-Z2-7-]+)<', page)[1].replace("-", ""))
        pending = re.search(r'name="pending" value="([^"]+)"', page)[1]
        sent = {"form_token": token, "pending": pending, "old": PASSWORD, "code": code_at(secret, int(Clock()().timestamp()) // STEP_SECONDS)}  # fmt: skip
        assert client.post(PAGE, data=sent).status_code == 200
        assert client.get("/office/accounts").status_code == 200
        refused = client.post(f"{PAGE}/remove", data={"form_token": token, "old": PASSWORD})
        assert "chỉ thay được, không bỏ được" in refused.text
        client.cookies.clear()
        sign_in(client, "mot-cua")
        assert client.get("/office/", follow_redirects=False).status_code == 200


def test_a_ticket_tells_neither_password_nor_secret_and_ends_by_itself():
    at = Clock()()
    half = HalfWay("mot-cua", "0" * 32)
    ticket = make_half_way(half, key=KEY.encode(), at=at)
    assert read_half_way(ticket, key=KEY.encode(), at=at) == half
    assert read_half_way(ticket, key=KEY.encode(), at=at + timedelta(seconds=299)) == half
    assert read_half_way(ticket, key=KEY.encode(), at=at + timedelta(seconds=300)) is None
    assert read_half_way(ticket, key=KEY.encode(), at=at - timedelta(seconds=1)) is None
