"""The roster: who stood at which desk, from–to, in which half of the day; and whose an answer's half-day was."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from scoring import OfficeHours, WorkingCalendar
from survey_app.register import Catalogue, Desk

HALVES = ("day", "morning", "afternoon")
MEMBER_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST_NAME = 80
FIRST_DAY, END_DAY = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who serves people at a desk. code: the unit's own number of them, not a name."""

    code: str
    unit: str
    shown_name: str
    source: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody at a desk from a day to before another. half: of `HALVES`; ends: None while it goes on."""

    member: str
    desk: str
    starts: date
    half: str
    ends: date | None = None
    source: str = ""

    @property
    def until(self) -> date:
        """The first day that no longer counts; the latest date there is while it goes on."""
        return self.ends or date.max

    @property
    def key(self) -> tuple[str, str, date, str]:
        """What no two shifts share."""
        return self.member, self.desk, self.starts, self.half

    def covers(self, day: date, half: str) -> bool:
        """Whether the shift has this half of the day."""
        return self.starts <= day < self.until and self.half in {half, "day"}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two shifts at once. kind: "two_people" at one desk, or one person at "two_desks"; from–to, half-open."""

    kind: str
    one: Shift
    other: Shift
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Roster:
    """People and their shifts."""

    members: Mapping[str, StaffMember]
    shifts: tuple[Shift, ...]

    def of(self, units: Collection[str] | None, desks: Iterable[Desk]) -> "Roster":
        """Shifts at these units' desks alone, with whoever stood there, and the people of these units; None is all."""
        if units is None:
            return self
        theirs = {desk.code for desk in desks if desk.unit in units}
        shifts = tuple(shift for shift in self.shifts if shift.desk in theirs)
        stood = {shift.member for shift in shifts}
        return Roster({code: one for code, one in self.members.items() if one.unit in units or code in stood}, shifts)


def half_of(slot: str, hours: OfficeHours) -> str | None:
    """The half of the day that a slot's beginning lies in; None before, between and after office hours.

    >>> half_of("09:30", OfficeHours()), half_of("13:30", OfficeHours()), half_of("11:30", OfficeHours())
    ('morning', 'afternoon', None)
    """
    if f"{hours.morning_starts:%H:%M}" <= slot < f"{hours.morning_ends:%H:%M}":
        return "morning"
    return "afternoon" if f"{hours.afternoon_starts:%H:%M}" <= slot < f"{hours.afternoon_ends:%H:%M}" else None


def half_days(shifts: Iterable[tuple[Shift, WorkingCalendar]], *, since: date, until: date) -> int:
    """Half-days of working days that any of somebody's shifts has within a span, each once.

    Args:
        shifts: one person's, each with the calendar of its desk's unit.
        since: the span's first day.
        until: the first day that is no longer in it.
    """
    found = set()
    for shift, calendar in shifts:
        first = max(shift.starts, since)
        days = (first + timedelta(days=number) for number in range((min(shift.until, until) - first).days))
        halves = HALVES[1:] if shift.half == "day" else (shift.half,)
        found |= {(day, half) for day in days if calendar.is_working_day(day) for half in halves}
    return len(found)


class Stood:
    """Who stood where, asked of single half-days."""

    def __init__(self, shifts: Iterable[Shift]) -> None:
        self._at: defaultdict[str, list[Shift]] = defaultdict(list)
        self._by: defaultdict[str, list[Shift]] = defaultdict(list)
        for shift in shifts:
            self._at[shift.desk].append(shift)
            self._by[shift.member].append(shift)

    def alone(self, desk: str, day: date, half: str | None) -> str | None:
        """Who stood at a desk alone, and nowhere else, in a half-day; None where nobody did, or more than one."""
        if half is None:
            return None
        here = {shift.member for shift in self._at[desk] if shift.covers(day, half)}
        if len(here) != 1:
            return None
        [member] = here
        desks = {shift.desk for shift in self._by[member] if shift.covers(day, half)}
        return member if desks == {desk} else None


