"""A name as it is printed: one line of plain text, accents on their letters, broken where it is too long."""

import re
import unicodedata

LONGEST_NAME = 120

_LONG_WORD = re.compile(r"\S{24,}")
_BREAK = "\u200b"  # where a line may break though no space stands there
# Line ends, controls, lone surrogates; and what turns the direction of the text after it.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_name(name: str, text: str) -> None:
    """Refuses what cannot stand on one line of print.

    Raises:
        ValueError: `text` is empty, longer than 120 characters, or holds line ends, controls or turned text.
    """
    if not (text.strip() and len(unicodedata.normalize("NFC", text)) <= LONGEST_NAME):
        raise ValueError(f"{name} == {text!r}, must have 1..{LONGEST_NAME} characters.")
    strange = [c for c in text if unicodedata.category(c) in _UNPRINTABLE or c in _TURNING]
    if strange:
        raise ValueError(f"{name} == {text!r}, must be one line of plain text, without {strange[0]!r}.")


def set_name(text: str) -> str:
    """The name as it is set: accents on their letters, and a word longer than a line may break anywhere."""
    return _LONG_WORD.sub(lambda word: _BREAK.join(word.group()), unicodedata.normalize("NFC", text))
