"""Whether anybody can just have been served at a moment: opening hours, or a pilot's session."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from scoring import EVERYWHERE, OfficeBook, Session, Slot

Windows = tuple[tuple[time, time], ...]
WALK_AWAY = timedelta(minutes=30)
"""How long after closing an answer may still be of somebody served before it."""


@dataclass(frozen=True, slots=True)
class OpeningDay:
    """When units receive people on one day.

    windows: opening hours of all, empty on a day off; own: those of units that have their own, by unit; sessions: by unit.
    """

    day: date
    windows: Windows = ()
    sessions: frozenset[tuple[str, time, time]] = frozenset()
    own: Mapping[str, Windows] = field(default_factory=dict)

    def just_served(self, unit: str, at: datetime) -> bool:
        """Whether somebody of the unit can have been served at a local time, or within `WALK_AWAY` before it."""
        moment = at.replace(tzinfo=None)
        return any(
            datetime.combine(self.day, starts) <= moment < self._end(starts, ends) + WALK_AWAY
            for starts, ends in self._open(unit)
        )

    def may_have_served(self, unit: str, slot: Slot) -> bool:
        """Whether somebody of the unit can have been served during a slot of this day, or within `WALK_AWAY` before it."""
        opens, closes = (datetime.combine(self.day, slot.starts), self._end(slot.starts, slot.ends))
        return any(
            datetime.combine(self.day, starts) < closes and opens < self._end(starts, ends) + WALK_AWAY
            for starts, ends in self._open(unit)
        )

    def _open(self, unit: str) -> Iterator[tuple[time, time]]:
        """The opening hours of a unit, and its sessions."""
        yield from self.own.get(unit, self.windows)
        yield from ((starts, ends) for of, starts, ends in self.sessions if of == unit)

    def _end(self, starts: time, ends: time) -> datetime:
        return datetime.combine(self.day + timedelta(days=ends <= starts), ends)


def opening_day(day: date, sessions: Iterable[Session], *, book: OfficeBook) -> OpeningDay:
    """The opening of a day, of all planned sessions."""
    return OpeningDay(
        day,
        _windows(day, EVERYWHERE, book),
        frozenset((each.unit, each.starts, each.ends) for each in sessions if each.date == day),
        {unit: _windows(day, unit, book) for unit in book.special},
    )


def _windows(day: date, unit: str, book: OfficeBook) -> Windows:
    opens, noon, reopens, closes = book.hours_of(unit, day).bounds
    return ((opens, noon), (reopens, closes)) if book.calendar_of(unit).is_working_day(day) else ()
