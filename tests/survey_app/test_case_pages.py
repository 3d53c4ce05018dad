"""Pages of cases and comments in a real browser: the author's, the unit's, home affairs'."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import insert

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.recording import table
from survey_app.tables import CommentRow
from tests.survey_app.conftest import Clock, record_office, record_staff, serving
from tests.survey_app.test_cases import CODES, record_case
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_sign_in_pages import type_in

OCTOBER = date(2026, 10, 1)


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
    """A server on the small office with accounts, two cases and the comments of October."""
    record_staff(engine)
    record_case(engine, 0, text="Chờ lâu quá.", contact="0912345678")
    record_case(engine, 1, text="Ghế hỏng từ tháng trước.", received=date(2026, 11, 2))
    with engine.begin() as connection:
        values = [
            {"id": f"k{number:02}", "unit": "xa.29926", "month": OCTOBER, "language": "vi", "text": text, "simulated": False}
            for number, text in enumerate(["Chị Hoa gọi 0912345678.", *(f"Ý kiến {number}." for number in range(11))])
        ]  # fmt: skip
        connection.execute(insert(table(CommentRow)), values)
    with serving(make_app(engine, settings, clock=Clock())) as address:
        yield address


def enter(page, address, name):
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    type_in(page, name)
    page.wait_for_url("**/office/")


def walk(page, address, code, see):
    """Every page and state of cases and comments, as author, unit and home affairs; `see(name)` at each."""
    mine = f"{address}/c/{CODES[0]}"

    def at(name, where):
        page.goto(where)
        see(name)

    at("form", f"{address}/r/{code}")
    page.get_by_text("Để lại liên hệ").click()
    see("form with contact")
    page.get_by_role("textbox", name="Số điện thoại").fill("ở nhà")
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.get_by_role("alert").wait_for()
    see("form with faults")
    at("thanks", f"{address}/r/{code}/thanks?case={CODES[0]}")
    at("find", f"{address}/c")
    at("unknown", f"{address}/c/{CODES[3]}")
    at("received", mine)
    enter(page, address, "noi-vu")
    at("months to screen", f"{address}/office/comments")
    at("screening", f"{address}/office/screening/xa.29926/2026-10-01")
    page.get_by_role("button", name="Cho đọc cả").click()
    see("screened")
    enter(page, address, "mot-cua")
    see("start")
    at("months", f"{address}/office/comments")
    at("comments", f"{address}/office/comments/xa.29926/2026-10-01")
    at("queue", f"{address}/office/cases")
    page.get_by_role("link", name="Chờ lâu quá.").click()
    see("case received")
    page.get_by_role("button", name="Giao").click()
    see("case assigned")
    page.get_by_role("button", name="Gửi câu trả lời").click()
    page.get_by_role("alert").wait_for()
    see("case without answer")
    page.get_by_role("button", name="Xem liên hệ").click()
    see("contact")
    page.get_by_label("Trả lời").fill("Đã thêm một quầy.")
    page.get_by_role("button", name="Gửi câu trả lời").click()
    see("case answered")
    at("done", f"{address}/office/cases?state=done")
    at("404", f"{address}/office/cases/khong-co")
    at("answered", mine)
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.get_by_role("alert").wait_for()
    see("not rated")
    page.get_by_role("radio", name="Tốt", exact=True).check()
    page.get_by_role("button", name="Gửi", exact=True).click()
    see("closed")
    withdraw(page, address, see)


def withdraw(page, address, see):
    """The author, whose case is open, takes the consent back; the clerk who saw the contact is asked to erase copies."""
    page.get_by_role("button", name="Rút lại đồng ý và xóa ngay").click()
    see("withdrawn")
    enter(page, address, "mot-cua")
    page.goto(f"{address}/office/cases")
    see("copies to erase")
    page.get_by_role("link", name="việc rút lại ngày").click()
    see("case with copies to erase")


@pytest.mark.parametrize(("scheme", "rules"), [("light", WCAG), ("dark", {"runOnly": ["color-contrast"]})])
def test_axe_finds_nothing_on_any_page_of_cases_and_comments_in_any_state(browser, address, code, scheme, rules):
    page = open_page(browser, "about:blank", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    found = []

    def see(name):
        violations = Axe().run(page, options=rules).response["violations"]
        found.extend((name, each["id"], each["nodes"][0]["html"]) for each in violations)

    walk(page, address, code, see)
    page.context.close()
    assert found == []


def test_on_320_pixels_nothing_is_cut_off_at_double_text_either_and_every_target_is_large(browser, address, code):
    page = open_page(browser, "about:blank", viewport={"width": 320, "height": 640})
    wide, small = [], []

    def see(name):
        targets = "button, select, textarea, input[type=text], .tick, .top a, .tabs a, .menu a, summary"
        boxes = page.eval_on_selector_all(
            targets, "all => all.map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])"
        )
        small.extend((name, html, height) for html, height in boxes if 0 < height < 48)
        for pixels in (18, 36):
            page.add_style_tag(content=f"html{{font-size:{pixels}px!important}}")
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                wide.append((name, pixels))

    walk(page, address, code, see)
    page.context.close()
    assert wide == []
    assert small == []


def test_from_the_wish_for_an_answer_to_the_rating_of_the_answer(browser, address, code):
    """A citizen on a phone asks for an answer, a clerk answers, the citizen reads it and says that it helped."""
    citizen = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    clerk = browser.new_context(viewport={"width": 1000, "height": 700}).new_page()
    citizen.goto(f"{address}/r/{code}")
    citizen.locator("label", has_text="Không hài lòng").first.click()
    citizen.get_by_role("checkbox", name="Tôi muốn được trả lời").check()
    citizen.get_by_role("button", name="Gửi đánh giá").click()
    assert citizen.get_by_role("alert").get_by_text("chưa viết việc gì").is_visible()
    citizen.locator("textarea[name=comment]").fill("Ghế chờ gãy chân, ngồi dễ ngã.")
    citizen.get_by_text("Để lại liên hệ").click()
    assert not citizen.get_by_role("checkbox", name="Tôi đồng ý").is_checked()
    citizen.get_by_role("textbox", name="Số điện thoại").fill("0912345678")
    citizen.get_by_role("button", name="Gửi đánh giá").click()
    assert citizen.get_by_role("alert").get_by_text("chưa chọn đồng ý").is_visible()
    citizen.get_by_role("checkbox", name="Tôi đồng ý").check()
    citizen.get_by_role("button", name="Gửi đánh giá").click()
    citizen.wait_for_url("**/thanks?*")
    assert len(citizen.locator(".bigcode").inner_text().replace("-", "")) == 14
    citizen.get_by_role("link", name="Xem tình trạng việc này").click()
    assert citizen.get_by_role("heading", level=1).inner_text() == "Đã nhận"

    enter(clerk, address, "mot-cua")
    clerk.get_by_role("link", name="Phản ánh, kiến nghị").click()
    clerk.get_by_role("link", name="Ghế chờ gãy chân").click()
    clerk.get_by_role("button", name="Giao").click()
    clerk.get_by_role("button", name="Xem liên hệ").click()
    assert clerk.get_by_text("0912345678").is_visible()
    clerk.get_by_label("Trả lời").fill("Đã thay ghế sáng nay.")
    clerk.get_by_role("button", name="Gửi câu trả lời").click()
    assert clerk.get_by_role("heading", level=1).inner_text() == "Đã trả lời"

    citizen.reload()
    assert citizen.get_by_text("Đã thay ghế sáng nay.").first.is_visible()
    citizen.locator("label", has_text="Rất tốt").click()
    citizen.get_by_role("button", name="Gửi", exact=True).click()
    rated = citizen.get_by_text("Ông/bà đã cho câu trả lời 5 trên 5 điểm.").is_visible()
    citizen.get_by_role("button", name="Rút lại đồng ý và xóa ngay").click()
    left = citizen.get_by_role("button", name="Rút lại đồng ý và xóa ngay").count()
    clerk.reload()
    seen = clerk.get_by_text("Người viết cho câu trả lời 5 trên 5 điểm.").is_visible()
    citizen.context.close()
    clerk.context.close()
    assert (rated, left, seen) == (True, 0, True)
