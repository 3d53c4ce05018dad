"""What a pilot changed, outcome by outcome: each by every comparison that its dates and lists allow, the one to use named
before a number is looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from scoring import (
    COUNTER_VISITS,
    ON_TIME_SHARE,
    SATISFIED_SHARE,
    WAITING,
    ClusteredErrors,
    Design,
    DesignChoice,
    InterruptedSeries,
    Outcome,
    OutcomeFamily,
    Panel,
    PilotEffect,
    StaggeredEffect,
    Threat,
    adjust_outcomes,
    check_case_mix,
    check_crowding_out,
    check_displacement,
    check_response_rate,
    clustered_errors,
    compare_change,
    compare_starts,
    count_service,
    event_study,
    interrupted_series,
    list_designs,
    list_starts,
    load_edition,
    no_dossiers,
    panel_of_counts,
    panel_of_questions,
    panel_of_ratios,
    rank_designs,
    service_panel,
    standardised_panel,
    with_checks,
)
from scoring.inside import has_pattern, inside_days, inside_procedures, patterns_of
from survey_app.pilot_results import OUTCOME, PRIVACY, pilot_units
from survey_app.pilot_units import compared_until
from survey_app.register import Pilot, Unit
from survey_app.snapshot import SATISFACTION_EDITION, SATISFIED, Snapshot

Contrast = Literal["procedures", "weekdays"]

SATISFIED_CODE: Final = "satisfied"
"""The primary outcome: the form's first question, named before any pilot is looked at. All others are secondary."""
SERVICE_OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType({"on_time": ON_TIME_SHARE, "waiting_hours": WAITING})
ELEMENT: Final = "element-"
BOOTSTRAP_DRAWS: Final = 999
"""A reference beside the verdict, not the verdict: p to the second digit will do, and the page waits for it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a pilot: why it is used, or why another is, and what it says."""

    choice: DesignChoice
    effect: PilotEffect


@dataclass(frozen=True, slots=True)
class PilotOutcome:
    """One outcome of a pilot. compared: every comparison, the one to use first. standardised: the same as the first with one
    mix of fields in every unit and month, None where there are no dossiers to tell it. series: the pilot's units alone, where nobody is left to compare.
    """

    code: str
    outcome: Outcome
    compared: tuple[Compared, ...]
    standardised: PilotEffect | None
    series: InterruptedSeries | None

    @property
    def effect(self) -> PilotEffect:
        """What the comparison to use says."""
        return self.compared[0].effect


def outcomes_of(snapshot: Snapshot) -> dict[str, Outcome]:
    """Code → outcome: the form's first question, the elements of its index, and what dossiers tell where there are any."""
    found = {SATISFIED_CODE: SATISFIED_SHARE}
    for code, names in _elements(snapshot).items():
        found[f"{ELEMENT}{code}"] = names
    return found | dict(SERVICE_OUTCOMES if snapshot.dossiers.height else {})


def _elements(snapshot: Snapshot) -> dict[str, Outcome]:
    edition = load_edition(SATISFACTION_EDITION)
    return {
        node.code: Outcome(f"tỷ lệ hài lòng về «{node.name.vi}»", f"the satisfied share of “{node.name.en}”")
        for node in edition.children(edition.root.code)
        if _questions_of(node.code, snapshot)
    }


def _questions_of(element: str, snapshot: Snapshot) -> list[str]:
    asked = snapshot.questionnaire.criteria
    return [code for code in snapshot.questions if asked.get(code, "").startswith(f"{element}.")]


def read_outcome(snapshot: Snapshot, pilot: Pilot, code: str) -> PilotOutcome:
    """One outcome of a pilot by every comparison.

    Raises:
        KeyError: no such outcome.
    """
    outcome = outcomes_of(snapshot)[code]
    units = pilot_units(snapshot, pilot)
    contrasts = tuple(_contrasts(pilot)) if code in SERVICE_OUTCOMES else ()
    designs = list_designs(
        pilot.code,
        [unit.code for unit in units],
        snapshot.register.participations,
        contrasts=contrasts,
        kinds={unit.code: unit.kind for unit in units},
        until=compared_until(snapshot.register, pilot, until=snapshot.taken.date()),
        before_contaminated=pilot.before == "contaminated",
    )
    panels = PilotPanels(snapshot, pilot, units, code)
    first, *others = (Compared(choice, panels.effect(choice.design)) for choice in rank_designs(designs))
    standardised = panels.standardised(first.choice.design)
    checks = list(panels.checks(first.choice.design))
    if standardised is not None:
        checks.append(check_case_mix(first.effect, standardised))
    checked = Compared(first.choice, with_checks(first.effect, checks))
    series = None
    if first.choice.design.kind == "none":
        series = interrupted_series(panels.whole(), first.choice.design, at_least=PRIVACY)
    return PilotOutcome(code, outcome, (checked, *others), standardised, series)


