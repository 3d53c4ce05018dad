"""Words on our pages: Vietnamese is written in place, other languages come from gettext catalogues."""

from collections.abc import Callable
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
FIRST_LANGUAGE = "vi"
LANGUAGES = (FIRST_LANGUAGE, *sorted(file.stem for file in FOLDER.glob("*.po")))
LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}

Translate = Callable[[str], str]


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; Vietnamese and unknown languages give the text as it is written."""
    path = FOLDER / f"{language}.po"
    if language == FIRST_LANGUAGE or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open(encoding="utf-8") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translator(language: str) -> Translate:
    """The function that turns a Vietnamese text into `language`."""
    return translations(language).gettext


def month_name(month: date, language: str) -> str:
    """A month as it stands in a sentence: «tháng 11/2026», "November 2026"."""
    return f"tháng {month.month}/{month.year}" if language == FIRST_LANGUAGE else f"{month:%B %Y}"


def show_decimal(number: float, language: str) -> str:
    """A number as the language writes it: 2,5 in Vietnamese, 2.5 in English.

    >>> show_decimal(2.5, "vi"), show_decimal(2.5, "en"), show_decimal(3.0, "vi")
    ('2,5', '2.5', '3')
    """
    text = f"{number:.12g}"
    return text.replace(".", ",") if language == FIRST_LANGUAGE else text
