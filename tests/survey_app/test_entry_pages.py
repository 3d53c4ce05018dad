"""Paper entry in a real browser: by keyboard alone, ten forms a minute, with and without script."""

import sys
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import func, select

from survey_app.app import make_app
from survey_app.recording import table
from survey_app.tables import ResponseRow
from tests.survey_app.conftest import Clock, record_office, record_staff, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_sign_in_pages import type_in

SECONDS_A_KEY = 0.25
"""A clerk on a keypad; data entry is paid for from about 8,000 keys an hour, 0.45 s a key."""


@pytest.fixture
def address(sqlite_engine, settings):
    """A server on the small office with one account a role."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield address


def open_pile(browser, address, forms, **options):
    """The page of the first form of a pile, begun by keyboard alone."""
    page = open_page(browser, f"{address}/office/entry", **options)
    type_in(page, "mot-cua")
    page.wait_for_url("**/office/entry")
    page.get_by_label("Quầy").focus()
    for _ in range(3):
        page.keyboard.press("Tab")  # desk, channel and questionnaire stand as they should
    page.get_by_label("Số phiếu trong xấp").focus()
    page.keyboard.type(str(forms))
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/entry/*")
    return page


def keys_of_a_form(page, digit):
    """What a clerk presses for one form: a digit a question, Enter where there is no digit, Enter twice at the end."""
    most = page.eval_on_selector_all("#paper .line :is(input, textarea)", "all => all.map(e => +e.dataset.one || 0)")
    keys, confirming = [], False
    for highest in most:
        keys += [str(min(int(digit), highest))] if highest else ["Enter"] * (1 + confirming)
        confirming = bool(highest)
    return keys + ["Enter"] * (2 if confirming else 0)


def kept(engine):
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table(ResponseRow))).scalar_one()


def test_ten_forms_a_minute_by_keyboard_alone(browser, address, sqlite_engine, capsys):
    page = open_pile(browser, address, 10)
    keys = [keys_of_a_form(page, digit) for digit in "5443454544"]
    began = time.perf_counter()
    for number, pressed in enumerate(keys, 1):
        assert f"Phiếu {number} trên 10" in page.get_by_role("heading", level=1).inner_text()
        for key in pressed:
            page.keyboard.press(key)
        page.wait_for_function("n => !document.title.startsWith('Phiếu ' + n + ' ')", arg=number)
        page.wait_for_load_state()
    machine = time.perf_counter() - began
    assert kept(sqlite_engine) == 10
    page.get_by_role("button", name="Đóng xấp").focus()
    page.keyboard.press("Enter")
    page.get_by_text("đã đóng").wait_for()
    page.context.close()
    count = sum(map(len, keys))
    with capsys.disabled():
        sys.stdout.write(
            f"\n10 forms: {count} keys, {machine:.1f} s of browser and server, {count * SECONDS_A_KEY:.0f} s of typing\n"
        )
    assert count * SECONDS_A_KEY < 55  # the machine's part is measured on a quiet one: a second or two


def test_a_digit_moves_on_and_enter_after_it_only_confirms(browser, address):
    page = open_pile(browser, address, 2)
    focused = "document.activeElement.name"
    first, second, third = page.eval_on_selector_all("#paper .line input", "all => all.slice(0, 3).map(e => e.name)")
    seen = [page.evaluate(focused)]
    for key in ("5", "Enter", "4", "Enter", "Enter"):
        page.keyboard.press(key)
        seen.append(page.evaluate(focused))
    fourth = seen.pop()
    page.context.close()
    assert seen == [first, second, second, third, third]
    assert fourth not in {first, second, third}


def test_entry_without_script_needs_no_mouse_either(browser, address, sqlite_engine):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/office/entry")
    type_in(page, "mot-cua")
    page.wait_for_url("**/office/entry")
    page.get_by_label("Số phiếu trong xấp").fill("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/entry/*")
    page.keyboard.type("4")
    page.keyboard.press("Tab")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Đã nhập đủ 1 phiếu.").wait_for()
    context.close()
    assert kept(sqlite_engine) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_state_of_paper_entry(browser, address, scheme):
    page = open_pile(browser, address, 2, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    found = [("form", Axe().run(page, options=WCAG))]

    def look(state):
        found.append((state, Axe().run(page, options=WCAG)))

    page.get_by_role("button", name="Ghi phiếu").click()
    page.get_by_role("alert").wait_for()
    look("faults")
    page.locator("#paper input[type=text]").first.fill("4")
    page.get_by_role("button", name="Ghi phiếu").click()
    page.get_by_role("heading", name="Phiếu vừa ghi").wait_for()
    page.get_by_text("Đóng xấp").first.click()
    look("last form, closing open")
    page.get_by_label("Lý do số phiếu không khớp").fill("một phiếu trắng")
    page.get_by_role("button", name="Đóng xấp").click()
    page.wait_for_url("**/office/entry")
    look("batches")
    page.locator("td a").click()
    page.get_by_text("Hủy xấp này").click()
    look("closed, voiding open")
    page.get_by_label("Lý do hủy").fill("nhầm quầy")
    page.get_by_role("button", name="Hủy xấp").click()
    page.locator("td a").click()
    look("voided")
    page.context.close()
    assert [(state, each["id"]) for state, one in found for each in one.response["violations"]] == []


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_of_paper_entry_is_cut_off_on_320_pixels_and_at_double_text(browser, address, zoom):
    page = open_pile(browser, address, 2, viewport={"width": 320, "height": 640})
    wide = []
    for path in (page.url, f"{address}/office/entry"):
        page.goto(path)
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        wide.append(page.evaluate("document.documentElement.scrollWidth"))
    page.context.close()
    assert max(wide) <= 320
