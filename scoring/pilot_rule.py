"""What a pilot's document fixes, and how a unit takes part in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import combinations
from typing import Final

__all__ = [
    "EDGES",
    "WEEKDAYS",
    "WINDOWS",
    "Dose",
    "Participation",
    "PilotFaults",
    "PilotRule",
    "RuleFault",
    "SameDayPromise",
    "overlapping",
    "participation_faults",
]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EDGES: Final = ("start-of-morning", "end-of-morning", "start-of-afternoon", "end-of-afternoon")
WINDOWS: Final = (*EDGES, "morning", "afternoon", "whole-day")
CHOICES: Final = ("days", "window", "field")


@dataclass(frozen=True, slots=True)
class RuleFault:
    """One thing wrong with a rule or a participation: where, what stands there, what was expected."""

    key: str
    found: object
    expected: str

    def __str__(self) -> str:
        return f"{self.key} == {self.found!r}, must be {self.expected}"


class PilotFaults(ValueError):
    """Everything wrong with a rule or a participation, at once, in `faults`."""

    def __init__(self, faults: Sequence[RuleFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


@dataclass(frozen=True, slots=True)
class Dose:
    """How often a unit holds sessions: from `low` to `high` times a `per` ("week" or "month")."""

    low: int
    high: int
    per: str

    def faults(self) -> Iterator[RuleFault]:
        """What makes this dose impossible."""
        if self.per not in ("week", "month"):
            yield RuleFault("dose.per", self.per, "'week' or 'month'")
        if self.low < 0:
            yield RuleFault("dose.low", self.low, "0 or more")
        if self.high < max(self.low, 1):
            yield RuleFault("dose.high", self.high, f"{max(self.low, 1)} or more (dose.low == {self.low})")

    def allows(self, weekdays: int, weeks_of_month: Sequence[int]) -> bool:
        """Whether so many weekdays, each week or in the given weeks of a month (1..5), keep to the dose."""
        if self.per == "week":
            return self.low <= weekdays <= self.high and not weeks_of_month
        weeks = weeks_of_month or (1, 2, 3, 4, 5)
        sure = sum(week < 5 for week in weeks)  # noqa: PLR2004 -- not every month has a fifth
        return self.low <= weekdays * sure and weekdays * len(weeks) <= self.high


@dataclass(frozen=True, slots=True)
class SameDayPromise:
    """A promise of the result on the day of receipt; received after `cutoff`, before `late_by` of the next working day."""

    cutoff: time
    late_by: time


@dataclass(frozen=True, slots=True)
class PilotRule:
    """What a pilot's document fixes.

    Args:
        code: such as "thu-sau-khong-cho".
        kind: "sessions" (planned windows) or "continuous" (taking part all the time).
        starts, ends: half-open; `ends` None is no end date.
        days: for sessions, "working" (working days), "weekend" (Saturdays and Sundays that are neither a
            holiday nor swapped in) or "off" (every day not worked: weekends and holidays).
        weekdays: names out of `WEEKDAYS`; empty is any.
        weeks_of_month: 1 is the first such weekday of a month; empty is every week.
        days_of_month: 1..31; empty is any.
        windows: names out of `WINDOWS`; more than one only if the unit chooses. "whole-day" runs from opening
            to closing, noon break included.
        minutes: length of a window at the edge of a half-day.
        placement: whether such a window lies "inside" office hours or is "added" to them; a whole half-day
            is the same either way.
        placement_confirmed: False where the document does not settle it.
        dose: how often; None is every possible day.
        unit_chooses: out of `CHOICES`, what the document leaves to each unit.
        one_of: name of a group of pilots of which a unit takes one only.
        promise: same-day promise, if one is made.

    Raises:
        PilotFaults: every contradiction at once.
    """

    code: str
    kind: str
    starts: date
    ends: date | None = None
    days: str | None = None
    weekdays: tuple[str, ...] = ()
    weeks_of_month: tuple[int, ...] = ()
    days_of_month: tuple[int, ...] = ()
    windows: tuple[str, ...] = ()
    minutes: int = 30
    placement: str = "inside"
    placement_confirmed: bool = True
    dose: Dose | None = None
    unit_chooses: tuple[str, ...] = ()
    one_of: str | None = None
    promise: SameDayPromise | None = None

    def __post_init__(self) -> None:
        faults = [*_period_faults(self.starts, self.ends), *_rule_faults(self), *_pattern_faults(self)]
        if faults:
            raise PilotFaults(faults)


@dataclass(frozen=True, slots=True)
class Participation:
    """A unit's taking part in a pilot, with its own choice where the rule leaves one.

    Args:
        pilot, unit: codes.
        starts, ends: half-open; `ends` None is as long as the rule and the unit last.
        weekdays, weeks_of_month, window, field: the unit's choice; empty or None where it has none.
        confirmed: False where the document does not settle that or when the unit took part.
        simulated: True where the choice is a demo stand-in, not a fact.
        note: why, in words that can be shown.
        source: the document that says so.

    Raises:
        PilotFaults: dates reversed, unknown weekday, week or window.
    """

    pilot: str
    unit: str
    starts: date
    ends: date | None = None
    weekdays: tuple[str, ...] = ()
    weeks_of_month: tuple[int, ...] = ()
    window: str | None = None
    field: str | None = None
    confirmed: bool = True
    simulated: bool = False
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        faults = [
            *_period_faults(self.starts, self.ends),
            *_unknown("weekdays", self.weekdays, WEEKDAYS),
            *_unknown("weeks_of_month", self.weeks_of_month, range(1, 6)),
            *_unknown("window", (self.window,) if self.window is not None else (), WINDOWS),
        ]
        if faults:
            raise PilotFaults(faults)


def _period_faults(starts: date, ends: date | None) -> Iterator[RuleFault]:
    if ends is not None and ends <= starts:
        yield RuleFault("ends", str(ends), f"after starts ({starts}); ends is the first day that no longer counts")


def _unknown(key: str, found: Iterable[object], known: Iterable[object]) -> Iterator[RuleFault]:
    allowed = tuple(known)
    seen: list[object] = []
    for item in found:
        if item not in allowed:
            yield RuleFault(key, item, "one of " + ", ".join(map(str, allowed)))
        elif item in seen:
            yield RuleFault(key, item, "named once only")
        seen.append(item)


def _rule_faults(rule: PilotRule) -> Iterator[RuleFault]:
    """Words that are not known, and parts that do not go with the kind."""
    yield from _unknown("kind", (rule.kind,), ("sessions", "continuous"))
    yield from _unknown("placement", (rule.placement,), ("inside", "added"))
    yield from _unknown("weekdays", rule.weekdays, WEEKDAYS)
    yield from _unknown("weeks_of_month", rule.weeks_of_month, range(1, 6))
    yield from _unknown("days_of_month", rule.days_of_month, range(1, 32))
    yield from _unknown("windows", rule.windows, WINDOWS)
    yield from _unknown("unit_chooses", rule.unit_chooses, CHOICES)
    if rule.minutes < 1:
        yield RuleFault("minutes", rule.minutes, "1 or more")
    if rule.dose is not None:
        yield from rule.dose.faults()
    if rule.kind == "sessions":
        yield from _unknown("days", (rule.days,), ("working", "weekend", "off"))
    elif rule.kind == "continuous":
        parts = ("days", "weekdays", "weeks_of_month", "days_of_month", "windows", "dose")
        for key in (part for part in parts if getattr(rule, part)):
            yield RuleFault(key, getattr(rule, key), "absent: a continuous pilot has no sessions")


def _pattern_faults(rule: PilotRule) -> Iterator[RuleFault]:
    """A session rule that has no window, too many, or days that never come together."""
    if rule.kind != "sessions":
        return
    chooses = "window" in rule.unit_chooses
    if not rule.windows or (len(rule.windows) > 1 and not chooses):
        yield RuleFault("windows", rule.windows, "several" if chooses else "one, as the unit does not choose")
    if rule.days == "weekend" and rule.weekdays and not set(rule.weekdays) & set(WEEKDAYS[5:]):
        yield RuleFault("weekdays", rule.weekdays, "saturday or sunday, as days == 'weekend': it never fires")


def participation_faults(rule: PilotRule, participation: Participation) -> tuple[RuleFault, ...]:
    """Where a unit's participation leaves what the rule allows; empty when it keeps to it."""
    return (*_date_faults(rule, participation), *_choice_faults(rule, participation))