def overlaps(shifts: Iterable[Shift]) -> list[Overlap]:
    """Every two shifts that are at once at one desk, or of one person: their answers are nobody's alone."""
    desks, people = defaultdict[str, list[Shift]](list), defaultdict[str, list[Shift]](list)
    for shift in shifts:
        desks[shift.desk].append(shift)
        people[shift.member].append(shift)
    found = [*_at_once("two_people", desks.values()), *_at_once("two_desks", people.values())]
    return sorted(found, key=lambda each: (each.starts, each.one.desk, each.one.member, each.other.member))


def _at_once(kind: str, groups: Iterable[Sequence[Shift]]) -> Iterator[Overlap]:
    for group in groups:
        for one, other in combinations(sorted(group, key=lambda shift: shift.key), 2):
            same = one.member == other.member if kind == "two_people" else one.desk == other.desk
            starts, ends = max(one.starts, other.starts), min(one.until, other.until)
            if not same and _meet(one, other):
                yield Overlap(kind, one, other, starts, None if ends == date.max else ends)


def _meet(one: Shift, other: Shift) -> bool:
    days = max(one.starts, other.starts) < min(one.until, other.until)
    return days and (one.half == other.half or "day" in {one.half, other.half})


def stands_already(shift: Shift, others: Iterable[Shift]) -> Shift | None:
    """The first other shift of the same person at the same desk in a half-day that this one has too; None: there is none."""
    same = (each for each in others if (each.member, each.desk) == (shift.member, shift.desk) and each.key != shift.key)
    return next((each for each in same if _meet(shift, each)), None)


def shift_faults(shift: Shift, desk: Desk | None, *, unit: str, seen: Collection[str] | None) -> list[tuple[str, str]]:
    """What is wrong with a shift: which column, and a word of `roster_words`.

    Args:
        shift: somebody's, at `desk`.
        desk: None where there is none of that code.
        unit: the person's.
        seen: the units that may be named; None for all.
    """
    faults = []
    if seen is not None and unit not in seen:
        faults.append(("unit", "foreign_unit"))
    if desk is None or (seen is not None and desk.unit not in seen):
        faults.append(("desk", "desk_unknown"))
        desk = None
    elif desk.kind != "counter":
        faults.append(("desk", "desk_online"))
    elif desk.unit != unit:
        faults.append(("desk", "desk_elsewhere"))
    return faults + _day_faults(shift, desk)


def _day_faults(shift: Shift, desk: Desk | None) -> list[tuple[str, str]]:
    faults = []
    if shift.half not in HALVES:
        faults.append(("half", "half"))
    if not FIRST_DAY <= shift.starts < END_DAY or not FIRST_DAY < shift.until <= date.max:
        faults.append(("starts", "century"))
    elif shift.ends is not None and shift.ends >= END_DAY:
        faults.append(("ends", "century"))
    if shift.until <= shift.starts:
        faults.append(("ends", "reversed"))
    elif desk is not None and not (desk.starts <= shift.starts < desk.ends):
        faults.append(("starts", "desk_closed"))
    elif desk is not None and shift.ends is not None and shift.ends > desk.ends:
        faults.append(("ends", "desk_closed"))
    return faults


def member_faults(member: StaffMember, register: Catalogue) -> list[tuple[str, str]]:
    """What is wrong with a person's code, name or unit."""
    faults = []
    if not MEMBER_CODE.fullmatch(member.code):
        faults.append(("code", "member_code"))
    name = member.shown_name
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        faults.append(("name", "member_name"))
    if member.unit not in register.unit:
        faults.append(("unit", "unit_unknown"))
    return faults


def within_desks(shifts: Iterable[Shift], register: Catalogue) -> tuple[Shift, ...]:
    """The shifts as far as their desks stand: a desk that closes ends its shifts."""
    ends = {desk.code: min(desk.ends, register.unit[desk.unit].ends) for desk in register.desks}
    found = (
        shift if shift.until <= ends[shift.desk] else replace(shift, ends=ends[shift.desk])
        for shift in shifts
        if shift.desk in ends
    )
    return tuple(shift for shift in found if shift.starts < shift.until)
