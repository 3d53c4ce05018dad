"""Letters that no cell of a questionnaire should hold: those that nobody sees, and that make a text read otherwise."""

import unicodedata
from collections.abc import Iterator

TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""They show what follows from right to left, so that a text reads otherwise than it is."""
_NO_LETTERS = 0xFFFE
"""The last two of every plane are none: XML refuses them."""


def unfit_letter(text: str) -> str | None:
    r"""The first such letter of a text: a control character, or one that turns the direction of writing.

    >>> unfit_letter("Tốt\nlắm"), unfit_letter("Tốt\u202emắl")
    (None, '\u202e')
    """
    return next(_unfit_letters(text), None)


def _unfit_letters(text: str) -> Iterator[str]:
    for letter in text:
        unseen = unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t"
        if unseen or letter in TURNING or ord(letter) & _NO_LETTERS == _NO_LETTERS:
            yield letter
