"""The columns of the tables that the register is filled from, and the headings that each is known by."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.register import LEVELS

UNITS, DESKS, PROCEDURES, PILOTS = "units", "desks", "procedures", "pilots"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. headings: Vietnamese first, as the template has it, then others that are known; needed: without it a file
    cannot be taken. example: of the template; choices: words of a drop-down list; day: whether its cells are days.
    """

    name: str
    headings: tuple[str, ...]
    example: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()
    day: bool = False


EXAMPLE = "Ví dụ: "
"""What the name in a template's example begins with; such a row is passed over."""
DESK_KINDS: Mapping[str, tuple[str, ...]] = {
    "counter": ("quầy", "trực tiếp", "counter"),
    "online": ("trực tuyến", "online"),
}
"""Kind of a desk → its words."""
PILOT_KINDS: Mapping[str, tuple[str, ...]] = {
    "sessions": ("theo buổi", "sessions"),
    "continuous": ("liên tục", "continuous"),
}
DAY_KINDS: Mapping[str, tuple[str, ...]] = {
    "working": ("ngày làm việc", "working"),
    "off": ("ngày nghỉ", "off"),
    "weekend": ("cuối tuần", "weekend"),
}
_FROM = Column(
    "valid_from", ("Từ ngày", "Có từ ngày", "Ngày bắt đầu", "Hiệu lực từ", "Valid from", "From"), "01/07/2025", day=True
)
_LAST = Column("last_day", ("Đến hết ngày", "Đến ngày", "Ngày cuối", "Last day", "Until"), "", day=True)
_SOURCE = Column("source", ("Căn cứ", "Văn bản", "Nghị quyết", "Source", "Document"))
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    UNITS: (
        Column("name", ("Tên", "Tên đơn vị", "Đơn vị", "Name", "Unit name"), f"{EXAMPLE}Tân Hồng", needed=True),
        Column("kind", ("Loại", "Loại đơn vị", "Loại hình", "Kind", "Type"), "xã", choices=tuple(LEVELS)),
        Column("official_code", ("Mã chính thức", "Mã ĐVHC", "Mã hành chính", "Official code", "GSO code"), "29926"),
        Column("parent", ("Đơn vị cấp trên", "Cấp trên", "Trực thuộc", "Thuộc", "Parent"), "tỉnh Đồng Tháp"),
        _FROM,
        _LAST,
        Column("replaces", ("Thay cho", "Thay cho đơn vị", "Sáp nhập từ", "Replaces"), "xã Cũ A; xã Cũ B (một phần)"),
        Column("code", ("Mã", "Mã đơn vị", "Code", "Unit code")),
        _SOURCE,
    ),
    PROCEDURES: (
        Column("code", ("Mã thủ tục", "Mã TTHC", "Mã", "Procedure code", "Code"), "1.000894", needed=True),
        Column(
            "name", ("Tên thủ tục", "Tên TTHC", "Tên thủ tục hành chính", "Tên", "Procedure", "Procedure name", "Name"),
            f"{EXAMPLE}Đăng ký kết hôn", needed=True,
        ),
        Column("field", ("Lĩnh vực", "Tên lĩnh vực", "Field"), "Hộ tịch", needed=True),
        _SOURCE,
    ),
    DESKS: (
        Column("unit", ("Đơn vị", "Mã đơn vị", "Tên đơn vị", "Cơ quan", "Unit", "Unit code"), "xã Tân Hồng", needed=True),
        Column("name", ("Tên quầy", "Quầy", "Quầy số", "Desk", "Counter", "Desk name", "Name"), f"{EXAMPLE}Quầy 1 – Hộ tịch", needed=True),
        Column("place", ("Nơi đặt", "Địa điểm", "Bộ phận", "Place"), "Trung tâm Phục vụ hành chính công", needed=True),
        Column("fields", ("Lĩnh vực", "Các lĩnh vực", "Fields", "Field"), "Hộ tịch; Chứng thực"),
        Column("kind", ("Hình thức", "Loại", "Kind", "Type"), "quầy", choices=tuple(words[0] for words in DESK_KINDS.values())),
        Column("questionnaire", ("Phiếu hỏi", "Bộ câu hỏi", "Mã phiếu", "Questionnaire"), "desk"),
        _FROM,
        _LAST,
        Column("code", ("Mã quầy", "Mã", "Desk code", "Code")),
        _SOURCE,
    ),
    PILOTS: (
        Column("pilot", ("Mã mô hình", "Mô hình", "Pilot", "Pilot code"), f"{EXAMPLE}thu-nam-hen-gio", needed=True),
        Column("unit", ("Đơn vị tham gia", "Đơn vị", "Mã đơn vị", "Unit"), "xã Tân Hồng", needed=True),
        Column("valid_from", ("Tham gia từ ngày", "Từ ngày", "From"), "01/03/2026", needed=True, day=True),
        Column("last_day", ("Tham gia đến hết ngày", "Đến hết ngày", "Last day"), "", day=True),
        Column("name", ("Tên mô hình", "Tên", "Name"), "Thứ năm hẹn giờ"),
        Column("name_en", ("Tên tiếng Anh", "English name"), "Thursday by appointment"),
        Column("locality", ("Địa bàn", "Locality"), "tỉnh Đồng Tháp"),
        Column("kind", ("Cách làm", "Kind"), "theo buổi", choices=tuple(words[0] for words in PILOT_KINDS.values())),
        Column("pilot_from", ("Mô hình từ ngày", "Pilot from"), "01/03/2026", day=True),
        Column("pilot_last", ("Mô hình đến hết ngày", "Pilot last day"), "", day=True),
        Column("days", ("Loại ngày", "Days"), "ngày làm việc", choices=tuple(words[0] for words in DAY_KINDS.values())),
        Column("weekdays", ("Thứ", "Weekdays"), "thứ năm"),
        Column("windows", ("Buổi", "Windows"), "chiều"),
        Column("named", ("Mã thủ tục", "Thủ tục", "Procedures"), ""),
        _SOURCE,
    ),
}  # fmt: skip
"""Kind of table → its columns, in the order of its template."""


def headings_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Our column → the headings it is known by."""
    return {column.name: column.headings for column in COLUMNS[kind]}
