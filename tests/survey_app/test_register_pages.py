"""The pages of desks, units and roster in a real browser: without script; axe, narrow, enlarged, dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from survey_app.recording import record_catalogue
from tests.conftest import shipped_catalogue
from tests.survey_app.conftest import Clock, record_office, record_staff, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_roster_office import DESK, HEAD, SOUND, record_october
from tests.survey_app.test_sign_in_pages import type_in

UNIT = "xa.29926"
FAULTY = f"{HEAD}\nCB 1;{'Tên rất dài ' * 9};Xã nào;{DESK};31/02/2026;;đêm\n"


@pytest.fixture
def address(sqlite_engine, settings):
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    record_office(sqlite_engine)
    with (
        sqlite_engine.begin() as connection
    ):  # the shipped register has a desk of its name, and the desk is to be moved
        connection.exec_driver_sql(f"UPDATE desk SET name = 'Quầy 9 – Hộ tịch' WHERE code = '{DESK}'")
    record_staff(sqlite_engine)
    record_october(sqlite_engine, n=40)
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield address


def bring(page, address, content):
    page.goto(f"{address}/office/roster")
    page.locator("#file").set_input_files({"name": "ca.csv", "mimeType": "text/csv", "buffer": content.encode()})
    page.get_by_role("button", name="Xem tệp").click()
    page.wait_for_url("**/held/*")


def walk(browser, address, see, **options):
    """Every state of the pages, with all that unfolds unfolded; `see(name, page)` at each."""
    page = open_page(browser, f"{address}/sign-in", **options)
    type_in(page, "noi-vu")
    page.wait_for_url("**/office/")

    def shown(name):
        page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
        see(name, page)

    for name, path in {
        "desks": "desks?q=tan hong",
        "units": "units?q=tan hong",
        "desk": f"desks/{DESK}",
        "unit": f"units/{UNIT}",
        "roster empty": "roster",
    }.items():
        page.goto(f"{address}/office/{path}")
        shown(name)
    page.goto(f"{address}/office/desks/{DESK}")
    page.locator("#m-on").fill("2026-12-01")
    page.locator("#m-place").fill("Nhà văn hóa thôn 2")
    page.get_by_role("button", name="Xem trước khi chuyển").click()
    shown("move looked at")
    page.goto(f"{address}/office/desks/{DESK}")
    page.locator("#c-on").fill("9999-12-01")
    page.get_by_role("button", name="Xem trước khi đóng").click()
    shown("close refused")
    page.goto(f"{address}/office/units/{UNIT}")
    page.locator("#on").fill("2027-01-01")
    page.locator("#into1").select_option("new")
    for field, value in {"code1": "xa.moi", "name1": "Tân Bình"}.items():
        page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
        page.locator(f"#{field}").fill(value)
    page.get_by_role("button", name="Xem trước").click()
    shown("merge looked at")
    bring(page, address, FAULTY)
    shown("roster faulty")
    bring(page, address, SOUND)
    shown("roster looked at")
    if page.get_by_role("button", name="Nhập tệp này").count():
        page.get_by_role("button", name="Nhập tệp này").click()
        page.get_by_role("status").wait_for()
    shown("roster")
    for person in ("CB-01", "CB-02"):
        page.goto(f"{address}/office/roster/of/{UNIT}/{person}?period=2026-10")
        shown(person)
    page.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_any_state_of_the_pages_of_desks_units_and_roster(browser, address, scheme, width):
    found = []

    def see(name, page):
        violations = Axe().run(page, options=WCAG).response["violations"]
        found.extend((name, each["id"], each["nodes"][0]["html"]) for each in violations)

    walk(browser, address, see, viewport={"width": width, "height": 844}, color_scheme=scheme)
    assert found == []


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_of_these_pages_is_cut_off_on_320_pixels_and_at_double_text(browser, address, zoom):
    wide = {}

    def see(name, page):
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    walk(browser, address, see, viewport={"width": 320, "height": 640})
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_a_desk_is_moved_and_units_merge_without_script(browser, address):
    page = open_page(browser, f"{address}/sign-in", java_script_enabled=False)
    type_in(page, "noi-vu")
    page.wait_for_url("**/office/")
    page.goto(f"{address}/office/desks/{DESK}")
    page.locator("#m-on").fill("2026-12-01")
    page.locator("#m-place").fill("Nhà B")
    page.get_by_role("button", name="Xem trước khi chuyển").click()
    page.get_by_role("button", name="Đồng ý, ghi thay đổi này").click()
    page.get_by_text("Sẽ đóng từ ngày 01/12/2026.").wait_for()
    page.get_by_role("button", name="Xem trước khi mở lại").click()
    page.get_by_role("button", name="Đồng ý, ghi thay đổi này").click()
    page.get_by_text("Đang mở.").wait_for()
    page.context.close()
