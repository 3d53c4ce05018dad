"""Before a pilot starts: what was asked of a plan, what the record tells of the past, and what could be shown."""

from dataclasses import dataclass, replace
from datetime import date
from statistics import harmonic_mean
from typing import Final, Literal, get_args

from scoring import (
    ON_TIME_SHARE,
    SATISFIED_SHARE,
    Detectable,
    Panel,
    PlannedPilot,
    PlanTable,
    Spread,
    answers_needed,
    detectable_effect,
    estimate_spread,
    panel_of_counts,
    panel_of_ratios,
    tabulate_plan,
)
from scoring.argument import all_at_once, between, choice, confidence_level, count
from scoring.outcome import Outcome
from scoring.power import LEAST_WEEKS, MOST_UNITS, MOST_WEEKS, WEEKS_A_MONTH
from survey_app.pilot_results import OUTCOME, PRIVACY
from survey_app.register import Unit
from survey_app.snapshot import SATISFIED, Snapshot

PlanOutcome = Literal["satisfied", "on-time"]

MONTHS: Final = 12
OUTCOMES: Final[dict[str, Outcome]] = {"satisfied": SATISFIED_SHARE, "on-time": ON_TIME_SHARE}
ASSUMED_SHARE: Final = {"satisfied": 0.85, "on-time": 0.9}
ASSUMED_ANSWERS: Final = 10.0
TABLE_WEEKS: Final = (13, 26, 39, 52)
TABLE_ANSWERS: Final = (5.0, 10.0, 20.0, 40.0, 80.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What a person asks of a plan. What is None comes from the locality's record, or is assumed.

    units: that could be chosen, the treated included. weeks: after the start; weeks_before: as many where None.
    answers: of each unit and week. share, drift (a unit's lasting change against the others), month_drift (one month of
    one unit) and effect (the change hoped for): shares, 0–1.

    Raises:
        ValueError: every argument that is out of range, a line each; neither a locality nor a number of units.
    """

    treated: int
    locality: str | None = None
    units: int | None = None
    weeks: int = 26
    weeks_before: int | None = None
    answers: float | None = None
    outcome: str = "satisfied"
    share: float | None = None
    drift: float | None = None
    month_drift: float | None = None
    effect: float = 0.05
    level: float = 0.95
    power: float = 0.8

    def __post_init__(self) -> None:
        units = MOST_UNITS if self.units is None else self.units
        shares = {
            name: getattr(self, name) for name in ("share", "drift", "month_drift") if getattr(self, name) is not None
        }
        all_at_once(
            self._refuse_nowhere,
            lambda: choice("outcome", self.outcome, get_args(PlanOutcome)),
            lambda: count("units", units, least=2, most=MOST_UNITS),
            lambda: count("treated", self.treated, least=1, most=max(units, 2) - 1),
            lambda: count("weeks", self.weeks, least=LEAST_WEEKS, most=MOST_WEEKS),
            lambda: (
                self.weeks_before is None
                or count("weeks_before", self.weeks_before, least=LEAST_WEEKS, most=MOST_WEEKS)
            ),
            lambda: self.answers is None or between("answers", self.answers, above=0),
            *(lambda name=name, value=value: between(name, value, above=0, below=1) for name, value in shares.items()),
            lambda: between("effect", self.effect, above=0, below=1),
            lambda: confidence_level(self.level),
            lambda: between("power", self.power, above=min(max(1 - self.level, 0), 0.5), below=1),
        )

    def _refuse_nowhere(self) -> None:
        if self.locality is None and self.units is None:
            raise ValueError("locality, units: one of them must be given.")


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A locality's own past, for a plan.

    units: that could be chosen. answers: of a unit and week, the harmonic mean of those with any (a small unit makes
    more noise than a large one takes away). share: the mean of the units. None where nothing is recorded. months:
    whole months looked at, the newest that have answers. spread: None where too few units or months tell it. in_pilots:
    units left out of the spread, for a pilot of theirs may have changed them meanwhile.
    """

    units: tuple[Unit, ...]
    months: int
    answers: float | None
    share: float | None
    spread: Spread | None
    in_pilots: tuple[str, ...]
    simulated: bool


def read_past(snapshot: Snapshot, locality: str, outcome: str) -> PastRecord:
    """The newest twelve whole months of the communes of a locality; of a code that is none, a record without units."""
    units = tuple(unit for unit in snapshot.units_of(locality) if unit.level == "commune")
    panel = _panel(snapshot, {unit.code for unit in units}, outcome)
    months = tuple(month for month in panel.months if month < snapshot.taken.date().replace(day=1))[-MONTHS:]
    past = panel.only([unit.code for unit in units], months)
    in_pilots = tuple(unit.code for unit in units if months and _took_part(snapshot, unit.code, months))
    clean = past.only([unit.code for unit in units if unit.code not in in_pilots], months)
    answered = past.n.sum(axis=1) > 0
    weeks = len(months) * WEEKS_A_MONTH
    n, total = past.n.sum(axis=1)[answered], past.total.sum(axis=1)[answered]
    return PastRecord(
        units=units,
        months=len(months),
        answers=harmonic_mean((n / weeks).tolist()) if answered.any() else None,
        share=float(((total + 2) / (n + 4)).mean()) if answered.any() else None,
        spread=estimate_spread(clean, at_least=PRIVACY),
        in_pilots=in_pilots,
        simulated=snapshot.simulated,
    )


def _panel(snapshot: Snapshot, units: set[str], outcome: str) -> Panel:
    if outcome == "on-time":
        rows = [each for each in snapshot.services if each.measure == "on_time" and each.unit in units]
        groups = [(each.unit, each.month) for each in rows]
        return panel_of_ratios(groups, [each.numerator for each in rows], [each.denominator for each in rows])
    tally = snapshot.by_unit.only(unit=units)
    groups = [(str(unit), month) for unit, month in tally.groups if isinstance(month, date)]
    return panel_of_counts(groups, tally.asking(OUTCOME).counts[:, 0, :], SATISFIED)


def _took_part(snapshot: Snapshot, unit: str, months: tuple[date, ...]) -> bool:
    """Whether a pilot of the unit ran at all from the first of these months to the last."""
    return any(
        each.starts <= months[-1] and (each.ends is None or each.ends > months[0])
        for each in snapshot.register.participations
        if each.unit == unit
    )


@dataclass(frozen=True, slots=True)
class PilotPlan:
    """What a planned pilot could show. needed: answers a week that `request.effect` takes; infinite where none suffice.

    assumed: names of what nobody said and no record told.
    """

    request: PlanRequest
    planned: PlannedPilot
    found: Detectable
    needed: float
    table: PlanTable
    past: PastRecord | None
    assumed: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """What is compared."""
        return OUTCOMES[self.request.outcome]


def plan_pilot(request: PlanRequest, past: PastRecord | None) -> PilotPlan:
    """What was said, completed by the record and then by assumptions, and what could be shown with it.

    Raises:
        ValueError: the locality has too few units for so many treated.
    """
    known = past or PastRecord((), 0, None, None, None, (), simulated=False)
    recorded = {"answers": known.answers, "share": known.share, "drift": known.spread, "month_drift": known.spread}
    planned = PlannedPilot(
        units=request.units or len(known.units),
        treated=request.treated,
        weeks_before=request.weeks_before or request.weeks,
        weeks_after=request.weeks,
        answers=request.answers or known.answers or ASSUMED_ANSWERS,
        share=request.share or known.share or ASSUMED_SHARE[request.outcome],
        spread=_spread(request, known.spread or Spread()),
    )
    certainty = {"level": request.level, "power": request.power, "at_least": PRIVACY}
    weeks, answers = sorted({*TABLE_WEEKS, request.weeks}), sorted({*TABLE_ANSWERS, round(planned.answers, 1)})
    return PilotPlan(
        request,
        planned,
        detectable_effect(planned, **certainty),
        answers_needed(planned, request.effect, **certainty),
        tabulate_plan(planned, tuple(weeks), tuple(answers), **certainty),
        past,
        tuple(name for name, value in recorded.items() if value is None and getattr(request, name) is None),
    )


def _spread(request: PlanRequest, known: Spread) -> Spread:
    """The recorded or assumed spread, with what the person said instead."""
    return replace(
        known,
        change=known.change if request.drift is None else request.drift,
        unit_month=known.unit_month if request.month_drift is None else request.month_drift,
    )
