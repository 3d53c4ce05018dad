"""Signed short codes for desks, and the address that a poster prints.

A code is a desk's serial number and a keyed tag, short enough to type by hand: `0001-8J2K4M`. The tag stops strangers
from making up a desk; it hides nothing. Codes are written in the 32 characters of Crockford's alphabet, which leaves
out the look-alikes I, L, O and the letter U.
"""

import hashlib
import hmac
import re
import string
from urllib.parse import SplitResult, urlsplit

ALPHABET = string.digits + "ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_DIGITS = 4  # at least; a serial past 32⁴ − 1 takes more
MOST_SERIAL_DIGITS = 8
TAG_DIGITS = 6
MAX_SERIAL = 32**MOST_SERIAL_DIGITS - 1
MIN_KEY_BYTES = 16

_TAG_BITS = TAG_DIGITS * 5
_PURPOSE = b"hailong desk code v1\x00"  # the same key may sign other things: a tag made for one never fits another
_LONGEST_TYPED = 40  # what a person could plausibly type; longer input is not looked at

_VALUES = {digit: value for value, digit in enumerate(ALPHABET)}
_AS_TYPED = str.maketrans(
    string.ascii_lowercase + "OoIiLl",
    string.ascii_uppercase + "001111",
    " \t\r\n\u00a0-\u2010\u2011\u2013",  # spaces and hyphens, also as phones and word processors write them
)
_HOST = re.compile(r"[A-Z0-9]([A-Z0-9.-]*[A-Z0-9])?(:[0-9]{1,5})?")


class BadCode(Exception):
    """The text is no code of ours: wrong shape, mistyped, altered, or signed with another key."""


def make_code(serial: int, *, key: bytes) -> str:
    """The code of a serial number: its digits, at least four, then six digits of keyed tag.

    Args:
        serial: number of the code, in 0..2⁴⁰ − 1.
        key: secret of at least 16 bytes. Whoever has it can make codes.

    Returns:
        Ten characters (up to fourteen from serial 32⁴ on) of `ALPHABET`, without hyphen.

    Raises:
        ValueError: `serial` is out of bounds, or `key` too short.
    Source:
        Tag: HMAC-SHA256 (RFC 2104) cut to its first 30 bits. A guess is right once in 2³⁰ ≈ 1.07 billion.

    >>> make_code(7, key=b"a key for the example")
    '000734FC68'
    """
    _check_key(key)
    if not 0 <= serial <= MAX_SERIAL:
        raise ValueError(f"serial == {serial}, must be in 0..{MAX_SERIAL}.")
    return _written(serial, digits=SERIAL_DIGITS) + _written(_tag(serial, key), digits=TAG_DIGITS)


def parse_code(text: str, *, key: bytes) -> int:
    """The serial number of a code as scanned or typed by hand.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.

    A change of one character in the tag is always refused; in the serial it passes once in 2³⁰, like any guess.

    Raises:
        BadCode: the text is not one of our codes.
        ValueError: `key` is too short.

    >>> parse_code(" ooo7-34fc68 ", key=b"a key for the example")
    7
    """
    _check_key(key)
    code = _as_written(text)
    serial = _value(code[:-TAG_DIGITS])
    if not hmac.compare_digest(make_code(serial, key=key), code):
        raise BadCode("The tag does not belong to this serial number.")
    return serial


def show_code(code: str) -> str:
    """The code in two groups, for reading and typing.

    >>> show_code("0A1BC2D3EF")
    '0A1B-C2D3EF'
    """
    code = _as_written(code)
    return f"{code[:-TAG_DIGITS]}-{code[-TAG_DIGITS:]}"


def printed_address(base_url: str, code: str) -> str:
    """The address that a symbol carries, all in capitals so that it takes the dense alphanumeric mode.

    Scheme and host mean the same in capitals (RFC 3986, 6.2.2.1), and the server takes `/R/` as `/r/`.

    Args:
        base_url: where the server is reached: scheme, host and, if need be, port; no path, for its case would be lost.
        code: as `make_code` gives it.

    Raises:
        ValueError: `base_url` cannot be written this way.
        BadCode: `code` does not have the shape of one.

    >>> printed_address("https://hailong.example.vn", "0A1BC2D3EF")
    'HTTPS://HAILONG.EXAMPLE.VN/R/0A1BC2D3EF'
    """
    parts = _split(base_url)
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}/R/{_as_written(code)}"


def _split(base_url: str) -> SplitResult:
    """Scheme and host of an address that has nothing else."""
    expected = "must be http:// or https://, a host of A-Z 0-9 . - (and a port), and nothing after it"
    try:
        parts = urlsplit(base_url)
        port_fits = parts.port != 0
    except ValueError as fault:
        raise ValueError(f"base_url == {base_url!r}, {expected}.") from fault
    plain = base_url.isascii() and base_url.removesuffix("/").lower() == f"{parts.scheme}://{parts.netloc}".lower()
    if not (plain and port_fits and parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc.upper())):
        raise ValueError(f"base_url == {base_url!r}, {expected}.")
    return parts


def _check_key(key: bytes) -> None:
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"len(key) == {len(key)}, must be at least {MIN_KEY_BYTES} bytes.")


def _tag(serial: int, key: bytes) -> int:
    digest = hmac.digest(key, _PURPOSE + serial.to_bytes(8, "big"), hashlib.sha256)
    return int.from_bytes(digest[:4], "big") >> (32 - _TAG_BITS)


def _written(value: int, *, digits: int) -> str:
    """The value in base 32, padded with zeros to `digits`."""
    text = ""
    while value or len(text) < digits:
        value, digit = divmod(value, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def _value(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * len(ALPHABET) + _VALUES[digit]
    return value


def _as_written(text: str) -> str:
    """The typed text as we would write it, if it has the shape of a code."""
    code = text.translate(_AS_TYPED) if len(text) <= _LONGEST_TYPED else ""
    serial_digits = len(code) - TAG_DIGITS
    if not SERIAL_DIGITS <= serial_digits <= MOST_SERIAL_DIGITS or not set(code) <= set(ALPHABET):
        raise BadCode(f"A code has {SERIAL_DIGITS + TAG_DIGITS} letters and digits, without U.")
    return code
