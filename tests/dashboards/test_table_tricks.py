"""Tricks in what the dashboards write: CSV files that a spreadsheet opens, and lines of their tables."""

import csv
import io
import re

import pytest

from dashboards.table_file import csv_bytes
from tests.tricks import EVERY, FORMULA

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


SPLIT = ("a;=1+1", "a; -2+cmd", 'a;"=1+1"', "a\n=1+1", "a\r\n@SUM(1)", "a\t+cmd", ";＝1+1", "Đúng hẹn;=1+1;;=2+2")
"""Formulas once a line is split on something else than its commas."""


@pytest.mark.parametrize("trick", EVERY)
def test_no_cell_of_a_csv_file_begins_as_a_formula(trick):
    content = csv_bytes([{trick: trick, "n": -1, "b": "x"}], simulated=False).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content, newline="")))
    assert len(lines) == 2
    for line in lines:
        assert line[0].replace("'", "") == trick.replace("'", "")
        assert not line[0].startswith(STARTS) or trick == "-1"


@pytest.mark.parametrize("trick", [*EVERY, *SPLIT])
def test_nothing_begins_as_a_formula_where_lines_are_split_on_semicolons_and_quotes_are_not_known(trick):
    content = csv_bytes([{"n": -1, trick: trick, "b": "x"}], simulated=False).decode("utf-8-sig")
    cells = [cell.strip('" ') for cell in re.split(r"[;\t\r\n]", content)]
    assert [cell for cell in cells if cell.startswith(STARTS) and not cell.startswith("-1,")] == []


@pytest.mark.parametrize("text", ["a; b", "0,5; -0,2", "86,4 % (84,9–87,8); n = 30", "Chờ lâu, - rất lâu"])
def test_a_text_with_a_semicolon_that_begins_no_formula_stays_as_it_is(text):
    content = csv_bytes([{"a": text}], simulated=False).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[1] == [text]


def test_a_formula_is_kept_readable_behind_its_apostrophe():
    for trick in (*FORMULA[:6], *FORMULA[9:13]):
        assert f"'{trick}" in csv_bytes([{"a": trick}], simulated=False).decode().replace('""', '"')
