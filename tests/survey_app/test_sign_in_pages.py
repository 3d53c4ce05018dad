"""The staff's pages in a real browser, on a server with one small office."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from tests.survey_app.conftest import PASSWORD, Clock, record_office, record_staff, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page


@pytest.fixture
def address(sqlite_engine, settings):
    """A server on the small office with one account a role."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield address


def type_in(page, name, password=PASSWORD):
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_signing_in_and_the_start_page(browser, address, scheme):
    page = open_page(browser, f"{address}/sign-in", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    found = [("sign-in", Axe().run(page, options=WCAG))]
    type_in(page, "mot-cua", "sai mật khẩu rồi")
    page.get_by_role("alert").wait_for()
    found.append(("refused", Axe().run(page, options=WCAG)))
    type_in(page, "mot-cua")
    page.wait_for_url("**/office/")
    found.append(("start", Axe().run(page, options=WCAG)))
    page.context.close()
    assert [(state, each["id"]) for state, one in found for each in one.response["violations"]] == []


def test_signing_in_and_out_by_keyboard_alone_without_script_on_320_pixels(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}/office/")
    page.keyboard.type("mot-cua")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")
    page.get_by_role("button", name="Thoát").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    page.goto(f"{address}/office/")
    left = page.url
    context.close()
    assert left == f"{address}/sign-in?next=%2Foffice%2F"


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_of_the_staffs_pages_is_cut_off_on_320_pixels_and_at_double_text(browser, address, zoom):
    page = open_page(browser, f"{address}/sign-in", viewport={"width": 320, "height": 640})
    wide = []
    for _ in range(2):
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        wide.append(page.evaluate("document.documentElement.scrollWidth"))
        if page.get_by_label("Mật khẩu").count():
            type_in(page, "mot-cua")
            page.wait_for_url("**/office/")
    page.context.close()
    assert max(wide) <= 320
