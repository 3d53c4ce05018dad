"""What is wrong in a file of dossiers: with one cell, or with the file as a whole; said in each language."""

import csv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

from survey_app.table_file.unreadable import UnreadableFile, inert
from survey_app.table_file.unreadable import refusals as table_refusals
from survey_app.wording import Translate

MOST_KEPT = 1_000
LONGEST_VALUE = 120
FAULTS = {"row": pl.UInt32(), "column": pl.String(), "value": pl.String(), "kind": pl.String(), "detail": pl.String()}
"""A frame of faults: column is ours, kind one of `expectations`, detail what its sentence is filled with."""


@dataclass(frozen=True, slots=True)
class DossierFault:
    """One cell that cannot be taken. row: as a spreadsheet numbers it; column: its heading, or ours without one."""

    row: int
    column: str
    value: str
    kind: str
    detail: str = ""

    def expected(self, _: Translate) -> str:
        """What would have been right."""
        return expectations(_)[self.kind].format(detail=self.detail)


class UnreadableDossiers(UnreadableFile):
    """A file of dossiers that cannot be taken as a whole; detail may name our columns, as a tuple."""

    def sentences(self, _: Translate) -> dict[str, str]:
        """Kind of refusal → the line that says it."""
        return refusals(_)

    def shown(self, _: Translate) -> dict[str, object]:
        """What fills the sentence, columns by their names."""
        names = column_names(_)
        return {
            key: ", ".join(names[each] for each in value) if isinstance(value, tuple) else value
            for key, value in self.detail.items()
        }


class FaultLog:
    """Every fault is counted; the first thousand are kept, and all are written to a file if one is given."""

    def __init__(self, out: Path | None, headings: dict[str, str], words: Translate) -> None:
        self.total, self.first = 0, list[DossierFault]()
        self._out, self._headings, self._words = out, headings, words
        self._file: IO[str] | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Faults of `FAULTS`, in the order of rows."""
        self.total += frame.height
        wanted = frame if self._out else frame.head(MOST_KEPT - len(self.first))
        faults = [self._fault(**row) for row in wanted.iter_rows(named=True)]
        self.first += faults[: MOST_KEPT - len(self.first)]
        if self._out and faults:
            self._write(faults)

    def _fault(self, *, row: int, column: str, value: str | None, kind: str, detail: str) -> DossierFault:
        shown = (value or "")[:LONGEST_VALUE]
        heading = self._headings.get(column) or self._headings.get(f"{column}_name") or column
        return DossierFault(row, heading, shown, kind, detail)

    def _write(self, faults: list[DossierFault]) -> None:
        if self._file is None:
            self._file = self._out.open("w", encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
            csv.writer(self._file).writerow(("row", "column", "value", "expected"))
        csv.writer(self._file).writerows(
            (fault.row, inert(fault.column), inert(fault.value), inert(fault.expected(self._words))) for fault in faults
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


def expectations(_: Translate) -> dict[str, str]:
    """Kind of fault → what was expected."""
    return {
        "needed": _("phải có giá trị"),
        "moment": _("ngày dd/mm/yyyy hoặc yyyy-mm-dd, có giờ hay không (hh:mm)"),
        "century": _("ngày từ 01/01/2000 đến 31/12/2099"),
        "future": _("không sau lúc nhập ({detail})"),
        "finished_before": _("không trước lúc tiếp nhận ({detail})"),
        "due_before": _("không trước lúc tiếp nhận ({detail})"),
        "unit_unknown": _("mã, mã chính thức hoặc tên của một đơn vị trong danh mục"),
        "unit_not_then": _("đơn vị tồn tại vào ngày tiếp nhận; {detail}"),
        "unit_several": _("một đơn vị: tên này có thể là {detail}; ghi mã, hoặc chọn địa bàn"),
        "channel": _("trực tiếp, trực tuyến hoặc bưu chính; từ khác phải khai nghĩa trước"),
        "flag": _("có hoặc không"),
        "supplements": _("số nguyên từ 0 đến 999"),
        "repeated": _("mỗi mã hồ sơ một nội dung; dòng {detail} cùng mã, khác nội dung"),
        "fields": _("{detail} ô như hàng tiêu đề; dấu phân cách trong giá trị phải nằm trong ngoặc kép"),
        "cell_error": _("giá trị, không phải lỗi của bảng tính"),
        "no_value": _("giá trị của công thức: mở tệp, tính lại và lưu"),
    }


def refusals(_: Translate) -> dict[str, str]:
    """Kind of refusal → the line that says it."""
    return table_refusals(_) | {
        "columns": _("Thiếu cột: {columns}. Chỉ rõ tiêu đề của cột, hoặc cho giá trị mặc định."),
        "no_such_heading": _("Tệp không có tiêu đề {headings}. Các tiêu đề: {there}."),
        "personal": _("Cột {headings} có thể nói lên danh tính nên không bao giờ được đọc."),
        "no_such_unit": _("Không có đơn vị {unit} trong danh mục."),
    }


def column_names(_: Translate) -> dict[str, str]:
    """Our column → what a clerk calls it."""
    return {
        "number": _("mã hồ sơ"),
        "procedure": _("mã thủ tục"),
        "procedure_name": _("tên thủ tục"),
        "field": _("lĩnh vực"),
        "unit": _("mã đơn vị"),
        "unit_name": _("tên đơn vị"),
        "desk": _("quầy"),
        "received": _("ngày tiếp nhận"),
        "due": _("ngày hẹn trả"),
        "finished": _("ngày có kết quả"),
        "channel": _("hình thức nộp"),
        "returned": _("hình thức trả"),
        "paid_online": _("thanh toán trực tuyến"),
        "digitised": _("số hóa"),
        "supplements": _("số lần bổ sung"),
    }
