"""A small file with the headings and two rows to see how, which are passed over when it is read: what a clerk fills in who has no export."""

import csv
import io

import xlsxwriter

from survey_app.dossiers.headings import HEADINGS
from survey_app.register_file.columns import EXAMPLE

ROWS = (
    {
        "number": f"{EXAMPLE}000.00.29.H20-261102-0001", "procedure_name": "Đăng ký kết hôn", "field": "Hộ tịch",
        "unit_name": "Xã Tân Hồng", "received": "02/11/2026 08:30", "due": "03/11/2026 17:00", "finished": "03/11/2026 09:15",
        "channel": "Trực tiếp", "returned": "Trực tiếp", "paid_online": "Không", "digitised": "Có", "supplements": "0",
    },
    {
        "number": f"{EXAMPLE}000.00.29.H20-261102-0002", "procedure_name": "Đăng ký thường trú", "field": "Cư trú",
        "unit_name": "Xã Tân Hồng", "received": "02/11/2026 09:05", "due": "09/11/2026 17:00", "finished": "",
        "channel": "Trực tuyến", "returned": "", "paid_online": "Có", "digitised": "Có", "supplements": "1",
    },
)  # fmt: skip
_LEFT_OUT = ("procedure", "unit")
"""Columns of codes: names serve as well."""


def template_rows() -> list[list[str]]:
    """Vietnamese headings, then the rows."""
    columns = [column for column in HEADINGS if column not in _LEFT_OUT]
    headings = [HEADINGS[column][0].capitalize() for column in columns]
    return [headings, *([row.get(column, "") for column in columns] for row in ROWS)]


def csv_template() -> bytes:
    """The template as CSV that a spreadsheet opens with its letters whole."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(template_rows())
    return out.getvalue().encode("utf-8-sig")


def workbook_template() -> bytes:
    """The template as a workbook whose cells are texts, so that no day is turned round."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("Hồ sơ"), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(HEADINGS), 20, text)
        for at, cells in enumerate(template_rows()):
            for place, cell in enumerate(cells):
                sheet.write_string(at, place, cell, text)
    return out.getvalue()
