"""The dashboards behind the sign-in, on a real server in a real browser: who gets in, what they see, and when it ends."""

import re
import signal
import subprocess
import sys

import pytest

from survey_app.recording.accounts import record_role
from tests.conftest import ROOT, own_environment, wait_for, wait_until_drawn
from tests.survey_app.conftest import PASSWORD

PEOPLE = {
    "xa-tan-hong": ("unit", "xa.29926"),
    "ban-chi-dao": ("committee", None),
    "thanh-tra": ("inspector", None),
}


@pytest.fixture(scope="module")
def served(demo, tmp_path_factory):
    """`hailong serve` on the demonstration's record, with two accounts; its address."""
    from tests.survey_app.test_cli import free_port  # noqa: PLC0415 - a function there, a fixture elsewhere

    port = free_port()
    environment = own_environment(HAILONG_DATA_DIR=str(demo.folder), HAILONG_PORT=str(port))
    password = tmp_path_factory.mktemp("password") / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    for name, (role, unit) in PEOPLE.items():
        of_unit = ["--unit", unit] if unit else []
        command = [sys.executable, "-m", "survey_app", "user", "add", name, "--role", role, *of_unit]
        subprocess.run([*command, "--password-file", str(password)], env=environment, cwd=ROOT, check=True)
    server = subprocess.Popen([sys.executable, "-m", "survey_app", "serve"], env=environment, cwd=ROOT)
    wait_for(f"http://127.0.0.1:{port}/health", server)
    yield f"http://127.0.0.1:{port}"
    server.send_signal(signal.SIGINT)
    server.wait(timeout=30)


@pytest.fixture
def opened(browser):
    """A browser that knows nobody."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def sign_in(page, name):
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()


def read(page, address):
    """Everything that a page shows when its script has ended."""
    page.goto(address)
    wait_until_drawn(page)
    return page.locator("body").inner_text()


def test_who_is_not_signed_in_is_led_to_sign_in_and_then_to_the_page(served, opened):
    page = opened.new_page()
    page.goto(f"{served}/dashboards/emulation?lang=vi")
    assert "/sign-in" in page.url
    sign_in(page, "ban-chi-dao")
    page.wait_for_url("**/dashboards/emulation**")
    wait_until_drawn(page)
    assert "ban-chi-dao" in page.locator("body").inner_text()


def test_no_socket_opens_for_nobody(served, opened):
    page = opened.new_page()
    page.goto(f"{served}/")
    outcome = page.evaluate(
        """address => new Promise(done => {
            const socket = new WebSocket(address);
            socket.onopen = () => done("open");
            socket.onclose = () => done("closed");
        })""",
        served.replace("http", "ws") + "/dashboards/_stcore/stream",
    )
    assert outcome == "closed"


def test_a_unit_sees_itself_only_whatever_address_it_opens(served, opened):
    page = opened.new_page()
    page.goto(f"{served}/sign-in")
    sign_in(page, "xa-tan-hong")
    page.wait_for_url("**/office/**")
    for address in (
        "",
        "units?place=all",
        "units?unit=xa.21952",
        "emulation?unit=xa.21952",
    ):
        text = read(page, f"{served}/dashboards/{address}")
        assert "xã Tân Hồng" in text
        assert not re.search(r"xã (?!Tân Hồng)[A-ZĐ]\w+|Mô hình thí điểm|Lập kế hoạch", text), address


@pytest.mark.parametrize("view", ["pilots", "pilot?pilot=hanh-chinh-phuc-vu", "plan"])
def test_a_unit_is_told_that_pages_of_pilots_are_not_for_it(served, opened, view):
    page = opened.new_page()
    page.goto(f"{served}/sign-in")
    sign_in(page, "xa-tan-hong")
    page.wait_for_url("**/office/**")
    text = read(page, f"{served}/dashboards/{view}")
    assert "không dành cho tài khoản của một đơn vị" in text
    assert not re.search(r"Page not found|xã (?!Tân Hồng)[A-ZĐ]\w+|Mô hình thí điểm|Lập kế hoạch", text)


def test_the_server_behind_takes_no_file_and_sets_no_cookie_and_the_pages_work_without(served, opened):
    page = opened.new_page()
    page.goto(f"{served}/sign-in?next=/dashboards/units")
    sign_in(page, "ban-chi-dao")
    wait_until_drawn(page)
    assert {cookie["name"] for cookie in opened.cookies()} <= {"hailong", "lang"}
    asked = {
        "_stcore/health": ("GET", 200), "_stcore/upload_file/session/f0": ("PUT", 405), "_stcore/metrics": ("GET", 404),
        "_stcore/agent/mcp": ("POST", 405), "_stcore/agent/openapi.json": ("GET", 404), "component/x/y": ("GET", 404),
    }  # fmt: skip
    for path, (method, answered) in asked.items():
        told = opened.request.fetch(f"{served}/dashboards/{path}", method=method, data=None if method == "GET" else "x")
        assert told.status == answered, path
        assert "set-cookie" not in told.headers


def test_signing_out_elsewhere_takes_the_page_away_within_seconds(served, opened):
    page, other = opened.new_page(), opened.new_page()
    other.goto(f"{served}/sign-in")
    sign_in(other, "ban-chi-dao")
    other.wait_for_url("**/office/**")
    assert "Mức hài lòng" in read(page, f"{served}/dashboards/")
    other.locator("header form button").click()
    other.wait_for_url("**/sign-in**")
    page.get_by_text("Xin đăng nhập lại").wait_for(timeout=30_000)
    assert page.locator(".st-key-verdict").count() == 0
    page.get_by_role("link", name="Đăng nhập").click()
    page.wait_for_url("**/sign-in**")


def test_another_role_holds_for_a_page_that_stands_open_within_seconds(served, opened, demo):
    page = opened.new_page()
    page.goto(f"{served}/sign-in")
    sign_in(page, "thanh-tra")
    page.wait_for_url("**/office/**")
    assert "Mô hình thí điểm" in read(page, f"{served}/dashboards/units?place=all")
    with demo.engine().begin() as connection:
        record_role(connection, "thanh-tra", role="unit", unit="xa.29926")
    page.get_by_text("Mô hình thí điểm").wait_for(state="detached", timeout=30_000)
    wait_until_drawn(page)
    assert not re.search(r"xã (?!Tân Hồng)[A-ZĐ]\w+", page.locator("body").inner_text())


def test_a_table_that_is_downloaded_is_an_event(served, opened, demo):
    page = opened.new_page()
    page.goto(f"{served}/sign-in?next=/dashboards/units")
    sign_in(page, "ban-chi-dao")
    wait_until_drawn(page)
    with page.expect_download() as kept:
        page.get_by_role("button", name=re.compile("Tải bảng đơn vị")).click()
    assert kept.value.suggested_filename.startswith("don-vi-")
    assert "Tân Hồng" in kept.value.path().read_text(encoding="utf-8-sig")
    asked = "SELECT user, about FROM audit_event WHERE act = 'export_table'"
    with demo.engine().connect() as connection:  # before the first byte of the file
        kept_events = connection.exec_driver_sql(asked).all()
    assert kept_events == [("ban-chi-dao", kept.value.suggested_filename)]
