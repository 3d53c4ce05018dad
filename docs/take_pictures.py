"""Takes the README's pictures from a running demonstration, so that they show what there is: `make pictures`."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from urllib.request import urlopen

import pypdfium2
from playwright.sync_api import Browser, sync_playwright

from docs.manual_pages import take_manuals
from docs.picture import PICTURES, Keep, keep
from qr_codes import TENT, CardBatch, Sheet, draw_card_codes, draw_cards, draw_sheets, make_code, printed_address

PUBLIC_URL = "https://hailong.example.vn"  # a loopback address is not printed
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 1000}
DASHBOARDS = (
    ("overview", ""),
    ("units", "units"),
    ("pilot-list", "pilots?outcome=waiting_hours"),
    ("pilots", "pilot"),
    ("plan", "plan?place=tuy-phuoc&answers=10"),
    ("emulation", "emulation"),
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Start the demonstration in an empty folder, take every page, stop it."""
    (PICTURES / "manuals").mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HAILONG_")}
        environment = kept | {
            "HAILONG_DATA_DIR": folder,
            "HAILONG_PORT": str(port),
            "HAILONG_PUBLIC_URL": PUBLIC_URL,
        }
        server = subprocess.Popen([sys.executable, "-m", "survey_app", "demo"], env=environment)
        address = f"http://127.0.0.1:{port}"
        try:
            take_all(address, code_of_the_demo_desk(address, server), environment)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def code_of_the_demo_desk(address: str, server: subprocess.Popen[bytes]) -> str:
    """Waits for the server and reads the desk's code from its start page; a server that stopped ends the waiting."""
    while server.poll() is None:
        try:
            with urlopen(f"{address}/") as page:
                return re.search(r"/r/([0-9A-Z]+)\?", page.read().decode())[1]
        except OSError:
            time.sleep(0.5)
    sys.exit(f"The demonstration stopped with code {server.returncode}; no picture was taken.")


def take_all(address: str, code: str, environment: dict[str, str]) -> None:
    """Every picture, written."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        take_pages(browser, address, code, keep)
        take_manuals(browser, address, code, environment, keep)
        browser.close()
    with urlopen(f"{address}/r/{code}/poster.pdf") as poster:
        keep_paper("poster", poster.read(), scale=1.4)
    take_paper()


def take_pages(browser: Browser, address: str, code: str, keep: Keep) -> None:
    """Every page of the README."""
    take(browser, "start", f"{address}/", PHONE, keep)
    take(browser, "form", f"{address}/r/{code}", PHONE, keep)
    take(browser, "form-dark-english", f"{address}/r/{code}?lang=en", PHONE, keep, dark=True)
    for name, path in DASHBOARDS:
        take(browser, name, f"{address}/dashboards/{path}", DESK, keep)


def take_paper() -> None:
    """The table tent and the receipt cards of a desk, as they come out of the printer; nobody's desk."""
    code = make_code(7, key=b"a key for the picture")
    names = {"unit_name": "UBND xã Tân Hồng, tỉnh Đồng Tháp", "place_name": "Bộ phận Một cửa"}
    desk = names | {"desk_name": "Quầy 3 – Hộ tịch", "simulated": True}
    address = printed_address(PUBLIC_URL, code)
    keep_paper("tent", draw_sheets([Sheet(**desk, address=address, code=code)], kind=TENT), scale=1.0)
    keep_paper("cards", draw_cards(CardBatch(**desk, base_url=PUBLIC_URL, codes=draw_card_codes(10))), scale=1.0)


def keep_paper(name: str, pdf: bytes, *, scale: float) -> None:
    """The first page of a PDF as PNG."""
    pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().save(PICTURES / f"{name}.png", optimize=True)


def take(browser: Browser, name: str, address: str, size: dict[str, int], keep: Keep, *, dark: bool = False) -> None:
    """One page; dashboards are given time to draw."""
    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light", locale="vi-VN")
    page.goto(address)
    if "dashboards" in address:
        page.locator(".js-plotly-plot").first.wait_for(timeout=180_000)
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=180_000)
        page.wait_for_timeout(1000)
    keep(page, name)
    page.close()


if __name__ == "__main__":
    main()
