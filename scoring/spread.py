"""How much units and months differ beyond what the chance of the answers makes, from an office's own past."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.argument import count, numbers
from scoring.panel import Panel

__all__ = ["Spread", "estimate_spread"]

Floats = NDArray[np.float64]

LEAST_UNITS = 4
LEAST_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations in the unit of the outcome; those given by default are assumptions for a share.

    change: how far a unit drifts from the others between two periods, which no number of answers or months wears off.
    unit_month: what happens to one unit in one month. month: what happens to all units in one month.
    units, months: from which it was estimated; 0 where it is assumed.

    Raises:
        ValueError: one is negative or not finite.
    """

    change: float = 0.03
    unit_month: float = 0.02
    month: float = 0.02
    units: int = 0
    months: int = 0

    def __post_init__(self) -> None:
        for name in ("change", "unit_month", "month"):
            numbers(name, [getattr(self, name)], least=0)
        count("units", self.units)
        count("months", self.months)

    @property
    def assumed(self) -> bool:
        """Whether nothing was measured for it."""
        return self.units == 0


def estimate_spread(panel: Panel, *, at_least: int) -> Spread | None:
    """The spread of past months in which no pilot ran, by moments; each variance is no less than 0.

    Units with every month are used (at least `at_least` answers in each); from then on nothing is hidden by who was
    away. The months are halved. Within a half, what unit and month leave of the means is the unit's month and the
    sampling error; between the halves, what the common change leaves of the units' changes is both of these and the
    lasting change. The estimate is rough with few units: of thirteen, half a change's spread too much or too little
    is nothing unusual.

    Args:
        panel: past months of the units that could be chosen.
        at_least: answers below which a unit's month is not used.

    Returns:
        The spread; None with fewer than 4 such units or 6 months.

    Source:
        Searle, Casella and McCulloch (1992), Variance Components, chapter 3, the balanced two-way table.
    """
    means = panel.means(at_least=at_least)
    whole = np.isfinite(means).all(axis=1)
    units, months = int(whole.sum()), means.shape[1]
    if units < LEAST_UNITS or months < LEAST_MONTHS:
        return None
    kept, answers = means[whole], panel.n[whole]
    sampling = panel.answer_variance(at_least=at_least) / answers
    half = months // 2
    halves = (slice(None, half), slice(half, None))
    freedom = (units - 1) * (months - 2)
    left = [_without_margins(kept[:, part]) for part in halves]
    unit_month = sum(float((each**2).sum()) for each in left) / freedom - float(sampling.mean())
    changes = kept[:, halves[1]].mean(axis=1) - kept[:, halves[0]].mean(axis=1)
    noise = sum(_noise(sampling[:, part], max(unit_month, 0.0)) for part in halves)
    change = float(changes.var(ddof=1)) - noise
    common = np.concatenate([kept[:, part].mean(axis=0) - kept[:, part].mean() for part in halves])
    month = float((common**2).sum()) / (months - 2) - (max(unit_month, 0.0) + float(sampling.mean())) / units
    lasting, own, common_part = (math.sqrt(max(each, 0.0)) for each in (change, unit_month, month))
    return Spread(lasting, own, common_part, units, months)


def _without_margins(means: Floats) -> Floats:
    """What unit and month leave of a whole table."""
    by_unit, by_month = means.mean(axis=1, keepdims=True), means.mean(axis=0, keepdims=True)
    return np.asarray(means - by_unit - by_month + means.mean(), dtype=np.float64)


def _noise(sampling: Floats, unit_month: float) -> float:
    """Variance of a unit's mean over these months without a lasting change, on average over units."""
    return float((sampling.mean(axis=1) + unit_month).mean() / sampling.shape[1])
