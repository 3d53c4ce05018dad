"""Whether a unit kept a pilot up: sessions held of those that its rule asks for, and how much service was in them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from scoring.calendar import OfficeHours
from scoring.held_session import SessionOutcome
from scoring.office_hours import OfficeBook
from scoring.pilot import Session, is_decided, plan_sessions, possible_days
from scoring.pilot_rule import Dose, Participation, PilotRule

__all__ = ["Adherence", "AdherenceReason", "measure_adherence", "session_hours"]

AdherenceReason: TypeAlias = Literal[
    "", "not_started", "ended", "continuous", "never_fires", "undecided", "no_minimum", "nothing_due", "unknown"
]


@dataclass(frozen=True, slots=True)
class Adherence:
    """How a unit kept a pilot up from `since` to before `until`.

    reason: why there is no share, where there is none: the participation has "not_started" or had "ended"; the pilot is
    "continuous"; its rule "never_fires" in that time; the unit's choice of days or window is not known ("undecided"); the rule
    asks for none ("no_minimum"); no week or month of the dose is over ("nothing_due"); of no session is known what became of it
    ("unknown"). minimum: sessions that the rule asks for, in weeks or months that are over. short: their first days, of those
    in which fewer were held, whatever became of the unknown ones. hours: of sessions held, noon break not counted.
    working_days: of taking part. decided: whether the unit's choices are known; if not, only recorded sessions are.
    """

    pilot: str
    unit: str
    since: date
    until: date
    outcomes: tuple[SessionOutcome, ...]
    minimum: int
    short: tuple[date, ...]
    hours: float
    working_days: int
    decided: bool
    reason: AdherenceReason

    def count(self, state: str) -> int:
        """Sessions that were "held", "missed", or of which it is "unknown"."""
        return sum(outcome.state == state for outcome in self.outcomes)

    @property
    def held(self) -> int:
        """Sessions held."""
        return self.count("held")

    @property
    def share(self) -> float:
        """Sessions held / minimum; above 1 where more were held than the rule asks for, NaN where there is a reason."""
        return self.held / self.minimum if self.minimum and not self.reason else math.nan

    @property
    def most(self) -> float:
        """The share if every unknown session was held; NaN where there is a reason, or the unit's choices are not known."""
        return self.share + self.count("unknown") / self.minimum if self.minimum and self.decided else math.nan

    @property
    def recorded(self) -> int:
        """Sessions of which somebody recorded what became of them."""
        return sum(outcome.basis == "recorded" for outcome in self.outcomes)

    @property
    def outside_rule(self) -> tuple[SessionOutcome, ...]:
        """Sessions recorded as held on a day or at a time that the rule and the unit's choice do not plan."""
        return tuple(outcome for outcome in self.outcomes if not outcome.planned and outcome.state == "held")

    @property
    def dossiers(self) -> int:
        """Dossiers in the sessions held."""
        return sum(outcome.dossiers for outcome in self.outcomes if outcome.state == "held")

    @property
    def answers(self) -> int:
        """Answers in the sessions held."""
        return sum(outcome.answers for outcome in self.outcomes if outcome.state == "held")


