"""The pages of the manuals' pictures, in a running demonstration with accounts."""

import os
import subprocess
import sys

from playwright.sync_api import Browser, Page

from docs.picture import Keep

SIZE = {"width": 1000, "height": 700}
PASSWORD = "bốn từ ghép lại"  # noqa: S105 - of a demonstration that lives for a minute
ACCOUNTS = (("lan.tran", "unit", "xa.29926"), ("noi-vu", "home_affairs", ""), ("quan-tri", "administrator", ""))


def take_manuals(browser: Browser, address: str, code: str, environment: dict[str, str], keep: Keep) -> None:
    """Every picture of the manuals; the accounts are made here, after the page that asks for the first of them."""
    first = browser.new_page(viewport=SIZE, locale="vi-VN")
    first.goto(f"{address}/first-run")
    keep(first, "manuals/quan-tri-lan-dau")
    first.close()
    for name, role, unit in ACCOUNTS:
        make_account(name, role, unit, environment)
    send_a_case(browser, address, code)
    take_clerk(signed_in(browser, address, "lan.tran"), address, keep)
    take_home_affairs(signed_in(browser, address, "noi-vu"), address, keep)
    take_administrator(signed_in(browser, address, "quan-tri"), address, keep)


def make_account(name: str, role: str, unit: str, environment: dict[str, str]) -> None:
    """An account of the demonstration."""
    words = ["user", "add", name, "--role", role, "--password-file", "-", *(["--unit", unit] if unit else [])]
    command = [sys.executable, "-m", "survey_app", *words]
    subprocess.run(command, input=PASSWORD, env=os.environ | environment, text=True, check=True, capture_output=True)


def send_a_case(browser: Browser, address: str, code: str) -> None:
    """Something to answer: a form whose author wants an answer."""
    page = browser.new_page()
    page.goto(f"{address}/r/{code}")
    page.locator("input[type=radio]").nth(2).check(force=True)
    page.locator("textarea").first.fill("Ghế chờ ở quầy 3 gãy chân đã hai tuần, người già không có chỗ ngồi.")
    page.get_by_label("Tôi muốn được trả lời").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_url("**/thanks*")
    page.close()


def signed_in(browser: Browser, address: str, name: str) -> Page:
    """A page of somebody who signed in."""
    page = browser.new_page(viewport=SIZE, locale="vi-VN")
    page.goto(f"{address}/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Vào").click()
    page.wait_for_url("**/office/**")
    return page


def take_clerk(page: Page, address: str, keep: Keep) -> None:
    """What a unit's clerk sees."""
    keep(page, "manuals/can-bo-trang-dau")
    page.goto(f"{address}/office/codes")
    keep(page, "manuals/can-bo-ma")
    page.goto(f"{address}/office/cases")
    page.locator("main table a").first.click()
    keep(page, "manuals/can-bo-viec")
    page.goto(f"{address}/office/entry")
    page.get_by_label("Quầy").select_option(index=1)
    page.get_by_label("Số phiếu trong xấp").fill("12")
    page.get_by_role("button", name="Bắt đầu nhập").click()
    page.wait_for_url("**/office/entry/*")
    page.keyboard.type("54")
    keep(page, "manuals/can-bo-nhap-phieu")
    page.close()


def take_home_affairs(page: Page, address: str, keep: Keep) -> None:
    """What the home affairs office sees."""
    keep(page, "manuals/noi-vu-trang-dau")
    for name, path in (
        ("noi-vu-ho-so", "dossiers"),
        ("noi-vu-danh-muc", "register/units"),
        ("noi-vu-quay", "desks/xa.29926.quay-1"),
        ("noi-vu-ca-truc", "roster"),
    ):
        page.goto(f"{address}/office/{path}")
        keep(page, f"manuals/{name}")
    page.close()


def take_administrator(page: Page, address: str, keep: Keep) -> None:
    """What the administrator sees."""
    for name, path in (("quan-tri-tai-khoan", "accounts"), ("quan-tri-nhat-ky", "events")):
        page.goto(f"{address}/office/{path}")
        keep(page, f"manuals/{name}")
    page.close()
