"""A shared tablet in a real browser: with a network, without one, through outages, one person after the other."""

import re
import time
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import Engine, select, text

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.recording import record_link, record_register_change, record_revocation, table
from survey_app.tables import CommentRow, ResponseRow, TabletDayRow
from tests.survey_app.conftest import KEY, Clock, record_office, serving
from tests.survey_app.test_citizen_pages import WCAG

UPRIGHT, LYING, PHONE = {"width": 800, "height": 1280}, {"width": 1280, "height": 800}, {"width": 360, "height": 740}
ANSWERS = """() => new Promise((resolve) => {
  indexedDB.open("hailong-tablet").onsuccess = ({ target: { result: base } }) => {
    base.transaction("answers").objectStore("answers").getAll().onsuccess = (event) => {
      resolve(event.target.result);
      base.close();
    };
  };
})"""


@dataclass
class Site:
    """A server on the small office, and codes of its tablets."""

    engine: Engine
    clock: Clock
    address: str
    codes: list[str]
    serials: list[int]

    def rows(self, row):
        with self.engine.connect() as connection:
            return [dict(each) for each in connection.execute(select(table(row))).mappings()]

    def answers(self):
        return [row["answers"] for row in self.rows(ResponseRow)]

    def do(self, statement):
        with self.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.fixture
def site(sqlite_engine, settings):
    record_office(sqlite_engine)
    with sqlite_engine.begin() as connection:
        serials = [record_link(connection, "xa.29926.1", issued=date(2026, 11, 10), kind="tablet") for _ in range(2)]
    clock, codes = Clock(), [make_code(serial, key=KEY.encode()) for serial in serials]
    with serving(make_app(sqlite_engine, settings, clock=clock)) as address:
        yield Site(sqlite_engine, clock, address.replace("127.0.0.1", "localhost"), codes, serials)


