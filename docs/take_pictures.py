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
from pathlib import Path
from urllib.request import urlopen

import pypdfium2
from playwright.sync_api import Browser, sync_playwright
from take_manual_pictures import take_manuals

from qr_codes import TENT, CardBatch, Sheet, draw_card_codes, draw_cards, draw_sheets, make_code, printed_address

PICTURES = Path(__file__).parent / "pictures"
PUBLIC_URL = "https://hailong.example.vn"  # a loopback address is not printed
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 1000}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Start the demonstration in an empty folder, take every page, stop it."""
    PICTURES.mkdir(exist_ok=True)
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
    """Every page of the README and of the manuals."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        take(browser, "start", f"{address}/", PHONE)
        take(browser, "form", f"{address}/r/{code}", PHONE)
        take(browser, "form-dark-english", f"{address}/r/{code}?lang=en", PHONE, dark=True)
        take(browser, "overview", f"{address}/dashboards/", DESK)
        take(browser, "units", f"{address}/dashboards/units", DESK)
        take(browser, "pilot-list", f"{address}/dashboards/pilots?outcome=waiting_hours", DESK)
        take(browser, "pilots", f"{address}/dashboards/pilot", DESK)
        take(browser, "plan", f"{address}/dashboards/plan?place=tuy-phuoc&answers=10", DESK)
        take(browser, "emulation", f"{address}/dashboards/emulation", DESK)
        take_manuals(browser, address, code, environment)
        browser.close()
    with urlopen(f"{address}/r/{code}/poster.pdf") as poster:
        keep("poster", poster.read(), scale=1.4)
    take_paper()


def take_paper() -> None:
    """The table tent and the receipt cards of a desk, as they come out of the printer; nobody's desk."""
    code = make_code(7, key=b"a key for the picture")
    names = {"unit_name": "UBND xã Tân Hồng, tỉnh Đồng Tháp", "place_name": "Bộ phận Một cửa"}
    desk = names | {"desk_name": "Quầy 3 – Hộ tịch", "simulated": True}
    address = printed_address(PUBLIC_URL, code)
    keep("tent", draw_sheets([Sheet(**desk, address=address, code=code)], kind=TENT), scale=1.0)
    keep("cards", draw_cards(CardBatch(**desk, base_url=PUBLIC_URL, codes=draw_card_codes(10))), scale=1.0)


def keep(name: str, pdf: bytes, *, scale: float) -> None:
    """The first page of a PDF as PNG."""
    pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().save(PICTURES / f"{name}.png", optimize=True)


def take(browser: Browser, name: str, address: str, size: dict[str, int], *, dark: bool = False) -> None:
    """One page as PNG; dashboards are given time to draw."""
    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")
    page.goto(address)
    if "dashboards" in address:
        page.locator(".js-plotly-plot").first.wait_for(timeout=180_000)
        page.wait_for_timeout(2500)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
