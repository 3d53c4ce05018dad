"""The roster: who stood at which desk, from–to, in which half of the day; and whose an answer's half-day was."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from scoring import OfficeHours, WorkingCalendar
from survey_app.register import Catalogue, Desk
from survey_app.table_file.unreadable import inert

HALVES = ("day", "morning", "afternoon")
MEMBER_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST_NAME = 80
FIRST_DAY, FARTHEST_AHEAD = date(2000, 1, 1), timedelta(days=731)


class Who(NamedTuple):
    """Who somebody is: the unit that keeps the roster, and its own number of them. Two units' «CB-01» are two people.

    >>> str(Who("xa.29926", "CB-01"))
    'xa.29926/CB-01'
    """

    unit: str
    code: str

    def __str__(self) -> str:
        """On one line; neither part has a slash."""
        return f"{self.unit}/{self.code}"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who serves people at a desk. code: the unit's own number of them, not a name."""

    code: str
    unit: str
    shown_name: str
    source: str
    simulated: bool = False

    @property
    def who(self) -> Who:
        """What no two people share."""
        return Who(self.unit, self.code)


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody at a desk from a day to before another. member: the number in the unit that keeps the roster; half: of
    `HALVES`; ends: None while it goes on.
    """

    unit: str
    member: str
    desk: str
    starts: date
    half: str
    ends: date | None = None
    source: str = ""

    @property
    def who(self) -> Who:
        """Whose it is."""
        return Who(self.unit, self.member)

    @property
    def until(self) -> date:
        """The first day that no longer counts; the latest date there is while it goes on."""
        return self.ends or date.max

    @property
    def key(self) -> tuple[Who, str, date, str]:
        """What no two shifts share."""
        return self.who, self.desk, self.starts, self.half

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

    members: Mapping[Who, StaffMember]
    shifts: tuple[Shift, ...]

    def of(self, units: Collection[str] | None) -> "Roster":
        """What these units keep, and nothing of what any other does; None is all."""
        if units is None:
            return self
        members = {who: one for who, one in self.members.items() if one.unit in units}
        return Roster(members, tuple(shift for shift in self.shifts if shift.unit in units))


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
        self._by: defaultdict[Who, list[Shift]] = defaultdict(list)
        for shift in shifts:
            self._at[shift.desk].append(shift)
            self._by[shift.who].append(shift)

    def alone(self, desk: str, day: date, half: str | None) -> Who | None:
        """Who stood at a desk alone, and nowhere else, in a half-day; None where nobody did, or more than one."""
        if half is None:
            return None
        here = {shift.who for shift in self._at[desk] if shift.covers(day, half)}
        if len(here) != 1:
            return None
        [who] = here
        desks = {shift.desk for shift in self._by[who] if shift.covers(day, half)}
        return who if desks == {desk} else None


def overlaps(shifts: Iterable[Shift]) -> list[Overlap]:
    """Every two shifts that are at once at one desk, or of one person: their answers are nobody's alone."""
    desks, people = defaultdict[str, list[Shift]](list), defaultdict[Who, list[Shift]](list)
    for shift in shifts:
        desks[shift.desk].append(shift)
        people[shift.who].append(shift)
    found = [*_at_once("two_people", desks.values()), *_at_once("two_desks", people.values())]
    return sorted(found, key=lambda each: (each.starts, each.one.desk, each.one.who, each.other.who))


def _at_once(kind: str, groups: Iterable[Sequence[Shift]]) -> Iterator[Overlap]:
    for group in groups:
        for one, other in combinations(sorted(group, key=lambda shift: shift.key), 2):
            same = one.who == other.who if kind == "two_people" else one.desk == other.desk
            starts, ends = max(one.starts, other.starts), min(one.until, other.until)
            if not same and _meet(one, other):
                yield Overlap(kind, one, other, starts, None if ends == date.max else ends)


def _meet(one: Shift, other: Shift) -> bool:
    days = max(one.starts, other.starts) < min(one.until, other.until)
    return days and (one.half == other.half or "day" in {one.half, other.half})


def stands_already(shift: Shift, others: Iterable[Shift]) -> Shift | None:
    """The first other shift of the same person at the same desk in a half-day that this one has too; None: there is none."""
    same = (each for each in others if (each.who, each.desk) == (shift.who, shift.desk) and each.key != shift.key)
    return next((each for each in same if _meet(shift, each)), None)


def shift_faults(
    shift: Shift, desk: Desk | None, *, seen: Collection[str] | None, today: date
) -> list[tuple[str, str]]:
    """What is wrong with a shift: which column, and a word of `roster_words`.

    Args:
        shift: somebody's, at `desk`.
        desk: None where there is none of that code.
        seen: the units that may be named; None for all.
        today: what lies far ahead of it is a slip of whoever typed a year.
    """
    faults = []
    if seen is not None and shift.unit not in seen:
        faults.append(("unit", "foreign_unit"))
    if desk is None or (seen is not None and desk.unit not in seen):
        faults.append(("desk", "desk_unknown"))
        desk = None
    elif desk.kind != "counter":
        faults.append(("desk", "desk_online"))
    elif desk.unit != shift.unit:
        faults.append(("desk", "desk_elsewhere"))
    return faults + _day_faults(shift, desk, today + FARTHEST_AHEAD)


def _day_faults(shift: Shift, desk: Desk | None, farthest: date) -> list[tuple[str, str]]:
    faults = []
    if shift.half not in HALVES:
        faults.append(("half", "half"))
    if not FIRST_DAY <= shift.starts <= farthest:
        faults.append(("starts", "far"))
    elif shift.ends is not None and shift.ends > farthest:
        faults.append(("ends", "far"))
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
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME or inert(name) != name:
        faults.append(("name", "member_name"))
    if member.unit not in register.unit:
        faults.append(("unit", "unit_unknown"))
    return faults


def within_desks(shifts: Iterable[Shift], register: Catalogue) -> tuple[Shift, ...]:
    """The shifts as far as their desks stand: a desk that closes ends its shifts, one that another unit has now has none."""
    ends = {(desk.unit, desk.code): min(desk.ends, register.unit[desk.unit].ends) for desk in register.desks}
    found = (
        shift if shift.until <= ends[place] else replace(shift, ends=ends[place])
        for shift in shifts
        if (place := (shift.unit, shift.desk)) in ends
    )
    return tuple(shift for shift in found if shift.starts < shift.until)
