"""When each unit works: its office hours from a day on, and the days on which it differs from the country."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from scoring.calendar import DayException, OfficeHours, WorkingCalendar

__all__ = ["EVERYWHERE", "OfficeBook", "UnitDay", "UnitHours"]

EVERYWHERE: Final = ""
"""The unit of a day that differs for all units."""


@dataclass(frozen=True, slots=True)
class UnitHours:
    """Office hours of a unit from a day on, until its next entry. source: the document that says so.

    Raises:
        ValueError: no source.
    """

    unit: str
    starts: date
    hours: OfficeHours
    source: str

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise ValueError(f"source == {self.source!r} of {self.unit}, {self.starts}, must name a document.")


@dataclass(frozen=True, slots=True)
class UnitDay:
    """A day that differs at one unit, or at all of them (`EVERYWHERE`)."""

    unit: str
    exception: DayException


@dataclass(frozen=True)
class OfficeBook:
    """Hours and days of all units.

    Args:
        default: office hours of a unit before its first entry, or without any.
        hours: entries by unit and day; each holds until the next of its unit.
        days: days that differ. A unit's own goes before that of all units, and both before the national calendar.

    Raises:
        ValueError: entries that stand twice for one unit and day, all of them.

    >>> from datetime import time
    >>> early = OfficeHours(time(7), time(11), time(13), time(16, 30))
    >>> book = OfficeBook(hours=(UnitHours("xa.29926", date(2026, 11, 1), early, "QĐ 5"),))
    >>> [book.hours_of("xa.29926", date(2026, month, 30)).morning_starts.hour for month in (10, 11)]
    [7, 7]
    >>> [book.hours_of("xa.29926", date(2026, month, 30)).afternoon_ends.minute for month in (10, 11)]
    [0, 30]
    """

    default: OfficeHours = field(default_factory=OfficeHours)
    hours: tuple[UnitHours, ...] = ()
    days: tuple[UnitDay, ...] = ()

    def __post_init__(self) -> None:
        twice = [
            *_twice("office hours", ((each.unit, each.starts) for each in self.hours)),
            *_twice("a day that differs", ((each.unit, each.exception.on) for each in self.days)),
        ]
        if twice:
            raise ValueError("; ".join(twice))

    def hours_of(self, unit: str, day: date) -> OfficeHours:
        """The office hours of a unit on a day; whether it works that day is the calendar's to say."""
        entries = self._hours.get(unit, [])
        place = bisect_right(entries, day, key=lambda entry: entry.starts)
        return entries[place - 1].hours if place else self.default

    def calendar_of(self, unit: str) -> WorkingCalendar:
        """The working calendar of a unit; units without days of their own share one."""
        return self._calendars.get(unit, self._calendars[EVERYWHERE])

    @property
    def special(self) -> frozenset[str]:
        """Units with hours or days of their own; all others work alike."""
        return frozenset(self._hours) | frozenset(self._calendars) - {EVERYWHERE}

    @cached_property
    def _hours(self) -> dict[str, list[UnitHours]]:
        found: dict[str, list[UnitHours]] = {}
        for entry in sorted(self.hours, key=lambda entry: entry.starts):
            found.setdefault(entry.unit, []).append(entry)
        return found

    @cached_property
    def _calendars(self) -> dict[str, WorkingCalendar]:
        by_unit: dict[str, dict[date, DayException]] = {EVERYWHERE: {}}
        for each in self.days:
            by_unit.setdefault(each.unit, {})[each.exception.on] = each.exception
        everywhere = by_unit[EVERYWHERE]
        return {unit: WorkingCalendar(tuple((everywhere | own).values())) for unit, own in by_unit.items()}


def _twice(what: str, keys: Iterable[tuple[str, date]]) -> Iterator[str]:
    for (unit, day), times in Counter(keys).items():
        if times > 1:
            yield f"{what} of {unit or 'all units'} on {day} stands {times} times, must stand once"
