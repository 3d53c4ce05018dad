"""What tests see of a printed page: as a camera photographs it, and as text with its place on the paper."""

import io
import re
import unicodedata

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image

DPI = 200


def pages(pdf):
    return list(pypdfium2.PdfDocument(io.BytesIO(pdf)))


def photographed(page, *, dpi=DPI):
    return page.render(scale=dpi / 72).to_numpy()


def decoded(picture):
    """Symbols that a decoder finds, dark on light only; a picture is an array or an image."""
    pixels = np.asarray(picture.convert("L")) if isinstance(picture, Image.Image) else picture
    return zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)


def symbols(page, *, dpi=DPI):
    return decoded(photographed(page, dpi=dpi))


def corners_mm(found, *, dpi=DPI):
    """Left, top, right, bottom of an upright symbol, in millimetres from the upper left of its page."""
    start, end = found.position.top_left, found.position.bottom_right
    return [value * 25.4 / dpi for value in (start.x, start.y, end.x, end.y)]


def page_mm(page):
    return [round(side * 25.4 / 72, 2) for side in page.get_size()]


def texts(page, *, below_mm=None):
    """All text of the page, spaces and line ends left out: where a line breaks does not matter.

    below_mm: only what stands so far or farther from its upper edge.
    """
    top = None if below_mm is None else page.get_height() - below_mm * 72 / 25.4
    text = page.get_textpage().get_text_bounded(top=top)
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFC", text))


def squeezed(text):
    return re.sub(r"\s", "", text)


def character_boxes(page):
    """Left, bottom, right, top of each printed character, in millimetres from the lower left corner."""
    text = page.get_textpage()
    boxes = np.array([text.get_charbox(number) for number in range(text.count_chars())]) * 25.4 / 72
    return boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])]


def quiet_zone_is_free(page, found, *, modules, dpi=DPI):
    """Whether nothing but the paper lies within four modules of the symbol."""
    start, end = found.position.top_left, found.position.bottom_right
    quiet = round(4 * (end.x - start.x) / modules)
    edge = max(2, round(dpi / 100))  # the decoder tells a corner to a pixel or two
    around = photographed(page, dpi=dpi).min(axis=2)[start.y - quiet : end.y + quiet, start.x - quiet : end.x + quiet]
    around = around.copy()
    assert around.shape == (end.y - start.y + 2 * quiet, end.x - start.x + 2 * quiet), "the zone leaves the paper"
    around[quiet - edge : -quiet + edge, quiet - edge : -quiet + edge] = 255  # the symbol itself
    return around[edge:-edge, edge:-edge].min() == 255
