"""The citizen's pages in a real browser: narrow, enlarged, by keyboard, without script, for a screen reader."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def form_address(demo):
    return demo.address + re.search(r"(/r/[0-9A-Z]+)", demo.printed)[1]


def open_page(browser, address, **options):
    context = browser.new_context(java_script_enabled=True, bypass_csp=True, **options)
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["start", "form", "english", "faults", "thanks", "unknown"])
def test_axe_finds_nothing(browser, demo, form_address, state, scheme):
    address = {
        "start": f"{demo.address}/",
        "english": f"{form_address}?lang=en",
        "thanks": f"{form_address}/thanks",
        "unknown": f"{demo.address}/r/XXXX",
    }.get(state, form_address)
    page = open_page(browser, address, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    if state == "faults":
        page.get_by_role("button").click()
        assert page.get_by_role("alert").is_visible()
    found = Axe().run(page, options=WCAG)
    page.context.close()
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found.response["violations"]] == []


@pytest.mark.parametrize("zoom", [1, 2])
def test_nothing_is_cut_off_on_320_pixels_and_at_double_text(browser, form_address, zoom):
    page = open_page(browser, form_address, viewport={"width": 320, "height": 640})
    page.add_style_tag(content=f"html{{font-size:{18 * zoom}px!important}}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_every_target_is_at_least_48_pixels(browser, form_address):
    page = open_page(browser, form_address, viewport={"width": 320, "height": 640})
    targets = "form label:has(input), button, select, textarea, .top a"
    sizes = page.eval_on_selector_all(
        targets, "all => all.map(e => e.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    page.context.close()
    assert len(sizes) > 50
    assert min(min(size) for size in sizes) >= 48


def test_the_form_is_answered_by_keyboard_alone_without_script(browser, form_address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(form_address)
    page.get_by_role("radio", name="Rất hài lòng").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Gửi đánh giá").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks*")
    thanked = page.get_by_role("heading").inner_text()
    context.close()
    assert thanked == "Cảm ơn ông/bà."


def test_the_first_view_asks_one_thing_and_the_button_is_in_reach(browser, form_address):
    page = open_page(browser, form_address, viewport={"width": 360, "height": 740})
    assert page.get_by_text("Ông/bà có hài lòng không?").is_visible()
    for word in ("Rất hài lòng", "Rất không hài lòng"):
        box = page.get_by_role("radiogroup").get_by_text(word, exact=True).bounding_box()
        assert box["y"] + box["height"] < 740
    button = page.get_by_role("button", name="Gửi đánh giá").bounding_box()
    page.context.close()
    assert button["y"] + button["height"] <= 740


def test_one_request_brings_the_whole_form(browser, form_address):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(form_address, wait_until="networkidle")
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [form_address]
