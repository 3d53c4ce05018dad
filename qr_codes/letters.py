"""The letters of every code, and how people type and read them.

Codes are written in the 32 characters of Crockford's alphabet, which leaves out the look-alikes I, L, O and the letter U.
"""

import itertools
import string

ALPHABET = string.digits + "ABCDEFGHJKMNPQRSTVWXYZ"
BITS_A_LETTER = 5
LARGEST_GROUP = 5

_LONGEST_TYPED = 40  # what a person could plausibly type; longer input is not looked at
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_AS_TYPED = str.maketrans(
    string.ascii_lowercase + "OoIiLl",
    string.ascii_uppercase + "001111",
    " \t\r\n\u00a0-\u2010\u2011\u2013",  # spaces and hyphens, also as phones and word processors write them
)


class BadCode(Exception):
    """The text is no code of ours: wrong shape, mistyped, altered, or signed with another key."""


def read_letters(text: str) -> str:
    """The typed text in our letters: case, spaces and hyphens do not matter; O is read as 0, I and L as 1.

    Raises:
        BadCode: another character stands in it, or it is too long for any code.

    >>> read_letters(" ooo7-a7l ")
    '0007A71'
    """
    letters = text.translate(_AS_TYPED) if len(text) <= _LONGEST_TYPED else ""
    if not letters or not set(letters) <= set(ALPHABET):
        raise BadCode("A code has digits and letters only, without U.")
    return letters


def write_number(number: int, *, letters: int) -> str:
    """The number in base 32, in exactly so many letters; it must fit.

    >>> write_number(33, letters=4)
    '0011'
    """
    shifts = range((letters - 1) * BITS_A_LETTER, -1, -BITS_A_LETTER)
    return "".join(ALPHABET[number >> shift & 31] for shift in shifts)


def read_number(letters: str) -> int:
    """The number that letters of the alphabet stand for.

    >>> read_number("0011")
    33
    """
    number = 0
    for letter in letters:
        number = number << BITS_A_LETTER | _VALUES[letter]
    return number


def grouped(letters: str) -> str:
    """The letters in hyphened groups of three to five, as equal as can be and the longer first.

    >>> grouped("0A1BC2D3EF7"), grouped("0A1BC2D3EF7G4")
    ('0A1B-C2D3-EF7', '0A1BC-2D3E-F7G4')
    """
    groups = -(-len(letters) // LARGEST_GROUP)
    small, larger = divmod(len(letters), groups)
    ends = [small * group + min(group, larger) for group in range(groups + 1)]
    return "-".join(letters[start:end] for start, end in itertools.pairwise(ends))
