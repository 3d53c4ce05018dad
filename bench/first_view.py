"""How soon a form can be answered on an old phone: slow 3G and a slow processor, in a real Chromium."""

import shutil
import statistics
import sys
import time

from playwright.sync_api import Browser, Page, sync_playwright

from bench.load import HOST
from bench.server import Served, serving_sqlite
from qr_codes import parse_code
from survey_app.door import SECONDS_BETWEEN_LOOKS
from survey_app.questionnaire import list_questionnaires
from survey_app.reading import read_desks_at_door
from survey_app.recording import record_desk_questionnaire

ROUND_TRIP_MS, BITS_PER_SECOND, SLOWER = 400, 400_000, 4
PHONE = {"width": 360, "height": 740}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0]"
NOTE_TAP = "addEventListener('change', () => { window.tappedAt ??= performance.now() }, true)"


def open_slowly(browser: Browser, address: str) -> Page:
    """A phone that has never been here, with its network and processor slowed; the page is on its way."""
    page = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    page.add_init_script(NOTE_TAP)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    each_way = BITS_PER_SECOND / 8
    slow = {"latency": ROUND_TRIP_MS, "downloadThroughput": each_way, "uploadThroughput": each_way}
    devtools.send("Network.emulateNetworkConditions", {"offline": False} | slow)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    return page


def seconds_until_tapped(browser: Browser, address: str, *, at: tuple[float, float]) -> tuple[float, float]:
    """From the start of the navigation until the first paint, and until a finger that keeps tapping is heard."""
    page = open_slowly(browser, address)
    while page.evaluate("window.tappedAt ?? null") is None:
        page.touchscreen.tap(*at)
    tapped, painted = page.evaluate("tappedAt") / 1000, painted_after(page)
    page.context.close()
    return painted, tapped


def first_face(browser: Browser, address: str) -> tuple[float, float]:
    """Where on the phone's screen the first face stands."""
    page = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    page.goto(address)
    box = page.get_by_role("radio").first.bounding_box()
    page.context.close()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def seconds_until_painted(browser: Browser, address: str) -> float:
    """The same for a page without a form."""
    page = open_slowly(browser, address)
    found = painted_after(page)
    page.context.close()
    return found


def painted_after(page: Page) -> float:
    """Seconds from the start of the navigation until the first paint, waited for if it is still to come."""
    while page.evaluate(PAINTED) is None:
        time.sleep(0.02)
    return page.evaluate(PAINTED) / 1000


def run(*, quick: bool = False) -> list[dict]:
    """Each shipped form beside a page of two letters from the same server, in alternation."""
    repeats = 2 if quick else 7
    with sync_playwright() as playwright, serving_sqlite() as served:
        executable = next(found for name in CHROMIUM if (found := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        return [measure(browser, served, code, repeats) for code in list_questionnaires()]


def measure(browser: Browser, served: Served, questionnaire: str, repeats: int) -> dict:
    ask(served, questionnaire)
    wire = served.wire_bytes()
    form, bare = f"http://{HOST}:{served.port}/r/{served.codes[0]}", f"http://{HOST}:{served.port}/bare"
    face = first_face(browser, form)
    pairs = [
        (seconds_until_tapped(browser, form, at=face), seconds_until_painted(browser, bare)) for _ in range(repeats + 1)
    ][1:]
    ratios = sorted(tapped / other for (_, tapped), other in pairs)
    return {
        "what": f"form «{questionnaire}» tapped on slow 3G, {wire:,} bytes",
        "ours_s": statistics.median(tapped for (_, tapped), _ in pairs),
        "painted_s": statistics.median(painted for (painted, _), _ in pairs),
        "against": "a page of two letters painted",
        "against_s": statistics.median(other for _, other in pairs),
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "aim": "≤ 2 s",
        "wire_bytes": wire,
    }


def ask(served: Served, questionnaire: str) -> None:
    """Let the desk of the server's code ask that questionnaire, and wait until the server knows."""
    with served.engine.begin() as connection:
        desk = read_desks_at_door(connection)[parse_code(served.codes[0], key=served.key)]
        record_desk_questionnaire(connection, desk.code, questionnaire)
    time.sleep(SECONDS_BETWEEN_LOOKS + 1)


if __name__ == "__main__":
    for row in run(quick="--quick" in sys.argv):
        print(
            f"{row['what']}: painted after {row['painted_s']:.2f} s, tapped after {row['ours_s']:.2f} s; "
            f"{row['against']} after {row['against_s']:.2f} s; ratio {row['ratio']:.2f} "
            f"({row['ratio_lowest']:.2f}–{row['ratio_highest']:.2f}); aim {row['aim']}"
        )
