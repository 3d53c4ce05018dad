"""What is wrong in a table of the register: with one cell, or with the file as a whole; said in each language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.unreadable import refusals as table_refusals
from survey_app.wording import Translate

LONGEST_VALUE = 120
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class RegisterFault:
    """One cell that cannot be taken. row: as a spreadsheet numbers it; column: its heading."""

    row: int
    column: str
    value: str
    kind: str
    detail: str = ""

    def expected(self, _: Translate) -> str:
        """What would have been right."""
        return expectations(_)[self.kind].format(detail=self.detail)


class UnreadableRegister(UnreadableFile):
    """A table of the register that cannot be taken as a whole."""

    def sentences(self, _: Translate) -> dict[str, str]:
        """Kind of refusal → the line that says it."""
        return table_refusals(_) | {
            "columns": _("Thiếu cột: {columns}. Các tiêu đề của tệp: {there}."),
            "twice": _("Tiêu đề có hai lần: {headings}. Để lại một cột."),
            "hidden": _("Bảng tính có hàng hoặc cột ẩn ({found}): hiện ra, hoặc xóa đi."),
            "too_many": _("Tệp có hơn {most} dòng; chia thành nhiều tệp."),
        }


@dataclass(slots=True)
class Faults:
    """Every fault is counted; the first `MOST_KEPT` are kept. headings: our column → its heading in the file; cells: row and
    column of each.
    """

    headings: Mapping[str, str]
    total: int = 0
    first: list[RegisterFault] = field(default_factory=list)
    cells: set[tuple[int, str]] = field(default_factory=set)

    def add(self, row: int, column: str, value: object, kind: str, detail: str = "") -> None:
        """One more; that a cell is empty goes without saying where it is told already why nothing stands in it."""
        if kind == "needed" and (row, column) in self.cells:
            return
        self.total += 1
        self.cells.add((row, column))
        if len(self.first) < MOST_KEPT:
            shown = str(value)[:LONGEST_VALUE]
            self.first.append(RegisterFault(row, self.headings.get(column, column), shown, kind, detail))

    @property
    def rows(self) -> set[int]:
        """The rows that have any."""
        return {row for row, _ in self.cells}

    def in_order(self) -> list[RegisterFault]:
        """Those that are kept, by row."""
        return sorted(self.first, key=lambda fault: fault.row)


def as_fault_table(faults: Sequence[RegisterFault], _: Translate) -> list[list[str]]:
    """Faults as rows below their headings, for a file to work through."""
    return fault_table(((str(each.row), each.column, each.value, each.expected(_)) for each in faults), _)


def fault_table(rows: Iterable[Sequence[str]], _: Translate) -> list[list[str]]:
    """Rows, each a place, a column, a value and what was expected, below their headings."""
    return [[_("Dòng"), _("Cột"), _("Giá trị"), _("Cần")], *map(list, rows)]


def expectations(_: Translate) -> dict[str, str]:
    """Kind of fault → what was expected."""
    return {
        "needed": _("phải có giá trị"),
        "cell_error": _("giá trị, không phải lỗi của bảng tính"),
        "no_value": _("giá trị của công thức: mở tệp, tính lại và lưu"),
        "fields": _("{detail} ô như hàng tiêu đề; dấu phân cách trong giá trị phải nằm trong ngoặc kép"),
        "too_long": _("nhiều nhất {detail} ký tự"),
        "letters": _("chữ, số và dấu câu; không có ký tự điều khiển, ký tự đổi chiều chữ hay hình ({detail})"),
        "formula": _("không bắt đầu bằng = + - @"),
        "day": _("ngày dd/mm/yyyy hoặc yyyy-mm-dd, không kèm giờ"),
        "century": _("ngày từ 01/01/1945 đến 31/12/2099"),
        "one_of": _("một trong: {detail}"),
        "code": _("chữ thường không dấu, số, dấu chấm, gạch nối; ví dụ {detail}"),
        "official_code": _("mã số {detail} chữ số"),
        "twice": _("mỗi mục một dòng; dòng {detail} cũng nói về mục này"),
        "same_name": _("tên chưa có ở cùng nơi trong cùng thời gian; {detail} đã mang tên này"),
        "same_name_row": _("tên chưa có ở cùng nơi trong cùng thời gian; trùng với dòng {detail}"),
        "same_official": _("mã chính thức chưa có ở cùng cấp trong cùng thời gian; {detail} đã mang mã này"),
        "same_official_row": _("mã chính thức chưa có ở cùng cấp trong cùng thời gian; trùng với dòng {detail}"),
        "other_kind": _("tên không kèm loại khác với cột loại ({detail})"),
        "unit_unknown": _("mã, mã chính thức hoặc tên của một đơn vị trong danh mục hoặc trong tệp"),
        "unit_unlisted": _("mã, mã chính thức hoặc tên của một đơn vị trong danh mục"),
        "unit_near": _("mã, mã chính thức hoặc tên của một đơn vị trong danh mục; gần giống: {detail}"),
        "unit_several": _("một đơn vị: tên này có thể là {detail}; ghi mã"),
        "parent_level": _("đơn vị cấp cao hơn; {detail} thì không"),
        "parent_ended": _("đơn vị cấp trên có vào các ngày ấy; đơn vị này thì không: {detail}"),
        "ring": _("đơn vị cấp trên không nằm dưới chính đơn vị này"),
        "reversed": _("không trước ngày bắt đầu ({detail})"),
        "outside": _("trong thời gian của {detail}"),
        "holds": _("không bỏ ra ngoài những gì thuộc về nó: {detail}"),
        "replaced_open": _("đơn vị đã kết thúc trước khi đơn vị này bắt đầu; {detail} thì chưa"),
        "taken_over": _(
            "như cũ ({detail}): đơn vị đã có đơn vị thay; ngày kết thúc chỉ đổi cùng ngày bắt đầu của đơn vị thay"
        ),
        "followed": _("như cũ ({detail}): mã đã in của quầy mở sang quầy khác từ ngày ấy"),
        "unit_ends": _("đơn vị không có ngày kết thúc, hoặc ghi ngày cuối của quầy; {detail}"),
        "desk_several": _("một quầy: tên này có thể là {detail}; ghi mã"),
        "two_mains": _(
            "mỗi đơn vị cũ có một đơn vị nhận phần chính; {detail} cũng nhận: ghi «(một phần)» cho phần nhỏ"
        ),
        "questionnaire": _("mã của một phiếu hỏi trong hệ thống: {detail}"),
        "pilot_rule": _("giá trị hợp với quy tắc của mô hình: {detail}"),
        "pilot_unknown": _("mã của một mô hình trong danh mục; mô hình mới cần tên, địa bàn, cách làm, ngày bắt đầu"),
        "answered": _("như cũ ({detail}): đã có phiếu hoặc hồ sơ"),
        "answered_days": _("còn chứa các ngày đã có phiếu hoặc hồ sơ: {detail}"),
    }


def column_names(_: Translate) -> dict[str, str]:
    """Our column → what a clerk calls it."""
    return {
        "code": _("mã"),
        "kind": _("loại"),
        "name": _("tên"),
        "parent": _("đơn vị cấp trên"),
        "official_code": _("mã chính thức"),
        "valid_from": _("từ ngày"),
        "last_day": _("đến hết ngày"),
        "replaces": _("thay cho"),
        "source": _("căn cứ"),
        "unit": _("đơn vị"),
        "place": _("nơi đặt"),
        "fields": _("lĩnh vực"),
        "field": _("lĩnh vực"),
        "questionnaire": _("phiếu hỏi"),
    }
