"""Letters as they were written before Unicode: TCVN3 (ABC, fonts such as .VnTime) and VNI, found and turned into Unicode.

Both stand in today's files as Western letters: TCVN3 writes «hồ sơ» as «hå s¬», VNI as «hoà sô». Which of them a text is in
is told by how many of its words are Vietnamese syllables before and after. Windows-1258 and UTF-16 are Python's to read.

Source: TCVN 5712:1993 (VN3); VNI Software's table for Windows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from survey_app.table_file.words import TONES

_TCVN3 = (
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)
_FROM_TCVN3 = str.maketrans(*_TCVN3)
GRAVE, ACUTE, TILDE, HOOK, DOT, CIRCUMFLEX, BREVE = (
    "\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "\u0302", "\u0306",
)  # fmt: skip
_VNI_TONES = {"ù": ACUTE, "ø": GRAVE, "û": HOOK, "õ": TILDE, "ï": DOT}
_VNI_MARKS = {
    "â": CIRCUMFLEX,
    **{mark: CIRCUMFLEX + tone for mark, tone in zip("áàåãä", (ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)},
    "ê": BREVE,
    **{mark: BREVE + tone for mark, tone in zip("éèúüë", (ACUTE, GRAVE, HOOK, TILDE, DOT), strict=True)},
    **_VNI_TONES,
}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
_VNI_ALONE |= {mark.upper(): letter.upper() for mark, letter in _VNI_ALONE.items()}
_VNI = re.compile(
    "([aA])([âáàåãäêéèúüëùøûõï])|([eEoO])([âáàåãäùøûõï])|([uUyYôÔöÖ])([ùøûõï])|([ôöæóòîñ])", re.IGNORECASE
)

_WORD = re.compile(r"[^\s!-@\[-`{-~]+")
_PARTS = re.compile(
    "(ngh|ng|nh|th|tr|ch|gh|gi(?=[aăâeêioôơuư])|kh|ph|qu(?=[aăâeêiơôy])|[bcdđghklmnpqrstvx])?"
    "(iêu|yêu|uôi|ươi|ươu|oai|oay|oeo|uây|uyê|uya|uyu|iê|yê|uô|ươ|uâ|uê|uơ|uy|oă|oa|oe|oo"
    "|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|[aăâeêioôơuưy])(ch|nh|ng|[cmnpt])?"
)
_MARKED = frozenset("ăâêôơư")
_EITHER = frozenset({"oa", "oe", "uy"})
ENOUGH, CLEARLY = 0.7, 0.2
"""How many of a text's accented words must be syllables, and how much more than before, for a text to be turned."""


def from_tcvn3(text: str) -> str:
    """Unicode of a text in TCVN3 whose bytes were taken for Western letters.

    >>> from_tcvn3("M· hå s¬")
    'Mã hồ sơ'
    """
    return text.translate(_FROM_TCVN3)


def from_vni(text: str) -> str:
    """Unicode of a text in VNI whose bytes were taken for Western letters.

    >>> from_vni("Maõ hoà sô, ngaøy tieáp nhaän")
    'Mã hồ sơ, ngày tiếp nhận'
    """
    return unicodedata.normalize("NFC", _VNI.sub(_from_vni, unicodedata.normalize("NFC", text)))


def _from_vni(found: re.Match[str]) -> str:
    letter, mark = (found[1] or found[3] or found[5] or found[7]), (found[2] or found[4] or found[6] or "")
    return _VNI_ALONE.get(letter, letter) + (_VNI_MARKS[mark.lower()] if mark else "")


LEGACY: Mapping[str, Callable[[str], str]] = {"TCVN3 (ABC)": from_tcvn3, "VNI": from_vni}


def find_legacy(texts: Iterable[str]) -> str | None:
    """Which of `LEGACY` texts are written in; None for Unicode, and where there is nothing to tell it by.

    >>> find_legacy(["M· hå s¬", "Ngµy tiÕp nhËn"]), find_legacy(["Mã hồ sơ"]), find_legacy(["Procedure"])
    ('TCVN3 (ABC)', None, None)
    """
    words = accented_words(texts)
    if not words:
        return None
    turned = {name: share_of_syllables(map(turn, words)) for name, turn in LEGACY.items()}
    best = max(turned, key=lambda name: turned[name])
    return best if turned[best] >= max(ENOUGH, share_of_syllables(words) + CLEARLY) else None


def accented_words(texts: Iterable[str]) -> list[str]:
    """The words with other letters than English ones."""
    return [word for text in texts for word in _WORD.findall(text) if not word.isascii()]


def share_of_syllables(words: Iterable[str]) -> float:
    """How many of the words are Vietnamese syllables, of 1; 0 without words."""
    told = [is_syllable(word) for word in words]
    return sum(told) / len(told) if told else 0.0


def is_syllable(word: str) -> bool:
    """Whether this is written as a Vietnamese syllable, its tone where one may stand.

    >>> [is_syllable(word) for word in ("tiếp", "hoà", "hòa", "QUYẾT", "Maõ", "hå", "tieáp")]
    [True, True, True, True, False, False, False]
    """
    apart = unicodedata.normalize("NFD", word.lower())
    tones = [place for place, each in enumerate(apart) if each in TONES]
    letters = unicodedata.normalize("NFC", "".join(each for each in apart if each not in TONES))
    found = _PARTS.fullmatch(letters)
    if found is None or len(tones) > 1:
        return False
    if not tones:
        return True
    before = unicodedata.normalize("NFC", "".join(each for each in apart[: tones[0]] if each not in TONES))
    # A tone may stand before or after the letter's own mark (ê + acute, e + acute + circumflex): count base letters.
    return len(before) - 1 - len(found[1] or "") in _places(found[2], closed=bool(found[3]))


def _places(vowels: str, *, closed: bool) -> set[int]:
    """Where a tone may stand among a syllable's vowels."""
    marked = [place for place, each in enumerate(vowels) if each in _MARKED]
    if marked:
        return {marked[-1]}
    if closed:
        return {len(vowels) - 1}
    if vowels in _EITHER:
        return {0, 1}
    return {1 if len(vowels) == 3 else 0}  # noqa: PLR2004 - oai, oay, uya: on the middle one
