"""A province's own sign-in in a real browser, on another site than ours."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe

from survey_app.app import make_app
from survey_app.door import local_now
from survey_app.oidc.client import OidcClient
from survey_app.oidc.identity import subject_identity
from survey_app.recording.people import record_identity
from tests.survey_app.conftest import record_office, record_staff, serving
from tests.survey_app.test_citizen_pages import WCAG, open_page
from tests.survey_app.test_oidc import provider

__all__ = ["provider"]


@pytest.fixture
def address(sqlite_engine, settings, provider, free_port):
    """Our server at 127.0.0.1; the province's is at localhost, which is another site to a browser."""
    record_office(sqlite_engine)
    record_staff(sqlite_engine)
    with sqlite_engine.begin() as connection:
        record_identity(connection, "noi-vu", subject_identity(provider, "8f1c-lan"), at=local_now())
    public = f"http://127.0.0.1:{free_port}"
    client = OidcClient(provider, "hailong", "x", "SSO tỉnh Đồng Tháp")
    with serving(make_app(sqlite_engine, replace(settings, public_url=public, oidc=client)), free_port) as address:
        yield address


@pytest.mark.parametrize("script", [True, False])
def test_somebody_signs_in_by_the_provinces_own_sign_in_and_stays_signed_in(browser, address, script):
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{address}/office/cases?state=done")
    page.get_by_role("link", name="Đăng nhập bằng SSO tỉnh Đồng Tháp").click()
    page.wait_for_url("http://localhost:*/**")
    page.get_by_role("button", name="8f1c-lan").first.click()
    page.wait_for_url(f"{address}/office/cases?state=done")
    assert page.get_by_text("Cán bộ noi-vu").is_visible()
    cookies = {cookie["name"]: cookie["sameSite"] for cookie in context.cookies(address)}
    page.get_by_role("button", name="Thoát").click()
    page.wait_for_url("**/sign-in")
    context.close()
    assert cookies == {"hailong": "Strict"}
    assert [text for text in told if "Policy" in text] == []


@pytest.mark.parametrize(("scheme", "width", "language"), [("light", 1280, "en"), ("dark", 390, "vi")])
def test_axe_finds_nothing_on_the_button_and_on_a_refusal(browser, address, scheme, width, language):
    page = open_page(
        browser,
        f"{address}/sign-in?lang={language}",
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
    )
    found = [("sign-in", Axe().run(page, options=WCAG))]
    page.locator("a.button").click()
    page.wait_for_url("http://localhost:*/**")
    page.get_by_role("button", name="77aa-minh").first.click()
    page.wait_for_url(f"{address}/sign-in/oidc/callback*")
    page.get_by_text("77aa-minh").wait_for()
    found.append(("refused", Axe().run(page, options=WCAG)))
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.context.close()
    assert [(state, each["id"]) for state, one in found for each in one.response["violations"]] == []
    assert wide <= width
