"""What a series with nobody to compare says, and that it is no effect, Vietnamese and English."""

from __future__ import annotations

import math
from typing import Final

from scoring.estimate import Estimate
from scoring.interrupted import InterruptedSeries
from scoring.outcome import SATISFIED_SHARE, Language, Outcome, pick, show_level, signed

__all__ = ["series_sentence"]

_SERIES: Final = (
    (
        "Không còn đơn vị nào để so sánh. Ở {size} đơn vị thí điểm, so với đường xu hướng trước đó kéo dài, {name} ở tháng "
        "đầu sau khi bắt đầu chênh {jump}, ở tháng cuối chênh {end}. Đây là mô tả một chuỗi số, không loại trừ được nguyên "
        "nhân khác xảy ra cùng lúc, nên không phải tác dụng của mô hình."
    ),
    (
        "No unit is left to compare with. In {size} pilot {units}, against the earlier trend drawn on, {name} differs by "
        "{jump} in the first month after the start and by {end} in the last. This describes a series and cannot exclude "
        "other causes at the same time, so it is not the pilot's effect."
    ),
)
_NO_SEASON: Final = (
    " Chưa đủ hai năm số liệu nên chưa tách được mùa vụ.",
    " With less than two years of months, the season could not be told apart.",
)
_NOT_ENOUGH: Final = (
    (
        "Chưa đủ dữ liệu: cần ít nhất 6 tháng trước và 3 tháng sau khi bắt đầu, tháng nào các đơn vị thí điểm cũng có đủ "
        "{answers}."
    ),
    (
        "Not enough data: it takes at least 6 months before and 3 after the start, each with enough {answers} in the pilot "
        "units."
    ),
)


def series_sentence(series: InterruptedSeries, language: Language, *, outcome: Outcome = SATISFIED_SHARE) -> str:
    """Level at the first and the last month against the old line, each with its interval, and what that is not."""
    if series.jump.n == 0:
        return pick(_NOT_ENOUGH, language).format(answers=outcome.counted(language))
    season = "" if series.seasonal else pick(_NO_SEASON, language)
    return _described(series, language, outcome) + season


def _described(series: InterruptedSeries, language: Language, outcome: Outcome) -> str:
    return pick(_SERIES, language).format(
        size=len(series.units),
        units="unit" if len(series.units) == 1 else "units",
        name=outcome.name(language),
        jump=_told(series.jump, series.level, language, outcome),
        end=_told(series.end, series.level, language, outcome),
    )


def _told(found: Estimate, level: float, language: Language, outcome: Outcome) -> str:
    text = signed(outcome.points(found.value, language), found.value)
    if math.isnan(found.low):
        return text
    words = pick(("khoảng {}: {}", "{} interval: {}"), language)
    return f"{text} ({words.format(show_level(level), outcome.interval(found.low, found.high, language))})"
