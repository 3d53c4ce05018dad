"""From a snapshot to what a pilot did: its sessions, who answered in them, and the change beside other units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from scoring import (
    InsideOutside,
    Panel,
    Participation,
    PilotEffect,
    Session,
    compare_change,
    compare_inside_outside,
    panel_of_counts,
    plan_sessions,
    possible_days,
    wilson,
)
from survey_app.pilot_units import design_of, units_that_could
from survey_app.register import Pilot, Unit
from survey_app.snapshot import SATISFIED, Snapshot

OUTCOME = "overall"
PRIVACY = 10


@dataclass(frozen=True, slots=True)
class PilotResult:
    """What is known of one pilot.

    units: those that could have taken part. sessions: the planned ones; answers: responses received in each session's
    unit and day. possible: days on which a session may fall where the units choose. inside_outside: None for a
    continuous pilot; never an effect.
    """

    pilot: Pilot
    units: tuple[Unit, ...]
    participations: tuple[Participation, ...]
    sessions: tuple[Session, ...]
    possible: tuple[date, ...]
    answers: dict[tuple[str, date], int]
    effect: PilotEffect
    inside_outside: InsideOutside | None


def pilot_sessions(snapshot: Snapshot, pilot: Pilot) -> tuple[Session, ...]:
    """The planned sessions of all its units, in order of time; each unit's end with the unit itself."""
    found: list[Session] = []
    for one in snapshot.register.participations_in(pilot.code):
        until = min(snapshot.register.unit[one.unit].ends, _horizon(snapshot, pilot))
        found += plan_sessions(pilot.rule, one, book=snapshot.book, until=until)
    return tuple(sorted(found))


def _horizon(snapshot: Snapshot, pilot: Pilot) -> date:
    """First day that no longer counts for a pilot: its own end, or the end of the year that runs."""
    return pilot.rule.ends or date(snapshot.taken.year + 1, 1, 1)


def pilot_units(snapshot: Snapshot, pilot: Pilot) -> tuple[Unit, ...]:
    """Units that could have taken part: the communes of its locality at its start, and whoever takes part."""
    return units_that_could(snapshot.register, pilot)


def read_pilot(snapshot: Snapshot, pilot: Pilot) -> PilotResult:
    """Sessions, answers in them, and the effect with the comparison that the dates allow."""
    units, sessions = pilot_units(snapshot, pilot), pilot_sessions(snapshot, pilot)
    until = min([_horizon(snapshot, pilot), snapshot.taken.date(), *(unit.ends for unit in units)])
    design = design_of(snapshot.register, pilot, until=snapshot.taken.date())
    return PilotResult(
        pilot=pilot,
        units=units,
        participations=snapshot.register.participations_in(pilot.code),
        sessions=sessions,
        possible=possible_days(pilot.rule, calendar=snapshot.calendar, until=until),
        answers=_answers_in(snapshot, pilot, units),
        effect=compare_change(_panel(snapshot, units), design, at_least=PRIVACY),
        inside_outside=_inside_outside(snapshot, pilot, units, until) if sessions else None,
    )


def _panel(snapshot: Snapshot, units: Iterable[Unit]) -> Panel:
    tally = snapshot.by_unit.only(unit={unit.code for unit in units})
    groups = [(str(unit), month) for unit, month in tally.groups if isinstance(month, date)]
    return panel_of_counts(groups, tally.asking(OUTCOME).counts[:, 0, :], SATISFIED)


def _answers_in(snapshot: Snapshot, pilot: Pilot, units: Iterable[Unit]) -> dict[tuple[str, date], int]:
    inside = snapshot.answers.filter(
        (pl.col("session").cast(pl.String) == pilot.code)
        & pl.col("unit").cast(pl.String).is_in([unit.code for unit in units])
    )
    counted = inside.group_by(pl.col("unit").cast(pl.String), "local_date").len()
    return {(unit, day): n for unit, day, n in counted.iter_rows()}


def _inside_outside(snapshot: Snapshot, pilot: Pilot, units: Iterable[Unit], until: date) -> InsideOutside:
    """Answers in the pilot's sessions beside those of the same units and months outside of any."""
    tally = snapshot.by_session.only(unit={unit.code for unit in units})
    months = {month for _, session, month in tally.groups if session == pilot.code and month < until}
    sides = (tally.only(session=value, month=months).merged().asking(OUTCOME) for value in (pilot.code, None))
    inside, outside = (wilson(int(side.satisfied()[0, 0]), int(side.answered[0, 0])) for side in sides)
    return compare_inside_outside(inside, outside, at_least=PRIVACY)


@dataclass(frozen=True, slots=True)
class SessionDay:
    """One day of the calendar. planned, answered: sessions of that day, and those in which somebody answered;
    answers: received in them; possible: whether the rule lets a session fall on this day.
    """

    day: date
    planned: int
    answered: int
    answers: int
    possible: bool


def session_days(result: PilotResult, unit: str | None = None) -> tuple[SessionDay, ...]:
    """Days with a session, or on which one could fall, in order of time; of one unit or of all together."""
    planned: dict[date, list[int]] = {day: [] for day in result.possible}
    for session in result.sessions:
        if unit in {None, session.unit}:
            planned.setdefault(session.date, []).append(result.answers.get((session.unit, session.date), 0))
    possible = frozenset(result.possible)
    return tuple(
        SessionDay(day, len(answers), sum(n > 0 for n in answers), sum(answers), day in possible)
        for day, answers in sorted(planned.items())
    )
