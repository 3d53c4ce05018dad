"""The only door from the pages to the record: opens it once, and asks for results."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import streamlit as st

from scoring import (
    BoundaryKind,
    ClusteredErrors,
    EmulationSheet,
    OutcomeFamily,
    Period,
    PilotEffect,
    StaggeredEffect,
    period_of,
)
from scoring.emulation import rank_places
from survey_app.boundary_results import BoundarySeries, SeriesPlace, change_of, series_across
from survey_app.channel_results import ChannelResult, DoubtResult, channels_of, doubt_of
from survey_app.dashboard_door import READER, find_reader
from survey_app.db import migrate, open_database
from survey_app.door import ZONE
from survey_app.first_step import FirstStep, first_step
from survey_app.name_order import by_name
from survey_app.pilot_outcomes import PilotOutcome, outcomes_of, read_clustered, read_family, read_months, read_outcome
from survey_app.pilot_plan import PastRecord, PilotPlan, PlanRequest, plan_pilot, read_past
from survey_app.pilot_results import PilotResult, read_pilot
from survey_app.pilot_service import PilotService, read_pilot_service
from survey_app.pilot_today import UnitToday, units_of_pilot_today
from survey_app.reading import count_received
from survey_app.register import Catalogue, Desk, Pilot, Unit
from survey_app.results import (
    GroupResult,
    MonthResult,
    QuestionResult,
    compare_periods,
    months_of,
    prepare_unit_emulation,
    questions_of,
    read_index,
)
from survey_app.settings import Settings, read_settings
from survey_app.snapshot import Snapshot, SnapshotReader
from survey_app.staff import User
from survey_app.task_results import MeasureResult, TaskResult, read_tasks, units_today
from survey_app.unit_results import Comparison, DeskResult, UnitResult, compare_units, desks_of

__all__ = [
    "TASKS",
    "BoundarySeries",
    "Catalogue",
    "ChannelResult",
    "Comparison",
    "Desk",
    "DeskResult",
    "DoubtResult",
    "EmulationSheet",
    "FirstStep",
    "GroupResult",
    "MeasureResult",
    "MonthResult",
    "PastRecord",
    "Period",
    "Pilot",
    "PilotOutcome",
    "PilotPlan",
    "PilotResult",
    "PilotService",
    "QuestionResult",
    "SeriesPlace",
    "Snapshot",
    "TaskResult",
    "Unit",
    "UnitResult",
    "UnitToday",
    "User",
    "boundary_series",
    "by_name",
    "change_of",
    "channel_results",
    "clustered_result",
    "comparison",
    "desk_results",
    "doubt_result",
    "emulation_of",
    "first_step",
    "group_result",
    "held_back",
    "latest",
    "month_results",
    "months_since_start",
    "outcomes_of",
    "pilot_family",
    "pilot_outcome",
    "pilot_result",
    "pilot_results",
    "pilot_service",
    "pilot_units_today",
    "pilots_of_nobody",
    "places_of",
    "plan_of",
    "plan_past",
    "question_results",
    "read_index",
    "reader",
    "received_today",
    "task_results",
    "units_today",
]


TASKS = "bac-kan"
"""The locality that has tasks instead of a pilot."""

Asked = ParamSpec("Asked")
Found = TypeVar("Found")
MOST_KEPT = 1024


def _kept(
    make: Callable[Concatenate[Snapshot, Asked], Found],
) -> Callable[Concatenate[Snapshot, Asked], Found]:
    """Keep what `make` finds with the snapshot it comes from, so that both go together."""

    @wraps(make)
    def kept(snapshot: Snapshot, *args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        asked = (make.__name__, args, tuple(kwargs.items()))
        found: Found | None = snapshot.kept.get(asked)  # once: another thread may clear it
        if found is not None:
            return found
        if len(snapshot.kept) >= MOST_KEPT:
            snapshot.kept.clear()
        return snapshot.kept.setdefault(asked, make(snapshot, *args, **kwargs))

    return kept


@dataclass(frozen=True)
class _Record:
    """The record that this process opened."""

    settings: Settings
    snapshots: SnapshotReader


@st.cache_resource(show_spinner=False)
def _record() -> _Record:
    settings = read_settings()
    engine = open_database(settings.database_url)
    migrate(engine)
    return _Record(settings, SnapshotReader(engine))


def now() -> datetime:
    """The time in Viet Nam."""
    return datetime.now(ZONE)


def reader() -> User | None:
    """Who looks at this page, if the sign-in still holds; None for nobody, also where the server's door was gone round."""
    record = _record()
    return find_reader(record.snapshots.engine, record.settings, st.context.headers.get(READER, ""), at=now())


def latest() -> Snapshot:
    """The record as of now; the same object until a slot has ended or the register changed."""
    return _record().snapshots.latest(now=now())


def received_today(units: frozenset[str] | None) -> int:
    """Responses received today, by these units or by all: the one number that moves at once."""
    today = now().date()
    with _record().snapshots.engine.connect() as connection:
        return count_received(connection, since=today, until=today + timedelta(days=1), units=units)


