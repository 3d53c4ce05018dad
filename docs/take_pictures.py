"""Takes the README's pictures from a running demonstration, so that they show what there is: `make pictures`."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import pypdfium2
from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PORT = 8990
ADDRESS = f"http://127.0.0.1:{PORT}"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 1000}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Start the demonstration in an empty folder, take every page, stop it."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HAILONG_DATA_DIR": folder, "HAILONG_PORT": str(PORT)}
        server = subprocess.Popen([sys.executable, "-m", "survey_app", "demo"], env=environment)
        try:
            take_all(code_of_the_demo_desk())
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def code_of_the_demo_desk() -> str:
    """Waits for the server and reads the desk's code from its start page."""
    while True:
        try:
            with urlopen(f"{ADDRESS}/") as page:
                return re.search(r"/r/([0-9A-Z]+)\?", page.read().decode())[1]
        except OSError:
            time.sleep(0.5)


def take_all(code: str) -> None:
    """Every page of the README."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        take(browser, "start", "/", PHONE)
        take(browser, "form", f"/r/{code}", PHONE)
        take(browser, "form-dark-english", f"/r/{code}?lang=en", PHONE, dark=True)
        take(browser, "overview", "/dashboards/", DESK)
        take(browser, "units", "/dashboards/units", DESK)
        take(browser, "pilots", "/dashboards/pilots", DESK)
        take(browser, "emulation", "/dashboards/emulation", DESK)
        browser.close()
    with urlopen(f"{ADDRESS}/r/{code}/poster.pdf") as poster:
        pypdfium2.PdfDocument(poster.read())[0].render(scale=1.4).to_pil().save(PICTURES / "poster.png", optimize=True)


def take(browser: Browser, name: str, path: str, size: dict[str, int], *, dark: bool = False) -> None:
    """One page as PNG; dashboards are given time to draw."""
    page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")
    page.goto(f"{ADDRESS}{path}")
    if "dashboards" in path:
        page.locator(".js-plotly-plot").first.wait_for(timeout=60_000)
        page.wait_for_timeout(2500)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
