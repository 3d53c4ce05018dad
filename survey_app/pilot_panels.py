"""The panels of a pilot: each outcome by unit and month, whole or inside the pilot and outside, and what may have moved beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from scoring import (
    COUNTER_VISITS,
    ON_TIME_SHARE,
    WAITING,
    Design,
    Outcome,
    Panel,
    PilotEffect,
    Threat,
    check_crowding_out,
    check_displacement,
    check_response_rate,
    compare_change,
    count_service,
    load_edition,
    panel_of_counts,
    panel_of_questions,
    panel_of_ratios,
    service_panel,
    standardised_panel,
)
from scoring.inside import has_pattern, inside_days, inside_procedures, patterns_of
from survey_app.pilot_results import OUTCOME, PRIVACY, pilot_units, told_of
from survey_app.pilot_units import units_compared
from survey_app.register import Pilot, Unit
from survey_app.snapshot import SATISFACTION_EDITION, SATISFIED, Snapshot

Contrast = Literal["procedures", "weekdays"]

SATISFIED_CODE: Final = "satisfied"
"""The primary outcome: the form's first question, named before any pilot is looked at. All others are secondary."""
SERVICE_OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType({"on_time": ON_TIME_SHARE, "waiting_hours": WAITING})
ELEMENT: Final = "element-"
SIDES: Final = ("inside", "outside")


def elements_of(snapshot: Snapshot) -> dict[str, Outcome]:
    """Code → outcome of the elements of the form's index."""
    edition = load_edition(SATISFACTION_EDITION)
    return {
        f"{ELEMENT}{node.code}": Outcome(
            f"tỷ lệ hài lòng về «{node.name.vi}»", f"the satisfied share of “{node.name.en}”"
        )
        for node in edition.children(edition.root.code)
        if _questions_of(node.code, snapshot)
    }


def _questions_of(element: str, snapshot: Snapshot) -> list[str]:
    asked = snapshot.questionnaire.criteria
    return [code for code in snapshot.questions if asked.get(code, "").startswith(f"{element}.")]


def contrasts_of(pilot: Pilot) -> tuple[Contrast, ...]:
    """What divides inside from outside in one unit."""
    found: list[Contrast] = []
    if pilot.named or pilot.stand_in:
        found.append("procedures")
    if has_pattern(pilot.rule):
        found.append("weekdays")
    return tuple(found)


def panels_of(snapshot: Snapshot, pilot: Pilot) -> "PilotPanels":
    """The panels of a pilot, kept with the snapshot: its outcomes share what is counted."""
    key = ("panels", pilot.code)
    found: PilotPanels | None = snapshot.kept.get(key)
    return found or snapshot.kept.setdefault(key, PilotPanels(snapshot, pilot, pilot_units(snapshot, pilot)))


