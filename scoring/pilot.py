"""Which sessions a pilot plans, and which response fell into one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scoring.calendar import OfficeHours, WorkingCalendar, slots
from scoring.office_hours import OfficeBook
from scoring.pilot_rule import (
    EDGES,
    WEEKDAYS,
    WINDOWS,
    Dose,
    Participation,
    PilotFaults,
    PilotRule,
    RuleFault,
    SameDayPromise,
    overlapping,
    participation_faults,
)

__all__ = [
    "WEEKDAYS",
    "WINDOWS",
    "Dose",
    "Participation",
    "PilotFaults",
    "PilotRule",
    "RuleFault",
    "SameDayPromise",
    "Session",
    "SessionIndex",
    "due_by",
    "fires",
    "index_sessions",
    "is_decided",
    "overlapping",
    "participation_faults",
    "plan_sessions",
    "planned_sessions",
    "possible_days",
    "session_at",
    "session_starting",
]

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """One planned window of a pilot at a unit, local time, half-open."""

    pilot: str
    unit: str
    date: date
    starts: time
    ends: time


SessionIndex = Mapping[tuple[str, date, str], str]
"""Pilot code by (unit code, local date, slot key)."""


def is_decided(rule: PilotRule, participation: Participation) -> bool:
    """Whether the unit has made the choices of days and window that the rule leaves to it."""
    days = "days" not in rule.unit_chooses or bool(participation.weekdays or participation.weeks_of_month)
    return days and ("window" not in rule.unit_chooses or participation.window is not None)


def _fits(rule: PilotRule, day: date, calendar: WorkingCalendar) -> bool:
    """Whether the rule's pattern lets a session fall on this day; its dates are not looked at."""
    if rule.weekdays and WEEKDAYS[day.weekday()] not in rule.weekdays:
        return False
    if rule.weeks_of_month and _week_of_month(day) not in rule.weeks_of_month:
        return False
    if rule.days_of_month and day.day not in rule.days_of_month:
        return False
    if rule.days == "working":
        return calendar.is_working_day(day)
    free = not calendar.is_working_day(day) and not calendar.is_closed(day)
    return free and (rule.days == "off" or (day.isoweekday() > 5 and not calendar.is_holiday(day)))  # noqa: PLR2004 -- Saturday, Sunday


def _week_of_month(day: date) -> int:
    return (day.day - 1) // 7 + 1


def possible_days(rule: PilotRule, *, calendar: WorkingCalendar, until: date) -> tuple[date, ...]:
    """Days on which a session may fall: all of them where the rule fixes the day, the bounds where units choose.

    Args:
        rule: of kind "sessions"; a continuous pilot has no days.
        calendar: the working calendar of the place.
        until: first day that no longer counts, such as the day on which the unit has ended.
    """
    if rule.kind != "sessions":
        return ()
    ends = min(rule.ends or until, until)
    days = (rule.starts + timedelta(days=i) for i in range((ends - rule.starts).days))
    return tuple(day for day in days if _fits(rule, day, calendar))


def fires(rule: PilotRule, *, calendar: WorkingCalendar, until: date) -> bool:
    """Whether the rule ever comes to anything before `until`."""
    if rule.kind == "continuous":
        return rule.starts < until
    return bool(possible_days(rule, calendar=calendar, until=until))


def planned_sessions(
    rule: PilotRule,
    participation: Participation,
    *,
    calendar: WorkingCalendar,
    hours: OfficeHours,
    until: date,
) -> tuple[Session, ...]:
    """The sessions that the rule and the unit's choice plan, in order of time.

    A session on a holiday is dropped, not moved. None are planned for a continuous pilot, nor while the
    unit's choice is missing (`is_decided`): then `possible_days` gives the bounds.

    Args:
        rule: the pilot's.
        participation: the unit's, in that pilot.
        calendar: the working calendar of the place.
        hours: the unit's office hours.
        until: first day that no longer counts; 2025-07-01 for units that ended on 30/6/2025.

    Raises:
        ValueError: the participation is in another pilot.
    """
    return _planned(rule, participation, calendar, lambda _: hours, until)


def plan_sessions(
    rule: PilotRule, participation: Participation, *, book: OfficeBook, until: date
) -> tuple[Session, ...]:
    """The same by the unit's own hours and days, as the book has them on each day.

    Raises:
        ValueError: the participation is in another pilot.
    """
    unit = participation.unit
    return _planned(rule, participation, book.calendar_of(unit), lambda day: book.hours_of(unit, day), until)


