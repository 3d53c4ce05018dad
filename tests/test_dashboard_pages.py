"""The dashboards in a real browser: axe finds nothing on any page, wide in light and on a phone in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import wait_until_drawn

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VIEWS = (
    "overview",
    "overview?unit=xa.21952&period=2026-Q1&boundaries=new",
    "units",
    "pilots",
    "pilot",
    "plan",
    "emulation",
)


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["light and wide", "dark and narrow"])
def reader(request, browser):
    scheme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_on_a_page_of_the_dashboards(demo, reader, view):
    reader.goto(f"{demo.address}/dashboards/{view}")
    wait_until_drawn(reader)
    skip = reader.locator("[data-testid=stSkipToContent]")
    assert (
        skip.evaluate("link => getComputedStyle(link).fontSize") == "0px"
    )  # Streamlit's English; ours stands after it
    found = Axe().run(reader, options={"runOnly": RULES}).response
    assert len(found["passes"]) > 20
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