def measure_adherence(
    rule: PilotRule,
    participation: Participation,
    outcomes: Sequence[SessionOutcome],
    *,
    book: OfficeBook,
    since: date,
    until: date,
) -> Adherence:
    """Adherence and dose of one participation.

    The minimum is the lower end of the dose in every week (from Monday) or month that is over, and no more than what was
    planned in it: a session on a holiday is dropped, not moved. Where the unit's choice is not known it is no more than the
    days on which the rule lets a session fall. Without a dose it is every planned session.

    Args:
        rule: the pilot's.
        participation: the unit's, in that pilot.
        outcomes: of `judge_sessions`, of this pilot and unit; those outside the time are left out.
        book: hours and days of the unit.
        since: first day looked at.
        until: first day no longer looked at, such as the day after the last that is over.

    Raises:
        ValueError: `until` is not after `since`.
    """
    if until <= since:
        raise ValueError(f"until == {until}, must be after since ({since}).")
    first, ends = max(since, participation.starts), _end_of(rule, participation)
    last, unit, calendar = min(until, ends), participation.unit, book.calendar_of(participation.unit)
    mine = tuple(
        outcome
        for outcome in outcomes
        if (outcome.session.pilot, outcome.session.unit) == (rule.code, unit) and first <= outcome.session.date < last
    )
    possible = [day for day in possible_days(rule, calendar=calendar, until=last) if day >= first]
    cut, over = since if since > participation.starts else date.min, until if until < ends else date.max
    decided = is_decided(rule, participation)
    planned = [each.date for each in plan_sessions(rule, participation, book=book, until=last) if each.date >= first]
    asked = _asked(rule.dose, planned if decided else possible, cut=cut, over=over)
    minimum = sum(asked.values()) if rule.dose else len(planned)
    held = [outcome.session for outcome in mine if outcome.state == "held"]
    why: dict[AdherenceReason, bool] = {
        "not_started": participation.starts >= until,
        "ended": ends <= since,
        "continuous": rule.kind == "continuous",
        "never_fires": not possible,
        "undecided": not (decided or mine),
        "no_minimum": rule.dose is not None and not rule.dose.low,
        "nothing_due": not minimum,
        "unknown": all(outcome.state == "unknown" for outcome in mine),
    }
    return Adherence(
        pilot=rule.code,
        unit=unit,
        since=since,
        until=until,
        outcomes=mine,
        minimum=minimum,
        short=tuple(_short(rule.dose, asked, mine)) if decided else (),
        hours=sum(session_hours(each, book.hours_of(unit, each.date)) for each in held),
        working_days=calendar.working_days_between(first, last),
        decided=decided,
        reason=next((reason for reason, holds in why.items() if holds), ""),
    )


def _end_of(rule: PilotRule, participation: Participation) -> date:
    """First day that is no longer of the participation."""
    return min(participation.ends or date.max, rule.ends or date.max)


def _asked(dose: Dose | None, days: Sequence[date], *, cut: date, over: date) -> dict[date, int]:
    """Sessions asked for, by the first day of the week or month.

    Left out are those not over before `over`, and the one that begins before `cut`, where the time looked at begins later
    than the participation: nobody looked at all of it.
    """
    if dose is None:
        return {}
    fitting = Counter(_begin(dose, day) for day in days)
    return {
        begin: min(dose.low, most)
        for begin, most in sorted(fitting.items())
        if _end(dose, begin) <= over and begin >= cut
    }


def _begin(dose: Dose, day: date) -> date:
    return day - timedelta(days=day.weekday()) if dose.per == "week" else day.replace(day=1)


def _end(dose: Dose, begin: date) -> date:
    """The first day of the next week or month."""
    return _begin(dose, begin + timedelta(days=7 if dose.per == "week" else 31))


def _short(dose: Dose | None, asked: dict[date, int], outcomes: Sequence[SessionOutcome]) -> Iterator[date]:
    if dose is None:
        return
    may = Counter(_begin(dose, each.session.date) for each in outcomes if each.state != "missed")
    for begin, least in asked.items():
        if may[begin] < least:
            yield begin


def session_hours(session: Session, hours: OfficeHours) -> float:
    """Length of a session, in hours; a window over the whole day is counted without the noon break.

    >>> from datetime import time
    >>> session_hours(Session("p", "u", date(2023, 9, 29), time(7, 30), time(17, 0)), OfficeHours())
    7.5
    """
    starts, ends, noon, reopens = (
        each.hour * 60 + each.minute for each in (session.starts, session.ends, *hours.bounds[1:3])
    )
    over_noon = starts < noon and reopens < ends
    return (ends - starts - (reopens - noon if over_noon else 0)) / 60
