"""Short codes, and how they are drawn: on a screen, in a terminal, on paper."""

from qr_codes.address import (
    LongAddress,
    LoopbackAddress,
    check_printable,
    long_address,
    printed_address,
    printed_base,
)
from qr_codes.card_codes import draw_card_codes, make_case_code, read_card_code, read_case_code
from qr_codes.check import Kind, Mistyped, kind_of, read_code, show_code
from qr_codes.draw import draw_png, draw_svg, draw_terminal
from qr_codes.letters import BadCode
from qr_codes.links import make_code, make_timed_code, parse_code, parse_timed_code
from qr_codes.poster import Poster, draw_posters
from qr_codes.symbol import Symbol, make_symbol

__all__ = [
    "BadCode",
    "Kind",
    "LongAddress",
    "LoopbackAddress",
    "Mistyped",
    "Poster",
    "Symbol",
    "check_printable",
    "draw_card_codes",
    "draw_png",
    "draw_posters",
    "draw_svg",
    "draw_terminal",
    "kind_of",
    "long_address",
    "make_case_code",
    "make_code",
    "make_symbol",
    "make_timed_code",
    "parse_code",
    "parse_timed_code",
    "printed_address",
    "printed_base",
    "read_card_code",
    "read_case_code",
    "read_code",
    "show_code",
]
