"""What people write below the marks: phrases that name nobody."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

__all__ = ["PHRASES", "Comment", "comment_on"]

PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "satisfied": {
        "vi": (
            "Làm nhanh, hướng dẫn dễ hiểu. Cảm ơn.",
            "Cán bộ vui vẻ, giải thích kỹ.",
            "Lần này không phải đi lại nhiều như trước.",
            "Có chỗ ngồi chờ mát, có nước uống.",
            "Nhận kết quả sớm hơn giấy hẹn một ngày.",
        ),
        "en": ("Quick and friendly.", "Everything was explained clearly."),
    },
    "neither": {
        "vi": (
            "Nên có bảng hướng dẫn chữ to hơn cho người già.",
            "Đầu giờ sáng thứ Hai đông quá, chờ hơi lâu.",
            "Mong có thêm người hướng dẫn nộp hồ sơ trên mạng.",
        ),
        "en": ("A sign in English would help.",),
    },
    "dissatisfied": {
        "vi": (
            "Phải đi lại ba lần vì thiếu giấy tờ mà không được báo trước.",
            "Hẹn rồi nhưng đến nơi vẫn chưa có kết quả.",
            "Chờ hơn một tiếng mới đến lượt.",
            "Mạng chậm, nộp hồ sơ trực tuyến mãi không được.",
        ),
        "en": ("I waited for more than an hour.",),
    },
}
"""By tone and language."""


class Comment(NamedTuple):
    """What someone wrote in a month; nothing joins it to a response."""

    id: str
    month: date
    language: str
    text: str


def comment_on(point: int, *, id_: str, month: date, language: str, draw: float) -> Comment:
    """What someone writes who gave this point, 1…5, to the overall question; `draw` in [0, 1) chooses the phrase.

    >>> comment_on(3, id_="a", month=date(2026, 11, 1), language="en", draw=0.5).text
    'A sign in English would help.'
    """
    tone = "satisfied" if point > 3 else "neither" if point == 3 else "dissatisfied"  # noqa: PLR2004 -- the middle of 5
    phrases = PHRASES[tone][language]
    return Comment(id_, month, language, phrases[int(draw * len(phrases))])
