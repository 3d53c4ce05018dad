"""What citizens are told of their data: in both languages, with who answers for it, for everybody to read."""

from dataclasses import replace
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.contact import KEPT_FOR
from survey_app.retention import FOREVER, Period, Retention
from tests.survey_app.conftest import Clock, record_office, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page

OFFICE = "UBND xã Tân Hồng <b>, 0277 000 000"


@pytest.fixture
def engine(sqlite_engine):
    """One database is enough for what a page looks like."""
    return sqlite_engine


@pytest.fixture
def code(engine, settings):
    """The printed code of the small office's desk."""
    return make_code(record_office(engine), key=settings.secret_key)


@pytest.fixture
def address(engine, settings, code):  # noqa: ARG001 - the office is recorded there
    """A server that names who is responsible."""
    with serving(make_app(engine, replace(settings, responsible=OFFICE), clock=Clock())) as address:
        yield address


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_what_is_kept(browser, address, language, scheme):
    page = open_page(browser, f"{address}/privacy?lang={language}", color_scheme=scheme)
    assert OFFICE in page.inner_text("main")
    assert f"{KEPT_FOR.days} " in page.inner_text("main")
    assert page.locator("main b").count() == 0
    found = Axe().run(page, options=WCAG)
    assert found.response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_the_form_leads_there_without_losing_what_was_chosen(browser, address, code):
    page = open_page(browser, f"{address}/r/{code}")
    page.locator("input[type=radio]").first.check(force=True)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Phiếu này giữ gì, bao lâu?").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{address}/privacy?lang=vi"
    assert page.locator("input[type=radio]").first.is_checked()


def read_page(engine, settings, language="vi"):
    with serving(make_app(engine, settings, clock=Clock())) as address:
        return urlopen(f"{address}/privacy?lang={language}").read().decode()  # noqa: S310 - our own server


def test_a_period_is_told_only_where_the_server_keeps_it_by_itself(engine, settings):
    keep = Retention(comments=Period(days=90), cases=FOREVER)
    text = read_page(engine, replace(settings, keep=keep, purge=True))
    assert "Ý kiến được xóa 90 ngày sau khi tháng ấy hết." in text
    assert "sau bước cuối cùng" not in text
    assert "60 months after its last step" in read_page(engine, replace(settings, purge=True), "en")
    assert "Ý kiến được xóa" not in read_page(engine, replace(settings, keep=keep))


def test_without_a_name_the_office_on_the_form_is_responsible(engine, settings):
    text = read_page(engine, settings)
    assert "Cơ quan có tên ở đầu phiếu" in text
    assert "Liên hệ về dữ liệu cá nhân" not in text
