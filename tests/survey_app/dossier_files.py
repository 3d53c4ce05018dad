# ruff: noqa: DTZ001 - files hold local times
"""Files of dossiers as one-stop systems export them, made in the tests."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import xlsxwriter

from survey_app.table_file.legacy_letters import LEGACY

HEADINGS = {
    "number": "Mã hồ sơ",
    "procedure": "Tên thủ tục",
    "unit": "Đơn vị",
    "desk": "Quầy",
    "received": "Ngày tiếp nhận",
    "due": "Ngày hẹn trả",
    "finished": "Ngày có kết quả",
    "channel": "Hình thức nộp",
    "returned": "Hình thức trả",
    "paid": "Thanh toán trực tuyến",
    "digitised": "Số hóa",
    "supplements": "Số lần bổ sung",
    "name": "Họ và tên người nộp",
}
FIRST = {
    "number": "H20.29926-260105-0001",
    "procedure": "Trích lục bản sao khai sinh",
    "unit": "UBND xã Tân Hồng",
    "desk": "Quầy 7 – Lưu trữ",
    "received": "02/11/2026 08:30",
    "due": "03/11/2026 17:00",
    "finished": "02/11/2026 10:15",
    "channel": "Trực tiếp",
    "returned": "Trực tiếp",
    "paid": "Không",
    "digitised": "Có",
    "supplements": "0",
    "name": "Nguyễn Thị Bí Mật",
}


def row(serial: int = 1, /, **changed: str) -> dict[str, str]:
    """A sound row, with what differs."""
    return FIRST | {"number": f"H20.29926-260105-{serial:04}"} | changed


def csv_text(rows: Iterable[Mapping[str, str]], *, delimiter: str = ",", headings: Mapping[str, str] = HEADINGS) -> str:
    """The rows as CSV; a column without a heading is left out."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(headings.values())
    writer.writerows([each[column] for column in headings] for each in rows)
    return out.getvalue()


def workbook(
    rows: Sequence[Sequence[object]],
    *,
    name: str = "Hồ sơ",
    more: Mapping[str, Sequence[Sequence[object]]] | None = None,
) -> bytes:
    """The rows as an .xlsx workbook, dates as real dates; `more`: other sheets by name."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    moment, day = (book.add_format({"num_format": shown}) for shown in ("dd/mm/yyyy hh:mm", "dd/mm/yyyy"))
    for sheet_name, sheet_rows in {name: rows, **(more or {})}.items():
        sheet = book.add_worksheet(sheet_name)
        for at, cells in enumerate(sheet_rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, place, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(at, place, datetime(cell.year, cell.month, cell.day), day)
                elif cell is not None:
                    sheet.write(at, place, cell)
    book.close()
    return out.getvalue()


def sheet_of(rows: Iterable[Mapping[str, object]]) -> list[list[object]]:
    """Headings and rows for `workbook`."""
    return [list(HEADINGS.values()), *([each[column] for column in HEADINGS] for each in rows)]


def in_legacy(text: str, name: str) -> str:
    """A text as it stood before Unicode, in Western letters: what the turning back is tested against."""
    return _TO_TCVN3(text) if name == "TCVN3 (ABC)" else "".join(_VNI.get(letter, letter) for letter in text)


_ALL = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_TCVN3 = dict(
    zip(
        _ALL + "ĂÂĐÊÔƠƯ",
        bytes.fromhex(
            "b5b8b6b7b9a8bbbebcbdc6a9c7cac8c9cbaeccd0cecfd1aad2d5d3d4d6d7ddd8dcdedfe3e1e2e4abe5e8e6e7e9aceaedebecee"
            "eff3f1f2f4adf5f8f6f7f9fafdfbfcfea1a2a7a3a4a5a6"
        ).decode("latin-1"),
        strict=True,
    )
)
"""As glibc's iconv writes TCVN5712-1."""
_VNI = dict(
    zip(
        _ALL,
        [
            "aø",
            "aù",
            "aû",
            "aõ",
            "aï",
            "aê",
            "aè",
            "aé",
            "aú",
            "aü",
            "aë",
            "aâ",
            "aà",
            "aá",
            "aå",
            "aã",
            "aä",
            "ñ",
            "eø",
            "eù",
            "eû",
            "eõ",
            "eï",
            "eâ",
            "eà",
            "eá",
            "eå",
            "eã",
            "eä",
            "ì",
            "í",
            "æ",
            "ó",
            "ò",
            "oø",
            "où",
            "oû",
            "oõ",
            "oï",
            "oâ",
            "oà",
            "oá",
            "oå",
            "oã",
            "oä",
            "ô",
            "ôø",
            "ôù",
            "ôû",
            "ôõ",
            "ôï",
            "uø",
            "uù",
            "uû",
            "uõ",
            "uï",
            "ö",
            "öø",
            "öù",
            "öû",
            "öõ",
            "öï",
            "yø",
            "yù",
            "yû",
            "yõ",
            "î",
        ],
        strict=True,
    )
)
_VNI |= {letter.upper(): mark.upper() for letter, mark in _VNI.items()}


def _TO_TCVN3(text: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in text)


assert set(LEGACY) == {"TCVN3 (ABC)", "VNI"}
