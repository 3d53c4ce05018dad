"""Signed short codes, and how they are drawn: on a screen, in a terminal, on paper."""

from qr_codes.draw import draw_png, draw_svg, draw_terminal
from qr_codes.links import BadCode, make_code, parse_code, printed_address, show_code
from qr_codes.poster import Poster, draw_posters
from qr_codes.symbol import Symbol, make_symbol

__all__ = [
    "BadCode",
    "Poster",
    "Symbol",
    "draw_png",
    "draw_posters",
    "draw_svg",
    "draw_terminal",
    "make_code",
    "make_symbol",
    "parse_code",
    "printed_address",
    "show_code",
]
