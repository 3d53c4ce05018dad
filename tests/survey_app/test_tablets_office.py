"""Shared tablets as the office keeps them: at the signed-in pages and at the command line."""

import json
import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.recording import record_collected, record_link, table
from survey_app.recording.tablets import count_accepted
from survey_app.tables import AuditRow, LinkRow

from .conftest import KEY, Clock, form_token, record_office, record_staff, serving, sign_in
from .test_citizen_pages import WCAG, open_page
from .test_cli import run
from .test_sign_in_pages import type_in

ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
TODAY = date(2026, 11, 19)


def post(client, address, **fields):
    token = form_token(client, "/office/")
    return client.post(address, data={"form_token": token} | fields, follow_redirects=False)


@ON_SQLITE
def test_an_office_issues_a_code_opens_it_and_withdraws_it(office):
    record_staff(office.engine)
    sign_in(office.client, "noi-vu")
    issued = post(office.client, "/office/tablets", desk="xa.29926.1")
    assert issued.status_code == 303
    page = office.client.get(issued.headers["location"]).text
    path = re.search(r"/k/[0-9A-Z]+", page)[0]
    assert "<svg" in page
    office.client.app.state.door.look_again()
    assert office.client.get(path).status_code == 200
    scanned = office.client.get(path.replace("/k/", "/R/"), follow_redirects=False)
    assert (scanned.status_code, scanned.headers["location"]) == (307, path)
    assert post(office.client, f"{issued.headers['location']}/revoke").status_code == 303
    office.client.app.state.door.look_again()
    closed = office.client.get(path)
    assert (closed.status_code, "radio" in closed.text) == (410, False)
    assert "Đã thu hồi 19/11/2026" in office.client.get("/office/tablets").text
    with office.engine.connect() as connection:
        acts = connection.execute(select(table(AuditRow).c.act).order_by(table(AuditRow).c.number)).scalars().all()
    assert acts[-2:] == ["add_tablet", "revoke_tablet"]


@ON_SQLITE
def test_a_units_clerk_sees_the_counts_and_issues_nothing(office):
    record_staff(office.engine)
    with office.engine.begin() as connection:
        serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 10), kind="tablet")
        count_accepted(connection, [(serial, TODAY)] * 3)
        record_collected(connection, serial, {TODAY: 5})
    sign_in(office.client, "mot-cua")
    page = office.client.get("/office/tablets").text
    assert "Lệch: máy chủ còn thiếu 2" in page
    assert "<select" not in page
    assert post(office.client, "/office/tablets", desk="xa.29926.1").status_code == 403
    assert post(office.client, f"/office/tablets/{serial}/revoke").status_code == 403
    assert office.client.get("/office/tablets/9999").status_code == 404


@ON_SQLITE
def test_the_state_of_each_tablet_stands_in_words(office):
    record_staff(office.engine)
    days = [
        (2, 2, "Khớp"),
        (3, 2, "Lệch: máy chủ nhiều hơn 1"),
        (1, None, "Máy chưa báo số đã thu"),
        (0, None, "Chưa có phiếu"),
    ]
    with office.engine.begin() as connection:
        for accepted, collected, _ in days:
            serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 10), kind="tablet")
            count_accepted(connection, [(serial, TODAY)] * accepted)
            record_collected(connection, serial, {} if collected is None else {TODAY: collected})
    sign_in(office.client, "noi-vu")
    page = office.client.get("/office/tablets").text
    assert all(words in page for _, _, words in days)
    assert post(office.client, "/office/tablets", desk="unheard").status_code == 422


def test_the_command_issues_lists_and_withdraws(sqlite_engine, tmp_path):
    record_office(sqlite_engine)

    def command(*words):
        return run(tmp_path, "tablet", *words, HAILONG_SECRET_KEY=KEY, HAILONG_PUBLIC_URL="http://quay.example")

    issued = command("add", "xa.29926.1")
    with sqlite_engine.connect() as connection:
        columns = table(LinkRow).c
        [serial] = connection.execute(select(columns.serial).where(columns.kind == "tablet")).scalars()
    made = make_code(serial, key=KEY.encode())
    address, warning = issued.stdout.splitlines()
    assert (issued.returncode, address) == (0, f"http://quay.example/k/{made}")
    assert "https://" in warning  # it says what a tablet will refuse
    with sqlite_engine.begin() as connection:
        count_accepted(connection, [(serial, TODAY)])
        record_collected(connection, serial, {TODAY: 2})
    [row] = json.loads(command("list", "--json").stdout)
    assert (row["code"], row["day"], row["matches"]) == (made, "2026-11-19", False)
    assert (row["accepted"], row["collected"]) == (1, 2)
    assert "(differs)" in command("list").stdout
    assert command("revoke", made).returncode == 0
    assert command("revoke", made).returncode == 1
    assert command("add", "unheard").returncode == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_offices_pages_of_tablets(browser, sqlite_engine, settings, scheme):
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        page = open_page(
            browser,
            f"{address}/sign-in?next=/office/tablets",
            viewport={"width": 320, "height": 800},
            color_scheme=scheme,
        )
        type_in(page, "noi-vu")
        page.get_by_role("button", name="Cấp mã cho máy").click()
        found = {}
        for state in ("one", "all"):
            if state == "all":
                page.get_by_role("link", name="Máy tính bảng dùng chung").click()
            page.get_by_role("heading", level=1).wait_for()
            found[state] = [each["id"] for each in Axe().run(page, options=WCAG).response["violations"]]
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.context.close()
    assert found == {"one": [], "all": []}
