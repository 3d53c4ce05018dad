"""How often 95 % intervals hold the truth: exact where all outcomes can be listed, else simulated from a stated seed."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from scoring import (
    Composite,
    Estimate,
    SurveyDesign,
    agresti_coull,
    bootstrap,
    cliffs_delta,
    clopper_pearson,
    count_answers,
    cronbach_alpha,
    effective_wilson,
    jeffreys,
    mean_estimate,
    share_difference,
    shrink,
    wilson,
)

SIZES = (5, 10, 20, 30, 50, 100, 200, 500, 1000, 5000)
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
POINTS = (1, 2, 3, 4, 5)
SATISFIED = {  # five points, worst first: shares of a pleased, a very pleased and a divided public
    "4.2 of 5": (0.02, 0.04, 0.10, 0.40, 0.44),
    "4.8 of 5": (0.005, 0.005, 0.02, 0.125, 0.845),
    "3.3 of 5": (0.20, 0.10, 0.15, 0.25, 0.30),
}


def wilson_corrected(successes: int, n: int) -> Estimate:
    return wilson(successes, n, correct=True)


def wald(successes: int, n: int) -> Estimate:
    """The textbook's p ± 1.96 √(p(1 − p)/n), which this project does not use: what the others are better than."""
    share = successes / n
    half = 1.959964 * (share * (1 - share) / n) ** 0.5
    return Estimate(share, share - half, share + half, n)


INTERVALS = (wald, wilson, wilson_corrected, clopper_pearson, agresti_coull, jeffreys)


def of_shares(*, quick: bool) -> Iterator[dict]:
    """Exact: every outcome of n answers, weighed by its probability."""
    for interval, n in itertools.product(INTERVALS, SIZES[:6] if quick else SIZES):
        ends = [interval(successes, n) for successes in range(n + 1)]
        low, high = (np.array([getattr(each, end) for each in ends]) for end in ("low", "high"))
        for share in SHARES:
            chance = binom.pmf(np.arange(n + 1), n, share)
            held = (low <= share + 1e-12) & (share - 1e-12 <= high)
            yield row(interval.__name__, n, share, float(chance[held].sum()), float(chance @ (high - low)))


def of_differences(*, quick: bool) -> Iterator[dict]:
    """Exact: every pair of outcomes of two groups."""
    for n, m in ((10, 10), (30, 30)) if quick else ((10, 10), (30, 30), (20, 100), (100, 100)):
        ends = [[share_difference((a, n), (b, m)) for b in range(m + 1)] for a in range(n + 1)]
        low, high = (np.array([[getattr(each, end) for each in line] for line in ends]) for end in ("low", "high"))
        for share, more in ((0.5, 0.0), (0.8, 0.0), (0.8, 0.1), (0.9, 0.05), (0.95, 0.04)):
            first, second = (binom.pmf(np.arange(k + 1), k, p) for k, p in ((n, share + more), (m, share)))
            chance, held = np.outer(first, second), (low <= more + 1e-12) & (more - 1e-12 <= high)
            width = float((chance * (high - low)).sum())
            yield row("share_difference", f"{n} and {m}", share, float(chance[held].sum()), width)


def of_means(*, quick: bool) -> Iterator[dict]:
    """Simulated: one question on five points; and the bootstrap of the same mean for few people."""
    random = np.random.default_rng(1)
    for (name, shares), n in itertools.product(SATISFIED.items(), SIZES):
        truth = float(np.dot(POINTS, shares))
        drawn = random.multinomial(n, shares, size=500 if quick else 4000)
        found = [mean_estimate(counts, POINTS) for counts in drawn]
        yield simulated("mean_estimate", n, name, truth, found)
        if n <= 200:
            again = (
                bootstrap(each, mean, seed=1, resamples=999, vectorised=True) for each in drawn[: 60 if quick else 400]
            )
            yield simulated("bootstrap (percentile)", n, name, truth, list(again))


def mean(counts: np.ndarray) -> np.ndarray:
    return counts @ np.array(POINTS) / counts.sum(axis=-1)


