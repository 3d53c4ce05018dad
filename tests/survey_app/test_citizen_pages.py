"""The citizen's pages in a real browser: narrow, enlarged, by keyboard, with and without script, for a screen reader."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import Engine, select

from qr_codes import make_code
from survey_app.app import make_app
from survey_app.db import migrate, open_database
from survey_app.questionnaire import list_questionnaires, load_questionnaire
from survey_app.reading import DEMO_DESK, DEMO_LOADED
from survey_app.recording import record_link, record_rows, record_state, table
from survey_app.settings import read_settings
from survey_app.tables import CommentRow, DeskRow, FieldRow, ResponseRow, TapRow, UnitRow

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SHIPPED = list_questionnaires()
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
FIRST_WINDOW_BYTES = 14 * 1024


@dataclass
class Shown:
    """A running server with a desk for each shipped questionnaire; its code by questionnaire."""

    address: str
    engine: Engine
    codes: dict[str, str] = field(default_factory=dict)

    def form(self, questionnaire: str = "desk") -> str:
        return f"{self.address}/r/{self.codes[questionnaire]}"

    def stored(self):
        """Answers and comments, of the responses stored last first."""
        with self.engine.connect() as connection:
            answers = connection.execute(select(table(ResponseRow).c.answers)).scalars().all()
            comments = connection.execute(select(table(CommentRow).c.text)).scalars().all()
        return answers, comments


def record_desks(engine: Engine) -> dict[str, int]:
    """xã Tân Hồng with a desk for each questionnaire; the serial number of each code."""
    unit = {"code": "xa.29926", "kind": "xã", "name": "Tân Hồng", "valid_from": date(2025, 7, 1), "source": "test"}
    fields = [{"code": "ho-tich", "names": {"vi": "Hộ tịch", "en": "Civil status"}, "source": "test"}]
    place = {"place": "Trung tâm Phục vụ hành chính công", "unit": "xa.29926", "fields": ["ho-tich"], "source": "test"}
    desks = [
        {"code": f"xa.29926.{code}", "name": "Quầy 3 – Hộ tịch", "questionnaire": code, "simulated": True} | place
        for code in SHIPPED
    ]
    with engine.begin() as connection:
        record_rows(connection, UnitRow, [unit])
        record_rows(connection, FieldRow, fields)
        record_rows(connection, DeskRow, desks)
        record_state(connection, DEMO_LOADED, "2026-11-01")
        record_state(connection, DEMO_DESK, "xa.29926.desk")
        return {code: record_link(connection, f"xa.29926.{code}", issued=date(2026, 11, 1)) for code in SHIPPED}


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("shown")
    settings = read_settings(
        {"HAILONG_DATA_DIR": str(folder), "HAILONG_SECRET_KEY": "a key of thirty-two characters or more"}
    )
    engine = open_database(f"sqlite:///{folder}/hailong.db")
    migrate(engine)
    codes = {code: make_code(serial, key=settings.secret_key) for code, serial in record_desks(engine).items()}
    server = uvicorn.Server(uvicorn.Config(make_app(engine, settings), port=0, log_level="error"))
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Shown(f"http://127.0.0.1:{port}", engine, codes)
    server.should_exit = True
    running.join()
    engine.dispose()


def open_page(browser, address, **options):
    """A page that axe may look into."""
    page = browser.new_context(bypass_csp=True, **options).new_page()
    page.goto(address)
    return page


@pytest.fixture
def visit(browser):
    """Opens pages; closes them all at the end."""
    contexts = []

    def opened(address, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def axe_finds(page):
    """What axe finds on a page: everything in light colours, and in dark ones what colours alone decide."""
    dark = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
    violations = []
    for scheme, options in (("light", WCAG), ("dark", dark)):
        page.emulate_media(color_scheme=scheme)
        violations += Axe().run(page, options=options).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]


@pytest.mark.parametrize("state", ["start", "english", "thanks", "unknown"])
def test_axe_finds_nothing_on_the_pages_around_the_form(shown, visit, state):
    address = {
        "start": f"{shown.address}/",
        "english": f"{shown.address}/?lang=en",
        "thanks": f"{shown.form()}/thanks",
        "unknown": f"{shown.address}/r/XXXX",
    }[state]
    assert axe_finds(visit(address, viewport=PHONE, bypass_csp=True)) == []


@pytest.mark.parametrize("questionnaire", SHIPPED)
def test_axe_finds_nothing_on_any_form_in_any_state(shown, visit, questionnaire):
    page = visit(f"{shown.form(questionnaire)}?lang=en", viewport=PHONE, bypass_csp=True)
    page.get_by_role("button").click()
    page.get_by_role("alert").wait_for()
    found = {"faults, in English": axe_finds(page)}
    page.goto(shown.form(questionnaire))
    page.get_by_role("radio").nth(4).check()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    found["tapped"] = axe_finds(page)
    assert found == {"faults, in English": [], "tapped": []}


def test_axe_finds_nothing_without_script_where_every_condition_is_said(shown, visit):
    assert axe_finds(visit(shown.form("desk-quick"), viewport=PHONE, bypass_csp=True)) == []
    page = visit(shown.form("desk-quick"), viewport=PHONE, bypass_csp=True)
    page.evaluate(
        "document.documentElement.className = ''; document.querySelectorAll('[data-if]').forEach(e => e.hidden = false)"
    )
    assert page.get_by_text("Nếu ông/bà trả lời").first.is_visible()
    assert axe_finds(page) == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("questionnaire", SHIPPED)
def test_nothing_is_cut_off_on_320_pixels_and_at_double_text(shown, visit, questionnaire, script):
    page = visit(shown.form(questionnaire), viewport=NARROW, java_script_enabled=script)
    wide = "all => all.filter(e => e.getBoundingClientRect().right > 320 && !e.closest('.trap')).map(e => e.outerHTML)"
    for zoom in (1, 2):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", f"{18 * zoom}px")
        assert page.eval_on_selector_all("body *", wide) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("questionnaire", SHIPPED)
def test_every_target_is_at_least_48_pixels(shown, visit, questionnaire):
    page = visit(shown.form(questionnaire), viewport=NARROW, java_script_enabled=False, bypass_csp=True)
    targets = "form label:has(.o), button, select, textarea, .typed input, .top a"
    sizes = page.eval_on_selector_all(
        targets, "all => all.map(e => e.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert len(sizes) > 8
    assert min(min(size) for size in sizes) >= 48


@pytest.mark.parametrize("questionnaire", SHIPPED)
def test_the_first_view_asks_one_thing_and_the_promise_and_the_button_are_in_it(shown, visit, questionnaire):
    page = visit(shown.form(questionnaire), viewport=PHONE)
    main = load_questionnaire(questionnaire).main
    assert page.get_by_role("heading", level=1).inner_text() == main.text["vi"]
    button = page.get_by_role("button", name="Gửi đánh giá").bounding_box()
    for words in (*main.scale["vi"], "Cán bộ ở quầy không xem được từng phiếu."):
        box = page.get_by_text(words).first.bounding_box()
        assert box["y"] + box["height"] <= button["y"], words
    assert button["y"] + button["height"] <= 740


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("questionnaire", SHIPPED)
def test_one_request_of_at_most_14_kilobytes_brings_the_whole_form(shown, questionnaire, language, browser):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    asked, sizes = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: sizes.append((answer, answer.headers.get("content-encoding"))))
    address = f"{shown.form(questionnaire)}?lang={language}"
    page.goto(address, wait_until="networkidle")
    [(answer, encoding)] = [size for size in sizes if not size[0].url.startswith("data:")]
    sent = answer.request.sizes()
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert encoding == "gzip"
    assert sent["responseBodySize"] + sent["responseHeadersSize"] <= FIRST_WINDOW_BYTES


def test_the_form_is_answered_by_keyboard_alone_without_script(shown, visit):
    page = visit(shown.form(), java_script_enabled=False, viewport=PHONE)
    page.get_by_role("radio", name="Rất hài lòng").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Gửi đánh giá").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks*")
    assert page.get_by_role("heading").inner_text() == "Cảm ơn ông/bà."


def test_without_script_every_question_is_there_with_its_condition_in_words(shown, visit):
    page = visit(shown.form("desk-quick"), java_script_enabled=False, viewport=PHONE)
    good = page.get_by_role("group", name="Điều gì làm ông/bà hài lòng?")
    assert good.is_visible()
    assert "Nếu ông/bà trả lời «Rất hài lòng» hoặc «Hài lòng»:" in good.inner_text()
    page.get_by_role("radio", name="Không hài lòng", exact=True).check()
    page.get_by_role("checkbox", name="Làm nhanh").check()
    page.get_by_role("checkbox", name="Chờ lâu").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_url("**/thanks*")
    answers, _ = shown.stored()
    assert {"overall": 2, "bad": ["slow"]} in answers


def test_with_script_what_an_answer_does_not_call_for_is_hidden_and_comes_when_it_does(shown, visit):
    page = visit(shown.form("desk-quick"), viewport=PHONE)
    good, bad = page.locator("#good"), page.locator("#bad")
    assert [good.is_visible(), bad.is_visible()] == [False, False]
    page.get_by_role("radio", name="Hài lòng", exact=True).check()
    assert [good.is_visible(), bad.is_visible()] == [True, False]
    assert not page.get_by_text("Nếu ông/bà trả lời").first.is_visible()
    page.get_by_role("radio", name="Rất không hài lòng").check()
    assert [good.is_visible(), bad.is_visible()] == [False, True]


def test_what_hangs_on_a_hidden_question_is_hidden_with_it(shown, visit):
    page = visit(shown.form("sipas-2023-service"), viewport=PHONE)
    report = page.locator("#report_harassment")
    assert not report.is_visible()
    page.get_by_role("radio", name="Có một số người").check()
    assert report.is_visible()
    page.get_by_role("radio", name="Không có ai").check()
    assert not report.is_visible()


def taps(page):
    """The bodies of the taps that the page posts, with the status that came back."""
    posted = []
    page.on("requestfinished", lambda request: posted.append(request) if "/tap" in request.url else None)
    return lambda: [(parse_qs(request.post_data)["overall"], request.response().status) for request in posted]


def test_one_tap_is_kept_at_once_and_said_quietly_and_a_change_of_mind_too(shown, visit):
    page = visit(shown.form(), viewport=PHONE)
    posted = taps(page)
    said = page.get_by_role("status")
    assert said.inner_text() == ""
    page.get_by_role("radio", name="Rất hài lòng").first.check()
    expect(said).to_contain_text("Đã ghi nhận mức của ông/bà.")
    # of this tap: that of the first may end only after its answer was said
    with page.expect_request_finished(lambda request: "/tap" in request.url and "overall=2" in request.post_data):
        page.get_by_role("radio", name="Không hài lòng", exact=True).first.check()
    assert posted() == [(["5"], 204), (["2"], 204)]
    with shown.engine.connect() as connection:
        assert {"overall": 2} in connection.execute(select(table(TapRow).c.answers)).scalars().all()


def test_a_tap_followed_by_the_whole_form_is_one_answer(shown, visit):
    page = visit(shown.form(), viewport=PHONE)
    before = len(shown.stored()[0])
    page.get_by_role("radio", name="Bình thường").first.check()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    page.get_by_label("Ông/bà muốn nói thêm điều gì?").fill("Một lần thôi")
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_url("**/thanks*")
    answers, comments = shown.stored()
    assert len(answers) == before + 1
    assert comments.count("Một lần thôi") == 1


def test_a_tap_that_cannot_be_sent_says_nothing_and_the_form_is_sent_as_ever(shown, visit):
    page = visit(shown.form(), viewport=PHONE)
    page.route("**/tap*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_role("radio", name="Rất hài lòng").first.check()
    assert page.get_by_role("status").inner_text() == ""
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_url("**/thanks*")


def test_a_tap_that_the_server_could_not_keep_is_not_called_kept(shown, visit):
    page = visit(shown.form(), viewport=PHONE)
    page.evaluate("document.querySelector('[name=id]').value = 'a ticket that is none'")
    with page.expect_response("**/tap*") as answer:
        page.get_by_role("radio", name="Rất hài lòng").first.check()
    assert answer.value.status == 422
    assert page.get_by_role("status").inner_text() == ""


def test_going_through_the_answers_by_arrow_keys_posts_where_one_stops(shown, visit):
    page = visit(shown.form(), viewport=PHONE)
    posted = taps(page)
    page.get_by_role("radio", name="Rất hài lòng").first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    assert posted() == [(["3"], 204)]


def test_after_a_tap_the_rest_of_the_form_comes_into_view(shown, visit):
    page = visit(shown.form("desk-quick"), viewport=PHONE)
    page.get_by_role("radio", name="Rất hài lòng").first.check()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    expect(page.locator("#good legend")).to_be_in_viewport(ratio=1)


def test_a_face_says_its_word_beside_it_on_a_wide_screen_and_when_it_is_chosen_on_a_narrow_one(shown, visit):
    def seen(page):
        words = page.locator("#polite .mini .w")
        boxes = [words.nth(place).bounding_box() for place in range(5)]
        return [box["width"] > 20 and box["height"] > 10 for box in boxes]

    wide, narrow = visit(shown.form(), viewport={"width": 1000, "height": 800}), visit(shown.form(), viewport=PHONE)
    assert seen(wide) == [True] * 5
    assert seen(narrow) == [False] * 5
    assert narrow.locator("#polite .ends").inner_text().split("\n") == ["Rất hài lòng", "Rất không hài lòng"]
    narrow.locator("#polite input").nth(3).check()
    assert seen(narrow) == [False, False, False, True, False]


def test_the_page_breaks_no_rule_of_its_own_policy(shown, browser):
    context = browser.new_context(viewport=PHONE)
    page, told = context.new_page(), []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(shown.form("desk-quick"))
    live = page.evaluate("document.documentElement.className")
    context.close()
    assert (live, told) == ("live", [])


def test_the_fields_that_no_person_sees_are_hidden_from_sight_keyboard_and_screen_reader(shown, visit):
    page = visit(shown.form(), viewport=PHONE)
    trap = page.locator("[name=website]")
    box = trap.bounding_box()
    assert box["x"] + box["width"] < 0
    assert trap.get_attribute("tabindex") == "-1"
    assert trap.get_attribute("autocomplete") == "off"
    assert page.locator("[aria-hidden=true] [name=website]").count() == 1


def test_faults_come_first_lead_to_their_question_and_keep_what_was_typed(shown, visit):
    page = visit(shown.form("sipas-2017"), viewport=PHONE, java_script_enabled=False)
    page.get_by_label("Ông/bà phải đi lại mấy lần để xong việc này?").fill("1.000")
    page.get_by_role("checkbox", name="Mạng Internet").check()
    page.get_by_role("checkbox", name="Báo, đài, truyền hình").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    told = page.get_by_role("alert").get_by_role("listitem").all_inner_texts()
    assert told == [
        "Ông/bà chưa chọn mức cho câu «Ông/bà có hài lòng không?».",
        "Câu «Ông/bà phải đi lại mấy lần để xong việc này?» cần một số, viết liền, như 15. Xin sửa «1.000».",
    ]
    page.get_by_role("link", name="cần một số").click()
    assert page.url.endswith("#trips")
    assert page.get_by_label("Ông/bà phải đi lại mấy lần để xong việc này?").input_value() == "1.000"
    assert page.get_by_role("checkbox", name="Mạng Internet").is_checked()
    assert page.get_by_role("checkbox", name="Báo, đài, truyền hình").is_checked()


def test_the_page_is_printed_without_its_button_and_with_every_question_whole(shown, visit):
    page = visit(shown.form("nd61"), java_script_enabled=False)
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Gửi đánh giá").is_visible()
    whole = page.eval_on_selector_all("fieldset", "all => all.map(e => getComputedStyle(e).breakInside)")
    assert set(whole) == {"avoid"}
