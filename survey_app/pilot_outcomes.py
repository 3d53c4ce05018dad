"""What a pilot changed, outcome by outcome: each by every comparison that its dates and lists allow, the one to use named
before a number is looked at.
"""

from dataclasses import dataclass
from typing import Final

from scoring import (
    SATISFIED_SHARE,
    ClusteredErrors,
    DesignChoice,
    InterruptedSeries,
    Outcome,
    OutcomeFamily,
    PilotEffect,
    StaggeredEffect,
    adjust_outcomes,
    check_case_mix,
    clustered_errors,
    compare_starts,
    event_study,
    interrupted_series,
    list_designs,
    list_starts,
    rank_designs,
    with_checks,
)
from survey_app.pilot_panels import SATISFIED_CODE, SERVICE_OUTCOMES, contrasts_of, elements_of, panels_of
from survey_app.pilot_results import PRIVACY
from survey_app.pilot_units import compared_until
from survey_app.register import Pilot
from survey_app.snapshot import Snapshot

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
    silent: how many units of the locality have nothing to compare, and so are in no comparison.
    """

    code: str
    outcome: Outcome
    compared: tuple[Compared, ...]
    standardised: PilotEffect | None
    series: InterruptedSeries | None
    silent: int = 0

    @property
    def effect(self) -> PilotEffect:
        """What the comparison to use says."""
        return self.compared[0].effect


def outcomes_of(snapshot: Snapshot) -> dict[str, Outcome]:
    """Code → outcome: the form's first question, the elements of its index, and what dossiers tell where there are any."""
    from_dossiers = SERVICE_OUTCOMES if snapshot.dossiers.height else {}
    return {SATISFIED_CODE: SATISFIED_SHARE, **elements_of(snapshot), **from_dossiers}


def read_outcome(snapshot: Snapshot, pilot: Pilot, code: str) -> PilotOutcome:
    """One outcome of a pilot by every comparison.

    Raises:
        KeyError: no such outcome.
    """
    outcome = outcomes_of(snapshot)[code]
    panels = panels_of(snapshot, pilot)
    contrasts = contrasts_of(pilot) if code in SERVICE_OUTCOMES else ()
    units = panels.compared_units(code)
    designs = list_designs(
        pilot.code,
        [unit.code for unit in units],
        snapshot.register.participations,
        contrasts=contrasts,
        kinds={unit.code: unit.kind for unit in units},
        until=compared_until(snapshot.register, pilot, until=snapshot.taken.date()),
        before_contaminated=pilot.before == "contaminated",
    )
    first, *others = (Compared(choice, panels.effect(code, choice.design)) for choice in rank_designs(designs))
    standardised = panels.standardised(code, first.choice.design)
    checks = list(panels.checks(first.choice.design))
    if standardised is not None:
        checks.append(check_case_mix(first.effect, standardised))
    checked = Compared(first.choice, with_checks(first.effect, checks))
    series = None
    if first.choice.design.kind == "none":
        series = interrupted_series(panels.whole(code), first.choice.design, at_least=PRIVACY)
    return PilotOutcome(code, outcome, (checked, *others), standardised, series, len(panels.units) - len(units))


def read_family(snapshot: Snapshot, pilot: Pilot) -> tuple[dict[str, PilotOutcome], OutcomeFamily]:
    """Every outcome of a pilot, and what is left of each when so many were looked at; the primary one stands as it is."""
    found = {code: read_outcome(snapshot, pilot, code) for code in outcomes_of(snapshot)}
    return found, adjust_outcomes({code: each.effect for code, each in found.items()}, primary=SATISFIED_CODE)


def read_clustered(snapshot: Snapshot, pilot: Pilot, told: PilotOutcome) -> ClusteredErrors | None:
    """Textbook errors of the comparison used, for readers who know them; None where it compares no other units."""
    design = told.compared[0].choice.design
    if not design.comparison:
        return None
    panel, outside = panels_of(snapshot, pilot).compared(told.code, design)
    return clustered_errors(panel, design, at_least=PRIVACY, outside=outside, draws=BOOTSTRAP_DRAWS)


def read_months(snapshot: Snapshot, pilot: Pilot, told: PilotOutcome) -> StaggeredEffect | None:
    """Month by month since each unit's start: of all waves together, or of the comparison used where all started together.

    None where no other units are compared.
    """
    panels, design = panels_of(snapshot, pilot), told.compared[0].choice.design
    known = list_starts(
        pilot.code,
        [unit.code for unit in panels.compared_units(told.code)],
        snapshot.register.participations,
        until=compared_until(snapshot.register, pilot, until=snapshot.taken.date()),
    )
    panel = panels.whole(told.code)
    if known.waves > 1:
        return compare_starts(panel.only(panel.units, known.months(panel.months)), known.starts, at_least=PRIVACY)
    if not design.comparison or design.needs_outside:
        return None
    return event_study(panel, design, at_least=PRIVACY)
