"""Yes and no as a list of choices: XLSForm has no type of its own for them."""

from collections.abc import Mapping

YES, NO = "yes", "no"
WORDS: Mapping[str, tuple[str, str]] = {"vi": ("Có", "Không"), "en": ("Yes", "No")}
"""The words that our page has for them, by language; English where it has none."""
_YES, _NO = frozenset({YES, "1", "true", "co"}), frozenset({NO, "0", "false", "khong"})


def words(language: str) -> tuple[str, str]:
    """The words for yes and no."""
    return WORDS.get(language, WORDS["en"])


def yes_or_no(code: str) -> bool | None:
    """Whether a choice's code says yes or no; None where it says neither.

    >>> yes_or_no("co"), yes_or_no("0"), yes_or_no("maybe")
    (True, False, None)
    """
    return True if code.lower() in _YES else False if code.lower() in _NO else None
