"""Simulated districts whose truth is known: communes, months, answers, and an effect that somebody planted or nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np

from scoring import Design, Panel, Participation, PilotEffect, choose_design, compare_change, panel_of_counts

Picked = Literal["lot", "largest", "rising", "worst"]

START = date(2025, 1, 1)
BEFORE = 12
FIRST = 2024 * 12
CEILING = 0.995
AT_LEAST = 10


@dataclass(frozen=True)
class Family:
    """How the districts of a family are made; standard deviations as shares (0.05 is five points).

    answers: of a commune and month, on average; sizes: spread of their logarithms, within least..most. share: satisfied,
    or dossiers on time; levels: how far communes lie apart for good. common: a month's shock to all communes;
    unit_month: to one, of which the part `carry` stays until the next month. drift: a commune's lasting change at the
    start of the pilot; trend: its change a month, all along; growth: what a commune e times as large gains a month.
    spread_effect: how the effect differs between treated communes. waiting: the outcome is working hours of dossiers.
    picked: how the treated were chosen; by lot unless it is said. later: how many months after them all others start.
    """

    name: str
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

    @property
    def codes(self) -> tuple[str, ...]:
        """The communes' codes."""
        return tuple(f"u{number:02}" for number in range(self.units))


@dataclass(frozen=True, eq=False)
class World:
    """One district: what is seen of it, and what is true. truth: mean effect in the treated communes and months after."""

    panel: Panel
    design: Design
    truth: float

    @cached_property
    def found(self) -> PilotEffect:
        """What the project makes of it."""
        return compare_change(self.panel, self.design, at_least=AT_LEAST)


def months_from(first: int, count: int) -> tuple[date, ...]:
    return tuple(date((first + k) // 12, (first + k) % 12 + 1, 1) for k in range(count))


def make_worlds(family: Family, *, effect: float, runs: int, seed: int) -> Iterator[World]:
    """So many districts, drawn at once; the same seed draws the same ones whatever the effect."""
    random = np.random.default_rng(seed)
    months = months_from(FIRST, BEFORE + family.months)
    answers = draw_answers(family, random, runs, len(months))
    levels = draw_levels(family, random, np.log(answers.mean(axis=2)), len(months))
    places = choose_treated(family, random, answers, levels)
    own = effect + family.spread_effect * random.standard_normal((runs, family.treated, 1))
    changed = np.repeat(np.clip(levels, 1 - CEILING, CEILING)[:, np.newaxis], 2, axis=1)
    rows = np.arange(runs)[:, np.newaxis]
    changed[rows, 1, places, BEFORE:] = np.clip(changed[rows, 1, places, BEFORE:] + own, 1 - CEILING, CEILING)
    for run in range(runs):
        none, done = changed[run]
        design = design_of(family, places[run])
        treated, after = places[run], slice(BEFORE, BEFORE + design.window.months_after)
        if family.waiting:
            panel, hours = waiting_panel(family, random, months, answers[run], done)
            truth = float((hours(done) - hours(none))[treated, after].mean())
        else:
            panel = share_panel(family, months, answers[run], random.binomial(answers[run], done))
            truth = float((done - none)[treated, after].mean())
        yield World(panel, design, truth)


def draw_answers(family: Family, random: np.random.Generator, runs: int, months: int) -> np.ndarray:
    """Answers by world, commune and month."""
    sizes = family.answers * np.exp(family.sizes * random.standard_normal((runs, family.units, 1)))
    return random.poisson(np.clip(sizes, family.least, family.most) * np.ones(months))


def draw_levels(family: Family, random: np.random.Generator, sizes: np.ndarray, months: int) -> np.ndarray:
    """The share that would be satisfied if nobody did anything, by world, commune and month."""
    runs, shape = len(sizes), (len(sizes), family.units, months)
    at, started = np.arange(months), np.arange(months) >= BEFORE
    own = np.empty(shape)
    fresh = random.standard_normal(shape)
    own[:, :, 0] = fresh[:, :, 0]
    for month in range(1, months):
        own[:, :, month] = family.carry * own[:, :, month - 1] + np.sqrt(1 - family.carry**2) * fresh[:, :, month]
    still, lasting, slope = (random.standard_normal((runs, family.units, 1)) for _ in range(3))
    apart = (sizes - sizes.mean(axis=1, keepdims=True))[:, :, np.newaxis]
    return (
        family.share
        + family.levels * still
        + family.common * random.standard_normal((runs, 1, months))
        + family.unit_month * own
        + family.drift * lasting * started
        + (family.trend * slope + family.growth * apart) * (at - BEFORE)
    )


def choose_treated(family: Family, random: np.random.Generator, answers: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Places of the treated communes by world: by lot, or with reasons that come from the months before."""
    by_lot = random.random(answers.shape[:2])
    seen = random.binomial(answers, np.clip(levels, 1 - CEILING, CEILING)) / np.maximum(answers, 1)
    half = BEFORE // 2
    wanted = {
        "lot": by_lot,
        "largest": answers[:, :, :BEFORE].sum(axis=2),
        "rising": levels[:, :, half:BEFORE].mean(axis=2) - levels[:, :, :half].mean(axis=2),
        "worst": -seen[:, :, BEFORE - 3 : BEFORE].mean(axis=2),
    }[family.picked]
    return np.argsort(-wanted, axis=1)[:, : family.treated]


def design_of(family: Family, treated: np.ndarray) -> Design:
    """The design that the project itself chooses from the dates."""
    taking_part = [Participation("pilot", family.codes[place], START) for place in treated]
    until = months_from(FIRST, BEFORE + family.months + 1)[-1]
    if family.later is not None:
        start = months_from(FIRST, BEFORE + family.later + 1)[-1]
        rest = set(range(family.units)) - set(treated.tolist())
        taking_part += [Participation("pilot", family.codes[place], start) for place in sorted(rest)]
    return choose_design("pilot", family.codes, taking_part, months=BEFORE, until=until)


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
