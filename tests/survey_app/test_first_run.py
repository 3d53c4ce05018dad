"""The first account of an empty database: by whom, once, and what everybody else meets."""

import logging
import threading
from dataclasses import replace

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from survey_app.app import make_app
from survey_app.first_run import _code, open_first_run
from survey_app.one_time_code import read_typed, show_groups
from survey_app.reading.people import read_accounts
from survey_app.recording import table
from survey_app.recording.people import record_user
from survey_app.tables import AuditRow, StateRow
from tests.survey_app.conftest import PASSWORD, Clock, record_office, record_staff, serving

ASKED = {"name": "lan.tran", "shown_name": "Trần Thị Lan", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def client(engine, settings):
    with TestClient(make_app(engine, settings, clock=Clock())) as client:
        yield client


@pytest.fixture
def code(engine, settings):
    return open_first_run(engine, settings)


def post(client, **fields):
    return client.post("/first-run", data=ASKED | fields, follow_redirects=False)


def accounts(engine):
    with engine.connect() as connection:
        return [(account.name, account.shown_name, account.role) for account in read_accounts(connection)]


def test_who_has_the_code_makes_the_administrator_is_signed_in_and_told_what_comes_next(client, engine, code):
    assert client.get("/sign-in", follow_redirects=False).headers["location"] == "/first-run"
    assert "Máy chủ này chưa có tài khoản nào." in client.get("/first-run").text
    made = post(client, code=code.lower().replace("-", " "))
    assert (made.status_code, made.headers["location"]) == (303, "/office/")
    assert accounts(engine) == [("lan.tran", "Trần Thị Lan", "administrator")]
    start = client.get("/office/").text
    assert "Trần Thị Lan · Quản trị hệ thống" in start
    assert "Việc tiếp theo" in start
    with engine.connect() as connection:
        events = connection.execute(select(table(AuditRow).c.user, table(AuditRow).c.act)).all()
    assert events == [("lan.tran", "make_first_administrator"), ("lan.tran", "sign_in")]


def test_once_there_is_an_account_the_page_leads_to_signing_in_and_the_code_is_nothing(client, engine, settings, code):
    post(client, code=code)
    client.cookies.clear()
    assert client.get("/first-run", follow_redirects=False).headers["location"] == "/sign-in"
    again = post(client, code=code, name="ke.gian")
    assert (again.status_code, again.headers["location"]) == (303, "/sign-in")
    assert "set-cookie" not in again.headers
    assert [name for name, _, _ in accounts(engine)] == ["lan.tran"]
    assert open_first_run(engine, settings) == ""


def test_where_somebody_has_an_account_by_command_nobody_makes_the_first_any_more(client, engine, code):
    with engine.begin() as connection:
        record_user(connection, name="a.b", shown_name="A", role="administrator", unit=None, password="", created=Clock()().date())  # fmt: skip
    assert post(client, code=code).headers["location"] == "/sign-in"
    assert [name for name, _, _ in accounts(engine)] == ["a.b"]


@pytest.mark.parametrize("wrong", ["", "0000-0000-0000", "x" * 5000, "\x00", "ă" * 12])
@pytest.mark.usefixtures("code")
def test_without_the_code_nothing_is_made_and_nothing_else_is_told(client, engine, wrong):
    refused = post(client, code=wrong, name="X", password="a")  # noqa: S106 - of the test
    assert refused.status_code == 401
    assert "Mã không đúng." in refused.text
    assert "Tên đăng nhập gồm" not in refused.text
    assert accounts(engine) == []


def test_a_server_that_told_no_code_takes_none(client, settings):
    assert post(client, code=_code("", settings)).status_code == 401


def test_the_eleventh_try_of_an_address_is_told_to_wait_even_with_the_right_code(client, engine, code):
    assert [post(client, code="0000").status_code for _ in range(10)] == [401] * 10
    assert post(client, code=code).status_code == 429
    assert accounts(engine) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Trần Lan"}, "Tên đăng nhập không được có: «ầ», dấu cách."),
        ({"name": "a\x00b"}, None),
        ({"name": "hailong"}, "Tên «hailong» là của hệ thống."),
        ({"password": "ngắn", "again": "ngắn"}, "từ 12 đến 256"),
        ({"password": "lan.tran-2026-lan", "again": "lan.tran-2026-lan"}, "tên đăng nhập"),
        ({"password": "matkhau123456", "again": "matkhau123456"}, "ai cũng đoán được"),
        ({"again": "khác hẳn đi"}, "không giống nhau"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept_but_for_the_password(client, engine, code, fields, said):
    answer = post(client, code=code, **fields)
    if said is None:  # letters without a shape are dropped, not kept
        assert [name for name, _, _ in accounts(engine)] == ["ab"]
        return
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Trần Thị Lan"' in answer.text
    assert f'value="{code}"' in answer.text
    assert (ASKED | fields)["password"] not in answer.text
    assert accounts(engine) == []


def test_a_name_that_turns_the_direction_is_shown_without_what_turns(client, engine, code):
    post(client, code=code, shown_name="Lan\u202egnp\x00 <b>")
    assert accounts(engine) == [("lan.tran", "Langnp <b>", "administrator")]
    assert "Langnp &lt;b&gt;" in client.get("/office/").text


def test_of_four_browsers_at_two_processes_at_once_one_makes_the_administrator(engine, settings, code):
    answers, ready = [], threading.Barrier(4)

    def try_it(address, name):
        ready.wait()
        fields = ASKED | {"name": name, "code": code}
        answers.append(httpx2.post(f"{address}/first-run", data=fields, timeout=60).headers["location"])

    with serving(make_app(engine, settings)) as one, serving(make_app(engine, settings)) as other:
        tries = [
            threading.Thread(target=try_it, args=((one, other)[number % 2], f"nguoi-{number}")) for number in range(4)
        ]
        for each in tries:
            each.start()
        for each in tries:
            each.join()
    assert len(accounts(engine)) == 1
    assert sorted(answers) == ["/office/", "/sign-in", "/sign-in", "/sign-in"]


def test_every_process_on_one_database_with_one_key_tells_the_same_code_and_another_key_another(engine, settings, code):
    assert open_first_run(engine, settings) == code
    assert open_first_run(engine, replace(settings, secret_key=b"another key of thirty-two characters")) != code


def test_the_code_is_kept_nowhere(client, engine, code, caplog):
    caplog.set_level(logging.DEBUG)
    post(client, code="0000")
    with engine.connect() as connection:
        kept = str(connection.execute(select(table(StateRow).c.value)).all())
    assert read_typed(code) not in kept.upper()
    post(client, code=code)
    assert code not in caplog.text
    assert read_typed(code) not in caplog.text


def test_a_form_of_another_page_or_of_ten_megabytes_makes_nothing(client, engine, code):
    forged = client.post("/first-run", data=ASKED | {"code": code}, headers={"origin": "https://evil.example"})
    assert forged.status_code == 403
    assert post(client, code=code, shown_name="x" * 10_000_000).status_code == 413
    assert accounts(engine) == []


def test_where_there_are_accounts_signing_in_is_as_ever(engine, settings):
    record_office(engine)
    record_staff(engine)
    with TestClient(make_app(engine, settings, clock=Clock())) as client:
        assert client.get("/sign-in", follow_redirects=False).status_code == 200


def test_a_code_is_read_however_it_is_typed():
    assert read_typed(show_groups("0A1BC2D3EF45")) == "0A1BC2D3EF45"
    assert read_typed("oaib c2d3-ef45") == "0A1BC2D3EF45"
