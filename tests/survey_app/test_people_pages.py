"""People in a real browser: from no account to a unit's reader with a telephone, and every page by axe, narrow and large."""

from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from survey_app.first_run import open_first_run
from survey_app.second_factor import STEP_SECONDS, code_at, read_secret
from tests.survey_app.conftest import PASSWORD, Clock, record_office, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_sign_in_pages import type_in

OWN = "sáu từ không ai đoán được"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def code(sqlite_engine, settings):
    """What the terminal shows."""
    return open_first_run(sqlite_engine, settings)


@pytest.fixture
def address(sqlite_engine, settings, clock):
    """A server on an office without any account."""
    record_office(sqlite_engine)
    with serving(make_app(sqlite_engine, replace(settings, rate_limit=""), clock=clock)) as address:
        yield address


def telephone(page):
    """The secret that the page shows."""
    return read_secret(page.locator(".pair .code").inner_text().replace("-", ""))


def code_now(secret, clock):
    return code_at(secret, int(clock().timestamp()) // STEP_SECONDS)


def make_first(page, address, code):
    page.goto(f"{address}/")
    page.get_by_role("link", name="Dành cho cán bộ: đăng nhập").click()
    page.wait_for_url("**/first-run")
    page.get_by_label("Mã trên màn hình máy chủ").fill(code)
    page.get_by_label("Tên đăng nhập").fill("lan.tran")
    page.get_by_label("Họ tên hiển thị").fill("Trần Thị Lan")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_label("Gõ lại mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lập tài khoản và vào").click()
    page.wait_for_url("**/office/")


def invite(page, name):
    page.get_by_role("link", name="Mời đồng nghiệp").click()
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Họ tên hiển thị").fill("Lê Thị Hoa")
    page.get_by_label("Vai trò", exact=True).select_option("unit")
    page.get_by_label("Đơn vị (chỉ cho vai trò Đơn vị)").select_option("xã Tân Hồng")
    page.get_by_role("button", name="Lập tài khoản và tạo mã mời").click()
    return page.locator(".copied").inner_text().partition("/invitation/")[2]


def sign_in_with(page, address, code):
    page.goto(f"{address}/sign-in")
    type_in(page, "hoa.le", OWN)
    page.get_by_label("Mã sáu chữ số").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")


def sign_out(page):
    page.get_by_role("button", name="Thoát", exact=True).click()
    page.wait_for_url("**/sign-in")


def test_from_no_account_to_a_reader_with_a_second_factor_without_script(browser, address, clock, code):
    first = browser.new_context(java_script_enabled=False).new_page()
    make_first(first, address, code)
    assert "Việc tiếp theo" in first.locator("main").inner_text()
    invitation = invite(first, "hoa.le")

    reader = browser.new_context(java_script_enabled=False).new_page()
    reader.goto(f"{address}/invitation/{invitation}")
    reader.get_by_label("Mật khẩu", exact=True).fill(OWN)
    reader.get_by_label("Gõ lại mật khẩu").fill(OWN)
    reader.get_by_role("button", name="Giữ mật khẩu này và vào").click()
    reader.wait_for_url("**/office/")
    assert reader.get_by_role("link", name="Tài khoản", exact=True).count() == 0
    reader.get_by_role("link", name="Lê Thị Hoa · xã Tân Hồng").click()
    reader.get_by_role("link", name="Bật bằng điện thoại").click()
    secret = telephone(reader)
    reader.get_by_label("Mã sáu chữ số").fill(code_now(secret, clock))
    reader.get_by_label("Mật khẩu hiện nay").fill(OWN)
    reader.get_by_role("button", name="Bật lớp xác nhận thứ hai").click()
    codes = reader.locator(".codes li").all_inner_texts()
    sign_out(reader)
    clock.now += timedelta(minutes=1)
    sign_in_with(reader, address, code_now(secret, clock))
    sign_out(reader)
    sign_in_with(reader, address, codes[0])

    first.goto(f"{address}/office/events")
    said = first.locator("table").inner_text()
    first.goto(f"{address}/office/accounts/hoa.le")
    first.get_by_role("button", name="Đóng tài khoản này").click()
    assert "Chưa có gì được ghi." in first.locator("main").inner_text()
    first.get_by_role("button", name="Đóng tài khoản này").click()
    first.get_by_role("status").wait_for()
    reader.goto(f"{address}/office/")
    left = reader.url
    for page in (first, reader):
        page.context.close()
    assert len(codes) == 10
    for words in (
        "Lập tài khoản quản trị đầu tiên",
        "Tạo mã mời",
        "Chọn mật khẩu bằng mã mời",
        "Bật lớp xác nhận thứ hai",
        "mật khẩu và mã dự phòng",
    ):
        assert words in said
    assert left.startswith(f"{address}/sign-in")


def walk(browser, address, see, *, code, clock, **options):
    """Every page of people in its states; `see(name, page)` at each."""
    page = open_page(browser, f"{address}/first-run", **options)
    see("first run", page)
    page.get_by_label("Mã trên màn hình máy chủ").fill("0000")
    for label in ("Tên đăng nhập", "Họ tên hiển thị", "Gõ lại mật khẩu"):
        page.get_by_label(label).fill("x")
    page.get_by_label("Mật khẩu", exact=True).fill("x")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    see("first run refused", page)
    make_first(page, address, code)
    see("what comes next", page)
    invitation = invite(page, "hoa.le")
    see("invited", page)
    page.goto(f"{address}/office/accounts")
    see("accounts", page)
    page.goto(f"{address}/office/accounts/hoa.le")
    see("account", page)
    page.goto(f"{address}/office/me")
    see("own account", page)
    page.goto(f"{address}/office/me/second-factor")
    see("second factor", page)
    secret = telephone(page)
    page.get_by_label("Mã sáu chữ số").fill(code_now(secret, clock))
    page.get_by_label("Mật khẩu hiện nay").first.fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".codes").wait_for()
    see("recovery codes", page)
    page.goto(f"{address}/office/me/second-factor")
    page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
    see("second factor set up", page)
    page.goto(f"{address}/office/events")
    see("events", page)
    page.goto(f"{address}/office/")
    sign_out(page)
    type_in(page, "lan.tran")
    page.get_by_label("Mã sáu chữ số").fill("000000")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    see("code refused", page)
    page.goto(f"{address}/invitation/{invitation}")
    see("invitation", page)
    page.goto(f"{address}/invitation")
    see("invitation by code", page)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_people(browser, address, scheme, clock, code):
    found = []

    def see(name, page):
        violations = Axe().run(page, options=WCAG).response["violations"]
        found.extend((name, each["id"], each["nodes"][0]["html"]) for each in violations)

    options = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    walk(browser, address, see, code=code, clock=clock, **options)
    assert found == []


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_of_the_pages_of_people_is_cut_off_on_320_pixels_and_at_double_text(
    browser, address, zoom, clock, code
):
    wide = {}

    def see(name, page):
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    viewport = {"width": 320, "height": 640}
    walk(browser, address, see, code=code, clock=clock, viewport=viewport)
    assert {name: width for name, width in wide.items() if width > 320} == {}
