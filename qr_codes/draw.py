"""A symbol as a picture: SVG for print and pages, PNG for word processors, text for a terminal.

Every picture has the quiet zone of four modules, dark on light, and nothing else.
"""

import hashlib
import io
import itertools
import re
from collections.abc import Iterator
from html import escape

import numpy as np
from PIL import Image, ImageOps

from qr_codes.colours import BLACK_ON_WHITE, Colours
from qr_codes.symbol import QUIET_MODULES, Symbol

MAX_PIXELS_PER_MODULE = 100

# Colours of the 6 × 6 × 6 cube: a terminal's theme changes the first sixteen, these never.
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
_RESET = "\x1b[0m"
_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw_svg(
    symbol: Symbol, *, title: str = "Mã QR", description: str | None = None, colours: Colours = BLACK_ON_WHITE
) -> str:
    """The symbol as an SVG image: one path, lengths in modules, so it stays sharp at any size.

    Args:
        symbol: what to draw.
        title: its name for those who do not see it.
        description: what it is for; the address when not given.
        colours: of its modules, dark on light.

    Returns:
        SVG text that stands alone as a file or inside a page.
    """
    side = symbol.size + 2 * QUIET_MODULES
    name = "qr-" + hashlib.sha256(symbol.address.encode()).hexdigest()[:12]  # ids must differ on a page of many
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        f' aria-labelledby="{name}-title {name}-description" shape-rendering="crispEdges">'
        f'<title id="{name}-title">{_xml(title)}</title>'
        f'<desc id="{name}-description">{_xml(symbol.address if description is None else description)}</desc>'
        f'<path fill="{colours.light}" d="M0 0h{side}v{side}H0z"/><path fill="{colours.dark}" d="{symbol_path(symbol)}"/></svg>\n'
    )


def draw_bare_svg(symbol: Symbol, *, colours: Colours = BLACK_ON_WHITE) -> str:
    """The symbol and its quiet zone as the smallest SVG image, for a page that names and describes it itself."""
    side = symbol.size + 2 * QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="{colours.light}" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="{colours.dark}" d="{symbol_path(symbol)}"/></svg>'
    )


def symbol_path(symbol: Symbol) -> str:
    """The dark modules as SVG path data, one rectangle for each run of a row, the quiet zone left free."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _runs(symbol))


def draw_png(symbol: Symbol, *, pixels_per_module: int = 16, colours: Colours = BLACK_ON_WHITE) -> bytes:
    """The symbol as a PNG image of two colours, `pixels_per_module` a side for each module; black on white takes least.

    Raises:
        ValueError: `pixels_per_module` is outside 1..100.
    """
    if not 1 <= pixels_per_module <= MAX_PIXELS_PER_MODULE:
        raise ValueError(f"pixels_per_module == {pixels_per_module}, must be in 1..{MAX_PIXELS_PER_MODULE}.")
    light = ~np.pad(np.array(symbol.modules, dtype=np.bool_), QUIET_MODULES)
    pixels = np.kron(light, np.ones((pixels_per_module, pixels_per_module), dtype=np.bool_))
    picture = io.BytesIO()
    image = Image.fromarray(pixels)
    if colours != BLACK_ON_WHITE:
        image = ImageOps.colorize(image.convert("L"), colours.dark, colours.light)
    image.save(picture, format="PNG", optimize=True)
    return picture.getvalue()


def draw_terminal(symbol: Symbol, *, colour: bool = True) -> str:
    """The symbol as lines of text, two rows of modules a line.

    Args:
        symbol: what to draw.
        colour: black on white by ANSI colours, right on a dark and on a light terminal. Without it only blocks are
            written, the light modules as blocks: right on a dark terminal, and on a light one an inverted symbol,
            which most phones read too.

    Returns:
        Lines of equal width, each ended by a line feed.
    """
    before, after = (_BLACK_ON_WHITE, _RESET) if colour else ("", "")
    return "".join(f"{before}{line}{after}\n" for line in _half_block_lines(symbol, inked=colour))


def _half_block_lines(symbol: Symbol, *, inked: bool) -> Iterator[str]:
    """Lines of half blocks; a block stands for a module that is dark (`inked`), or for one that is light."""
    modules = np.pad(np.array(symbol.modules, dtype=np.bool_), QUIET_MODULES)
    even = np.pad(modules, ((0, len(modules) % 2), (0, 0)))  # the last line has a lower half as well: light
    blocks = even if inked else ~even
    for upper, lower in zip(blocks[::2].tolist(), blocks[1::2].tolist(), strict=True):
        yield "".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True))


def _runs(symbol: Symbol) -> Iterator[tuple[int, int, int]]:
    """Left, top and length of each run of dark modules, with the quiet zone counted."""
    for y, row in enumerate(symbol.modules, start=QUIET_MODULES):
        x = QUIET_MODULES
        for dark, run in itertools.groupby(row):
            length = sum(1 for _ in run)
            if dark:
                yield x, y, length
            x += length


def _xml(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text), quote=False)