def _contrasts(pilot: Pilot) -> Iterator[Contrast]:
    """What divides inside from outside in one unit."""
    if pilot.named or pilot.stand_in:
        yield "procedures"
    if has_pattern(pilot.rule):
        yield "weekdays"


@dataclass(frozen=True)
class PilotPanels:
    """The panels of one outcome among the units of a pilot, and of what the pilot may do beside its purpose."""

    snapshot: Snapshot
    pilot: Pilot
    units: tuple[Unit, ...]
    code: str

    def effect(self, design: Design) -> PilotEffect:
        """What one comparison says."""
        panel, outside = self.compared(design)
        return compare_change(panel, design, at_least=PRIVACY, outside=outside)

    def compared(self, design: Design) -> tuple[Panel, Panel | None]:
        """What a design compares: all of each unit, or what lies inside the pilot and what lies outside."""
        if not design.needs_outside:
            return self.whole(), None
        return self.parts("procedures" if design.kind.endswith("procedures") else "weekdays")

    def whole(self) -> Panel:
        """All of each unit."""
        codes = [unit.code for unit in self.units]
        if self.code in SERVICE_OUTCOMES:
            counts = self.snapshot.service_counts
            return service_panel(counts.filter(pl.col("unit").is_in(codes)), self.code)
        tally = self.snapshot.by_unit.only(unit=set(codes))
        groups = [(str(unit), month) for unit, month in tally.groups if isinstance(month, date)]
        if self.code == SATISFIED_CODE:
            return panel_of_counts(groups, tally.asking(OUTCOME).counts[:, 0, :], SATISFIED)
        questions = _questions_of(self.code.removeprefix(ELEMENT), self.snapshot)
        return panel_of_questions(groups, tally.asking(*questions).counts, SATISFIED)

    def parts(self, contrast: Contrast) -> tuple[Panel, Panel]:
        """Inside the pilot and outside of it."""
        marked = self._dossiers().with_columns(self._inside(contrast))
        inside, outside = (
            service_panel(count_service(marked.filter(inside_ == side).drop("inside"), self.snapshot.book), self.code)
            for inside_, side in ((pl.col("inside"), True), (pl.col("inside"), False))
        )
        return inside, outside

    def _dossiers(self) -> pl.DataFrame:
        codes = [unit.code for unit in self.units]
        return self.snapshot.dossiers.filter(pl.col("unit").cast(pl.String).is_in(codes))

    def _inside(self, contrast: Contrast) -> pl.Expr:
        if contrast == "procedures":
            return inside_procedures(self.pilot.named or self.pilot.stand_in)
        taking_part = self.snapshot.register.participations_in(self.pilot.code)
        others = [unit.code for unit in self.units]
        return inside_days(patterns_of(self.pilot.rule, taking_part, others, book=self.snapshot.book))

    def checks(self, design: Design) -> Iterator[Threat]:
        """What the dossiers tell of people who moved, of matters that became slower, and of who answers."""
        if self.snapshot.dossiers.is_empty():
            return
        if has_pattern(self.pilot.rule):
            yield check_displacement(self._visits_inside(), design, at_least=PRIVACY)
        contrast = next(_contrasts(self.pilot), None)
        if contrast is not None:
            waiting = replace(self, code="waiting_hours").parts(contrast)[1]
            yield check_crowding_out(waiting, design, at_least=PRIVACY)
        yield check_response_rate(self._answered(), design, at_least=PRIVACY)

    def _visits_inside(self) -> Panel:
        """Share of the dossiers received at the counter that came in the pilot's days and hours."""
        at_counter = self._dossiers().filter(pl.col("channel").cast(pl.String) == "counter")
        marked = at_counter.select(
            pl.col("unit").cast(pl.String),
            pl.col("received").dt.date().dt.truncate("1mo").alias("month"),
            self._inside("weekdays"),
        ).drop_nulls()
        counted = (
            marked.group_by("unit", "month").agg(pl.col("inside").sum(), pl.len().alias("n")).sort("unit", "month")
        )
        groups = list(counted.select("unit", "month").iter_rows())
        return panel_of_ratios(groups, counted["inside"].to_numpy(), counted["n"].to_numpy())

    def _answered(self) -> Panel:
        """Answers of counter visits; a month with more answers than visits is none."""
        codes = [unit.code for unit in self.units]
        visits = self.snapshot.service_counts.filter(
            (pl.col("measure") == COUNTER_VISITS) & pl.col("unit").is_in(codes)
        )
        cells = [(unit, month, n) for unit, month, n in visits.select("unit", "month", "n").iter_rows()]
        answers = [self.snapshot.received_at_counters.get((unit, month), 0) for unit, month, _ in cells]
        sound = [(cell, given) for cell, given in zip(cells, answers, strict=True) if given <= cell[2]]
        groups = [(unit, month) for (unit, month, _), _ in sound]
        return panel_of_ratios(groups, [given for _, given in sound], [n for (_, _, n), _ in sound])

    def standardised(self, design: Design) -> PilotEffect | None:
        """The comparison with one mix of fields in every unit and month: the mix of all dossiers of these units."""
        dossiers = self._dossiers() if self.code in SERVICE_OUTCOMES and not design.needs_outside else no_dossiers()
        named = dossiers.filter(pl.col("field").is_not_null())
        if named.is_empty():
            return None
        counts = count_service(named, self.snapshot.book, by=("unit", "field")).filter(pl.col("measure") == self.code)
        shares = dict(named.group_by(pl.col("field").cast(pl.String)).len().iter_rows())
        panel = standardised_panel(
            list(counts.select("unit", "month", "field").iter_rows()),
            counts["n"].to_numpy(),
            counts["total"].to_numpy(),
            counts["squares"].to_numpy(),
            shares,
            at_least=PRIVACY,
            bounds=self.whole().bounds,
        ).panel
        return compare_change(panel, design, at_least=PRIVACY)


