"""A whole number that somebody typed into a form."""

MOST_DIGITS = 9


def typed_number(text: str) -> int | None:
    """The number; None where the text is none, or has more than nine digits: Python reads no more than 4,300.

    >>> typed_number("180"), typed_number("-1"), typed_number("9" * 5000)
    (180, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
