"""What a mean change would have been had each unit's own gap gone up instead of down: where units are their own comparison.

If the pilot changed nothing, what lies inside it was as likely to change more than what lies outside as less, in each
unit apart. Nobody drew that by lot either: it is supposed, and said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.permutation import farthest_kept, is_shown, p_values

__all__ = ["Flips", "attainable_flip_p", "flip_interval", "list_flips", "studentise_flips"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Flips:
    """Signs that each unit's gap could have had. signs: 1 or −1, shape (sets, units); as it was (all 1) first."""

    signs: Floats
    exact: bool


def attainable_flip_p(units: int) -> float:
    """Smallest two-sided p of so many units: all gaps in one direction, or all in the other. NaN without units.

    >>> attainable_flip_p(6) == 2 / 64, attainable_flip_p(5), attainable_flip_p(1)
    (True, 0.0625, 1.0)
    """
    return 2.0 ** (1 - units) if units else math.nan


def list_flips(units: int, *, most: int, seed: int) -> Flips:
    """All 2^units signs; a seeded sample beside the real ones where there are more than `most`.

    Raises:
        ValueError: no units.
    """
    if units < 1:
        raise ValueError(f"units == {units}, must be 1 or more.")
    if 2**units <= most:
        bits = np.arange(2**units)[:, np.newaxis] >> np.arange(units) & 1
        return Flips(np.where(bits, -1.0, 1.0), exact=True)
    drawn = np.random.default_rng(seed).integers(0, 2, (most, units))
    return Flips(np.vstack([np.ones(units), np.where(drawn, -1.0, 1.0)]), exact=False)


def studentise_flips(gaps: Floats, variances: Floats, flips: Flips) -> tuple[Floats, Floats]:
    """Mean gap under each choice of signs, and the same divided by its standard error.

    The standard error takes the sampling variance of each unit and the variance between units beyond it, by moments,
    never below 0; so it exists for a single unit too.

    Args:
        gaps: change inside − change outside of each unit, shape (units,).
        variances: sampling variance of each gap, shape (units,), 0 or more.
        flips: the signs.

    Returns:
        Mean gaps (unit of `gaps`) and statistics, each of shape (sets,). Without any variation the statistic is 0 for
        no gap and infinite otherwise.

    Source:
        Fisher (1935), The Design of Experiments, section 21; Canay, Romano and Shaikh (2017), doi:10.3982/ECTA13081,
        sign changes with few clusters. R: coin::symmetry_test; EnvStats::oneSamplePermutationTest(gaps, exact = TRUE)

    >>> flips = list_flips(6, most=10_000, seed=1)
    >>> means, statistics = studentise_flips(np.array([0.1, 0.2, 0.1, 0.3, 0.2, 0.1]), np.zeros(6), flips)
    >>> round(float(means[0]), 4), float((abs(statistics) >= statistics[0]).mean())
    (0.1667, 0.03125)
    """
    means, statistics = _studentised(flips.signs, gaps[:, np.newaxis], variances)
    return means[:, 0], statistics[:, 0]


def _studentised(signs: Floats, gaps: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """The same for several tries at once: gaps of shape (units, tries), results of shape (sets, tries)."""
    units = signs.shape[1]
    means = signs @ gaps / units
    noise = float(variances.sum())
    within = (gaps**2).sum(axis=0) - units * means**2
    between = np.maximum(within - (1 - 1 / units) * noise, 0) / max(units - 1, 1)
    error = np.sqrt(between / units + noise / units**2)
    dust = 1e-12 * np.abs(gaps).max(axis=0) + 1e-300
    means = np.where(np.abs(means) <= dust, 0.0, means)
    exact = np.where(means == 0, 0.0, np.copysign(np.inf, means))
    # squares lose half of the digits: an error below 1e-7 of the gaps is what rounding leaves of none
    varies = error > np.maximum(dust, 1e-7 * np.abs(gaps).max(axis=0))
    return means, np.where(varies, means / np.where(varies, error, 1.0), exact)


def flip_interval(gaps: Floats, variances: Floats, flips: Flips, *, level: float) -> tuple[float, float]:
    """All effects, the same in every unit, that flipping the signs does not reject; lowest and highest.

    (NaN, NaN) where no result of so few units could be rejected at this level.
    """
    same = np.abs(flips.signs.mean(axis=1)) == 1
    if not is_shown(float(same.mean()), level=level):
        return math.nan, math.nan

    def kept(effects: Floats) -> NDArray[np.bool_]:
        shifted = gaps[:, np.newaxis] - effects
        return p_values(_studentised(flips.signs, shifted, variances)[1]) > 1 - level + 1e-12

    estimate = float(gaps.mean())
    scale = float(np.ptp(gaps)) + float(np.sqrt(variances.max()))
    if scale == 0:
        return estimate, estimate
    return farthest_kept(kept, estimate, -scale), farthest_kept(kept, estimate, scale)