@_kept
def group_result(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> GroupResult:
    """The index of units together, beside the period before."""
    return compare_periods(snapshot, units, period)


@_kept
def month_results(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> tuple[MonthResult, ...]:
    """The index of twelve months: to the end of the period, or to the running month while the period lasts."""
    running = period_of(snapshot.taken.date(), "month")
    return months_of(snapshot, units, until=min(period.ends, running.ends))


@_kept
def boundary_series(snapshot: Snapshot, units: tuple[Unit, ...], kind: BoundaryKind, period: Period) -> BoundarySeries:
    """The index by month across the change of units, on boundaries of today or of before, to the period at least."""
    running = period_of(snapshot.taken.date(), "month")
    return series_across(snapshot, units, kind, until=min(period.ends, running.ends))


def question_results(result: GroupResult) -> tuple[QuestionResult, ...]:
    """Every question of a result, the least satisfying first."""
    return questions_of(result)


@_kept
def channel_results(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> tuple[ChannelResult, ...]:
    """The channels by which answers came, each with its own index."""
    return channels_of(snapshot, units, period)


@_kept
def doubt_result(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> DoubtResult:
    """What is left out for its flags, and the index without and with it."""
    return doubt_of(snapshot, units, period)


@_kept
def comparison(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> Comparison:
    """Units beside one another and beside all of them together."""
    return compare_units(snapshot, units, period)


@_kept
def desk_results(snapshot: Snapshot, unit: Unit, period: Period) -> tuple[DeskResult, ...]:
    """The desks of a unit."""
    return desks_of(snapshot, unit, period)


@_kept
def pilot_result(snapshot: Snapshot, code: str) -> PilotResult:
    """Sessions, answers in them and the effect of a pilot."""
    return read_pilot(snapshot, snapshot.register.pilot[code])


@_kept
def pilot_family(snapshot: Snapshot, code: str) -> tuple[dict[str, PilotOutcome], OutcomeFamily]:
    """Every outcome of a pilot by every comparison, and what is left of each when so many were looked at."""
    return read_family(snapshot, snapshot.register.pilot[code])


@_kept
def pilot_service(snapshot: Snapshot, code: str) -> PilotService:
    """How a pilot was kept up: sessions, adherence and dose by unit, and its promise."""
    return read_pilot_service(snapshot, snapshot.register.pilot[code])


@_kept
def clustered_result(snapshot: Snapshot, code: str, outcome: str) -> ClusteredErrors | None:
    """Textbook errors of a pilot's comparison; None where it compares no other units."""
    return read_clustered(snapshot, snapshot.register.pilot[code], pilot_family(snapshot, code)[0][outcome])


@_kept
def months_since_start(snapshot: Snapshot, code: str, outcome: str) -> StaggeredEffect | None:
    """A pilot month by month since each unit's start; None where no other units are compared."""
    return read_months(snapshot, snapshot.register.pilot[code], pilot_family(snapshot, code)[0][outcome])


@_kept
def pilot_outcome(snapshot: Snapshot, code: str, outcome: str) -> PilotOutcome:
    """One outcome of a pilot by every comparison."""
    return read_outcome(snapshot, snapshot.register.pilot[code], outcome)


def held_back(snapshot: Snapshot, effect: PilotEffect) -> tuple[int, int]:
    """Answers of a comparison's units and months that may not be shown, and those that its figures use."""
    used = sum(each.treated.n + each.comparison.n for each in effect.monthly)
    window, units = effect.design.window, {*effect.treated, *effect.comparison}
    return snapshot.count_answers(units, since=window.before_from, until=window.after_until) - used, used


def pilot_results(snapshot: Snapshot, outcome: str) -> tuple[PilotResult, ...]:
    """Every pilot that somebody takes part in, with the effect on one outcome, in the catalogue's order."""
    taken_up = [pilot.code for pilot in snapshot.register.pilots if snapshot.register.participations_in(pilot.code)]
    return tuple(
        replace(pilot_result(snapshot, code), effect=pilot_outcome(snapshot, code, outcome).effect) for code in taken_up
    )


def pilots_of_nobody(snapshot: Snapshot) -> tuple[Pilot, ...]:
    """The pilots that no unit is recorded to take part in: there is nothing to compare, and the page says so."""
    register = snapshot.register
    return tuple(each for each in register.pilots if not register.participations_in(each.code))


@_kept
def plan_past(snapshot: Snapshot, place: str, outcome: str) -> PastRecord:
    """What a locality's own past tells a plan."""
    return read_past(snapshot, place, outcome)


@_kept
def plan_of(
    snapshot: Snapshot, *, place: str, units: int, treated: int, weeks: int, answers: int, outcome: str
) -> PilotPlan:
    """What a pilot so planned could show; of a place that has no record, from what is assumed."""
    known = place in snapshot.register.unit
    request = PlanRequest(
        treated=treated, locality=place if known else None, units=units, weeks=weeks, answers=answers, outcome=outcome
    )
    return plan_pilot(request, read_past(snapshot, place, outcome) if known else None)


def pilot_units_today(snapshot: Snapshot, code: str) -> tuple[UnitToday, ...]:
    """The units of a pilot that ended since, each with those that have it today."""
    register = snapshot.register
    return units_of_pilot_today(register, register.pilot[code], on=snapshot.taken.date())


@_kept
def emulation_of(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> EmulationSheet:
    """Points and classes of units in a period."""
    return prepare_unit_emulation(snapshot, units, period)


@_kept
def places_of(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> dict[str, tuple[int, int]]:
    """The places that the points of each unit with a class may hold, best and worst."""
    sheet = emulation_of(snapshot, units, period)
    return rank_places(each.sheet for each in sheet.standings if each.tie_band is not None)


@_kept
def task_results(snapshot: Snapshot, locality: str, period: Period) -> tuple[TaskResult, ...]:
    """The tasks of a locality with the numbers of the units that took it over."""
    return read_tasks(snapshot, locality, period)