def of_composites(*, quick: bool) -> Iterator[dict]:
    """Simulated: indices of 9 and 22 questions, each person's answers correlated as one latent factor makes them.

    Given the factor a person's answers are independent, so what they satisfy of Q questions is one binomial draw. The
    interval needs only each person's share; that it is the one made from pairwise moments is checked on the way.
    """
    random = np.random.default_rng(2)
    for questions, correlation, n in itertools.product((9, 22), (0.0, 0.3, 0.5), SIZES):
        runs = max(200, min(500 if quick else 4000, 4_000_000 // n))
        for share in SHARES:
            found = []
            for _ in range(0, runs, size := max(1, min(runs, 500_000 // n))):
                factor = random.standard_normal((size, n))
                chance = ndtr((ndtri(share) - np.sqrt(correlation) * factor) / np.sqrt(1 - correlation))
                people = random.binomial(questions, chance) / questions
                means, variances = people.mean(axis=1), people.var(axis=1) / n
                found += [
                    effective_wilson(min(a, 1.0), b, n) for a, b in zip(means.tolist(), variances.tolist(), strict=True)
                ]
            yield simulated(f"index of {questions} questions, r = {correlation}", n, share, share, found)
    check_composite()


def of_independence(*, quick: bool) -> Iterator[dict]:
    """Simulated: the same index with its questions combined as if independent, which this project never does."""
    random = np.random.default_rng(5)
    for correlation, n in itertools.product((0.0, 0.3, 0.5), (50, 200)):
        factor = random.standard_normal((300 if quick else 4000, n))
        chance = ndtr((ndtri(0.8) - np.sqrt(correlation) * factor) / np.sqrt(1 - correlation))
        value = random.binomial(9, chance).mean(axis=1) / 9
        half = 1.959964 * np.sqrt(value * (1 - value) / (9 * n))
        found = [Estimate(v, v - h, v + h, n) for v, h in zip(value.tolist(), half.tolist(), strict=True)]
        yield simulated(f"9 questions as if independent, r = {correlation}", n, 0.8, 0.8, found)


def check_composite() -> None:
    """The short cut above gives what the tally and the composite give."""
    random = np.random.default_rng(3)
    answers = pl.DataFrame({f"q{i}": random.choice([2, 5], 40, p=[0.1, 0.9]) for i in range(9)}).cast(pl.Int8)
    index = Composite.of(dict.fromkeys(answers.columns, 1)).index(
        count_answers(answers, answers.columns, values=(0, 0, 0, 1, 1))
    )
    people = (answers.to_numpy() >= 4).mean(axis=1)
    short = effective_wilson(float(people.mean()), float(people.var()) / 40, 40)
    assert np.allclose([index.estimate.low, index.estimate.high], [short.low, short.high], rtol=1e-9)


def of_deltas(*, quick: bool) -> Iterator[dict]:
    """Simulated: Cliff's delta between two publics, on five points."""
    random = np.random.default_rng(4)
    pairs = [("4.2 of 5", "4.2 of 5"), ("4.8 of 5", "4.2 of 5"), ("4.8 of 5", "3.3 of 5")]
    for (a, b), n in itertools.product(pairs, (5, 10, 20, 50, 200)):
        p, q = np.array(SATISFIED[a]), np.array(SATISFIED[b])
        truth = float(np.sign(np.subtract.outer(POINTS, POINTS)).ravel() @ np.outer(p, q).ravel())
        draws = zip(*(random.multinomial(n, each, size=300 if quick else 3000) for each in (p, q)), strict=True)
        yield simulated("cliffs_delta", n, f"{a} beside {b}", truth, [cliffs_delta(x, y) for x, y in draws])


def of_designs(*, quick: bool) -> Iterator[dict]:
    """Simulated: a share of n answers from twenty clusters, whose people go together with correlation r."""
    random = np.random.default_rng(6)
    for r, n in itertools.product((0.0, 0.05, 0.2), (50, 100, 200, 500, 1000)):
        clusters = np.arange(n) % 20
        for share in (0.5, 0.8, 0.95):
            runs = 60 if quick else 600
            levels = np.full((runs, 20), share) if r == 0 else beta_shares(random, share, r, size=(runs, 20))
            answers = random.random((runs, n)) < levels[:, clusters]
            design = SurveyDesign(np.ones(n), clusters=clusters)
            found = [design.share(each).estimate for each in answers.astype(float)]
            yield simulated(f"SurveyDesign.share, 20 clusters, r = {r}", n, share, share, found)


def beta_shares(random: np.random.Generator, share: float, r: float, size: tuple[int, int]) -> np.ndarray:
    """True shares of clusters that have this mean and this correlation within."""
    both = 1 / r - 1
    return random.beta(share * both, (1 - share) * both, size=size)


def of_shrinkage(*, quick: bool) -> Iterator[dict]:
    """Simulated: the true share of each of 30 units that differ, from the beta-binomial model."""
    random = np.random.default_rng(8)
    for n in (10, 30, 100, 500):
        for share, both in ((0.85, 20), (0.85, 100), (0.95, 50)):
            held, found = [], []
            for _ in range(10 if quick else 60):
                truth = random.beta(share * both, (1 - share) * both, size=30)
                estimates = shrink(random.binomial(n, truth), np.full(30, n)).estimates
                held += [each.low <= t <= each.high for each, t in zip(estimates, truth, strict=True)]
                found += estimates
            width = float(np.mean([each.high - each.low for each in found]))
            yield row("shrink (30 units, beta-binomial)", n, share, float(np.mean(held)), width, runs=len(held))


def of_alphas(*, quick: bool) -> Iterator[dict]:
    """Simulated: alpha of eight questions on five points, normal-like and crowded at the top."""
    random = np.random.default_rng(9)
    for what, cuts in (("spread out", (-1.5, -0.5, 0.5, 1.5)), ("crowded at the top", (-3.0, -2.5, -2.0, -1.0))):
        truth = cronbach_alpha(rated(random, 400_000, cuts)).raw
        for n in (30, 100, 300):
            found = [cronbach_alpha(rated(random, n, cuts)) for _ in range(60 if quick else 600)]
            for name in ("feldt", "duhachek", "distribution_free"):
                intervals = [getattr(each, name) for each in found]
                yield simulated(f"cronbach_alpha, {name}, {what}", n, what, truth, intervals)


def rated(random: np.random.Generator, n: int, cuts: tuple[float, ...]) -> np.ndarray:
    latent = 0.7 * random.standard_normal((n, 1)) + 0.7 * random.standard_normal((n, 8))
    return np.digitize(latent, cuts) + 1


def simulated(method: str, n: object, what: object, truth: float, found: list[Estimate]) -> dict:
    held = np.mean([each.low - 1e-9 <= truth <= each.high + 1e-9 for each in found])
    return row(method, n, what, float(held), float(np.mean([each.high - each.low for each in found])), runs=len(found))


def row(method: str, n: object, what: object, coverage: float, width: float, *, runs: int | None = None) -> dict:
    return {"method": method, "n": n, "what": what, "coverage": coverage, "width": width, "runs": runs}


EVERYTHING: tuple[Callable[..., Iterator[dict]], ...] = (
    of_shares,
    of_differences,
    of_means,
    of_composites,
    of_independence,
    of_deltas,
    of_designs,
    of_shrinkage,
    of_alphas,
)
