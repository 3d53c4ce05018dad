"""What the dashboards may load, in a real browser: they work, and the browser refuses nothing of theirs."""

import json
import re
from urllib.request import urlopen

import pytest

from tests.conftest import wait_until_drawn
from tests.test_dashboard_pages import VIEWS

REFUSALS = "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.blockedURI))"


@pytest.fixture
def reader(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(REFUSALS)
    page = context.new_page()
    page.told = []
    page.on("console", lambda message: page.told.append(message.text))
    yield page
    context.close()


def open_view(reader, demo, view):
    reader.goto(f"{demo.address}/dashboards/{view}")
    wait_until_drawn(reader)


@pytest.mark.parametrize("view", VIEWS)
def test_the_browser_refuses_nothing_of_a_page_of_the_dashboards(demo, reader, view):
    open_view(reader, demo, view)
    assert reader.evaluate("refused") == []
    assert [text for text in reader.told if "Policy" in text] == []


def test_a_script_that_is_typed_into_the_dashboards_made_of_text_or_from_elsewhere_does_not_run(demo, reader):
    open_view(reader, demo, "overview")
    reader.evaluate(
        """() => {
            for (const [key, value] of [['text', 'window.ran = 1'], ['src', 'https://elsewhere.example/x.js']])
                document.body.append(Object.assign(document.createElement('script'), { [key]: value }));
            setTimeout(() => { try { new Function('window.ran = 1')() } catch (fault) { window.fault = fault.name } });
        }"""
    )
    reader.wait_for_function("window.fault && refused.length === 3")
    assert reader.evaluate("[window.fault, window.ran]") == ["EvalError", None]
    assert [one.split()[0] for one in reader.evaluate("refused")] == [
        "script-src-elem",
        "script-src-elem",
        "script-src",
    ]


def test_the_dashboards_stand_in_no_frame_and_say_what_type_each_file_has(demo):
    with urlopen(f"{demo.address}/dashboards/") as answer:  # noqa: S310 - our own server
        headers = answer.headers
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    assert re.search(r"script-src 'self' 'wasm-unsafe-eval' 'sha256-[^']+';", policy)
    assert not re.search(r"https?:|wss?:|\*", policy)


def test_the_dashboards_take_messages_of_no_other_window(demo):
    with urlopen(f"{demo.address}/dashboards/_stcore/host-config") as answer:  # noqa: S310 - our own server
        assert json.load(answer)["allowedOrigins"] == []
