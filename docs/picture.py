"""One picture of a page, and the words that stand in it: kept inside the PNG, so that a test finds a stale one."""

import io
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page

PICTURES = Path(__file__).parent / "pictures"
COLOURS = 128
"""Enough for letters and lines, and small."""
Keep = Callable[[Page, str], None]
"""What becomes of a page that is ready, under the name of its picture: `keep` writes it, a test compares it."""
SHOWN = """([whole, only]) => {
    const lines = [];
    for (const root of document.querySelectorAll(only)) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, range = document.createRange();
            if (!node.parentElement.checkVisibility() || !node.data.trim()) continue;
            range.selectNodeContents(node);
            const box = range.getBoundingClientRect();
            if (box.width > 1 && (whole || (box.bottom > 0 && box.top < innerHeight))) lines.push(node.data);
        }
    }
    return lines.join(" ");
}"""
FIXED_PARTS = "h1, h2, h3, label, nav a, [data-testid=stSidebarNav]"
"""What a dashboard shows on every day; its sentences and figures follow the day on which the picture is taken."""


def keep(page: Page, name: str) -> None:
    """Write `name`.png and, inside it, its words."""
    page.wait_for_load_state("networkidle")
    words = PngInfo()
    words.add_itxt("words", shown_words(page, name), zip=True)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=is_whole(name)))).convert("RGB")
    picture.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True, pnginfo=words)


def shown_words(page: Page, name: str) -> str:
    """The words in the picture of a page, from its beginning to its end; numbers and codes, which change, as 0."""
    only = FIXED_PARTS if "/dashboards" in page.url else "body"
    words = page.evaluate(SHOWN, [is_whole(name), only])
    return re.sub(r"\S*\d\S*", "0", " ".join(words.split()))


def kept_words(name: str) -> str:
    """The words with which a picture was kept."""
    with Image.open(PICTURES / f"{name}.png") as picture:
        return str(picture.info.get("words", ""))


def is_whole(name: str) -> bool:
    """Whether a picture shows its whole page; the others show what the window shows."""
    return "trang-dau" in name
