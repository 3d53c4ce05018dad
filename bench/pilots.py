"""Does the comparison of a pilot claim what is not so, and find what is? Simulated districts with known truth."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from bench.districts import AT_LEAST, BEFORE, Family, World, make_worlds
from scoring import clopper_pearson, difference_in_differences
from scoring.power import WEEKS_A_MONTH, PlannedPilot, detectable_effect
from scoring.spread import Spread

EFFECTS = (0.0, 0.02, 0.05, 0.08)
UNEQUAL = {"sizes": 1.2, "answers": 40}
SHOCKS = {"common": 0.04, "unit_month": 0.04, "carry": 0.6, "drift": 0.02}

BY_LOT = (
    Family("equal communes"),
    Family("very unequal communes (5 to 300 answers a month)", **UNEQUAL),
    Family("months that shake all communes", common=0.06),
    Family("months that shake one commune", unit_month=0.06),
    Family("shocks that last (0.8 until the next month)", unit_month=0.06, carry=0.8),
    Family("communes that change by themselves", drift=0.04),
    Family("trends of their own", trend=0.005),
    Family("95 % satisfied", share=0.95, levels=0.02),
    Family("95 % satisfied, very unequal, shocks", share=0.95, levels=0.02, **UNEQUAL, common=0.01, unit_month=0.02),
    Family("very unequal, all shocks", **UNEQUAL, **SHOCKS),
    Family("2 of 5 communes", units=5),
    Family("6 of 13 communes", treated=6, **UNEQUAL, **SHOCKS),
    Family("2 begin, 11 six months later", later=6, **UNEQUAL, **SHOCKS),
    Family("on-time share of dossiers", share=0.92, levels=0.03, sizes=1.0, answers=120, most=2000, **SHOCKS),
    Family("waiting in working hours", waiting=True, sizes=0.8, answers=30, most=100, **SHOCKS),
)
PICKED = (
    Family("largest picked, nothing to do with size", picked="largest", **UNEQUAL, **SHOCKS),
    Family("largest picked, larger ones improve anyway", picked="largest", growth=0.004, **UNEQUAL),
    Family("those already rising picked, and they go on", picked="rising", trend=0.005),
    Family("the worst of the last three months picked", picked="worst", unit_month=0.06, carry=0.6),
)
WITH_EFFECT = (
    *(family for family in BY_LOT if family.units > 5 and not family.waiting and family.share == 0.8),
    Family("effects that differ (± 3 points)", spread_effect=0.03, **UNEQUAL, **SHOCKS),
)


class Said(NamedTuple):
    """What one method makes of one world. claim: −1, 0, 1; low, high: its interval, NaN without one."""

    claim: int
    low: float
    high: float


NOTHING = Said(0, np.nan, np.nan)


def by_permutation(world: World) -> Said:
    """What the project says."""
    claim = {"rose": 1, "fell": -1}.get(world.found.verdict, 0)
    return Said(claim, world.found.difference.low, world.found.difference.high)


def before_trend(world: World) -> Said:
    """Whether the project warns that the treated changed differently before the start already."""
    status = {threat.code: threat.status for threat in world.found.threats}
    return Said(int(status.get("different_trend") == "found"), np.nan, np.nan)


def before_and_after(world: World) -> Said:
    """The naive way: all answers of the treated communes after the start against before, z test of two shares."""
    (n, total, squares) = (
        part[treated_rows(world)] for part in (world.panel.n, world.panel.total, world.panel.squares)
    )
    last = BEFORE + world.design.window.months_after
    sides = [(each[:, :BEFORE].sum(), each[:, BEFORE:last].sum()) for each in (n, total, squares)]
    (n0, n1), (t0, t1), (s0, s1) = sides
    if min(n0, n1) < AT_LEAST:
        return NOTHING
    together = (s0 + s1) / (n0 + n1) - ((t0 + t1) / (n0 + n1)) ** 2
    return from_error(t1 / n1 - t0 / n0, np.sqrt(together * (1 / n0 + 1 / n1)))


def from_error(value: float, error: float) -> Said:
    if not error > 0:
        return NOTHING
    half = -ndtri(0.025) * error
    return Said(int(np.sign(value)) if 2 * ndtr(-abs(value) / error) <= 0.05 else 0, value - half, value + half)


def treated_rows(world: World) -> np.ndarray:
    return np.isin(world.panel.units, world.design.treated)


def by_regression(errors: str) -> Callable[[World], Said]:
    """Unit and month effects on the monthly means, with errors as this."""

    def said(world: World) -> Said:
        last = BEFORE + world.design.window.months_after
        means = world.panel.means(at_least=AT_LEAST)[:, :last]
        rows, months = np.nonzero(np.isfinite(means))
        under_way = treated_rows(world)[rows] & (months >= BEFORE)
        try:
            found = difference_in_differences(
                means[rows, months], under_way, unit=rows, period=months, cluster=rows, errors=errors
            )
        except ValueError:  # nobody treated is left
            return NOTHING
        claim = int(np.sign(found.estimate.value)) if found.p <= 0.05 else 0
        return Said(claim, found.estimate.low, found.estimate.high)

    return said


OURS, NAIVE = "`compare_change`", "before/after, z test"
METHODS: dict[str, Callable[[World], Said]] = {
    OURS: by_permutation,
    NAIVE: before_and_after,
    "regression, HC1": by_regression("HC1"),
    "regression, CR1": by_regression("CR1"),
    "its warning of an earlier trend": before_trend,
}


def of_family(family: Family, effect: float, runs: int, seed: int, methods: Iterable[str] = METHODS) -> list[dict]:
    """What each method says in so many worlds: claims (of the right sign where there is an effect), truth held."""
    worlds = make_worlds(family, effect=effect, runs=runs, seed=seed)
    names = tuple(methods)
    said = [[(world.truth, *METHODS[name](world)) for name in names] for world in worlds]
    table = np.array(said, dtype=float)
    rows = []
    for place, name in enumerate(names):
        truth, claim, low, high = table[:, place].T
        told = np.isfinite(low)
        held = (low[told] - 1e-12 <= truth[told]) & (truth[told] <= high[told] + 1e-12)
        claimed = int((claim != 0).sum()) if effect == 0 else int((claim == np.sign(effect)).sum())
        rows.append(
            {
                "family": family.name,
                "picked": family.picked != "lot",
                "effect": effect,
                "method": name,
                "claims": claimed,
                "wrong": int((claim * np.sign(truth) < 0).sum()) if effect else 0,
                "runs": len(table),
                "intervals": int(told.sum()),
                "held": int(held.sum()),
                "width": float((high - low)[told].mean()) if told.any() else None,
                "lower": clopper_pearson(claimed, len(table), level=0.98).low,
            }
        )
    return rows


def of_plan(plan: PlannedPilot, sizes: float, runs: int, seed: int) -> list[dict]:
    """How often the effect that the plan calls the smallest to be seen is seen, in districts made as it supposes."""
    months = round(plan.weeks_after / WEEKS_A_MONTH)
    answers = plan.answers_a_month * np.exp(sizes**2 / 2)  # so that the harmonic mean is that of the plan
    family = Family(
        "", plan.units, plan.treated, months, answers, sizes, least=12, most=2000, share=plan.share, levels=0.02,
        common=plan.spread.month, unit_month=plan.spread.unit_month, drift=plan.spread.change,
    )  # fmt: skip
    effect = detectable_effect(plan).effect
    shown = sum(world.found.verdict == "rose" for world in make_worlds(family, effect=effect, runs=runs, seed=seed))
    unequal = ", very unequal" if sizes else ""
    what = f"{plan.treated} of {plan.units}{unequal}, {plan.answers:g} answers a week, {plan.weeks_after} weeks"
    return [{"plan": what, "effect": effect, "shown": shown, "runs": runs}]


PLANS = (
    (PlannedPilot(13, 2, 52, 26, 10, 0.7, Spread(0.03, 0.02, 0.02)), 0.0),
    (PlannedPilot(13, 2, 52, 26, 10, 0.7, Spread(0.03, 0.02, 0.02)), 0.6),
    (PlannedPilot(13, 2, 52, 52, 40, 0.7, Spread(0.01, 0.02, 0.02)), 0.0),
    (PlannedPilot(13, 6, 52, 26, 10, 0.7, Spread(0.03, 0.02, 0.02)), 0.0),
    (PlannedPilot(7, 2, 52, 26, 20, 0.7, Spread(0.02, 0.02, 0.02)), 0.0),
    (PlannedPilot(20, 1, 52, 26, 20, 0.7, Spread(0.02, 0.02, 0.02)), 0.0),
    (PlannedPilot(40, 10, 52, 26, 5, 0.7, Spread(0.03, 0.02, 0.02)), 0.0),
)


def tasks(*, quick: bool) -> Iterator[tuple[Callable[..., list[dict]], tuple]]:
    """Functions of this file with their arguments, the longest first."""
    runs = 60 if quick else 2000
    for number, family in enumerate((*BY_LOT, *PICKED)):
        yield of_family, (family, 0.0, runs, 1000 + number, tuple(METHODS))
    for (number, family), effect in itertools.product(enumerate(WITH_EFFECT), EFFECTS[1:]):
        yield of_family, (family, effect, runs // 2, 2000 + number, (OURS, NAIVE))
    for number, (plan, sizes) in enumerate(PLANS):
        yield of_plan, (plan, sizes, runs // 2, 3000 + number)


def of_pilots(*, quick: bool) -> Iterator[dict]:
    """Simulated districts: false claims, coverage and power of the comparison of a pilot."""
    with ProcessPoolExecutor(2) as pool:
        for waiting in [pool.submit(task, *arguments) for task, arguments in tasks(quick=quick)]:
            yield from waiting.result()


EVERYTHING: tuple[Callable[..., Iterator[dict]], ...] = (of_pilots,)
