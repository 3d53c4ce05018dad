"""A text as a spreadsheet's cell that starts no formula there."""

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The wide ones too: some spreadsheets take them for the narrow. Source: OWASP, CSV Injection."""
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
FORMULA_AFTER_SEPARATOR = re.compile(
    r"""([;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])(?![+-]?\d+(?:[.,]\d+)?\s*(?:[;\t\r\n]|$))"""
)
"""Where Windows is set to Vietnamese a spreadsheet splits a line on `;`, and does not know the quotes around a text that
stands behind a comma: what follows a `;` or a line's end inside a text may become a cell. A comma needs no guard: who
splits on it knows the quotes. A line `sep=,` would do less: only Excel knows it, and then forgets the byte order mark."""


def inert_cell(value: object) -> object:
    """The value; what a spreadsheet would take for a formula, if it split the text or not, stands behind an apostrophe.

    >>> inert_cell("=1+1"), inert_cell("a;=1+1"), inert_cell("-3"), inert_cell(None)
    ("'=1+1", "a;'=1+1", '-3', '')
    """
    if not isinstance(value, str):
        return "" if value is None else value
    inert = FORMULA_AFTER_SEPARATOR.sub(r"\1'", value)
    return f"'{inert}" if value.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(value) else inert