@pytest.fixture
def opened(browser, site):
    """Opens a tablet on one of the codes: a browser of its own, its clock that of the server unless said otherwise."""
    contexts = []

    def open_tablet(which=0, *, now=None, viewport=UPRIGHT, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        context.clock.install(time=now or site.clock())
        page = context.new_page()
        page.goto("about:blank")
        page.goto(f"{site.address}/k/{site.codes[which]}")
        page.locator("[data-kept=yes]").wait_for()
        return page

    yield open_tablet
    for context in contexts:
        context.close()


def pause(page):
    """A moment later: what is tapped within a third of a second of a new question is taken for a double tap."""
    page.clock.run_for(400)


def tap(page, word="Hài lòng"):
    pause(page)
    page.locator(".step:not([hidden])").get_by_role("radio", name=word, exact=True).click()


def press(page, name):
    pause(page)
    page.get_by_role("button", name=name, exact=True).click()


def answer(page, word="Hài lòng"):
    tap(page, word)
    expect(page.locator(".step:not([hidden])")).to_have_attribute("data-code", "waiting_place")
    press(page, "Gửi đánh giá")
    page.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()
    press(page, "Người tiếp theo")
    expect(page.get_by_role("heading", name="Ông/bà có hài lòng không?")).to_be_visible()


def kept(page):
    return page.evaluate(ANSWERS)


def wait_until_sent(page):
    """Until the tablet holds no answer any more."""
    until = time.monotonic() + 60
    while kept(page) != []:
        assert time.monotonic() < until, kept(page)
        page.wait_for_timeout(25)


def waiting(page):
    return page.locator("[data-queue=waiting]")


def count(page, site, which=0):
    page.goto(f"{site.address}/k/{site.codes[which]}/count")
    page.locator("main:not([aria-busy])").wait_for()
    shown = page.locator("[data-verdict]:visible")
    shown.wait_for()
    page.locator("main:not([aria-busy])").wait_for()
    return shown.get_attribute("data-verdict"), [
        int(n) for n in page.locator(".counts dd").all_inner_texts() if n != "–"
    ]


def test_one_question_at_a_time_then_thanks_then_all_anew(site, opened):
    page = opened()
    tap(page, "Không hài lòng")
    expect(page.locator(".step:visible")).to_have_count(1)
    tap(page, "Rất hài lòng")
    for _ in range(8):
        press(page, "Tiếp")
    page.get_by_role("textbox").fill("Chờ hơi lâu")
    press(page, "Gửi đánh giá")
    page.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()
    page.clock.run_for(6_000)
    expect(page.get_by_role("heading", name="Ông/bà có hài lòng không?")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    expect(page.locator("textarea")).to_have_value("")
    wait_until_sent(page)
    [row] = site.rows(ResponseRow)
    assert (row["answers"], row["channel"]) == ({"overall": 2, "waiting_place": 5}, "tablet")
    assert (row["local_date"], row["slot"], row["entered_slot"]) == (date(2026, 11, 19), "09:30", None)
    assert [comment["text"] for comment in site.rows(CommentRow)] == ["Chờ hơi lâu"]
    assert count(page, site) == ("match", [1, 1, 0, 0])


def test_without_a_network_nothing_is_lost_and_nothing_doubled(site, opened):
    page = opened()
    page.context.set_offline(True)
    answer(page, "Rất hài lòng")
    answer(page, "Bình thường")
    expect(waiting(page)).to_have_text("Chờ gửi: 2")
    page.reload()
    expect(waiting(page)).to_have_text("Chờ gửi: 2")
    answer(page, "Hài lòng")
    assert count(page, site) == ("unreached", [3, 3, 0])
    assert site.answers() == []
    page.get_by_role("link", name="Trở về phiếu").click()
    site.clock.now += timedelta(hours=30)  # a queue never expires
    page.context.set_offline(False)
    wait_until_sent(page)
    rows = site.rows(ResponseRow)
    assert sorted(row["answers"]["overall"] for row in rows) == [3, 4, 5]
    assert {(row["local_date"], row["slot"]) for row in rows} == {(date(2026, 11, 19), "09:30")}
    assert {(row["entered_date"], row["entered_slot"]) for row in rows} == {(date(2026, 11, 20), "15:30")}
    wait_until_sent(page)
    assert count(page, site) == ("match", [3, 3, 0, 0])


def test_the_queue_survives_an_outage_of_the_database_and_an_answer_that_was_lost_on_the_way(site, opened):
    page = opened()
    site.do("ALTER TABLE response RENAME TO response_away")
    answer(page)
    expect(waiting(page)).to_have_text("Chờ gửi: 1")
    site.do("ALTER TABLE response_away RENAME TO response")
    lost = []

    def lose_the_reply(route):
        lost.append(route.fetch())  # the server stores it, and the tablet never hears of it
        route.abort()

    page.context.route("**/answers", lose_the_reply, times=1)
    with page.expect_event("requestfailed"):
        page.clock.run_for(10_000)
    expect(waiting(page)).to_have_text("Chờ gửi: 1")
    assert (len(lost), site.answers()) == (1, [{"overall": 4}])
    page.clock.run_for(30_000)
    wait_until_sent(page)
    assert site.answers() == [{"overall": 4}]
    assert count(page, site) == ("match", [1, 1, 0, 0])


def test_two_tablets_count_apart_and_a_withdrawn_one_delivers_but_opens_no_form(site, opened):
    first, second = opened(0), opened(1)
    answer(second)
    first.context.set_offline(True)
    answer(first)
    answer(first)
    with site.engine.begin() as connection:
        record_revocation(connection, site.serials[0], on=date(2026, 11, 19))
    first.wait_for_timeout(2_500)  # the server looks every two seconds whether a code was withdrawn
    first.context.set_offline(False)
    first.get_by_role("heading", name="Máy tính bảng này không nhận đánh giá nữa.").wait_for()
    assert len(site.answers()) == 3
    assert {row["link"]: row["accepted"] for row in site.rows(TabletDayRow)} == dict(
        zip(site.serials, (2, 1), strict=True)
    )
    expect(first.get_by_text("máy không còn phiếu nào chờ gửi")).to_be_visible()
    first.context.set_offline(True)
    first.goto(f"{site.address}/k/{site.codes[0]}")
    assert first.get_by_role("radio").count() == 0
    first.context.set_offline(False)
    assert count(first, site) == ("match", [2, 2, 0, 0])
    assert count(second, site, 1) == ("match", [1, 1, 0, 0])


def test_nobody_sees_what_the_last_person_typed(site, opened):
    page = opened()
    tap(page, "Bình thường")
    for _ in range(9):
        press(page, "Tiếp")
    page.get_by_role("textbox").fill("Số của tôi là 0901")
    page.clock.run_for(41_000)
    warning = page.get_by_role("alertdialog")
    expect(warning).to_be_visible()
    warning.get_by_role("button", name="Trả lời tiếp").click()
    page.clock.run_for(30_000)
    expect(page.get_by_role("textbox")).to_have_value("Số của tôi là 0901")
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", name="Ông/bà có hài lòng không?")).to_be_visible()
    for move in (page.go_back, page.go_forward, page.reload):
        move()
        if page.url == "about:blank":
            continue
        page.locator("form").wait_for()
        assert page.locator("input:checked").count() == 0
        assert "0901" not in page.locator("html").inner_html() + page.locator("textarea").first.input_value()
    wait_until_sent(page)
    assert site.answers() == [{"overall": 3}]  # the tap counts, what was not sent does not
    assert site.rows(CommentRow) == []


def test_a_person_who_taps_and_comes_back_to_it_may_change_the_answer(site, opened):
    page = opened()
    tap(page, "Hài lòng")
    press(page, "Quay lại")
    tap(page, "Rất không hài lòng")
    press(page, "Bắt đầu lại")
    expect(page.locator("[data-queue=waiting]")).to_be_hidden()
    page.wait_for_function("() => document.querySelectorAll('input:checked').length === 0")
    assert count(page, site) == ("match", [1, 1, 0, 0])
    assert site.answers() == [{"overall": 1}]


def test_what_is_refused_for_good_is_kept_apart_shown_and_may_be_tried_again(site, opened):
    page = opened(now=site.clock() + timedelta(days=1))  # the tablet's clock is a day ahead
    answer(page, "Bình thường")
    expect(page.locator("[data-queue=refused]")).to_have_text("Cần cán bộ xem: 1")
    expect(page.get_by_text("Đồng hồ của máy này sai.")).to_be_visible()
    assert site.answers() == []
    assert count(page, site) == ("refused", [1, 0, 0, 1])
    assert page.locator("[data-rows=refused]").inner_text().split("\t")[:2] == ["20/11/2026", "09:30"]
    assert "Bình thường" not in page.locator("main").inner_text()  # nothing here shows marks
    site.clock.now += timedelta(days=1)
    page.get_by_role("button", name="Thử gửi lại phiếu bị từ chối").click()
    expect(page.locator("[data-verdict=match]")).to_be_visible()
    assert site.answers() == [{"overall": 3}]


def test_english_comes_without_a_network_and_leaves_with_the_person(site, opened):
    page = opened()
    page.context.set_offline(True)
    tap(page, "Rất hài lòng")
    press(page, "English")
    expect(page.get_by_role("heading", name="Question 2 of 11")).to_be_visible()
    press(page, "Back")
    expect(page.get_by_role("radio", name="Very satisfied", exact=True)).to_be_checked()
    tap(page, "Satisfied")
    press(page, "Send")
    page.get_by_role("heading", name="Thank you.").wait_for()
    page.clock.run_for(6_000)
    expect(page.get_by_role("heading", name="Ông/bà có hài lòng không?")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "vi"
    page.context.set_offline(False)
    wait_until_sent(page)
    assert [(row["language"], row["answers"]) for row in site.rows(ResponseRow)] == [("en", {"overall": 4})]


def test_a_form_is_answered_by_keyboard_alone(site, opened):
    page = opened()
    page.get_by_role("radio", name="Rất hài lòng", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # passes on to the next answer and does not leave the question
    expect(page.get_by_role("radio", name="Hài lòng", exact=True)).to_be_focused()
    page.get_by_role("button", name="Gửi đánh giá").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()
    expect(page.get_by_role("heading", name="Cảm ơn ông/bà.")).to_be_focused()
    assert count(page, site)[0] == "match"
    assert site.answers() == [{"overall": 4}]


def test_an_address_without_tls_says_so_plainly(browser, site):
    context = browser.new_context()
    context.route(
        "http://hailong.example/**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace("http://hailong.example", site.address))
        ),
    )
    page = context.new_page()
    page.goto(f"http://hailong.example/k/{site.codes[0]}")
    expect(page.get_by_role("heading", name="Địa chỉ này chưa dùng được cho máy tính bảng.")).to_be_visible()
    assert page.get_by_role("radio").count() == 0
    context.close()


def test_a_tablet_that_is_full_says_so_instead_of_thanking(site, opened):
    page = opened()
    full = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
    page.evaluate(full)  # Chromium's own quota does not reach writes as small as these
    tap(page)
    expect(page.get_by_role("heading", name="Máy này chưa lưu được phiếu.")).to_be_visible()
    assert site.answers() == []


def test_a_tablet_takes_a_changed_form_when_nobody_is_at_it(site, opened):
    page = opened()
    site.do("UPDATE desk SET questionnaire = 'desk-quick'")
    with site.engine.begin() as connection:
        record_register_change(connection)
    page.wait_for_timeout(2_500)
    answer(page)  # the form that was open stays what it was
    expect(page.locator(".step[data-code=good]")).to_have_count(1)
    tap(page, "Không hài lòng")
    expect(page.get_by_role("group", name="Điều gì chưa được?")).to_be_visible()  # asked for this answer alone
    pause(page)
    page.locator("label", has_text="Chờ lâu").click()
    press(page, "Gửi đánh giá")
    page.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()
    assert count(page, site) == ("match", [2, 2, 0, 0])
    assert sorted(map(len, site.answers())) == [1, 2]
    assert {"overall": 2, "bad": ["slow"]} in site.answers()


def draw_states(page, site):
    """Each state of a tablet, one after the other, by name."""
    yield "start"
    tap(page)
    yield "question"
    for _ in range(9):
        press(page, "Tiếp")
    yield "comment"
    page.clock.run_for(45_000)
    page.get_by_role("alertdialog").wait_for()
    yield "warning"
    press(page, "Trả lời tiếp")
    page.context.set_offline(True)
    press(page, "Gửi đánh giá")
    page.get_by_role("heading", name="Cảm ơn ông/bà.").wait_for()
    yield "thanks"
    page.clock.run_for(6_000)
    waiting(page).wait_for()
    yield "waiting"
    page.goto(f"{site.address}/k/{site.codes[0]}/count")
    page.locator("[data-verdict=unreached]").wait_for()
    yield "count"
    for name in ("unsaved", "insecure"):
        page.goto(f"{site.address}/k/{site.codes[0]}")
        page.locator("form").wait_for()
        page.evaluate(
            "name => document.getElementById('stage').replaceChildren("
            "document.getElementById(`${name}-vi`).content.cloneNode(true))",
            name,
        )
        yield name
    page.context.set_offline(False)
    with site.engine.begin() as connection:
        record_revocation(connection, site.serials[0], on=date(2026, 11, 19))
    page.wait_for_timeout(2_500)
    page.goto(f"{site.address}/k/{site.codes[0]}")
    page.get_by_text("máy không còn phiếu nào chờ gửi").wait_for()
    yield "closed"


@pytest.mark.parametrize(("scheme", "viewport"), [("light", UPRIGHT), ("dark", LYING)])
def test_axe_finds_nothing_on_any_state(site, opened, scheme, viewport):
    page = opened(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    found = {}
    for state in draw_states(page, site):
        violations = Axe().run(page, options=WCAG).response["violations"]
        found[state] = [(each["id"], each["nodes"][0]["html"]) for each in violations]
    assert {state: violations for state, violations in found.items() if violations} == {}
    assert len(found) == 10


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_is_cut_off_on_a_phone_and_at_double_text_and_targets_are_large(site, opened, zoom):
    page = opened(viewport={"width": 320, "height": 640}, bypass_csp=True)
    targets = "label:has(input):visible, button:visible, select:visible, textarea:visible, a:visible"
    for state in draw_states(page, site):
        page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, state
        sizes = [box.bounding_box() for box in page.locator(targets).all()]
        assert all(min(size["width"], size["height"]) >= 48 for size in sizes), state


def test_a_tablets_page_loads_only_our_own_files_and_other_pages_stay_as_strict(site, opened):
    page = opened()
    policy = page.request.get(page.url).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.request.get(page.url).headers["cache-control"] == "no-store"
    assert page.locator("script:not([src]), style, [style], [onclick]").count() == 0
    other = page.request.get(f"{site.address}/").headers["content-security-policy"]
    assert not re.search(r"(script|worker|manifest)-src [^;]*'self'", other)
    told = page.request.get(f"{site.address}/k/{site.codes[0]}/app.webmanifest").json()
    assert (told["start_url"], told["display"]) == (f"/k/{site.codes[0]}", "fullscreen")
    small = page.request.get(f"{site.address}/K/{site.codes[0].lower()}", max_redirects=0)
    assert (small.status, small.headers["location"]) == (308, f"/k/{site.codes[0]}")
    assert page.request.get(f"{site.address}/static/another/tablet.js").status == 404
