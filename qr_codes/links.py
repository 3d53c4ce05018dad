"""Signed short codes: of a link, printed or sent, and of a screen, which changes every few minutes.

A code is a link's serial number, a keyed tag and a check character, short enough to type by hand: `0007-34FC-68H`. The
tag stops strangers from making up a link, or from using a screen's code at another time; it hides nothing.
"""

import hashlib
import hmac
from collections.abc import Iterable

from qr_codes.check import checked, unchecked
from qr_codes.letters import BITS_A_LETTER, BadCode, read_number, write_number

SHORT_SERIAL, LONG_SERIAL = 4, 8  # letters; a serial past 32⁴ − 1 takes the long form
MAX_SERIAL = 32**LONG_SERIAL - 1
MAX_WINDOW = 2**63 - 1
TAG_LETTERS = 6
TIMED_TAG_LETTERS = 7
MIN_KEY_BYTES = 16

# The same key may sign other things: a tag made for one purpose never fits another.
_PURPOSE = b"hailong desk code v1\x00"
_TIMED_PURPOSE = b"hailong timed code v1\x00"


def make_code(serial: int, *, key: bytes) -> str:
    """The code of a serial number: four letters of it (eight from 32⁴ on), six of keyed tag, a check character.

    Args:
        serial: number of the link, in 0..2⁴⁰ − 1.
        key: secret of at least 16 bytes. Whoever has it can make codes.

    Returns:
        Eleven letters (or fifteen) of `ALPHABET`, without hyphen.

    Raises:
        ValueError: `serial` is out of bounds, or `key` too short.
    Source:
        Tag: HMAC-SHA256 (RFC 2104) cut to its first 30 bits. A guess is right once in 2³⁰ ≈ 1.07 billion.

    >>> make_code(7, key=b"a key for the example")
    '000734FC68H'
    """
    return checked(_serial_letters(serial) + _tag(_PURPOSE + _serial_bytes(serial), TAG_LETTERS, key), "link")


def parse_code(text: str, *, key: bytes) -> int:
    """The serial number of a link's code as scanned or typed by hand.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1. One wrong letter, or two exchanged, is always
    refused; anything else that is wrong passes once in 2³⁵, like any guess.

    Raises:
        Mistyped: the check character does not fit.
        BadCode: the text is not one of our links' codes.
        ValueError: `key` is too short.

    >>> parse_code(" ooo7-34fc-68h ", key=b"a key for the example")
    7
    """
    letters = unchecked(text, "link")
    serial = read_number(letters[:-TAG_LETTERS])
    if not hmac.compare_digest(make_code(serial, key=key)[:-1], letters):
        raise BadCode("The tag does not belong to this serial number.")
    return serial


def make_timed_code(serial: int, *, window: int, key: bytes) -> str:
    """The code that a screen shows during one window of time.

    Args:
        serial: number of the screen's link, in 0..2⁴⁰ − 1.
        window: number of the window, such as Unix time divided by 300 s; it is not written in the code.
        key: as in `make_code`.

    Returns:
        Twelve letters (or sixteen), of which seven are a tag of 35 bits over serial and window.

    Raises:
        ValueError: `serial` or `window` is out of bounds, or `key` too short.

    >>> make_timed_code(7, window=5_934_000, key=b"a key for the example")
    '0007909H1MHS'
    """
    if not 0 <= window <= MAX_WINDOW:
        raise ValueError(f"window == {window}, must be in 0..{MAX_WINDOW}.")
    message = _TIMED_PURPOSE + _serial_bytes(serial) + window.to_bytes(8, "big")
    return checked(_serial_letters(serial) + _tag(message, TIMED_TAG_LETTERS, key), "timed")


def parse_timed_code(text: str, *, windows: Iterable[int], key: bytes) -> int:
    """The serial number of a screen's code, if it was shown in one of the windows.

    Args:
        text: as scanned or typed.
        windows: those in which the code still holds, such as the present one and the one before.
        key: as in `make_code`.

    Raises:
        Mistyped: the check character does not fit.
        BadCode: it is no screen's code, or one of another time.
        ValueError: `key` is too short.

    >>> key = b"a key for the example"
    >>> parse_timed_code(make_timed_code(7, window=12, key=key), windows=(11, 12), key=key)
    7
    """
    letters = unchecked(text, "timed")
    serial = read_number(letters[:-TIMED_TAG_LETTERS])
    made = [make_timed_code(serial, window=window, key=key)[:-1] for window in windows]
    if not any([hmac.compare_digest(each, letters) for each in made]):  # noqa: C419 - all are compared, in equal time
        raise BadCode("The code was not shown in these windows of time.")
    return serial


def _serial_letters(serial: int) -> str:
    return write_number(serial, letters=SHORT_SERIAL if serial < 32**SHORT_SERIAL else LONG_SERIAL)


def _serial_bytes(serial: int) -> bytes:
    if not 0 <= serial <= MAX_SERIAL:
        raise ValueError(f"serial == {serial}, must be in 0..{MAX_SERIAL}.")
    return serial.to_bytes(8, "big")


def _tag(message: bytes, letters: int, key: bytes) -> str:
    """The first bits of the message's HMAC-SHA256 as so many letters."""
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"len(key) == {len(key)}, must be at least {MIN_KEY_BYTES} bytes.")
    digest = hmac.digest(key, message, hashlib.sha256)
    return write_number(int.from_bytes(digest[:8], "big") >> 64 - letters * BITS_A_LETTER, letters=letters)
