"""Words and numbers on the dashboards: Vietnamese written in place, other languages from gettext catalogues."""

import math
from collections.abc import Callable
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from scoring import Estimate, Text

FOLDER = Path(__file__).parent / "locale"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
FIRST_LANGUAGE = "vi"
DASH = "–"

Translate = Callable[[str], str]


class Shown(str):
    """A number as it is shown; in a text, the word that goes with it: `{n} {n:response|responses}`, as English needs.

    >>> "{n} {n:response|responses}".format(n=Shown("1")), "{n} {n:response|responses}".format(n=Shown("1.0"))
    ('1 response', '1.0 responses')
    """

    __slots__ = ()

    def __format__(self, asked: str) -> str:
        """The number itself; of two words with a bar between them, the first where it is 1."""
        one, bar, many = asked.partition("|")
        return (one if self == "1" else many) if bar else super().__format__(asked)


@cache
def translator(language: str) -> Translate:
    """The function that turns a Vietnamese text into `language`; Vietnamese stays as it is written."""
    return _catalogue(FOLDER / f"{language}.po").gettext if language != FIRST_LANGUAGE else NullTranslations().gettext


def _catalogue(path: Path) -> NullTranslations:
    compiled = BytesIO()
    with path.open(encoding="utf-8") as file:
        write_mo(compiled, read_po(file))
    return GNUTranslations(BytesIO(compiled.getvalue()))


def known_language(language: str) -> Literal["vi", "en"]:
    """The language that scoring's own sentences have for it."""
    return "vi" if language == FIRST_LANGUAGE else "en"


def pick(text: Text, language: str) -> str:
    """The text in the reader's language."""
    return text.vi if language == FIRST_LANGUAGE else text.en


def show_number(value: float, language: str, *, decimals: int = 1) -> Shown:
    """A number with the language's decimal mark; a dash where there is none. What is shown as zero has no sign."""
    if math.isnan(value):
        return Shown(DASH)
    places = "." + "0" * decimals if decimals else ""
    shown = format_decimal(value, format=f"#,##0{places}", locale=language)
    return Shown(shown if any(digit in shown for digit in "123456789") else shown.removeprefix("-"))


def show_share(share: float, language: str, *, decimals: int = 1) -> str:
    """A share as percent: «86,4 %», "86.4%"."""
    space = "\u00a0" if language == FIRST_LANGUAGE else ""
    return DASH if math.isnan(share) else f"{show_number(share * 100, language, decimals=decimals)}{space}%"


def show_estimate(share: Estimate, language: str) -> str:
    """A share with its interval: «86,4 % (84,9–87,8)»."""
    if math.isnan(share.value):
        return DASH
    low, high = (show_number(end * 100, language) for end in (share.low, share.high))
    return f"{show_share(share.value, language)} ({low}–{high})"


def show_points(change: Estimate, language: str) -> str:
    """A change of a share in points, signed, with its interval: «+2,1 (0,4–3,8)»."""
    if math.isnan(change.value):
        return DASH
    value, low, high = (show_number(end * 100, language) for end in (change.value, change.low, change.high))
    sign = "+" if change.value > 0 else ""
    return f"{sign}{value} ({low} … {high})".replace("-", "−")


def show_date(day: date, language: str) -> str:
    """A day as dd/mm/yyyy, in English 19 Nov 2026."""
    return format_date(day, "dd/MM/yyyy" if language == FIRST_LANGUAGE else "d MMM yyyy", locale=language)


def show_month(month: date, language: str) -> str:
    """A month on an axis: «11/2026», "Nov 2026"."""
    return format_date(month, "MM/yyyy" if language == FIRST_LANGUAGE else "MMM yyyy", locale=language)
