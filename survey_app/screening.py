"""What a unit may read of comments: when, and without names and numbers as far as a program can find them.

A program finds what has a shape: numbers, addresses, and names written with capitals after a title or a family name. It
does not find a name in small letters («chị hoa»), a description («cô tóc ngắn ở quầy 3»), or a number in words; therefore
home affairs reads every comment before a unit does.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

ENOUGH: Final = 10
"""Comments that must have come to a unit in a month before it reads any."""

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_NO_NAME = "Quầy|Phòng|Ban|Bộ|Một|Trung|Ủy|UBND|Xã|Phường|Huyện|Tỉnh|Thành|Chủ|Phó|Giám|Trưởng|Bí|Tư|Hộ|Đất"
"""Words with a capital that follow a title and begin no name: places and offices."""
_CAPITALISED = rf"(?!(?:{_NO_NAME})(?!\w))[{_UPPER}]\w*"
_NAME = rf"{_CAPITALISED}(?:[ \t]+{_CAPITALISED}){{0,4}}"
_TITLES = (
    r"ông|bà|anh|chị|cô|chú|bác|cậu|dì|mợ|thím|em|cháu|thầy|đồng chí|đ/c|cán bộ|công chức|viên chức|nhân viên|"
    r"lãnh đạo|chủ tịch|phó chủ tịch|giám đốc|phó giám đốc|trưởng phòng|phó trưởng phòng|bí thư|tên là|tên tôi là|"
    r"tôi tên là|tôi tên|tôi là|em là|cháu là|tên|họ tên|ký tên|mr|mrs|ms|miss|my name is|i am"
)
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trương|Đoàn|Mai|Tô|Trịnh|Đào|Lương|"
    "Hà|Cao|Lâm|Tạ|Thạch|Châu|Quách|Nông|Triệu|Hứa|Vi|Lò|Giàng|Vàng|Sùng|Ma|Bế|Chu|Tăng|Thái|Tống|Kiều|Văn|Nghiêm"
)

_MASKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE), "[địa chỉ mạng]"),
    (re.compile(r"[^\s@,;<>()]+\s?@\s?[^\s@,;<>()]+\.[^\s@,;<>()]*[^\s@,;<>().]"), "[thư điện tử]"),
    (re.compile(r"\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:[.-]\d+){2,}\b", re.IGNORECASE), "[mã hồ sơ]"),
    (re.compile(r"\b\d{2}[- ]?[A-Z]\d?[- .]{0,3}\d{3}[. ]?\d{2}\b", re.IGNORECASE), "[biển số]"),
    (re.compile(r"(?<![\w.])\(?(?:\+?84|0)(?:[ .()-]{0,2}\d){8,10}(?!\d)"), "[số điện thoại]"),
    (re.compile(r"(?<!\w)\d(?:[ .-]?\d){8}(?:(?:[ .-]?\d){3})?(?!\d)"), "[số giấy tờ]"),
    (
        re.compile(
            r"(?<!\w)(?:\w{1,6}[./-])*\d(?:[./-]?\d){5,}(?:[./-]\w{1,12})*(?!\w|[ \t]*(?:đ|đồng|vnd|vnđ)(?!\w))",
            re.IGNORECASE,
        ),
        "[dãy số]",
    ),
    (re.compile(rf"(?<!\w)((?i:{_TITLES}))(\s*:?[ \t]+){_NAME}(?!\w)"), r"\1\2[tên]"),
    (re.compile(rf"(?<!\w)(?:{_FAMILY})(?:[ \t]+{_CAPITALISED}){{1,4}}(?!\w)"), "[tên]"),
)


def mask(text: str) -> str:
    """The comment with telephone numbers, addresses, numbers of papers and dossiers, plates and likely names taken out.

    >>> mask("Anh Tuấn quầy 3 hẹn tôi gọi 0912 345 678, hồ sơ H05.01-240101-0001.")
    'Anh [tên] quầy 3 hẹn tôi gọi [số điện thoại], hồ sơ [mã hồ sơ].'
    """
    text = plain(unicodedata.normalize("NFKC", text))
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def plain(text: str) -> str:
    """The text without letters that nobody sees: marks that turn the direction of reading, spaces of no width."""
    return _INVISIBLE.sub("", text)


def readable_months(counts: Mapping[date, int], *, today: date, at_least: int = ENOUGH) -> list[date]:
    """The months whose comments a unit may read, the latest first.

    Args:
        counts: first day of the month → how many comments came to the unit.
        today: the day; a month that has not ended is never read, for a new comment there would tell its day.
        at_least: how many must have come.
    """
    return sorted((month for month, n in counts.items() if has_ended(month, today) and n >= at_least), reverse=True)


def has_ended(month: date, today: date) -> bool:
    """Whether a month, told by its first day, lies wholly before today."""
    return month < today.replace(day=1)
