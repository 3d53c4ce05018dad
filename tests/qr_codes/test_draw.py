import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import typst
import zxingcpp
from PIL import Image

from qr_codes.draw import draw_png, draw_svg, draw_terminal
from qr_codes.symbol import make_symbol

ADDRESS = "HTTPS://HAILONG.EXAMPLE.VN/R/0A1BC2D3EF"
SYMBOL = make_symbol(ADDRESS)
SIDE = 29 + 2 * 4
SVG = "{http://www.w3.org/2000/svg}"
BLOCKS = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def read(picture):
    """Texts that a decoder finds, dark on light only."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
    return [symbol.text for symbol in found]


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def with_quiet_zone(symbol):
    return np.pad(np.array(symbol.modules), 4)


def photographed(text, *, ink, ground):
    """The lines as a terminal would show them, 8 pixels a module; ink and ground are grey values."""
    rows = []
    for line in text.splitlines():
        rows += np.array([BLOCKS[character] for character in line]).T.tolist()
    blocks = np.kron(np.array(rows), np.ones((8, 8), dtype=bool))
    return np.where(blocks, ink, ground).astype(np.uint8)


def test_the_png_is_read_back():
    assert read(Image.open(io.BytesIO(draw_png(SYMBOL)))) == [ADDRESS]


def test_the_png_has_two_colours_four_light_modules_around_and_the_size_asked_for():
    picture = Image.open(io.BytesIO(draw_png(SYMBOL, pixels_per_module=3)))
    assert picture.size == (SIDE * 3, SIDE * 3)
    assert picture.mode == "1"
    assert (~np.array(picture)[1::3, 1::3] == with_quiet_zone(SYMBOL)).all()


@pytest.mark.parametrize("pixels", [0, -1, 101])
def test_a_png_without_pixels_or_with_too_many_is_a_fault(pixels):
    with pytest.raises(ValueError, match=rf"pixels_per_module == {pixels}, must be in 1\.\.100\."):
        draw_png(SYMBOL, pixels_per_module=pixels)


def test_the_svg_is_read_back_by_a_renderer_of_svg():
    page = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 5cm)'
    )
    picture = typst.compile(page, format="png", ppi=200, sys_inputs={"svg": draw_svg(SYMBOL)})
    assert read(Image.open(io.BytesIO(picture))) == [ADDRESS]


def test_the_svg_measures_in_modules_and_draws_the_dark_ones_with_one_path():
    root = parsed(draw_svg(SYMBOL))
    assert root.get("viewBox") == f"0 0 {SIDE} {SIDE}"
    ground, dark = root.findall(f"{SVG}path")
    assert ground.get("d") == f"M0 0h{SIDE}v{SIDE}H0z"
    drawn = np.zeros((SIDE, SIDE), dtype=bool)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dark.get("d")):
        drawn[int(y), int(x) : int(x) + int(length)] = True
    assert (drawn == with_quiet_zone(SYMBOL)).all()


def test_the_svg_says_what_it_is_to_those_who_do_not_see_it():
    root = parsed(draw_svg(SYMBOL, title="Mã của Quầy 3", description="Mở phiếu"))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.text, description.text) == ("Mã của Quầy 3", "Mở phiếu")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert root.get("role") == "img"
    assert parsed(draw_svg(SYMBOL)).find(f"{SVG}desc").text == ADDRESS


def test_a_title_with_markup_and_control_characters_stays_text():
    root = parsed(draw_svg(SYMBOL, title='<script>"&\x00\x08</script>'))
    assert root.find(f"{SVG}title").text == '<script>"&</script>'


def test_two_symbols_on_a_page_have_different_ids():
    assert set(re.findall(r' id="(\S+)"', draw_svg(SYMBOL))).isdisjoint(
        re.findall(r' id="(\S+)"', draw_svg(make_symbol(ADDRESS[:-1])))
    )


def test_the_terminal_form_is_black_on_white_whatever_the_theme_and_is_read_back():
    lines = draw_terminal(SYMBOL).splitlines()
    assert all(re.fullmatch("\x1b\\[38;5;16;48;5;231m[ ▀▄█]{37}\x1b\\[0m", line) for line in lines)
    plain = re.sub("\x1b\\[[0-9;]*m", "", draw_terminal(SYMBOL))
    assert read(photographed(plain, ink=0, ground=255)) == [ADDRESS]


def test_the_plain_terminal_form_is_read_back_from_a_dark_terminal():
    plain = draw_terminal(SYMBOL, colour=False)
    assert "\x1b" not in plain
    assert read(photographed(plain, ink=220, ground=20)) == [ADDRESS]


def test_the_plain_terminal_form_is_read_back_from_a_light_terminal_by_readers_that_invert():
    picture = photographed(draw_terminal(SYMBOL, colour=False), ink=20, ground=240)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(picture)] == [ADDRESS]


@pytest.mark.parametrize("colour", [True, False])
def test_the_terminal_form_has_the_quiet_zone_and_fits_eighty_columns(colour):
    light = " " if colour else "█"
    lines = re.sub("\x1b\\[[0-9;]*m", "", draw_terminal(SYMBOL, colour=colour)).splitlines()
    assert {len(line) for line in lines} == {SIDE}
    assert len(lines) == 19
    assert {*lines[0], *lines[1], *lines[-1]} == {light}
    assert {character for line in lines for character in line[:4] + line[-4:]} == {light}
