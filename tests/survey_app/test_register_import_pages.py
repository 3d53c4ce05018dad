"""The pages of the register in a real browser: faults shown, a corrected file, a preview, imported, the same again; axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from survey_app.reading import read_register
from survey_app.register_file.template import as_csv
from tests.survey_app.conftest import Clock, record_staff, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_sign_in_pages import type_in

HEAD = ["Tên", "Loại", "Mã chính thức", "Đơn vị cấp trên", "Từ ngày", "Ghi chú"]
TOP, LOW = ["Đồng Tháp", "tỉnh", "82", "", "01/07/2025", ""], ["Tân Hồng", "xã", "29926", "82", "01/07/2025", ""]
SOUND = as_csv([HEAD, TOP, LOW])
FAULTY = as_csv([HEAD, TOP, ["Tân Hồng " * 15, "làng", "x" * 90, "Nơi không có", "32/13/2025", ""]])
DESKS = as_csv([["Đơn vị", "Tên quầy", "Nơi đặt"], *(["29926", f"Quầy {at}", "Trung tâm " * 5] for at in (1, 2))])


@pytest.fixture
def address(sqlite_engine, settings):
    record_staff(sqlite_engine, {"noi-vu": ("home_affairs", None)})
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield address


def bring(page, content, *, name="đơn vị.csv"):
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Xem tệp").click()
    page.wait_for_url("**/held/*")


def walk(browser, address, see, **options):
    """From an empty register to printed codes, `see(name, page)` at each state of the pages."""
    page = open_page(browser, f"{address}/sign-in", **options)
    type_in(page, "noi-vu")
    page.wait_for_url("**/office/")
    page.goto(f"{address}/office/register")
    see("empty", page)
    page.get_by_role("link", name="1. Đơn vị").click()
    see("units", page)
    bring(page, FAULTY)
    see("faulty", page)
    page.goto(f"{address}/office/register/units")
    bring(page, SOUND)
    see("preview", page)
    page.get_by_role("button", name="Nhập 2 mục").click()
    see("done", page)
    page.goto(f"{address}/office/register/units")
    bring(page, SOUND)
    see("same", page)
    page.goto(f"{address}/office/register/units")
    bring(page, SOUND.replace("Tân Hồng".encode(), "Tân Hồng Mới".encode()))
    see("changes", page)
    for kind in ("questionnaires", "pilots"):
        page.goto(f"{address}/office/register/{kind}")
        see(kind, page)
        bring(page, b'code = "desk"\nx = 1\n', name="a.toml")
        see(f"{kind}, faulty", page)
    page.goto(f"{address}/office/register/units")
    page.locator("#province").select_option("92")
    page.get_by_role("button", name="Xem danh mục").click()
    see("official", page)
    page.goto(f"{address}/office/register/desks")
    bring(page, DESKS)
    page.get_by_role("button", name="Nhập 2 mục").click()
    page.get_by_role("link", name="Cấp mã và in áp phích").click()
    see("codes", page)
    page.get_by_role("button", name="Cấp mã cho mọi quầy").click()
    see("issued", page)
    page.context.close()


def test_a_clerk_comes_from_an_empty_register_to_codes_of_every_desk(browser, address, sqlite_engine):
    said = {}
    walk(browser, address, lambda name, page: said.setdefault(name, page.locator("main").inner_text()))
    assert "Danh mục còn trống." in said["empty"]
    assert "Tệp có 3 lỗi" in said["faulty"]
    assert "Không có gì thay đổi." in said["same"]
    assert "2 quầy chưa có mã." in said["codes"]
    assert "In 2 áp phích thành một tệp PDF:" in said["issued"]
    with sqlite_engine.connect() as connection:
        assert len(read_register(connection).desks) == 2


LOOKS = {
    "wide": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light"},
    "phone in dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "narrowest": {"viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_stands_in_anybodys_way(browser, address, look, tmp_path):
    wrong = []

    def see(name, page):
        page.screenshot(path=f"{tmp_path}/{name}.png", full_page=True)
        violations = Axe().run(page, options=WCAG).response["violations"]
        wrong.extend((name, each["id"], each["nodes"][0]["html"]) for each in violations)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((name, "scrolls sideways"))

    walk(browser, address, see, **LOOKS[look])
    assert wrong == []