@dataclass(frozen=True, eq=False)
class PilotPanels:
    """What the record tells of the units of a pilot."""

    snapshot: Snapshot
    pilot: Pilot
    units: tuple[Unit, ...]

    def effect(self, code: str, design: Design) -> PilotEffect:
        """What one comparison says of one outcome."""
        panel, outside = self.compared(code, design)
        return compare_change(panel, design, at_least=PRIVACY, outside=outside)

    def compared(self, code: str, design: Design) -> tuple[Panel, Panel | None]:
        """What a design compares: all of each unit, or what lies inside the pilot and what lies outside."""
        if not design.needs_outside:
            return self.whole(code), None
        return self.parts(code, "procedures" if design.kind.endswith("procedures") else "weekdays")

    def whole(self, code: str) -> Panel:
        """All of each unit."""
        if code in SERVICE_OUTCOMES:
            return service_panel(self._counts, code)
        tally = self.snapshot.by_unit.only(unit=set(self._codes))
        groups = [(str(unit), month) for unit, month in tally.groups if isinstance(month, date)]
        if code == SATISFIED_CODE:
            return panel_of_counts(groups, tally.asking(OUTCOME).counts[:, 0, :], SATISFIED)
        questions = _questions_of(code.removeprefix(ELEMENT), self.snapshot)
        return panel_of_questions(groups, tally.asking(*questions).counts, SATISFIED)

    def compared_units(self, code: str) -> tuple[Unit, ...]:
        """Those of the units that take part or can tell something of an outcome."""
        told = told_of(self.whole(code), self.snapshot, self.pilot)
        return units_compared(self.snapshot.register, self.pilot, told_of=told)

    def parts(self, code: str, contrast: Contrast) -> tuple[Panel, Panel]:
        """Inside the pilot and outside of it."""
        counts = self._by_procedures if contrast == "procedures" else self._by_days
        inside, outside = (service_panel(counts.filter(pl.col("procedure") == side), code) for side in SIDES)
        return inside, outside

    @cached_property
    def _codes(self) -> tuple[str, ...]:
        return tuple(unit.code for unit in self.units)

    @cached_property
    def _dossiers(self) -> pl.DataFrame:
        return self.snapshot.dossiers.filter(pl.col("unit").cast(pl.String).is_in(self._codes))

    @cached_property
    def _counts(self) -> pl.DataFrame:
        return self.snapshot.service_counts.filter(pl.col("unit").is_in(self._codes))

    @cached_property
    def _by_procedures(self) -> pl.DataFrame:
        return self._sided(inside_procedures(self.pilot.named or self.pilot.stand_in))

    @cached_property
    def _by_days(self) -> pl.DataFrame:
        return self._sided(self._in_days)

    @cached_property
    def _by_fields(self) -> pl.DataFrame:
        return count_service(self._of_known_field, self.snapshot.book, by=("unit", "field"))

    @cached_property
    def _of_known_field(self) -> pl.DataFrame:
        return self._dossiers.filter(pl.col("field").is_not_null())

    @property
    def _in_days(self) -> pl.Expr:
        taking_part = self.snapshot.register.participations_in(self.pilot.code)
        return inside_days(patterns_of(self.pilot.rule, taking_part, self._codes, book=self.snapshot.book))

    def _sided(self, inside: pl.Expr) -> pl.DataFrame:
        """Counts by unit and side; all procedures of a side are taken together, so the side stands as their name."""
        side = pl.when(inside).then(pl.lit(SIDES[0])).otherwise(pl.lit(SIDES[1])).cast(pl.Categorical())
        marked = self._dossiers.filter(inside.is_not_null()).with_columns(procedure=side)
        return count_service(marked, self.snapshot.book, by=("unit", "procedure"))

    def checks(self, design: Design) -> Iterator[Threat]:
        """What the dossiers tell of people who moved, of matters that became slower, and of who answers."""
        if self.snapshot.dossiers.is_empty():
            return
        if has_pattern(self.pilot.rule):
            yield check_displacement(self._visits_inside(), design, at_least=PRIVACY)
        for contrast in contrasts_of(self.pilot)[:1]:
            yield check_crowding_out(self.parts("waiting_hours", contrast)[1], design, at_least=PRIVACY)
        yield check_response_rate(self._answered(), design, at_least=PRIVACY)

    def _visits_inside(self) -> Panel:
        """Share of the dossiers received at the counter that came in the pilot's days and hours."""
        at_counter = self._dossiers.filter(pl.col("channel").cast(pl.String) == "counter")
        month = pl.col("received").dt.date().dt.truncate("1mo").alias("month")
        marked = at_counter.select(pl.col("unit").cast(pl.String), month, self._in_days).drop_nulls()
        parts = (pl.col("inside").sum(), pl.len().alias("n"))
        counted = marked.group_by("unit", "month").agg(*parts).sort("unit", "month")
        groups = list(counted.select("unit", "month").iter_rows())
        return panel_of_ratios(groups, counted["inside"].to_numpy(), counted["n"].to_numpy())

    def _answered(self) -> Panel:
        """Answers of counter visits; a month with more answers than visits is none."""
        visits = self._counts.filter(pl.col("measure") == COUNTER_VISITS).select("unit", "month", "n")
        given = self.snapshot.received_at_counters
        told = [(unit, month, given.get((unit, month), 0), n) for unit, month, n in visits.iter_rows()]
        sound = [each for each in told if each[2] <= each[3]]
        return panel_of_ratios([each[:2] for each in sound], [each[2] for each in sound], [each[3] for each in sound])

    def standardised(self, code: str, design: Design) -> PilotEffect | None:
        """The comparison with one mix of fields in every unit and month: that of all dossiers of these units.

        Of answers, those whose field people named; where no dossiers are known, the mix of the answers themselves, those
        without a field apart. None for other outcomes, and where the design takes each unit's own outside away.
        """
        if design.needs_outside:
            return None
        if code == SATISFIED_CODE:
            return self._standardised(self._answers_by_field, self._mix_of_answers, design, (0.0, 1.0))
        if code not in SERVICE_OUTCOMES or self._of_known_field.is_empty():
            return None
        counts = self._by_fields.filter(pl.col("measure") == code)
        return self._standardised(counts, self._mix_of_dossiers, design, self.whole(code).bounds)

    def _standardised(
        self, counts: pl.DataFrame, shares: Mapping[str, float], design: Design, bounds: tuple[float, float]
    ) -> PilotEffect | None:
        if counts.is_empty() or len(shares) < 2:  # noqa: PLR2004 -- one field has no mix
            return None
        found = standardised_panel(
            list(counts.select("unit", "month", "field").iter_rows()),
            counts["n"].to_numpy(),
            counts["total"].to_numpy(),
            counts["squares"].to_numpy(),
            shares,
            at_least=PRIVACY,
            bounds=bounds,
        )
        return compare_change(found.panel, design, at_least=PRIVACY) if len(found.strata) > 1 else None

    @cached_property
    def _answers_by_field(self) -> pl.DataFrame:
        counted = self.snapshot.count_by_field(OUTCOME).filter(pl.col("unit").is_in(self._codes))
        return counted.with_columns(total=pl.col("satisfied"), squares=pl.col("satisfied"))

    @cached_property
    def _mix_of_answers(self) -> dict[str, float]:
        """Shares of the fields by dossiers, of those fields that answers name; else by the answers."""
        counted = self._answers_by_field.group_by("field").agg(pl.col("n").sum())
        named = dict(counted.iter_rows())
        by_dossiers = {field: n for field, n in self._mix_of_dossiers.items() if field in named}
        return by_dossiers or named

    @cached_property
    def _mix_of_dossiers(self) -> dict[str, float]:
        return dict(self._of_known_field.group_by(pl.col("field").cast(pl.String)).len().iter_rows())