def read_family(snapshot: Snapshot, pilot: Pilot) -> tuple[dict[str, PilotOutcome], OutcomeFamily]:
    """Every outcome of a pilot, and what is left of each when so many were looked at; the primary one stands as it is."""
    found = {code: read_outcome(snapshot, pilot, code) for code in outcomes_of(snapshot)}
    return found, adjust_outcomes({code: each.effect for code, each in found.items()}, primary=SATISFIED_CODE)


def read_clustered(snapshot: Snapshot, pilot: Pilot, told: PilotOutcome) -> ClusteredErrors | None:
    """Textbook errors of the comparison used, for readers who know them; None where it compares no other units."""
    design = told.compared[0].choice.design
    if not design.comparison:
        return None
    panel, outside = PilotPanels(snapshot, pilot, pilot_units(snapshot, pilot), told.code).compared(design)
    return clustered_errors(panel, design, at_least=PRIVACY, outside=outside, draws=BOOTSTRAP_DRAWS)


def read_months(snapshot: Snapshot, pilot: Pilot, told: PilotOutcome) -> StaggeredEffect | None:
    """Month by month since each unit's start: of all waves together, or of the comparison used where all started together.

    None where no other units are compared.
    """
    units, design = pilot_units(snapshot, pilot), told.compared[0].choice.design
    known = list_starts(
        pilot.code,
        [unit.code for unit in units],
        snapshot.register.participations,
        until=compared_until(snapshot.register, pilot, until=snapshot.taken.date()),
    )
    panel = PilotPanels(snapshot, pilot, units, told.code).whole()
    if known.waves > 1:
        return compare_starts(panel.only(panel.units, known.months(panel.months)), known.starts, at_least=PRIVACY)
    if not design.comparison or design.needs_outside:
        return None
    return event_study(panel, design, at_least=PRIVACY)
