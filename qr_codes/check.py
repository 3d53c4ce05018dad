"""The check character that ends every code, and the kind of code that it tells.

Letters are elements of the field GF(32). A code is whole when the sum of its letters, each times a power of x by its
place from the right, is the constant of its kind. All powers differ, so every wrong letter, every two letters exchanged
(neighbours or not) and every pair mistyped alike (AA for BB) change the sum. The hybrid systems of ISO/IEC 7064, the
usual choice, miss some exchanged neighbours.

Kinds differ in length as well as in constant, so a slip of one letter never turns a code into one of another kind.
"""

from typing import Literal

from qr_codes.letters import ALPHABET, BadCode, grouped, read_letters

Kind = Literal["link", "timed", "card", "case"]

CONSTANTS: dict[Kind, int] = {"link": 20, "timed": 26, "card": 23, "case": 12}  # the letters M, T, Q, C
LENGTHS: dict[Kind, tuple[int, ...]] = {"link": (11, 15), "timed": (12, 16), "card": (13,), "case": (14,)}

_KINDS = {length: kind for kind, lengths in LENGTHS.items() for length in lengths}
_OVERFLOW = 0b100000
_POLYNOMIAL = 0b100101  # x⁵ + x² + 1, primitive: the powers of x run through all 31 elements but zero


class Mistyped(BadCode):
    """A letter of the code is wrong, or two are exchanged: its check character does not fit."""


def checked(letters: str, kind: Kind) -> str:
    """The letters and their check character.

    >>> checked("000734FC68", "link")
    '000734FC68H'
    """
    return letters + ALPHABET[_sum(letters + ALPHABET[0]) ^ CONSTANTS[kind]]


def unchecked(text: str, kind: Kind) -> str:
    """The letters of a code of this kind, as scanned or typed, without their check character.

    Raises:
        Mistyped: the check character does not fit.
        BadCode: it is no code, or one of another kind.

    >>> unchecked("ooo7-34fc-68h", "link")
    '000734FC68'
    """
    letters, found = _read(text)
    if found != kind:
        raise BadCode(f"The code is of kind {found}, not {kind}.")
    return letters[:-1]


def kind_of(text: str) -> Kind:
    """What a code stands for: a link's poster or page, a screen's rotating code, a receipt card, or a case.

    Raises:
        Mistyped: the check character does not fit.
        BadCode: the text has not the shape of any code.

    >>> kind_of("ooo7-34fc-68h")
    'link'
    """
    return _read(text)[1]


def read_code(text: str) -> str:
    """A code of any kind in its one spelling.

    Raises:
        BadCode: as `kind_of`.
    """
    return _read(text)[0]


def show_code(code: str) -> str:
    """The code in groups, for reading and typing.

    Raises:
        BadCode: as `kind_of`.

    >>> show_code("000734FC68H")
    '0007-34FC-68H'
    """
    return grouped(read_code(code))


def _read(text: str) -> tuple[str, Kind]:
    letters = read_letters(text)
    kind = _KINDS.get(len(letters))
    if kind is None:
        raise BadCode(f"A code has {min(_KINDS)} to {max(_KINDS)} letters and digits; this has {len(letters)}.")
    if _sum(letters) != CONSTANTS[kind]:
        raise Mistyped("A letter of the code is wrong, or two are exchanged.")
    return letters, kind


def _sum(letters: str) -> int:
    """The letters' sum in GF(32), each times x to the power of its place from the right (Horner's scheme)."""
    total = 0
    for letter in letters:
        total <<= 1
        if total & _OVERFLOW:
            total ^= _POLYNOMIAL
        total ^= ALPHABET.index(letter)
    return total
