"""Short codes, and how they are drawn: on a screen, in a terminal, on paper."""

from qr_codes.address import (
    LongAddress,
    LoopbackAddress,
    check_printable,
    is_loopback,
    long_address,
    printed_address,
    printed_base,
)
from qr_codes.card import CardBatch
from qr_codes.card_codes import draw_card_codes, make_case_code, read_card_code, read_case_code
from qr_codes.card_drawing import draw_cards
from qr_codes.check import Kind, Mistyped, kind_of, read_code, show_code
from qr_codes.colours import Colours
from qr_codes.draw import draw_png, draw_svg, draw_terminal
from qr_codes.letters import BadCode
from qr_codes.links import make_code, make_timed_code, parse_code, parse_timed_code
from qr_codes.logo import BadLogo, Logo, read_logo
from qr_codes.sheet import Sheet
from qr_codes.sheet_drawing import draw_sheet_picture, draw_sheets
from qr_codes.sheet_kind import A4, A5, TENT, SheetKind, label_roll
from qr_codes.symbol import Symbol, make_symbol

__all__ = [
    "A4",
    "A5",
    "TENT",
    "BadCode",
    "BadLogo",
    "CardBatch",
    "Colours",
    "Kind",
    "Logo",
    "LongAddress",
    "LoopbackAddress",
    "Mistyped",
    "Sheet",
    "SheetKind",
    "Symbol",
    "check_printable",
    "draw_card_codes",
    "draw_cards",
    "draw_png",
    "draw_sheet_picture",
    "draw_sheets",
    "draw_svg",
    "draw_terminal",
    "is_loopback",
    "kind_of",
    "label_roll",
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
    "read_logo",
    "show_code",
]
