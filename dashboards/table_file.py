"""A table as a CSV file: opens in a spreadsheet with its Vietnamese letters whole, and starts no formula there."""

import csv
import io
from collections.abc import Mapping, Sequence

from survey_app.inert_cell import inert_cell

BYTE_ORDER_MARK = "\ufeff"
SIMULATED = {"vi": ("dữ liệu", "dữ liệu mô phỏng"), "en": ("data", "simulated data")}


def csv_bytes(rows: Sequence[Mapping[str, object]], *, simulated: bool, language: str = "vi") -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, the columns of the first row first.

    Args:
        rows: column name → value; None is an empty cell.
        simulated: whether the numbers are; then a first column says so on every line.
        language: of that column.

    >>> csv_bytes([{"đơn vị": "=1+1", "n": -3}], simulated=False).decode("utf-8-sig").splitlines()
    ['đơn vị,n', "'=1+1,-3"]
    """
    name, value = SIMULATED[language]
    marked = [({name: value} if simulated else {}) | dict(row) for row in rows]
    columns = list(dict.fromkeys(column for row in marked for column in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([inert_cell(column) for column in columns])
    writer.writerows([inert_cell(row.get(column)) for column in columns] for row in marked)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()
