"""A language in a column's heading: «label::Tiếng Việt (vi)» ↔ vi."""

import re

from survey_app.questionnaire_keys import LANGUAGE
from survey_app.wording import FIRST_LANGUAGE, LANGUAGE_NAMES

_WITH_CODE = re.compile(rf".*\(\s*({LANGUAGE})\s*\)")
_CODES = {name.casefold(): code for code, name in LANGUAGE_NAMES.items()} | {"vietnamese": "vi", "tiếng anh": "en"}
EXPECTED = "a language with its code, such as Tiếng Việt (vi) or English (en)"

__all__ = ["EXPECTED", "FIRST_LANGUAGE", "language_code", "language_name"]


def language_code(name: str) -> str | None:
    """The code of a language named as XLSForm names them, or None.

    >>> [language_code(name) for name in ("Tiếng Việt (vi)", "pt-BR", "English", "Tày")]
    ['vi', 'pt-BR', 'en', None]
    """
    if found := _WITH_CODE.fullmatch(name.strip()):
        return found[1]
    return name.strip() if re.fullmatch(LANGUAGE, name.strip()) else _CODES.get(name.strip().casefold())


def language_name(code: str) -> str:
    """The language's name with its code, as a heading says it.

    >>> language_name("vi"), language_name("pt-BR")
    ('Tiếng Việt (vi)', 'pt-BR (pt-BR)')
    """
    return f"{LANGUAGE_NAMES.get(code, code)} ({code})"
