"""CSV files that a spreadsheet opens safely."""

import csv
import io

import pytest

from dashboards.table_file import csv_bytes


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_spreadsheet_is_told_that_the_file_is_utf_8():
    assert csv_bytes([{"đơn vị": "xã Tân Hồng"}], simulated=False).startswith(b"\xef\xbb\xbf")
    assert read(csv_bytes([{"đơn vị": "xã Tân Hồng"}], simulated=False)) == [["đơn vị"], ["xã Tân Hồng"]]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@sum", "\tx", "\rx"])
def test_a_text_that_would_be_a_formula_is_no_formula(text):
    assert read(csv_bytes([{"a": text}], simulated=False))[1] == [f"'{text}"]


@pytest.mark.parametrize("number", [-3, -2.5, "-2.5", "+0,4", "86.43"])
def test_a_number_stays_as_it_is(number):
    assert read(csv_bytes([{"a": number}], simulated=False))[1] == [str(number)]


def test_every_line_of_a_simulated_file_says_so():
    assert read(csv_bytes([{"n": 1}, {"n": None}], simulated=True)) == [
        ["dữ liệu", "n"],
        ["dữ liệu mô phỏng", "1"],
        ["dữ liệu mô phỏng", ""],
    ]
    assert read(csv_bytes([{"n": 1}], simulated=True, language="en"))[1] == ["simulated data", "1"]
