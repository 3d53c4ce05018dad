"""The list of OWASP ASVS 5.0.0: no requirement of levels 1 and 2 is left out, and what it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
# Section → how many of its requirements are of levels 1 and 2; they stand first in each. Source: the standard's CSV.
COUNTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4, "3.4": 6,
    "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12,
    "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2,
    "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1,
    "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| \d", line)]


def test_every_requirement_of_levels_one_and_two_stands_there_once_in_order():
    expected = [f"{section}.{number}" for section, count in COUNTS.items() for number in range(1, count + 1)]
    assert len(expected) == 253
    assert [number for numbers, *_ in ROWS for number in numbers.split(", ")] == expected


def test_every_row_has_a_verdict_and_says_how_or_why():
    assert [row for row in ROWS if len(row) != 4 or not row[1] or not row[3]] == []
    assert {row[2] for row in ROWS} == {"met", "partly", "not", "office", "n/a"}


def test_what_is_not_met_is_told_first():
    told = PAGE[: PAGE.index("## V1 ")]
    for numbers, _asks, verdict, _how in ROWS:
        assert verdict != "not" or numbers in told, numbers


@pytest.mark.parametrize("suffix", [".py", ".md"])
def test_every_file_that_is_named_is_there(suffix):
    known = {path.name for path in ROOT.rglob(f"*{suffix}") if ".venv" not in path.parts}
    named = set(re.findall(rf"[\w/-]+{re.escape(suffix)}\b", PAGE))
    assert sorted(name for name in named if name.rpartition("/")[2] not in known) == []
