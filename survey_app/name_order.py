"""The order of names: as a Vietnamese dictionary has them, and numbers in them by their value."""

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Grave, hook, tilde, acute, dot below: the order of the tones, after none."""
_VOWELS = "aăâeêioôơuưy"
_NUMBER = re.compile(r"0*([0-9]+)")
_toned = {(vowel, tone): unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES}
_PLACES = {letter: chr(0x2000 + place) for place, letter in enumerate(_LETTERS)}
_LETTER_ORDER = str.maketrans(
    _PLACES | {whole: _PLACES[vowel] for (vowel, _), whole in _toned.items()} | dict.fromkeys("‐‑‒–—", "-")
)
_TONE_ORDER = str.maketrans({whole: chr(0x3000 + _TONES.index(tone)) for (_, tone), whole in _toned.items()})

NameKey = tuple[str, str, str]


def by_name(name: str) -> NameKey:
    """What names are sorted by: letters first (a ă â b c d đ e ê …), then tones, then as it is written.

    Numbers stand before letters, the smaller value first. What is no Vietnamese letter stands where Unicode has it.
    Source: the letters and tones of the Unicode collation for Vietnamese, CLDR 46, vi.xml.

    >>> sorted(["Quầy 10", "Quầy 2", "Đạo Thạnh", "Dục Tú", "Huế", "Hà Nội", "Cái Bè", "Châu Thành"], key=by_name)
    ['Cái Bè', 'Châu Thành', 'Dục Tú', 'Đạo Thạnh', 'Hà Nội', 'Huế', 'Quầy 2', 'Quầy 10']
    """
    folded = unicodedata.normalize("NFC", name).casefold().strip()
    return _NUMBER.sub(_by_value, folded.translate(_LETTER_ORDER)), folded.translate(_TONE_ORDER), name


def _by_value(number: re.Match[str]) -> str:
    """Digits so that the longer number, which is the larger one, comes later."""
    digits = number[1]
    return chr(0x100 + min(len(digits), 0x1EFF)) + digits
