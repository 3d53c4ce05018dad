"""Working days, office hours and the slots of a day, as Vietnam's offices keep them."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, Literal

from holidays import country_holidays

__all__ = [
    "NATIONAL_CORRECTIONS",
    "DayException",
    "OfficeHours",
    "Slot",
    "WorkingCalendar",
    "slot_of",
    "slots",
]

SLOT_MINUTES: Final = 30
MIDNIGHT: Final = time(0, 0)
DayKind = Literal["working", "holiday", "closed"]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office receives people, local time.

    The default 07:30–11:30 and 13:30–17:00 is a common convention of district and commune offices, not a
    fact of any pilot's document: each unit's own hours replace it as data.

    Raises:
        ValueError: the four times do not follow one another, or are not whole minutes.
    """

    morning_starts: time = time(7, 30)
    morning_ends: time = time(11, 30)
    afternoon_starts: time = time(13, 30)
    afternoon_ends: time = time(17, 0)

    def __post_init__(self) -> None:
        bounds = self.bounds
        if not all(earlier < later for earlier, later in pairwise((MIDNIGHT, *bounds))):
            raise ValueError(f"office hours {_texts(bounds)}, must follow one another after 00:00.")
        if any(bound.second or bound.microsecond or bound.tzinfo for bound in bounds):
            raise ValueError(f"office hours {_texts(bounds)}, must be whole local minutes.")

    @property
    def bounds(self) -> tuple[time, time, time, time]:
        """Opening, noon closing, noon opening, closing."""
        return (self.morning_starts, self.morning_ends, self.afternoon_starts, self.afternoon_ends)


def _texts(times: tuple[time, ...]) -> str:
    return ", ".join(at.strftime("%H:%M") for at in times)


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the day in which answers are not told apart. Half-open; `ends` 00:00 is the day's midnight."""

    starts: time
    ends: time

    @property
    def key(self) -> str:
        """Start as "HH:MM"; "00:00" before opening."""
        return self.starts.strftime("%H:%M")

    @property
    def minutes(self) -> int:
        """Length in minutes, in 1..1440."""
        return (_minute(self.ends) or 24 * 60) - _minute(self.starts)

    def overlaps(self, starts: time, ends: time) -> bool:
        """Whether the half-open window `starts`–`ends` (00:00 as an end is midnight) shares a minute with the slot."""
        return _before_midnight(starts, self.ends) and _before_midnight(self.starts, ends)

    def __contains__(self, at: time) -> bool:
        return self.starts <= at and _before_midnight(at, self.ends)


def _before_midnight(at: time, end: time) -> bool:
    return end == MIDNIGHT or at < end


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minute: int) -> time:
    return time(*divmod(minute % (24 * 60), 60))


def _cut(starts: time, ends: time) -> list[int]:
    """Minutes where a half-day is cut: half-hours from both ends (the odd one from the front), the rest between."""
    first, last = _minute(starts), _minute(ends)
    whole, rest = divmod(last - first, SLOT_MINUTES)
    front = whole if rest == 0 else (whole + 1) // 2
    cuts = [first + SLOT_MINUTES * i for i in range(front + 1)]
    return cuts + [last - SLOT_MINUTES * i for i in range(whole - front, -1, -1) if rest]


@lru_cache(maxsize=1024)
def slots(hours: OfficeHours) -> tuple[Slot, ...]:
    """The day's slots in order: each minute of the day is in exactly one.

    Each half-day is cut into half-hours from both ends, any remainder a short slot in the middle; the time
    before opening, the noon break and the time after closing are one slot each.

    >>> [slot.key for slot in slots(OfficeHours(time(8), time(9, 15), time(13), time(14)))]
    ['00:00', '08:00', '08:30', '08:45', '09:15', '13:00', '13:30', '14:00']
    """
    cuts = [
        0,
        *_cut(hours.morning_starts, hours.morning_ends),
        *_cut(hours.afternoon_starts, hours.afternoon_ends),
        24 * 60,
    ]
    return tuple(Slot(_time(start), _time(end)) for start, end in pairwise(cuts))


@lru_cache(maxsize=1024)
def _slot_starts(hours: OfficeHours) -> tuple[time, ...]:
    return tuple(slot.starts for slot in slots(hours))


def slot_of(at: time, hours: OfficeHours) -> Slot:
    """The slot that holds a local time of day.

    >>> slot_of(time(16, 42), OfficeHours())
    Slot(starts=datetime.time(16, 30), ends=datetime.time(17, 0))
    """
    return slots(hours)[bisect_right(_slot_starts(hours), at) - 1]


