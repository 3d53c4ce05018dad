"""The rotating code on a desk's screen."""

import io
import re
from datetime import date, timedelta

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.door import WINDOW_SECONDS
from survey_app.recording import record_link, record_revocation
from tests.survey_app.conftest import KEY, Clock, record_office, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page


@pytest.fixture
def screen(office):
    """The path of a screen's page at the small office's desk."""
    with office.engine.begin() as connection:
        serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 1), kind="screen")
    office.client.app.state.door.look_again()
    return f"/s/{make_code(serial, key=KEY.encode())}"


def shown_code(page):
    return re.search(r'class="code">([0-9A-Z-]+)<', page)[1].replace("-", "")


def test_the_code_on_the_screen_opens_the_form_and_the_screens_own_code_does_not(office, screen):
    code = shown_code(office.client.get(screen).text)
    assert office.client.get(f"/r/{code}").status_code == 200
    assert office.client.get(screen.replace("/s/", "/r/")).status_code == 404


def test_the_page_is_drawn_anew_when_its_code_changes_and_the_old_code_is_good_for_one_window_more(office, screen):
    first = office.client.get(screen)
    code, seconds = shown_code(first.text), int(first.headers["refresh"])
    assert 1 <= seconds <= WINDOW_SECONDS
    office.clock.now += timedelta(seconds=seconds - 1)
    assert shown_code(office.client.get(screen).text) == code
    office.clock.now += timedelta(seconds=1)
    assert shown_code(office.client.get(screen).text) != code
    assert office.client.get(f"/r/{code}").status_code == 200
    office.clock.now += timedelta(seconds=WINDOW_SECONDS)
    assert office.client.get(f"/r/{code}").status_code == 410


def test_no_browser_keeps_the_page_and_capitals_are_the_same_address(office, screen):
    answer = office.client.get(screen.upper())
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_a_withdrawn_screen_says_so_in_both_languages_and_asks_again_by_itself(office, screen):
    with office.engine.begin() as connection:
        record_revocation(connection, 2, on=date(2026, 11, 19))
    office.client.app.state.door.look_again()
    answer = office.client.get(screen)
    assert (answer.status_code, answer.headers["refresh"]) == (410, "60")
    assert "Màn hình này đã ngừng dùng." in answer.text
    assert "This screen is no longer in use." in answer.text


@pytest.mark.parametrize("path", ["/s/XXXX", "/s/{poster}"])
def test_what_is_no_screens_code_shows_no_code(office, path):
    assert office.client.get(path.format(poster=office.code)).status_code == 404


@pytest.fixture
def address(sqlite_engine, settings):
    """A screen's page on a real server."""
    record_office(sqlite_engine)
    with sqlite_engine.begin() as connection:
        serial = record_link(connection, "xa.29926.1", issued=date(2026, 11, 1), kind="screen")
    with serving(make_app(sqlite_engine, settings, clock=Clock())) as address:
        yield f"{address}/s/{make_code(serial, key=KEY.encode())}"


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1024, 600)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_reads_the_code_from_the_screen(browser, address, size, scheme):
    viewport = {"width": size[0], "height": size[1]}
    page = open_page(browser, address, viewport=viewport, color_scheme=scheme)
    picture, code = Image.open(io.BytesIO(page.screenshot())), shown_code(page.content())
    found = Axe().run(page, options=WCAG)
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.context.close()
    [symbol] = zxingcpp.read_barcodes(picture.resize((size[0] // 2, size[1] // 2)))  # from some way off
    assert symbol.text.endswith(f"/R/{code}")
    assert [violation["id"] for violation in found.response["violations"]] == []
    assert tall <= size[1]


def test_nothing_of_the_screens_page_is_cut_off_on_320_pixels(browser, address):
    page = open_page(browser, address, viewport={"width": 320, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()
    assert wide <= 320