def _date_faults(rule: PilotRule, participation: Participation) -> Iterator[RuleFault]:
    last = rule.ends or date.max
    if not rule.starts <= participation.starts < last:
        yield RuleFault("starts", str(participation.starts), f"in the pilot's time, {rule.starts} to before {last}")
    if participation.ends is not None and participation.ends > last:
        yield RuleFault("ends", str(participation.ends), f"not after the pilot's end {last}")


def _choice_faults(rule: PilotRule, participation: Participation) -> Iterator[RuleFault]:
    days = participation.weekdays or participation.weeks_of_month
    chosen = {"days": days, "window": participation.window, "field": participation.field}
    for key in CHOICES:
        if chosen[key] and key not in rule.unit_chooses:
            yield RuleFault(key, chosen[key], f"absent: the rule of {rule.code} leaves no such choice")
    if rule.weekdays:
        yield from _unknown("weekdays", participation.weekdays, rule.weekdays)
    if participation.window and "window" in rule.unit_chooses:
        yield from _unknown("window", (participation.window,), rule.windows)
    weekdays = len(participation.weekdays or rule.weekdays or WEEKDAYS)
    if days and rule.dose is not None and not rule.dose.allows(weekdays, participation.weeks_of_month):
        times = f"{rule.dose.low} to {rule.dose.high} times a {rule.dose.per}"
        yield RuleFault("weekdays, weeks_of_month", (*participation.weekdays, *participation.weeks_of_month), times)


def overlapping(participations: Sequence[Participation], rules: Mapping[str, PilotRule]) -> tuple[tuple[int, int], ...]:
    """Positions of participations of one unit that overlap in one pilot, or in pilots of which it takes one only."""

    def group(participation: Participation) -> str:
        rule = rules.get(participation.pilot)
        return (rule and rule.one_of) or participation.pilot

    by_unit: dict[tuple[str, str], list[int]] = {}
    for position, participation in enumerate(participations):
        by_unit.setdefault((participation.unit, group(participation)), []).append(position)
    return tuple(
        (first, second)
        for positions in by_unit.values()
        for first, second in combinations(positions, 2)
        if _overlap(participations[first], participations[second])
    )


def _overlap(one: Participation, other: Participation) -> bool:
    return one.starts < (other.ends or date.max) and other.starts < (one.ends or date.max)