@dataclass(frozen=True, slots=True)
class DayException:
    """One day that differs from the national calendar.

    Args:
        on: the day.
        kind: "working" (people work although it looks free), "holiday" (free although it looks working) or
            "closed" (nobody works and it is no holiday either: a storm, a burnt office).
        reason: in words that can be shown.
        source: the document that says so.

    Raises:
        ValueError: unknown kind, or no source.
    """

    on: date
    kind: DayKind
    reason: str
    source: str

    def __post_init__(self) -> None:
        if self.kind not in ("working", "holiday", "closed"):
            raise ValueError(f"kind == {self.kind!r}, must be 'working', 'holiday' or 'closed'.")
        if not self.source.strip():
            raise ValueError(f"source == {self.source!r} on {self.on}, must name a document.")


_NEW_YEAR_2026: Final = "Công văn 12729/VPCP-KGVX ngày 25/12/2025"
NATIONAL_CORRECTIONS: Final = (
    DayException(date(2026, 1, 2), "holiday", "Ngày nghỉ (thay cho ngày 10/01/2026)", _NEW_YEAR_2026),
    DayException(date(2026, 1, 10), "working", "Làm bù cho ngày 02/01/2026", _NEW_YEAR_2026),
)
"""Days that `holidays` 0.109 does not know: the swap of 2/1/2026. Its other days of 2020–2026 agree with the notices."""


@lru_cache(maxsize=256)
def _holidays(year: int) -> dict[date, str]:
    """Vietnam's days off of one year with their names, compensatory and swapped ones included."""
    return {day: name for day, name in country_holidays("VN", years=year, language="vi").items() if day.year == year}


@lru_cache(maxsize=256)
def _swapped(year: int) -> frozenset[date]:
    """Weekend days of one year that were worked; `holidays` also knows those swapped over New Year."""
    found: set[date] = country_holidays("VN", years=year).weekend_workdays
    return frozenset(day for day in found if day.year == year)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: Vietnam's holidays, compensatory and swapped days, and local exceptions.

    Args:
        exceptions: local exceptions; one a day, they go before the national calendar.

    Raises:
        ValueError: two exceptions on one day.
    Source:
        `holidays` ("VN": Labour Code 2019, Art. 112, lunar calendar, the Government Office's swaps), with
        `NATIONAL_CORRECTIONS`.

    >>> from datetime import date
    >>> calendar = WorkingCalendar()
    >>> [calendar.is_working_day(date(2024, *day)) for day in ((4, 26), (4, 29), (5, 4))]
    [True, False, True]
    """

    exceptions: tuple[DayException, ...] = ()

    def __post_init__(self) -> None:
        days = [exception.on for exception in self.exceptions]
        twice = sorted({day for day in days if days.count(day) > 1})
        if twice:
            raise ValueError(f"exceptions on {', '.join(map(str, twice))} stand twice, must be one a day.")

    @cached_property
    def _exceptions(self) -> dict[date, DayException]:
        return {exception.on: exception for exception in (*NATIONAL_CORRECTIONS, *self.exceptions)}

    def holiday_name(self, day: date) -> str | None:
        """Name of the holiday in Vietnamese, compensatory and swapped days off included; None on any other day."""
        exception = self._exceptions.get(day)
        if exception is not None:
            return exception.reason if exception.kind == "holiday" else None
        return _holidays(day.year).get(day)

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday, a compensatory day or a swapped day off; a plain Sunday is none."""
        return self.holiday_name(day) is not None

    def is_working_day(self, day: date) -> bool:
        """Whether offices work: a weekday that is no holiday, or a weekend day that was swapped in."""
        exception = self._exceptions.get(day)
        if exception is not None:
            return exception.kind == "working"
        weekend = day.isoweekday() > 5  # noqa: PLR2004 -- Saturday and Sunday
        return (not weekend and day not in _holidays(day.year)) or (weekend and day in _swapped(day.year))

    def is_closed(self, day: date) -> bool:
        """Whether a local exception shuts the office altogether, pilots included."""
        exception = self._exceptions.get(day)
        return exception is not None and exception.kind == "closed"

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        following = day + timedelta(days=1)
        while not self.is_working_day(following):
            following += timedelta(days=1)
        return following

    def working_days_between(self, starts: date, ends: date) -> int:
        """Working days in the half-open span from `starts` to before `ends`; 0 when it is empty."""
        days = (starts + timedelta(days=i) for i in range((ends - starts).days))
        return sum(map(self.is_working_day, days))
