"""Whether anybody can just have been served at a moment: opening hours, or a pilot's session."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scoring import OfficeHours, Session, Slot, WorkingCalendar

WALK_AWAY = timedelta(minutes=30)
"""How long after closing an answer may still be of somebody served before it."""


@dataclass(frozen=True, slots=True)
class OpeningDay:
    """When units receive people on one day. windows: opening hours of all, empty on a day off; sessions: by unit."""

    day: date
    windows: tuple[tuple[time, time], ...] = ()
    sessions: frozenset[tuple[str, time, time]] = frozenset()

    def just_served(self, unit: str, at: datetime) -> bool:
        """Whether somebody of the unit can have been served at a local time, or within `WALK_AWAY` before it."""
        own = ((starts, ends) for of, starts, ends in self.sessions if of == unit)
        moment = at.replace(tzinfo=None)
        return any(
            datetime.combine(self.day, starts) <= moment < self._end(starts, ends) + WALK_AWAY
            for starts, ends in (*self.windows, *own)
        )

    def may_have_served(self, unit: str, slot: Slot) -> bool:
        """Whether somebody of the unit can have been served during a slot of this day, or within `WALK_AWAY` before it."""
        own = ((starts, ends) for of, starts, ends in self.sessions if of == unit)
        opens, closes = (datetime.combine(self.day, slot.starts), self._end(slot.starts, slot.ends))
        return any(
            datetime.combine(self.day, starts) < closes and opens < self._end(starts, ends) + WALK_AWAY
            for starts, ends in (*self.windows, *own)
        )

    def _end(self, starts: time, ends: time) -> datetime:
        return datetime.combine(self.day + timedelta(days=ends <= starts), ends)


def opening_day(day: date, sessions: Iterable[Session], *, calendar: WorkingCalendar, hours: OfficeHours) -> OpeningDay:
    """The opening of a day, of all planned sessions."""
    works = calendar.is_working_day(day)
    return OpeningDay(
        day,
        ((hours.morning_starts, hours.morning_ends), (hours.afternoon_starts, hours.afternoon_ends)) if works else (),
        frozenset((each.unit, each.starts, each.ends) for each in sessions if each.date == day),
    )
