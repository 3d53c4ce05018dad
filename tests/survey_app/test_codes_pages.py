"""The pages of codes and cards in a real browser: axe, narrow, enlarged, dark."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from survey_app.recording import record_link, record_revocation, record_scans
from survey_app.recording.cards import record_card_batch, record_card_counts
from survey_app.recording.links import record_invitation
from tests.survey_app.conftest import Clock, record_office, record_staff, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_sign_in_pages import type_in

DESK, ISSUED = "xa.29926.1", date(2026, 11, 2)
PAGES = {
    "codes": "/office/codes",
    "a poster": "/office/codes/1",
    "a screen": "/office/codes/2",
    "an invitation": "/office/codes/3?source=zalo",
    "a strange source": "/office/codes/3?source=Za%20lo",
    "withdrawn": "/office/codes/4",
    "cards": "/office/cards",
    "not there": "/office/codes/99",
}


@pytest.fixture
def address(sqlite_engine, settings):
    """A server with a dead poster, a screen, an invitation, a withdrawn code and four batches of cards, three to look at."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with sqlite_engine.begin() as connection:
        record_link(connection, DESK, issued=ISSUED, kind="screen")
        record_invitation(connection, "xa.29926", issued=ISSUED)
        gone = record_link(connection, DESK, issued=ISSUED)
        record_revocation(connection, gone, on=date(2026, 11, 5))
        record_scans(connection, {(2, date(2026, 11, 18)): 3, (1, date(2026, 11, 6)): 2})
        for number, (used, handed, left) in enumerate(((60, 90, 10), (3, 80, 19), (70, 60, 42))):
            batch = record_card_batch(connection, DESK, [f"{number}{card:031x}" for card in range(100)], made=ISSUED)
            record_card_counts(connection, batch, handed_out=handed, left_over=left, on=date(2026, 11, 18))
            for card in range(used):
                connection.exec_driver_sql(f"UPDATE card SET used = 1 WHERE hash = '{number}{card:031x}'")
        record_card_batch(connection, DESK, [f"f{card:031x}" for card in range(100)], made=ISSUED)
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield address


def walk(browser, address, see, **options):
    """Every page and state of codes and cards, with all that unfolds unfolded; `see(name, page)` at each."""
    page = open_page(browser, f"{address}/sign-in", **options)
    type_in(page, "noi-vu")
    page.wait_for_url("**/office/")
    for name, path in PAGES.items():
        page.goto(address + path)
        page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
        see(name, page)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_state_of_codes_and_cards(browser, address, scheme):
    found = []

    def see(name, page):
        violations = Axe().run(page, options=WCAG).response["violations"]
        found.extend((name, each["id"], each["nodes"][0]["html"]) for each in violations)

    walk(browser, address, see, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert found == []


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_of_codes_and_cards_is_cut_off_on_320_pixels_and_at_double_text(browser, address, zoom):
    wide = {}

    def see(name, page):
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    walk(browser, address, see, viewport={"width": 320, "height": 640})
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_every_state_says_what_to_look_at(browser, address):
    said = {}
    walk(browser, address, lambda name, page: said.update({name: page.locator("main").inner_text()}))
    assert "8 ngày làm việc không ai quét" in said["codes"]
    assert "chỉ dành cho quầy" in said["a screen"]
    assert "?source=zalo" in said["an invitation"]
    assert "chữ thường không dấu" in said["a strange source"]
    assert "Đã thu hồi ngày 05/11/2026" in said["withdrawn"]
    for words in (
        "Có 10 thẻ được trả lời nhiều hơn",
        "Thiếu 1 thẻ",
        "Thừa 2 thẻ",
        "ít hơn hẳn các lô khác",
        "Chưa đối chiếu",
    ):
        assert words in said["cards"]
    assert "Không có trang này." in said["not there"]
