"""The wild cluster bootstrap: how far t would stray if whole clusters' residuals had other signs and sizes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice, confidence_level, count, numbers
from scoring.permutation import farthest_kept
from scoring.two_way_effects import absorb_effects, label_codes

__all__ = ["BootstrapWeights", "WildBootstrap", "wild_cluster_bootstrap"]

Floats = NDArray[np.float64]
BootstrapWeights = Literal["auto", "rademacher", "webb"]

_FEW = 12  # clusters below which two weights leave too few different draws
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """The difference and its p by the wild cluster bootstrap with the null imposed.

    value, low, high: unit of the outcome; the ends hold every effect that the bootstrap keeps, NaN where none could be
    rejected. t: by CR1. draws: of weights; exact: all that there are. clusters, treated_clusters: all, and those with
    any treated observation.
    """

    value: float
    low: float
    high: float
    t: float
    p: float
    draws: int
    exact: bool
    weights: Literal["rademacher", "webb"]
    clusters: int
    treated_clusters: int

    @property
    def few(self) -> bool:
        """Whether fewer than 6 clusters are treated, or fewer than 6 are not: then it rejects too seldom or too often."""
        return min(self.treated_clusters, self.clusters - self.treated_clusters) < 6  # noqa: PLR2004, the rule itself


def wild_cluster_bootstrap(
    outcome: ArrayLike,
    treated: ArrayLike,
    *,
    unit: Iterable[Hashable],
    period: Iterable[Hashable],
    cluster: Iterable[Hashable] | None = None,
    weights: BootstrapWeights = "auto",
    draws: int = 9_999,
    seed: int = 1,
    level: float = 0.95,
) -> WildBootstrap:
    """Test of the treatment in outcome ~ unit + period + treated, errors clustered, for a moderate number of clusters.

    Beside the permutation, not instead of it: with few treated clusters this bootstrap rejects next to never (null
    imposed), as MacKinnon and Webb show.

    Args:
        outcome: shape (n,).
        treated: shape (n,), 0 or 1: whether the unit is under treatment in that period.
        unit: n labels.
        period: n labels.
        cluster: n labels; by default the units.
        weights: `rademacher` (1 or −1, all 2^clusters where they are no more than `draws`), `webb` (six points), or
            `auto`: Webb's below 12 clusters.
        draws: of weights.
        seed: of the draws.
        level: confidence level of the interval, in (0, 1).

    Returns:
        The test; t and p are NaN where CR1 has no error to divide by.

    Raises:
        ValueError: lengths, treated or labels as in `difference_in_differences`; fewer than two clusters.

    Source:
        Cameron, Gelbach and Miller (2008), doi:10.1162/rest.90.3.414; Webb (2023), doi:10.1111/caje.12661;
        MacKinnon and Webb (2017), doi:10.1002/jae.2508, few treated clusters.
        R: fwildclusterboot::boottest(lm(y ~ d + factor(unit) + factor(period)), "d", clustid = "unit", B = 9999)
    """
    confidence_level(level)
    y = numbers("outcome", outcome)
    d = numbers("treated", treated, length=len(y), least=0, most=1)
    units, periods = label_codes("unit", unit, len(y)), label_codes("period", period, len(y))
    groups = units if cluster is None else label_codes("cluster", cluster, len(y))
    size = int(groups.max(initial=-1)) + 1
    if size < 2:  # noqa: PLR2004, one cluster tells nothing of how clusters vary
        raise ValueError(f"clusters == {size}, must be 2 or more.")
    kind = choice("weights", weights, ("auto", "rademacher", "webb"))
    if kind == "auto":
        kind = "webb" if size < _FEW else "rademacher"
    chosen, exact = _draws(kind, size, count("draws", draws, least=1), seed)
    sums = _Sums.of(y, d, units, periods, groups)
    drawn = sums.drawn(chosen)
    own = float(drawn.t(np.zeros(1))[0, 0])
    p = float(_p(drawn, np.zeros(1))[0]) if math.isfinite(own) else math.nan
    low, high = _interval(drawn, own, level=level) if math.isfinite(own) else (math.nan, math.nan)
    touched = len(np.unique(groups[d > 0]))
    return WildBootstrap(
        sums.value, low, high, own, p, len(chosen), exact, "webb" if kind == "webb" else "rademacher", size, touched
    )  # fmt: skip


def _draws(kind: str, clusters: int, draws: int, seed: int) -> tuple[Floats, bool]:
    """Weights of shape (draws, clusters), those that change nothing first."""
    if kind == "rademacher" and 2**clusters <= draws:
        bits = np.arange(2**clusters)[:, np.newaxis] >> np.arange(clusters) & 1
        return np.where(bits, -1.0, 1.0), True
    generator = np.random.default_rng(seed)
    points = np.array([1.0, -1.0]) if kind == "rademacher" else np.sqrt(np.array([0.5, 1, 1.5, 0.5, 1, 1.5]))
    if kind == "webb":
        points = points * np.array([1, 1, 1, -1, -1, -1])
    drawn = points[generator.integers(0, len(points), (draws, clusters))]
    return np.vstack([np.ones(clusters), drawn]), False


@dataclass(frozen=True, eq=False)
class _Sums:
    """What is needed of the data: of each cluster, and of each pair, after units and periods are taken off.

    scores, strengths: Σ d·y and Σ d·d in each cluster, shape (clusters,). moved_y, moved_d: Σ d·M(y of cluster h) in
    each cluster g, shape (g, h), where M takes units and periods off.
    """

    scores: Floats
    strengths: Floats
    moved_y: Floats
    moved_d: Floats
    factor: float  # CR1's own: G / (G − 1) · (N − 1) / (N − K)

    @classmethod
    def of(
        cls, y: Floats, d: Floats, units: NDArray[np.intp], periods: NDArray[np.intp], groups: NDArray[np.intp]
    ) -> _Sums:
        size = int(groups.max()) + 1
        left, absorbed = absorb_effects(np.column_stack([y, d]), units, periods)
        outcome, treatment = left.T
        if treatment @ treatment <= _SAME * len(y):
            raise ValueError(
                "treated: nothing varies beyond units and periods, must be 1 in some periods of some units."
            )
        of_group = np.eye(size)[groups]
        both = np.hstack([of_group * outcome[:, np.newaxis], of_group * treatment[:, np.newaxis]])
        moved = of_group.T @ (treatment[:, np.newaxis] * absorb_effects(both, units, periods)[0])
        spare = max(len(y) - absorbed - 1, 1)
        factor = size / (size - 1) * (len(y) - 1) / spare
        scores, strengths = of_group.T @ (treatment * outcome), of_group.T @ treatment**2
        return cls(scores, strengths, moved[:, :size], moved[:, size:], factor)

    @property
    def value(self) -> float:
        return float(self.scores.sum() / self.strengths.sum())

    def drawn(self, weights: Floats) -> _Drawn:
        """What the draws of weights leave, so that each effect supposed costs no more than its own draws."""
        strength = self.strengths.sum()

        def parts(scores: Floats, moved: Floats) -> tuple[Floats, Floats]:
            value = weights @ scores / strength
            return value, weights @ moved.T - np.outer(value, self.strengths)

        # around the estimate, where residuals are small, so that nothing is lost in taking squares from one another
        value, rest = parts(self.scores - self.value * self.strengths, self.moved_y - self.value * self.moved_d)
        slope, rest_slope = parts(self.strengths, self.moved_d)
        squares = np.stack([(rest**2).sum(axis=1), (rest * rest_slope).sum(axis=1), (rest_slope**2).sum(axis=1)])
        return _Drawn(
            self.value,
            value,
            slope,
            self.factor * squares / strength**2,
            1e-12 * float(np.abs(self.scores).max()) / strength,
        )


@dataclass(frozen=True, eq=False)
class _Drawn:
    """value, slope: estimate of each draw at the centre, and what it loses per unit of effect, shape (draws,). squares:
    its squared error as a polynomial of the effect, shape (3, draws). dust: an error that is none.
    """

    centre: float
    value: Floats
    slope: Floats
    squares: Floats
    dust: float

    def t(self, effects: Floats) -> Floats:
        """CR1's t of each draw (rows) under each effect supposed (columns)."""
        away = effects - self.centre
        value = self.value[:, np.newaxis] - np.outer(self.slope, away)
        constant, linear, square = self.squares[:, :, np.newaxis]
        error = np.sqrt(np.maximum(constant - 2 * away * linear + away**2 * square, 0))
        exact = error <= np.maximum(self.dust, 1e-7 * np.abs(away) * np.sqrt(square))
        return np.asarray(np.where(exact, np.nan, value / np.where(exact, 1, error)))


def _p(drawn: _Drawn, effects: Floats) -> Floats:
    """Share of draws at least as far out, those that change nothing (the data themselves) included."""
    far = np.abs(drawn.t(effects))
    return np.asarray((far >= far[0] * (1 - _SAME)).mean(axis=0))


def _interval(drawn: _Drawn, own: float, *, level: float) -> tuple[float, float]:
    def kept(effects: Floats) -> NDArray[np.bool_]:
        return _p(drawn, effects) > 1 - level + 1e-12

    error = abs(drawn.centre / own) or 1.0
    far = drawn.centre + np.array([-1, 1]) * 1e6 * error
    if kept(far).any():
        return math.nan, math.nan
    return farthest_kept(kept, drawn.centre, -error), farthest_kept(kept, drawn.centre, error)
