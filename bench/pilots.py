"""Does the comparison of a pilot claim what is not so, and find what is? Simulated districts with known truth."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from bench.districts import AT_LEAST, BEFORE, Family, World, make_outcomes, make_worlds
from scoring import adjust_outcomes, clopper_pearson, compare_change, difference_in_differences
from scoring.power import WEEKS_A_MONTH, PlannedPilot, detectable_effect
from scoring.spread import Spread

EACH = 4  # every fourth district is also put through the regressions, which take most of the time
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
SEVEN = {"units": 7, "treated": 7, "drift": 0.02, "unit_month": 0.04}
BESIDE = (
    Family("7 communes, each with its own other procedures", group="beside", beside="procedures", **SEVEN),
    Family("2 of 13, triple difference", group="beside", beside="triple", **SHOCKS),
)
STAGED = (
    Family("2 begin, 4 six months later, 7 never; all shocks", group="staged", second=(4, 6), **SHOCKS),
    Family("the same, very unequal", group="staged", second=(4, 6), **UNEQUAL | {"least": 25}, **SHOCKS),
)
EVERYBODY = {"treated": 13, "group": "alone"}
ALONE = (
    Family("equal communes, all 13 at once", **EVERYBODY),
    Family("shared months that last (0.6)", common=0.04, common_carry=0.6, **EVERYBODY),
    Family("everybody improves by 5 points at the start anyway", step=0.05, **EVERYBODY),
)
PICKED = (
    Family("largest picked, nothing to do with size", group="picked", picked="largest", **UNEQUAL, **SHOCKS),
    Family("largest picked, larger ones improve anyway", group="picked", picked="largest", growth=0.004, **UNEQUAL),
    Family("those already rising picked, and they go on", group="picked", picked="rising", trend=0.005),
    Family("the worst of the last three months picked", group="picked", picked="worst", unit_month=0.06, carry=0.6),
    Family(
        "months of all pilot procedures, 7 communes beside themselves",
        group="picked",
        beside="procedures",
        fashion=0.06,
        **SEVEN,
    ),
)
SMALLEST = (  # last, so that the seeds of the others stay
    Family(
        "smallest picked, nothing to do with size",
        group="picked",
        picked="smallest",
        **UNEQUAL | {"least": 15},
        **SHOCKS,
    ),
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


def by_starts(world: World) -> Said:
    """Group-time effects of all waves."""
    claim = {"rose": 1, "fell": -1}.get(world.staged_found.verdict, 0)
    return Said(claim, world.staged_found.overall.low, world.staged_found.overall.high)


def by_events(world: World) -> Said:
    """Whether the band of the event study leaves 0 out in any month after the start."""
    after = [each.estimate for each in world.staged_found.by_event if each.event >= 0]
    outside = [np.sign(each.value) for each in after if each.low > 0 or each.high < 0]
    return Said(int(outside[0]) if outside else 0, np.nan, np.nan)


def by_series(which: str) -> Callable[[World], Said]:
    """Whether the interrupted series shows a jump, or lies apart from its old line at the end: it claims no effect."""

    def said(world: World) -> Said:
        found = getattr(world.series, which)
        outside = found.low > 0 or found.high < 0
        return Said(int(np.sign(found.value)) if outside else 0, found.low, found.high)

    return said


def before_starts(world: World) -> Said:
    """Whether the event study warns of a trend before the start."""
    return Said(int(world.staged_found.pre_trend_p <= 0.05), np.nan, np.nan)


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


def by_clusters(which: str) -> Callable[[World], Said]:
    """CR1 or the wild cluster bootstrap, as the project shows them beside the permutation."""

    def said(world: World) -> Said:
        if world.clustered is None:
            return NOTHING
        wild = world.clustered.wild
        if which == "wild":
            return Said(int(np.sign(wild.value)) if wild.p <= 0.05 else 0, wild.low, wild.high)
        cr1 = world.clustered.cr1
        return Said(int(np.sign(wild.value)) if cr1.p <= 0.05 else 0, cr1.estimate.low, cr1.estimate.high)

    return said


def from_error(value: float, error: float) -> Said:
    if not error > 0:
        return NOTHING
    half = -ndtri(0.025) * error
    return Said(int(np.sign(value)) if 2 * ndtr(-abs(value) / error) <= 0.05 else 0, value - half, value + half)


def treated_rows(world: World) -> np.ndarray:
    return np.isin(world.panel.units, world.design.treated)


def began(world: World, unit: str) -> int:
    """Number of the month in which the unit starts; 100 where it never does in what is compared."""
    start = world.starts[unit]
    compared = BEFORE + world.design.window.months_after
    at = 100 if start is None else world.panel.months.index(start)
    return at if world.design.kind != "not_yet_started" or at < compared else 100


def by_regression(errors: str, *, staged: bool = False) -> Callable[[World], Said]:
    """Unit and month effects on the monthly means, with errors as this."""

    def said(world: World) -> Said:
        last = len(world.panel.months) if staged else BEFORE + world.design.window.months_after
        means = world.panel.means(at_least=AT_LEAST)[:, :last]
        rows, months = np.nonzero(np.isfinite(means))
        under_way = np.array([began(world, unit) for unit in world.panel.units])[rows] <= months
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
STARTS = "`compare_starts`"
SERIES = "`interrupted_series`, jump"
METHODS: dict[str, Callable[[World], Said]] = {
    OURS: by_permutation,
    NAIVE: before_and_after,
    "regression, HC1": by_regression("HC1"),
    "regression, CR1": by_clusters("CR1"),
    "regression, wild bootstrap": by_clusters("wild"),
    "its warning of an earlier trend": before_trend,
}
BESIDE_METHODS: dict[str, Callable[[World], Said]] = {
    OURS: by_permutation,
    NAIVE: before_and_after,
    "regression, CR1": by_clusters("CR1"),
    "its warning of an earlier trend": before_trend,
}
STAGED_METHODS: dict[str, Callable[[World], Said]] = {
    STARTS: by_starts,
    "its band over the months": by_events,
    "its warning of an earlier trend": before_starts,
    "regression, CR1": by_regression("CR1", staged=True),
}
ALONE_METHODS: dict[str, Callable[[World], Said]] = {
    OURS: by_permutation,
    NAIVE: before_and_after,
    SERIES: by_series("jump"),
    "its distance at the end": by_series("end"),
}
GROUPS = {"alone": ALONE_METHODS, "lot": METHODS, "beside": BESIDE_METHODS, "staged": STAGED_METHODS, "picked": METHODS}


def of_family(family: Family, effect: float, runs: int, seed: int, methods: Iterable[str] = ()) -> list[dict]:
    """What each method says in so many worlds: claims (of the right sign where there is an effect), truth held."""
    known = GROUPS[family.group]
    said: dict[str, list[tuple]] = {name: [] for name in methods or known}
    for number, world in enumerate(make_worlds(family, effect=effect, runs=runs, seed=seed)):
        truth = world.staged if family.group == "staged" else world.truth
        for name, found in said.items():
            if number % EACH == 0 or not name.startswith("regression"):
                found.append((truth, *known[name](world)))
    rows = []
    for name, found in said.items():
        truth, claim, low, high = np.array(found, dtype=float).T
        told = np.isfinite(low)
        held = (low[told] - 1e-12 <= truth[told]) & (truth[told] <= high[told] + 1e-12)
        claimed = int((claim != 0).sum()) if effect == 0 else int((claim == np.sign(effect)).sum())
        rows.append(
            {
                "family": family.name,
                "group": family.group,
                "effect": effect,
                "method": name,
                "claims": claimed,
                "wrong": int((claim * np.sign(truth) < 0).sum()) if effect else 0,
                "runs": len(found),
                "intervals": int(told.sum()),
                "held": int(held.sum()),
                "width": float((high - low)[told].mean()) if told.any() else None,
                "lower": clopper_pearson(claimed, len(found), level=0.98).low,
            }
        )
    return rows


def of_plan(plan: PlannedPilot, sizes: float, runs: int, seed: int) -> list[dict]:
    """How often the effect that the plan calls the smallest to be seen is seen, in districts made as it supposes."""
    months = round(plan.weeks_after / WEEKS_A_MONTH)
    answers = plan.answers_a_month * np.exp(sizes**2 / 2)  # so that the harmonic mean is that of the plan
    family = Family(
        "", units=plan.units, treated=plan.treated, months=months, answers=answers, sizes=sizes, least=12, most=2000, share=plan.share, levels=0.02,
        common=plan.spread.month, unit_month=plan.spread.unit_month, drift=plan.spread.change,
    )  # fmt: skip
    effect = detectable_effect(plan).effect
    shown = sum(world.found.verdict == "rose" for world in make_worlds(family, effect=effect, runs=runs, seed=seed))
    unequal = ", very unequal" if sizes else ""
    what = f"{plan.treated} of {plan.units}{unequal}, {plan.answers:g} answers a week, {plan.weeks_after} weeks"
    return [{"plan": what, "effect": effect, "shown": shown, "runs": runs}]


def of_outcomes(together: float, runs: int, seed: int) -> list[dict]:
    """How often any of six outcomes is claimed to have changed where none did: each alone, and adjusted together."""
    family = Family("", **SHOCKS)
    alone, adjusted = 0, 0
    for design, panels in make_outcomes(family, outcomes=6, together=together, runs=runs, seed=seed):
        effects = {str(place): compare_change(panel, design, at_least=AT_LEAST) for place, panel in enumerate(panels)}
        alone += any(effect.verdict in {"rose", "fell"} for effect in effects.values())
        adjusted += any(each.verdict in {"rose", "fell"} for each in adjust_outcomes(effects).outcomes)
    lower = clopper_pearson(adjusted, runs, level=0.98).low
    return [{"outcomes": 6, "together": together, "alone": alone, "adjusted": adjusted, "lower": lower, "runs": runs}]


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
    for number, family in enumerate((*STAGED, *BY_LOT, *BESIDE, *PICKED, *ALONE, *SMALLEST)):
        methods = BESIDE_METHODS if family.beside else GROUPS[family.group]
        yield of_family, (family, 0.0, runs, 1000 + number, tuple(methods))
    for (number, family), effect in itertools.product(enumerate((*STAGED[:1], *WITH_EFFECT, *BESIDE)), EFFECTS[1:]):
        methods = (STARTS,) if family.group == "staged" else (OURS, NAIVE)
        yield of_family, (family, effect, runs // 2, 7000 + number, methods)
    for number, together in enumerate((0.0, 0.5, 0.9)):
        yield of_outcomes, (together, runs // 2, 8000 + number)
    for number, (plan, sizes) in enumerate(PLANS):
        yield of_plan, (plan, sizes, runs // 2, 9000 + number)


def of_pilots(*, quick: bool) -> Iterator[dict]:
    """Simulated districts: false claims, coverage and power of the comparison of a pilot."""
    with ProcessPoolExecutor(2) as pool:
        for waiting in [pool.submit(task, *arguments) for task, arguments in tasks(quick=quick)]:
            yield from waiting.result()


EVERYTHING: tuple[Callable[..., Iterator[dict]], ...] = (of_pilots,)
