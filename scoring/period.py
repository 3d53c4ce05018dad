"""A calendar month, quarter or year: the only periods that figures are shown for, so that no two overlap oddly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

__all__ = ["Period", "PeriodKind", "parse_period", "period_of"]

PeriodKind = Literal["month", "quarter", "year"]
_MONTHS: Final[dict[PeriodKind, int]] = {"month": 1, "quarter": 3, "year": 12}
_CODE: Final = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
_ROMAN: Final = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Half-open: from `starts`, the first day of a month, to before `ends`.

    >>> period = parse_period("2026-Q4")
    >>> period.starts.isoformat(), period.ends.isoformat(), period.previous.code
    ('2026-10-01', '2027-01-01', '2026-Q3')
    """

    starts: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        if self.starts.day != 1 or (self.starts.month - 1) % _MONTHS[self.kind]:
            raise ValueError(f"starts == {self.starts}, must be the first day of a {self.kind}.")

    @property
    def ends(self) -> date:
        """The first day after the period."""
        return _moved(self.starts, _MONTHS[self.kind])

    @property
    def previous(self) -> Period:
        """The period before."""
        return Period(_moved(self.starts, -_MONTHS[self.kind]), self.kind)

    @property
    def months(self) -> tuple[date, ...]:
        """First days of its months."""
        return tuple(_moved(self.starts, i) for i in range(_MONTHS[self.kind]))

    @property
    def code(self) -> str:
        """Text that `parse_period` reads: "2026-11", "2026-Q4" or "2026"."""
        if self.kind == "month":
            return f"{self.starts:%Y-%m}"
        return f"{self.starts.year}-Q{self._quarter}" if self.kind == "quarter" else f"{self.starts.year}"

    @property
    def _quarter(self) -> int:
        return (self.starts.month + 2) // 3

    def name(self, language: str) -> str:
        """As it stands in a sentence: «quý IV/2026», "Q4 2026"; Vietnamese unless `language` is another.

        >>> parse_period("2026-11").name("vi"), parse_period("2026-Q4").name("vi"), parse_period("2026").name("en")
        ('tháng 11/2026', 'quý IV/2026', '2026')
        """
        year = self.starts.year
        if language == "vi":
            quarter = f"quý {_ROMAN[self._quarter - 1]}/{year}"
            return {"month": f"tháng {self.starts.month}/{year}", "quarter": quarter, "year": f"năm {year}"}[self.kind]
        return {"month": f"{self.starts:%B %Y}", "quarter": f"Q{self._quarter} {year}", "year": f"{year}"}[self.kind]


def period_of(day: date, kind: PeriodKind) -> Period:
    """The period of a kind that holds a day."""
    months = _MONTHS[kind]
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), kind)


def parse_period(code: str) -> Period:
    """The period of a code.

    Raises:
        ValueError: not a month (2026-11), a quarter (2026-Q4) or a year (2026).
    """
    match = _CODE.fullmatch(code)
    if match is None or match[1] == "0000":
        raise ValueError(f"period == {code!r}, must be a month (2026-11), a quarter (2026-Q4) or a year (2026).")
    year, quarter, month = match.groups()
    if quarter:
        return Period(date(int(year), int(quarter) * 3 - 2, 1), "quarter")
    return Period(date(int(year), int(month or 1), 1), "month" if month else "year")


def _moved(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
