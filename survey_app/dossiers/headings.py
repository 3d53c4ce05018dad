"""Headings of one-stop systems' exports that are known by themselves, and those that are never read."""

import re
from collections.abc import Mapping, Sequence

from survey_app.table_file.known_headings import recogniser
from survey_app.table_file.words import without_accents

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "mã hồ sơ", "số hồ sơ", "mã số hồ sơ", "số hồ sơ một cửa", "mã hồ sơ một cửa", "mã biên nhận", "số biên nhận",
        "số phiếu tiếp nhận", "dossier number", "dossier", "dossier code", "case number", "file number",
        "application number", "receipt number",
    ),
    "procedure": ("mã thủ tục", "mã tthc", "mã thủ tục hành chính", "mã dvc", "procedure code"),
    "procedure_name": (
        "tên thủ tục", "tên tthc", "tên thủ tục hành chính", "thủ tục hành chính", "thủ tục", "tthc", "procedure",
        "procedure name",
    ),
    "field": ("lĩnh vực", "tên lĩnh vực", "mã lĩnh vực", "lĩnh vực thủ tục", "field"),
    "unit": ("mã đơn vị", "mã cơ quan", "mã định danh đơn vị", "mã định danh cơ quan", "mã xã", "unit code", "agency code"),
    "unit_name": (
        "đơn vị", "cơ quan", "tên đơn vị", "tên cơ quan", "đơn vị tiếp nhận", "cơ quan tiếp nhận", "đơn vị giải quyết",
        "cơ quan giải quyết", "cơ quan thực hiện", "đơn vị thực hiện", "unit", "agency", "office", "unit name",
    ),
    "desk": ("quầy", "mã quầy", "tên quầy", "quầy số", "quầy tiếp nhận", "desk", "counter", "desk code"),
    "received": (
        "ngày tiếp nhận", "thời gian tiếp nhận", "thời điểm tiếp nhận", "ngày giờ tiếp nhận", "ngày nhận", "ngày nhận hồ sơ",
        "ngày tiếp nhận hồ sơ", "received", "received at", "date received", "received date",
    ),
    "due": (
        "ngày hẹn trả", "ngày hẹn trả kết quả", "ngày giờ hẹn trả", "thời gian hẹn trả", "hẹn trả", "ngày hẹn", "hạn trả",
        "hạn trả kết quả", "hạn xử lý", "hạn giải quyết", "ngày đến hạn", "due", "due date", "due at",
    ),
    "finished": (
        "ngày có kết quả", "ngày có kq", "ngày hoàn thành", "ngày giải quyết xong", "ngày kết thúc", "ngày kết thúc xử lý",
        "thời gian kết thúc", "ngày trả kết quả", "ngày trả", "ngày giờ trả", "thời gian trả kết quả", "finished",
        "finished at", "date finished", "completed", "completed at",
    ),
    "channel": (
        "hình thức nộp", "hình thức nộp hồ sơ", "hình thức tiếp nhận", "kênh nộp", "kênh tiếp nhận", "cách nộp",
        "nguồn hồ sơ", "channel", "filed", "filed by", "submission channel",
    ),
    "returned": (
        "hình thức trả", "hình thức trả kết quả", "hình thức nhận kết quả", "hình thức nhận", "kênh trả", "cách nhận kết quả",
        "returned", "returned by", "result channel",
    ),
    "paid_online": (
        "thanh toán trực tuyến", "đã thanh toán trực tuyến", "nộp phí trực tuyến", "thanh toán phí trực tuyến", "paid online",
        "online payment",
    ),
    "digitised": ("số hóa", "số hóa hồ sơ", "đã số hóa", "hồ sơ số hóa", "digitised", "digitized"),
    "supplements": (
        "số lần bổ sung", "số lần yêu cầu bổ sung", "số lần yêu cầu bổ sung hồ sơ", "lần bổ sung", "supplements",
        "supplement requests",
    ),
}  # fmt: skip
"""Our column → its headings, the one to prefer first."""
COLUMNS = tuple(HEADINGS)
ALWAYS = ("number", "received")
"""Columns that every file must have; the unit and the channel may come from a default instead."""
PERSONAL = re.compile(
    r"\b(ho ten|ho va ten|ten nguoi|nguoi nop|nguoi nhan|nguoi dung don|chu ho so|ten khach|khach hang|to chuc ca nhan|ca nhan|cong dan"
    r"|chu the|dien thoai|so dt|sdt|di dong|email|thu dien tu|cccd|cmnd|cmt|can cuoc|dinh danh ca nhan|ho chieu|ngay sinh"
    r"|nam sinh|gioi tinh|dia chi|dan toc|zalo|applicant|full name|phone|mobile|e mail|address|citizen|identity|passport"
    r"|birth|gender)\b"
)
"""Of accentless headings: what a person could be known by."""


def is_personal(heading: str) -> bool:
    """Whether a column of this heading may say who somebody is.

    >>> [is_personal(heading) for heading in ("Họ và tên người nộp", "SĐT", "Số CCCD", "Ngày tiếp nhận")]
    [True, True, True, False]
    """
    return PERSONAL.search(without_accents(heading)) is not None


def recognise(headings: Sequence[str]) -> dict[str, int]:
    """Our columns → where they stand among a file's headings, by the table of known ones; a place serves one column.

    >>> recognise(["STT", "MA HO SO", "Ngày tiếp nhận (giờ)", "Ngày  Tiếp Nhận"])
    {'number': 1, 'received': 3}
    """
    return {column: place for column, place in _KNOWN(headings).items() if not is_personal(headings[place])}


_KNOWN = recogniser(HEADINGS)
