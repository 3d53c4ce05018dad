"""Tricks in what the dashboards write: CSV files that a spreadsheet opens, and lines of their tables."""

import csv
import io

import pytest

from dashboards.table_file import csv_bytes
from tests.tricks import EVERY, FORMULA

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("trick", EVERY)
def test_no_cell_of_a_csv_file_begins_as_a_formula(trick):
    content = csv_bytes([{trick: trick, "n": -1, "b": "x"}], simulated=False).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content, newline="")))
    assert len(lines) == 2
    for line in lines:
        assert line[0] in {trick, f"'{trick}"}
        assert not line[0].startswith(STARTS) or trick == "-1"


def test_a_formula_is_kept_readable_behind_its_apostrophe():
    for trick in FORMULA[:13]:
        assert f"'{trick}" in csv_bytes([{"a": trick}], simulated=False).decode().replace('""', '"')
