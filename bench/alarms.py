"""How often a ranking, a funnel, a chart or a permutation test sees a difference where there is none."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from scoring import Estimate, funnel_limits, laney_p, p_chart, permutation_test, rank_sets, wilson, xmr
from scoring.signal import RULES


def of_rankings(*, quick: bool) -> Iterator[dict]:
    """All units have the same true share; each has its Wilson interval."""
    random = np.random.default_rng(10)
    runs = 100 if quick else 1000
    for units, (n, share) in itertools.product((2, 13, 60), ((50, 0.9), (200, 0.8), (1000, 0.95))):
        sets = [rank_sets(equal_units(random, units, n, share)) for _ in range(runs)]
        split = np.mean([max(each.tie_band) > 1 for each in sets])
        apart = np.mean([any(best > 1 for best in each.best) for each in sets])
        what = f"{units} units of {n} answers, share {share}"
        yield row("rank_sets", "some unit placed above another", what, apart, runs)
        yield row("rank_sets", "more than one tie band", what, split, runs)
    many = 5 if quick else 100
    sets = [rank_sets(equal_units(random, 3321, 200, 0.85)) for _ in range(many)]
    split = np.mean([max(each.tie_band) > 1 for each in sets])
    yield row("rank_sets", "more than one tie band", "3,321 units of 200 answers, share 0.85", split, many)


def equal_units(random: np.random.Generator, units: int, n: int, share: float) -> list[Estimate]:
    known = {k: wilson(k, n) for k in range(n + 1)}
    return [known[k] for k in random.binomial(n, share, size=units).tolist()]


def of_funnels(*, quick: bool) -> Iterator[dict]:
    """All units have the same true share; the target is the pooled one."""
    random = np.random.default_rng(11)
    runs = 100 if quick else 2000
    for units, share in itertools.product((10, 50), (0.5, 0.8, 0.95)):
        found = []
        for _ in range(runs):
            n = random.integers(20, 400, size=units)
            found.append(funnel_limits(random.binomial(n, share), n).outside.mean(axis=1))
        for level, flagged in zip((0.95, 0.998), np.mean(found, axis=0), strict=True):
            what = f"{units} units of 20 to 400 answers, share {share}"
            yield row("funnel_limits", f"units outside {100 * level:g} % limits", what, flagged, runs)


def of_charts(*, quick: bool) -> Iterator[dict]:
    """Twenty-four months in which nothing changed."""
    random = np.random.default_rng(12)
    runs = 200 if quick else 3000
    charts = [xmr(random.normal(80, 3, size=24)) for _ in range(runs)]
    yield from by_rule("xmr", "24 normal values", charts)
    for share, n in itertools.product((0.8, 0.95), (30, 200)):
        counts = [random.binomial(n, share, size=24) for _ in range(runs // 3)]
        for chart in (p_chart, laney_p):
            made = [chart(each, np.full(24, n)) for each in counts]
            yield from by_rule(chart.__name__, f"24 months of {n} answers, share {share}", made)


def by_rule(chart: str, what: str, charts: list) -> Iterator[dict]:
    for rule in RULES:
        raised = np.mean([any(signal.rule == rule for signal in each.signals) for each in charts])
        yield row("charts", rule, f"`{chart}`, {what}", raised, len(charts))


def of_permutations(*, quick: bool) -> Iterator[dict]:
    """Two treated of 13 units and no effect: the share of p ≤ 0.05; 78 assignments, so p moves in steps of 1/78."""
    random = np.random.default_rng(13)
    runs = 300 if quick else 4000
    treated = np.arange(13) < 2
    kinds: dict[str, Callable[[], np.ndarray]] = {
        "normal changes": lambda: random.normal(size=13),
        "skew changes": lambda: random.exponential(size=13),
        "the treated vary twice as much": lambda: random.normal(size=13) * np.where(treated, 2, 1),
        "the treated vary half as much": lambda: random.normal(size=13) * np.where(treated, 0.5, 1),
    }
    for what, draw in kinds.items():
        small = np.mean([permutation_test(draw(), treated).p <= 0.05 for _ in range(runs)])
        yield row("permutation_test", "p ≤ 0.05", what, small, runs)


def row(method: str, rule: str, when: str, rate: float, runs: int) -> dict:
    return {"method": method, "rule": rule, "when": when, "rate": float(rate), "runs": runs}


EVERYTHING: tuple[Callable[..., Iterator[dict]], ...] = (of_rankings, of_funnels, of_charts, of_permutations)
