"""The pages of dossiers in a real browser: a file is brought without script; axe, narrow, enlarged, dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from survey_app.dossier_frame import read_dossiers
from survey_app.recording import record_catalogue
from tests.conftest import shipped_catalogue
from tests.survey_app.conftest import Clock, record_office, record_staff, serving
from tests.survey_app.dossier_files import HEADINGS, csv_text, row
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_dossiers_office import filled_in
from tests.survey_app.test_sign_in_pages import type_in

LONG = "Thủ tục có tên rất dài " * 6
FILES = {
    "sound": (
        "tháng 11.csv",
        csv_text([row(), row(2, procedure=LONG, desk="Quầy lạ", received="02/11/2026"), row()]).encode(),
    ),
    "faulty": ("lỗi.csv", csv_text([row(number, channel="Bồ câu", due="x" * 90) for number in range(5)]).encode()),
    "no column": ("cột.csv", csv_text([row()], headings=HEADINGS | {"received": "Nhận lúc"}).encode()),
    "unreadable": ("hỏng.xlsx", b"PK\x03\x04"),
}


@pytest.fixture
def address(sqlite_engine, settings):
    with sqlite_engine.begin() as connection:
        record_catalogue(connection, shipped_catalogue())
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield address


def bring(page, address, name, content):
    page.goto(f"{address}/office/dossiers")
    if page.locator("details").count():
        page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
    if page.locator("#source").count():
        page.locator("#source").select_option("mot-cua")
    else:
        page.locator("#new_source").fill("mot-cua")
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
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

    page.goto(f"{address}/office/dossiers")
    shown("nothing yet")
    for name, (file, content) in FILES.items():
        bring(page, address, file, content)
        shown(name)
    bring(page, address, *FILES["sound"])
    page.get_by_role("button", name="Nhập 2 hồ sơ").click()
    page.get_by_role("status").wait_for()
    shown("imported")
    bring(page, address, *FILES["sound"])
    shown("the same again")
    page.goto(f"{address}/office/dossiers/held/none")
    shown("not there")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_state_of_the_pages_of_dossiers(browser, address, scheme):
    found = []

    def see(name, page):
        violations = Axe().run(page, options=WCAG).response["violations"]
        found.extend((name, each["id"], each["nodes"][0]["html"]) for each in violations)

    walk(browser, address, see, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert found == []


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_of_the_pages_of_dossiers_is_cut_off_on_320_pixels_and_at_double_text(browser, address, zoom):
    wide = {}

    def see(name, page):
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    walk(browser, address, see, viewport={"width": 320, "height": 640})
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_a_file_is_brought_looked_at_and_imported_without_script(browser, address, sqlite_engine):
    page = open_page(browser, f"{address}/sign-in", java_script_enabled=False)
    type_in(page, "noi-vu")
    page.wait_for_url("**/office/")
    page.get_by_role("link", name="Hồ sơ một cửa").click()
    page.locator("#new_source").fill("mot-cua")
    page.locator("#file").set_input_files({"name": "mau.csv", "mimeType": "x", "buffer": filled_in()})
    page.get_by_role("button", name="Xem tệp").click()
    page.get_by_role("button", name="Nhập 2 hồ sơ").click()
    page.get_by_role("status").wait_for()
    said = page.locator("main").inner_text()
    page.context.close()
    assert "Đã nhập 2 hồ sơ. 2 mới, 0 thay đổi, 0 như cũ." in said
    with sqlite_engine.connect() as connection:
        assert read_dossiers(connection).height == 2
