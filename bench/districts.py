"""Simulated districts whose truth is known: communes, months, answers, and an effect that somebody planted or nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np

from scoring import (
    ClusteredErrors,
    Design,
    InterruptedSeries,
    Panel,
    Participation,
    PilotEffect,
    StaggeredEffect,
    choose_design,
    clustered_errors,
    compare_change,
    compare_starts,
    interrupted_series,
    list_designs,
    panel_of_counts,
)

Picked = Literal["lot", "largest", "smallest", "rising", "worst"]

BEFORE = 12
FIRST = 2024 * 12
CEILING = 0.995
AT_LEAST = 10
BOOTSTRAP_DRAWS = 399
STARTS_DRAWN = 1_000  # of the ways to hand out staged starts: a tenth of what the project draws


@dataclass(frozen=True)
class Family:
    """How the districts of a family are made; standard deviations as shares (0.05 is five points).

    group: which table it stands in, and so which methods look at it.
    answers: of a commune and month, on average; sizes: spread of their logarithms, within least..most. share: satisfied,
    or dossiers on time; levels: how far communes lie apart for good. common: a month's shock to all communes (`common_carry` of it stays); step: what all gain at the start, pilot or not;
    unit_month: to one, of which the part `carry` stays until the next month. drift: a commune's lasting change at the
    start of the pilot; trend: its change a month, all along; growth: what a commune e times as large gains a month.
    spread_effect: how the effect differs between treated communes. waiting: the outcome is working hours of dossiers.
    picked: how the treated were chosen; by lot unless it is said. later: how many months after them all others start;
    second: another wave, of so many communes, so many months later. beside: what lies outside the pilot in the same
    communes is compared too, alone (`procedures`) or against the same in other communes (`triple`); inside and outside
    share half of what happens to a commune. fashion: a month's shock to what lies inside, in all communes.
    """

    name: str
    group: Literal["lot", "beside", "staged", "picked", "alone"] = "lot"
    units: int = 13
    treated: int = 2
    months: int = 12
    answers: float = 40
    sizes: float = 0.0
    least: int = 5
    most: int = 300
    share: float = 0.8
    levels: float = 0.04
    common: float = 0.0
    unit_month: float = 0.0
    carry: float = 0.0
    drift: float = 0.0
    trend: float = 0.0
    growth: float = 0.0
    spread_effect: float = 0.0
    waiting: bool = False
    picked: Picked = "lot"
    later: int | None = None
    second: tuple[int, int] | None = None
    beside: Literal["", "procedures", "triple"] = ""
    fashion: float = 0.0
    common_carry: float = 0.0
    step: float = 0.0

    @property
    def codes(self) -> tuple[str, ...]:
        """The communes' codes."""
        return tuple(f"u{number:02}" for number in range(self.units))


@dataclass(frozen=True, eq=False)
class World:
    """One district: what is seen of it, and what is true. truth: mean effect in the treated communes and months after.

    outside: what lies outside the pilot, where it is compared. starts: of every commune; staged: mean effect of all
    waves, each commune counting alike.
    """

    panel: Panel
    design: Design
    truth: float
    outside: Panel | None
    starts: dict[str, date | None]
    staged: float

    @cached_property
    def found(self) -> PilotEffect:
        """What the project makes of it."""
        return compare_change(self.panel, self.design, at_least=AT_LEAST, outside=self.outside)

    @cached_property
    def clustered(self) -> ClusteredErrors | None:
        """What the project shows beside it."""
        return clustered_errors(self.panel, self.design, at_least=AT_LEAST, outside=self.outside, draws=BOOTSTRAP_DRAWS)

    @cached_property
    def series(self) -> InterruptedSeries:
        """How the project describes the treated alone."""
        return interrupted_series(self.panel, self.design, at_least=AT_LEAST)

    @cached_property
    def staged_found(self) -> StaggeredEffect:
        """What the project makes of all waves together."""
        return compare_starts(self.panel, self.starts, at_least=AT_LEAST, most=STARTS_DRAWN)


