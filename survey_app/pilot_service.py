"""From a snapshot to how a pilot was kept up: sessions held, adherence and dose by unit, and its promise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from scoring import (
    Adherence,
    Participation,
    PromiseKept,
    SessionOutcome,
    check_promise,
    measure_adherence,
    working_clock,
)
from survey_app.register import Pilot, Unit
from survey_app.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class UnitService:
    """One participation of a unit, and how it was kept up."""

    unit: Unit
    participation: Participation
    adherence: Adherence


@dataclass(frozen=True, slots=True)
class PilotService:
    """How a pilot was kept up from `since` to before `until`.

    units: by participation, in the register's order. promise: None where the pilot makes none; of all units together.
    promised_for: how many procedures it is made for; None where their list is not known, so that every dossier is judged.
    """

    pilot: Pilot
    since: date
    until: date
    units: tuple[UnitService, ...]
    promise: PromiseKept | None
    promised_for: int | None

    @property
    def outcomes(self) -> tuple[SessionOutcome, ...]:
        """What became of the sessions of all units, in order of units and time."""
        return tuple(outcome for each in self.units for outcome in each.adherence.outcomes)

    def count(self, state: str) -> int:
        """Sessions of all units that were "held", "missed", or of which it is "unknown"."""
        return sum(each.adherence.count(state) for each in self.units)

    @property
    def hours(self) -> float:
        """Hours of all sessions held."""
        return sum(each.adherence.hours for each in self.units)

    @property
    def dossiers(self) -> int:
        """Dossiers in all sessions held."""
        return sum(each.adherence.dossiers for each in self.units)

    @property
    def answers(self) -> int:
        """Answers in all sessions held."""
        return sum(each.adherence.answers for each in self.units)


def read_pilot_service(
    snapshot: Snapshot, pilot: Pilot, *, since: date = date.min, until: date | None = None
) -> PilotService:
    """Adherence, dose and promise of a pilot, of the sessions before today.

    Args:
        snapshot: the record.
        pilot: of its register.
        since: first day looked at; the pilot's beginning unless given.
        until: first day no longer looked at; never later than today.

    Raises:
        ValueError: the time has not begun, or is empty.
    """
    today = snapshot.taken.date()
    last = min(until or today, today)
    if last <= since:
        raise ValueError(f"until == {last}, must be after since ({since}); nothing after {today} is known.")
    by_unit: dict[str, list[SessionOutcome]] = {}
    for outcome in snapshot.outcomes:
        if outcome.session.pilot == pilot.code:
            by_unit.setdefault(outcome.session.unit, []).append(outcome)
    units = tuple(
        _unit_service(snapshot, pilot, one, by_unit.get(one.unit, ()), since=since, until=last)
        for one in snapshot.register.participations_in(pilot.code)
    )
    procedures = promised_procedures(pilot)
    return PilotService(
        pilot=pilot,
        since=since,
        until=last,
        units=units,
        promise=_promise(snapshot, pilot, units, procedures),
        promised_for=None if procedures is None else len(procedures),
    )


def _unit_service(
    snapshot: Snapshot,
    pilot: Pilot,
    one: Participation,
    outcomes: Sequence[SessionOutcome],
    *,
    since: date,
    until: date,
) -> UnitService:
    unit = snapshot.register.unit[one.unit]
    if one.starts < unit.ends < (one.ends or date.max):
        one = replace(one, ends=unit.ends)
    found = measure_adherence(pilot.rule, one, outcomes, book=snapshot.book, since=since, until=until)
    return UnitService(unit, one, found)


def promised_procedures(pilot: Pilot) -> frozenset[str] | None:
    """Codes of the procedures that a pilot is for: the document's, or their stand-ins; None where neither is known."""
    return frozenset(pilot.named or pilot.stand_in) or None


def _promise(
    snapshot: Snapshot, pilot: Pilot, units: tuple[UnitService, ...], procedures: frozenset[str] | None
) -> PromiseKept | None:
    """Of dossiers received in sessions that are not known to have been missed."""
    if pilot.rule.promise is None:
        return None
    codes = {each.unit.code for each in units}
    dossiers = snapshot.dossiers.filter(pl.col("unit").cast(pl.String).is_in(sorted(codes)))
    sessions = [outcome.session for each in units for outcome in each.adherence.outcomes if outcome.state != "missed"]
    return check_promise(
        dossiers,
        sessions,
        pilot.rule.promise,
        clock=working_clock(dossiers, snapshot.book),
        at=snapshot.taken,
        procedures=procedures,
    )
