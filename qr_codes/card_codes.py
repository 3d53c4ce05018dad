"""Codes that carry no number of ours: of receipt cards, drawn by chance, and of cases, cut from a secret.

Neither says anything by itself; the server knows a card or a case by a keyed hash of its code.
"""

import secrets
from collections.abc import Callable

from qr_codes.check import checked, unchecked
from qr_codes.letters import BITS_A_LETTER, write_number

CARD_LETTERS = 12  # 60 bits: of a million cards out, a guess finds one in 10¹²
CASE_LETTERS = 13  # 65 bits
MIN_SECRET_BYTES = -(-CASE_LETTERS * BITS_A_LETTER // 8)


def draw_card_codes(count: int, *, randbelow: Callable[[int], int] = secrets.randbelow) -> tuple[str, ...]:
    """The single-use codes of a batch of cards: all different, in no order, each of 60 bits and a check character.

    Args:
        count: how many, 1 or more.
        randbelow: gives a number in [0, n) by chance; the system's own unless a test says otherwise.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"count == {count}, must be at least 1.")
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        letters = write_number(randbelow(32**CARD_LETTERS), letters=CARD_LETTERS)
        drawn[checked(letters, "card")] = None
    return tuple(drawn)


def read_card_code(text: str) -> str:
    """A card's code in its one spelling, as scanned or typed.

    Raises:
        Mistyped: the check character does not fit.
        BadCode: the text is no card's code.
    """
    return checked(unchecked(text, "card"), "card")


def make_case_code(secret: bytes) -> str:
    """The code by which a citizen finds a case again: the first 65 bits of a secret, and a check character.

    Args:
        secret: at least 9 bytes that nobody can guess, such as a keyed hash.

    Raises:
        ValueError: `secret` is too short.

    >>> make_case_code(bytes(16))
    '0000000000000C'
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"len(secret) == {len(secret)}, must be at least {MIN_SECRET_BYTES} bytes.")
    surplus = MIN_SECRET_BYTES * 8 - CASE_LETTERS * BITS_A_LETTER
    number = int.from_bytes(secret[:MIN_SECRET_BYTES], "big") >> surplus
    return checked(write_number(number, letters=CASE_LETTERS), "case")


def read_case_code(text: str) -> str:
    """A case's code in its one spelling, as typed.

    Raises:
        Mistyped: the check character does not fit.
        BadCode: the text is no case's code.
    """
    return checked(unchecked(text, "case"), "case")
