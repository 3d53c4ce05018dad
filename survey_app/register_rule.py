"""What units and desks may be called, and within which days they stand: the one rule of pages, commands and files."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Generic, TypeVar

from survey_app.register import CITY, LEVELS, Desk, Unit
from survey_app.table_file.words import same_word

LONGEST_NAME = 200
DIGITS = {"province": 2, "district": 3, "commune": 5}
"""How long the official code of a level is."""
FIRST_PICTURE = 0x2190
"""Signs before it are of text: ° and №."""
_ODD = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SKIN = range(0x1F3FB, 0x1F400)
_KINDS = (*sorted(LEVELS, key=len, reverse=True), CITY)

Named = TypeVar("Named", Unit, Desk)


def text_fault(text: str, *, longest: int = LONGEST_NAME) -> tuple[str, str] | None:
    """Why a text cannot be kept, and the bound or the letter: "too_long", "letters" or "formula"; None where it can.

    >>> text_fault("Quầy 1 – Hộ tịch"), text_fault("Quầy 😀"), text_fault("=1+1"), text_fault("ab", longest=1)
    (None, ('letters', 'U+1F600'), ('formula', ''), ('too_long', '1'))
    """
    if len(text) > longest:
        return "too_long", f"{longest}"
    if odd := odd_letters(text):
        return "letters", odd
    return ("formula", "") if text.startswith(_FORMULA) else None


@lru_cache(maxsize=1 << 14)
def odd_letters(text: str) -> str:
    r"""The first letter that no name has, by its number: control, direction, private use, pictures; "" without one.

    >>> odd_letters("Quầy 1 – Hộ tịch"), odd_letters("Quầy \u202e1"), odd_letters("Quầy 😀")
    ('', 'U+202E', 'U+1F600')
    """
    for each in text:
        kind, number = unicodedata.category(each), ord(each)
        if kind in _ODD or number in _SKIN or (kind == "So" and number >= FIRST_PICTURE):
            return f"U+{number:04X}"
    return ""


def kind_said(name: str) -> str:
    """The kind of unit that a name begins with, "" without one.

    >>> kind_said("Xã Tân Hồng"), kind_said("Thành phố Huế"), kind_said("Xá Lợi"), kind_said("Xã")
    ('xã', 'thành phố', '', '')
    """
    return next((kind for kind in _KINDS if same_word(name).startswith(f"{same_word(kind)} ")), "")


def says_other_kind(name: str, kind: str) -> bool:
    """Whether a name begins with a kind that its unit is not: nobody knows which of the two is meant.

    >>> says_other_kind("Xã C", "phường"), says_other_kind("Phường Đúc", "phường"), says_other_kind("C", "phường")
    (True, False, False)
    """
    said = kind_said(name)
    return bool(said) and not kind.startswith(said)


def official_code(text: str, kind: str) -> str | None:
    """The official code of a unit of a kind, with the zeros before it that a spreadsheet took away; None where it is none.

    >>> official_code("1", "tỉnh"), official_code("29926", "xã"), official_code("299", "tỉnh"), official_code("x", "xã")
    ('01', '29926', None, None)
    """
    digits = DIGITS[LEVELS[kind]]
    return text.zfill(digits) if text.isascii() and text.isdigit() and len(text) <= digits else None


def overlap(one: Unit | Desk, other: Unit | Desk) -> bool:
    """Whether two things exist on a same day.

    >>> from datetime import date
    >>> old = Unit("a", "xã", "A", "s", valid_to=date(2025, 7, 1))
    >>> overlap(old, Unit("b", "xã", "A", "s", valid_from=date(2025, 7, 1))), overlap(old, Unit("b", "xã", "A", "s"))
    (False, True)
    """
    return one.starts < other.ends and other.starts < one.ends


def outside_parent(unit: Unit, parent: Unit) -> str:
    """Which of a unit's days, "valid_from" or "last_day", lies outside those of the unit above it; "" where none does.

    A first day that is not known lies nowhere.
    """
    if unit.valid_from is not None and not parent.starts <= unit.valid_from < parent.ends:
        return "valid_from"
    return "last_day" if unit.ends > parent.ends else ""


def desk_word(unit: str, text: str) -> str:
    """A desk's code or name within its unit, in one spelling: most units have a «Quầy 1»."""
    return f"{unit} {same_word(text)}"


class Called(Generic[Named]):
    """Units or desks by a word that only one of them may have on any day."""

    def __init__(self, word: Callable[[Named], Hashable], things: Iterable[Named]) -> None:
        self._word = word
        self._things: dict[Hashable, list[Named]] = defaultdict(list)
        for one in things:
            self._things[word(one)].append(one)

    def other(self, one: Named) -> Named | None:
        """The first that has the word of this one on some same day; None without one, or where this one has none."""
        word = self._word(one)
        found = (each for each in self._things.get(word, ()) if each.code != one.code and overlap(each, one))
        return None if word is None else next(found, None)


def desks_by_name(desks: Iterable[Desk]) -> Called[Desk]:
    """Desks by their name within their unit."""
    return Called(lambda desk: desk_word(desk.unit, desk.name), desks)


def units_by_name(units: Iterable[Unit]) -> Called[Unit]:
    """Units by their kind and name below the unit above them."""
    return Called(lambda unit: (unit.parent, same_word(f"{unit.kind} {unit.name}")), units)


def units_by_official_code(units: Iterable[Unit]) -> Called[Unit]:
    """Units by their official code, each level having its own."""
    return Called(lambda unit: (LEVELS.get(unit.kind), unit.official_code) if unit.official_code else None, units)