def months_from(first: int, count: int) -> tuple[date, ...]:
    return tuple(date((first + k) // 12, (first + k) % 12 + 1, 1) for k in range(count))


def make_worlds(family: Family, *, effect: float, runs: int, seed: int) -> Iterator[World]:
    """So many districts, drawn at once; the same seed draws the same ones whatever the effect."""
    random = np.random.default_rng(seed)
    months = months_from(FIRST, BEFORE + family.months)
    answers = draw_answers(family, random, runs, len(months))
    sizes = np.log(np.maximum(answers.mean(axis=2), 1))
    levels = draw_levels(family, random, sizes, len(months))
    others = None
    if family.beside:
        common, (inside, beside) = levels, (draw_levels(family, random, sizes, len(months)) for _ in range(2))
        fashion = family.fashion * random.standard_normal((runs, 1, len(months)))
        levels = family.share + (common + inside - 2 * family.share) / np.sqrt(2) + fashion
        others = np.clip(family.share + (common + beside - 2 * family.share) / np.sqrt(2), 1 - CEILING, CEILING)
    places = choose_treated(family, random, answers, levels)
    begins = months_of_start(family, random, places)
    under_way = np.arange(len(months)) >= begins[:, :, np.newaxis]
    own = effect + family.spread_effect * random.standard_normal((runs, family.units, 1))
    none = np.clip(levels, 1 - CEILING, CEILING)
    done = np.clip(none + own * under_way, 1 - CEILING, CEILING)
    for run in range(runs):
        starts = {unit: None if at > 99 else months[at] for unit, at in zip(family.codes, begins[run], strict=True)}
        design = design_of(family, starts)
        first, after = places[run], slice(BEFORE, BEFORE + design.window.months_after)
        change = done[run] - none[run]
        if family.waiting:
            panel, hours = waiting_panel(family, random, months, answers[run], done[run])
            change = hours(done[run]) - hours(none[run])
        else:
            panel = share_panel(family, months, answers[run], random.binomial(answers[run], done[run]))
        outside = (
            others
            if others is None
            else share_panel(family, months, answers[run], random.binomial(answers[run], others[run]))
        )
        of_units = [change[unit, at:].mean() for unit, at in enumerate(begins[run]) if at <= 99]
        yield World(panel, design, float(change[first, after].mean()), outside, starts, float(np.mean(of_units)))


def make_outcomes(
    family: Family, *, outcomes: int, together: float, runs: int, seed: int
) -> Iterator[tuple[Design, list[Panel]]]:
    """Districts with several outcomes and no effect; `together` is the part of what happens that is common to them."""
    random = np.random.default_rng(seed)
    months = months_from(FIRST, BEFORE + family.months)
    answers = draw_answers(family, random, runs, len(months))
    sizes = np.log(np.maximum(answers.mean(axis=2), 1))
    common, *own = (draw_levels(family, random, sizes, len(months)) - family.share for _ in range(outcomes + 1))
    begins = months_of_start(family, random, choose_treated(family, random, answers, family.share + common))
    mixed = (family.share + np.sqrt(together) * common + np.sqrt(1 - together) * each for each in own)
    levels = [np.clip(each, 1 - CEILING, CEILING) for each in mixed]
    for run in range(runs):
        starts = {unit: None if at > 99 else months[at] for unit, at in zip(family.codes, begins[run], strict=True)}
        panels = [
            share_panel(family, months, answers[run], random.binomial(answers[run], each[run])) for each in levels
        ]
        yield design_of(family, starts), panels


def months_of_start(family: Family, random: np.random.Generator, places: np.ndarray) -> np.ndarray:
    """Number of the month in which each commune starts, by world; 100 where it never does."""
    begins = np.full((len(places), family.units), 100)
    if family.later is not None:
        begins[:] = BEFORE + family.later
    rows = np.arange(len(places))[:, np.newaxis]
    begins[rows, places] = BEFORE
    if family.second is not None:
        size, later = family.second
        waiting = np.where(begins > 99, random.random(begins.shape), -1)
        begins[rows, np.argsort(-waiting, axis=1)[:, :size]] = BEFORE + later
    return begins


def draw_answers(family: Family, random: np.random.Generator, runs: int, months: int) -> np.ndarray:
    """Answers by world, commune and month."""
    sizes = family.answers * np.exp(family.sizes * random.standard_normal((runs, family.units, 1)))
    return random.poisson(np.clip(sizes, family.least, family.most) * np.ones(months))


def draw_levels(family: Family, random: np.random.Generator, sizes: np.ndarray, months: int) -> np.ndarray:
    """The share that would be satisfied if nobody did anything, by world, commune and month."""
    runs, shape = len(sizes), (len(sizes), family.units, months)
    at, started = np.arange(months), np.arange(months) >= BEFORE
    own = carried(random.standard_normal(shape), family.carry)
    still, lasting, slope = (random.standard_normal((runs, family.units, 1)) for _ in range(3))
    apart = (sizes - sizes.mean(axis=1, keepdims=True))[:, :, np.newaxis]
    return (
        family.share
        + family.levels * still
        + family.common * carried(random.standard_normal((runs, 1, months)), family.common_carry)
        + family.unit_month * own
        + (family.drift * lasting + family.step) * started
        + (family.trend * slope + family.growth * apart) * (at - BEFORE)
    )


def carried(fresh: np.ndarray, carry: float) -> np.ndarray:
    """The same shocks when part of each stays until the next month; their variance is 1 throughout."""
    kept = fresh.copy()
    for month in range(1, fresh.shape[2]):
        kept[:, :, month] = carry * kept[:, :, month - 1] + np.sqrt(1 - carry**2) * fresh[:, :, month]
    return kept


def choose_treated(family: Family, random: np.random.Generator, answers: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Places of the treated communes by world: by lot, or with reasons that come from the months before."""
    by_lot = random.random(answers.shape[:2])
    seen = random.binomial(answers, np.clip(levels, 1 - CEILING, CEILING)) / np.maximum(answers, 1)
    half = BEFORE // 2
    wanted = {
        "lot": by_lot,
        "largest": answers[:, :, :BEFORE].sum(axis=2),
        "smallest": -answers[:, :, :BEFORE].sum(axis=2),
        "rising": levels[:, :, half:BEFORE].mean(axis=2) - levels[:, :, :half].mean(axis=2),
        "worst": -seen[:, :, BEFORE - 3 : BEFORE].mean(axis=2),
    }[family.picked]
    return np.argsort(-wanted, axis=1)[:, : family.treated]


def design_of(family: Family, starts: dict[str, date | None]) -> Design:
    """The design that the project itself chooses from the dates; beside the pilot, the one that the family is about."""
    taking_part = [Participation("pilot", unit, start) for unit, start in starts.items() if start is not None]
    until = months_from(FIRST, BEFORE + family.months + 1)[-1]
    if not family.beside:
        return choose_design("pilot", family.codes, taking_part, months=BEFORE, until=until)
    found = list_designs("pilot", family.codes, taking_part, contrasts=("procedures",), months=BEFORE, until=until)
    kind = {"procedures": "other_procedures", "triple": "triple_procedures"}[family.beside]
    return next(design for design in found if design.kind == kind)


def share_panel(family: Family, months: tuple[date, ...], answers: np.ndarray, satisfied: np.ndarray) -> Panel:
    """From counts on two points: no, yes."""
    groups = [(unit, month) for unit in family.codes for month in months]
    return panel_of_counts(groups, np.stack([answers - satisfied, satisfied], axis=2).reshape(-1, 2), (0, 1))


def waiting_panel(family, random, months, n, levels):
    """Working hours of each dossier, log-normal; a commune at a lower level lets people wait longer."""

    def hours(level: np.ndarray) -> np.ndarray:
        return 16 * np.exp(2 * (0.8 - level))

    spread = 0.8
    cells = np.repeat(np.arange(n.size), n.ravel())
    middle = np.log(hours(levels)).ravel() - spread**2 / 2
    drawn = np.exp(middle[cells] + spread * random.standard_normal(len(cells)))
    total, squares = (np.bincount(cells, weights=drawn**power, minlength=n.size).reshape(n.shape) for power in (1, 2))
    return Panel(family.codes, months, n, total, squares, (0.0, np.inf)), hours
