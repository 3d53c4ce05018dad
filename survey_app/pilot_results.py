"""From a snapshot to what a pilot did: its sessions, who answered in them, and the change beside other units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scoring import (
    InsideOutside,
    Panel,
    Participation,
    PilotEffect,
    Session,
    SessionOutcome,
    compare_change,
    compare_inside_outside,
    panel_of_counts,
    plan_sessions,
    possible_days,
    wilson,
)
from scoring.design import months_later
from survey_app.pilot_units import compared_until, design_of, units_that_could
from survey_app.register import Pilot, Unit
from survey_app.snapshot import SATISFIED, Snapshot

OUTCOME = "overall"
PRIVACY = 10
MONTHS = 12
"""Months before the start that a comparison looks at."""


@dataclass(frozen=True, slots=True)
class PilotResult:
    """What is known of one pilot.

    units: those that could have taken part. sessions: the planned ones; outcomes: what became of those that are over.
    possible: days on which a session may fall where the units choose. inside_outside: None for a
    continuous pilot; never an effect.
    """

    pilot: Pilot
    units: tuple[Unit, ...]
    participations: tuple[Participation, ...]
    sessions: tuple[Session, ...]
    possible: tuple[date, ...]
    outcomes: tuple[SessionOutcome, ...]
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
    until = compared_until(snapshot.register, pilot, until=snapshot.taken.date())
    panel = _panel(snapshot, units)
    told = told_of(panel, snapshot, pilot)
    design = design_of(snapshot.register, pilot, until=snapshot.taken.date(), told_of=told)
    return PilotResult(
        pilot=pilot,
        units=units,
        participations=snapshot.register.participations_in(pilot.code),
        sessions=sessions,
        possible=possible_days(pilot.rule, calendar=snapshot.calendar, until=until),
        outcomes=tuple(each for each in snapshot.outcomes if each.session.pilot == pilot.code),
        effect=compare_change(panel, design, at_least=PRIVACY),
        inside_outside=_inside_outside(snapshot, pilot, units, until) if sessions else None,
    )


def told_of(panel: Panel, snapshot: Snapshot, pilot: Pilot) -> frozenset[str]:
    """Units of which the panel has anything in the months that a comparison of the pilot looks at."""
    starts = min((one.starts for one in snapshot.register.participations_in(pilot.code)), default=pilot.rule.starts)
    since, until = months_later(starts, -MONTHS), compared_until(snapshot.register, pilot, until=snapshot.taken.date())
    inside = [since <= month < until for month in panel.months]
    return frozenset(unit for unit, n in zip(panel.units, panel.n[:, inside].sum(axis=1), strict=True) if n)


def _panel(snapshot: Snapshot, units: Iterable[Unit]) -> Panel:
    tally = snapshot.by_unit.only(unit={unit.code for unit in units})
    groups = [(str(unit), month) for unit, month in tally.groups if isinstance(month, date)]
    return panel_of_counts(groups, tally.asking(OUTCOME).counts[:, 0, :], SATISFIED)


def _inside_outside(snapshot: Snapshot, pilot: Pilot, units: Iterable[Unit], until: date) -> InsideOutside:
    """Answers in the pilot's sessions beside those of the same units and months outside of any."""
    tally = snapshot.by_session.only(unit={unit.code for unit in units})
    months = {month for _, session, month in tally.groups if session == pilot.code and month < until}
    sides = (tally.only(session=value, month=months).merged().asking(OUTCOME) for value in (pilot.code, None))
    inside, outside = (wilson(int(side.satisfied()[0, 0]), int(side.answered[0, 0])) for side in sides)
    return compare_inside_outside(inside, outside, at_least=PRIVACY)
