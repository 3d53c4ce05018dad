"""When people come to a desk: the slots of a month, each with how many may be expected in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scoring.calendar import MIDNIGHT, OfficeHours, Slot, WorkingCalendar, slots
from scoring.pilot import Session
from survey_app.simulation.period import next_month

__all__ = ["Attendance", "expect_attendance"]

USUAL_DAYS = 21
"""Working days of the month for which a unit's number of answers is stated."""
BUSY = {7: 0.6, 8: 1.2, 9: 1.5, 10: 1.4, 11: 0.8, 13: 0.7, 14: 1.1, 15: 1.0, 16: 0.7}
"""How busy half an hour is, by the hour it begins in."""
BUSY_ELSE = 0.4
WEEKDAY = (1.2, 1.0, 1.0, 0.95, 0.85, 0.8, 0.8)
"""Monday…Sunday; a weekend day is worked when it was swapped in."""
OFF_HALF_DAY, OFF_DAY, WORKING_DAY = 2.0, 0.4, 1.25
"""How many times what a working day has in these slots a session draws: a rare morning on a day off fills up."""


@dataclass(frozen=True, slots=True, eq=False)
class Attendance:
    """One month of one unit, a row per day and slot. `sessions`: the pilot whose session was held then, or None.

    expected: shape (rows,), 0 or more; in a month of `USUAL_DAYS` plain working days they sum to about 1.
    """

    days: tuple[date, ...]
    slots: tuple[str, ...]
    sessions: tuple[str | None, ...]
    expected: NDArray[np.float64]

    @property
    def usual(self) -> float:
        """How busy the month is, 1 for a usual one."""
        return float(self.expected.sum())


def expect_attendance(
    month: date, held: Sequence[Session], *, calendar: WorkingCalendar, hours: OfficeHours
) -> Attendance:
    """A unit's month: office slots of the working days, and the slots of the sessions that it held.

    Args:
        month: its first day.
        held: the sessions that took place in it. Of two in one slot the first code in alphabetical order has it, as in
            `index_sessions`.
        calendar: the working calendar of the place.
        hours: the unit's office hours.
    """
    plain = _plain_month(month, calendar, hours)
    if not held:
        return plain
    expected = dict(zip(zip(plain.days, plain.slots, strict=True), plain.expected.tolist(), strict=True))
    inside: dict[tuple[date, str], str] = {}
    for session in sorted(held, key=lambda one: one.pilot):
        draws = _draws(session, calendar, hours)
        for slot in _slots_of(session.starts, session.ends, hours):
            moment = (session.date, slot.key)
            if moment not in inside:
                inside[moment] = session.pilot
                expected[moment] = draws * expected.get(moment, _busy(slot, session.date, hours))
    return _attendance(expected, inside)


def _draws(session: Session, calendar: WorkingCalendar, hours: OfficeHours) -> float:
    if calendar.is_working_day(session.date):
        return WORKING_DAY
    whole = session.starts < hours.morning_ends and hours.afternoon_starts < session.ends
    return OFF_DAY if whole else OFF_HALF_DAY


def _attendance(expected: Mapping[tuple[date, str], float], inside: Mapping[tuple[date, str], str]) -> Attendance:
    days, slots_ = zip(*expected, strict=True) if expected else ((), ())
    sessions = tuple(inside.get(moment) for moment in expected)
    return Attendance(days, slots_, sessions, np.array(list(expected.values())))


@lru_cache(maxsize=512)
def _plain_month(month: date, calendar: WorkingCalendar, hours: OfficeHours) -> Attendance:
    """The month of a unit that holds no session."""
    days = (month + timedelta(days=i) for i in range((next_month(month) - month).days))
    office = [
        ((day, slot.key), _busy(slot, day, hours))
        for day in days
        if calendar.is_working_day(day)
        for slot in _office_slots(hours)
    ]
    return _attendance(dict(office), {})


def _busy(slot: Slot, day: date, hours: OfficeHours) -> float:
    """How many of a usual month's people may be expected in the slot, were the day an ordinary one of its weekday."""
    return _profile(slot) * WEEKDAY[day.weekday()] / (USUAL_DAYS * _usual_day(hours))


def _profile(slot: Slot) -> float:
    return BUSY.get(slot.starts.hour, BUSY_ELSE) * min(slot.minutes, 30) / 30


@lru_cache(maxsize=64)
def _usual_day(hours: OfficeHours) -> float:
    return sum(map(_profile, _office_slots(hours)))


@lru_cache(maxsize=64)
def _office_slots(hours: OfficeHours) -> tuple[Slot, ...]:
    """Slots of the morning and the afternoon: without before opening, the noon break and after closing."""
    free = (MIDNIGHT, hours.morning_ends, hours.afternoon_ends)
    return tuple(slot for slot in slots(hours) if slot.starts not in free)


@lru_cache(maxsize=64)
def _slots_of(starts: time, ends: time, hours: OfficeHours) -> tuple[Slot, ...]:
    """The office slots of a session; one that lies wholly outside office hours has the slots it touches."""
    touched = tuple(slot for slot in slots(hours) if slot.overlaps(starts, ends))
    return tuple(slot for slot in touched if slot in _office_slots(hours)) or touched
