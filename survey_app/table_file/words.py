"""Words compared as people mean them, whatever their letters' size, their accents or where a tone stands."""

import re
import unicodedata
from functools import lru_cache

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_BLANK = re.compile(r"[\s\u00a0\ufeff\u200b]+")
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]\s*")
"""Hyphens, dashes and the minus, with the space around them."""
MOST_MARKS = 30
"""On one letter; Unicode's own bound for texts that are composed in one go (UAX #15, Stream-Safe Text Format)."""
_NO_LETTER = re.compile(r"[^\x00-\x7f\w]")
_NO_LETTERS = re.compile(rf"[^\x00-\x7f\w]{{{MOST_MARKS + 1},}}")
_SYLLABLE = re.compile(r"[\w\u0300-\u036f]+")


def clean(text: str) -> str:
    """One spelling of each letter (NFC), one space between words, none around."""
    return _BLANK.sub(" ", unicodedata.normalize("NFC", text)).strip()


def stacks_marks(text: str) -> bool:
    r"""Whether a letter carries more marks than any language's: to compose them takes the square of their number.

    >>> stacks_marks("a" + 31 * "\u0301"), stacks_marks("Tiếng Việt " + 60 * "…")
    (True, False)
    """
    if not _NO_LETTER.search(text[MOST_MARKS :: MOST_MARKS + 1]):  # each longer run of marks would have one here
        return False
    runs = _NO_LETTERS.finditer(text)
    return any(sum(map(bool, map(unicodedata.combining, run[0]))) > MOST_MARKS for run in runs)


def without_accents(text: str) -> str:
    """For headings: small letters without accents, only letters and digits, one space between words.

    >>> without_accents(" Ngày  HẸN trả (dự kiến)"), without_accents("Đơn vị")
    ('ngay hen tra du kien', 'don vi')
    """
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join(re.findall(r"[^\W_]+", "".join(each for each in letters if not unicodedata.combining(each))))


def all_capitals(text: str) -> bool:
    """Whether a name of more than one letter is written in capitals throughout.

    >>> all_capitals("TÂN HỒNG"), all_capitals("Tân Hồng"), all_capitals("A")
    (True, False, False)
    """
    return text.isupper() and sum(map(str.isalpha, text)) > 1


@lru_cache(maxsize=1 << 16)
def same_word(text: str) -> str:
    r"""For values: small letters, accents kept, but a tone may stand on either vowel, and a dash is a hyphen.

    >>> same_word("Xã  Hoà Bình") == same_word("xã Hòa Bình"), same_word("Hà") == same_word("Hạ")
    (True, False)
    >>> same_word("Quầy 3 – Cư trú") == same_word("Quầy 3\u2011Cư trú") == same_word("quầy 3 - cư  trú")
    True
    """
    plain = _DASH.sub("-", clean(text).lower())
    return _SYLLABLE.sub(lambda found: _tone_last(found[0]), unicodedata.normalize("NFD", plain))


def _tone_last(syllable: str) -> str:
    letters = "".join(each for each in syllable if each not in TONES)
    return letters + "".join(each for each in syllable if each in TONES)