def _planned(
    rule: PilotRule,
    participation: Participation,
    calendar: WorkingCalendar,
    hours_on: Callable[[date], OfficeHours],
    until: date,
) -> tuple[Session, ...]:
    if participation.pilot != rule.code:
        raise ValueError(f"participation in {participation.pilot!r}, must be in {rule.code!r}.")
    if not is_decided(rule, participation):
        return ()
    ends = min(participation.ends or until, until)
    window = participation.window or next(iter(rule.windows), "")
    return tuple(
        Session(rule.code, participation.unit, day, *window_on(rule, window, hours_on(day)))
        for day in possible_days(rule, calendar=calendar, until=ends)
        if day >= participation.starts and _chosen(participation, day)
    )


def _chosen(participation: Participation, day: date) -> bool:
    weekday = not participation.weekdays or WEEKDAYS[day.weekday()] in participation.weekdays
    return weekday and (not participation.weeks_of_month or _week_of_month(day) in participation.weeks_of_month)


def session_starting(rule: PilotRule, unit: str, day: date, starts: time, *, hours: OfficeHours) -> Session:
    """The session of a unit that began at a time, whether the rule plans one then or not.

    It ends with the rule's window that begins then, or, where none does, `rule.minutes` later.
    """
    windows = (window_on(rule, window, hours) for window in rule.windows)
    ends = next((ends for begins, ends in windows if begins == starts), _shift(starts, rule.minutes))
    return Session(rule.code, unit, day, starts, ends)


def window_on(rule: PilotRule, window: str, hours: OfficeHours) -> tuple[time, time]:
    """Start and end of a session on a day with these office hours."""
    if window == "whole-day":
        return hours.morning_starts, hours.afternoon_ends
    first, last = hours.bounds[:2] if window.endswith("morning") else hours.bounds[2:]
    if window not in EDGES:
        return first, last
    added, at_start = rule.placement == "added", window.startswith("start")
    if at_start:
        return (_shift(first, -rule.minutes), first) if added else (first, min(_shift(first, rule.minutes), last))
    return (last, _shift(last, rule.minutes)) if added else (max(_shift(last, -rule.minutes), first), last)


def _shift(at: time, minutes: int) -> time:
    """A time moved within its day; stops at 00:00 and 23:59."""
    moved = min(max(at.hour * 60 + at.minute + minutes, 0), 24 * 60 - 1)
    return time(*divmod(moved, 60))


def index_sessions(sessions: Iterable[Session], hours: OfficeHours) -> SessionIndex:
    """Sessions by (unit, date, slot), for `session_at`; a slot belongs to a session that shares a minute with it.

    Where two pilots of one unit meet in a slot, the first code in alphabetical order has it.
    """
    index: dict[tuple[str, date, str], str] = {}
    keys: dict[tuple[time, time], tuple[str, ...]] = {}
    for session in sorted(sessions, key=lambda session: session.pilot):
        window = (session.starts, session.ends)
        if window not in keys:
            keys[window] = tuple(slot.key for slot in slots(hours) if slot.overlaps(*window))
        for key in keys[window]:
            index.setdefault((session.unit, session.date, key), session.pilot)
    return index


def session_at(index: SessionIndex, unit: str, day: date, slot: str) -> str | None:
    """Pilot code of the session in which a response of this unit, local date and slot key fell; None outside."""
    return index.get((unit, day, slot))


def due_by(received: datetime, promise: SameDayPromise, *, calendar: WorkingCalendar) -> datetime:
    """When a dossier received under a same-day promise must be finished: kept when finished before it.

    Received up to the cutoff it is due within the day (the bound is the midnight that ends it); after the
    cutoff, before `late_by` of the next working day.

    Raises:
        ValueError: `received` has no time zone.

    >>> promise = SameDayPromise(cutoff=time(15, 30), late_by=time(9, 0))
    >>> received = datetime(2023, 9, 29, 15, 31, tzinfo=LOCAL)
    >>> due_by(received, promise, calendar=WorkingCalendar()).isoformat()
    '2023-10-02T09:00:00+07:00'
    """
    if received.tzinfo is None:
        raise ValueError(f"received == {received!r}, must have a time zone.")
    local = received.astimezone(LOCAL)
    if local.time() <= promise.cutoff:
        return datetime.combine(local.date() + timedelta(days=1), time(0, 0), tzinfo=LOCAL)
    return datetime.combine(calendar.next_working_day(local.date()), promise.late_by, tzinfo=LOCAL)
