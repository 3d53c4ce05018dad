"""The interrupted series: where nobody is left to compare, a level and a slope before and after, and no more than that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scoring.argument import confidence_level
from scoring.autoregressive import fit_autoregressive, newey_west_errors
from scoring.change import LeftOut
from scoring.design import Assumption, Design
from scoring.estimate import Estimate
from scoring.panel import Panel

__all__ = ["InterruptedSeries", "SeriesMonth", "interrupted_series"]

Floats = NDArray[np.float64]
NOBODY = Estimate(math.nan, math.nan, math.nan, 0)

_LEAST_BEFORE, _LEAST_AFTER = 6, 3  # months without which a line on either side is no line
_SEASON = 24  # months from which a yearly wave can be told from a trend
_DUST = 1e-9  # what rounding leaves of a series that its lines hit exactly


@dataclass(frozen=True, slots=True)
class SeriesMonth:
    """One month: mean of the unit means, the fitted line, and the old line drawn on (equal before the start)."""

    month: date
    value: float
    fitted: float
    continued: float


@dataclass(frozen=True, eq=False)
class InterruptedSeries:
    """A description of the treated units alone, never an effect: whatever else happened in these months is in it.

    jump: level at the first month after the start against the old line drawn on. slope: change of the change per month.
    end: the last month against the old line drawn on. All in the unit of the outcome, NaN with n == 0 where there are
    too few months. trend: change per month before. correlation: of neighbouring months' errors. seasonal: whether a
    yearly wave was fitted (24 months or more). newey_west: standard errors of jump, slope and end by that method.
    """

    jump: Estimate
    slope: Estimate
    end: Estimate
    trend: float
    correlation: float
    seasonal: bool
    newey_west: tuple[float, float, float]
    months: tuple[SeriesMonth, ...]
    units: tuple[str, ...]
    level: float
    left_out: tuple[LeftOut, ...]

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What would need to be true for the difference from the old line to be the pilot's doing, and cannot be known."""
        return ("line_goes_on", "nothing_else", "no_early_change", "same_answering")


def interrupted_series(
    panel: Panel, design: Design, *, at_least: int, level: float = 0.95, seed: int = 1
) -> InterruptedSeries:
    """Segmented regression of the treated units' monthly mean, with autocorrelated errors.

    mean ~ 1 + month + after + months since the start (+ a yearly wave from 24 months on). Every unit counts alike, and
    every month; the month in which the start falls is left out unless it begins on the first.

    Args:
        panel: the outcome by unit and month.
        design: treated units and months; its comparison is not used.
        at_least: answers below which a unit's month is not used; a unit that lacks a month is left out and named.
        level: confidence level, in (0, 1).
        seed: of the simulated series behind the limits.

    Raises:
        ValueError: `level` is outside (0, 1).

    Source:
        Wagner and others (2002), doi:10.1046/j.1365-2710.2002.00430.x; errors: see `fit_autoregressive`.
        R: prais::prais_winsten(y ~ month + after + since, index = "month")
    """
    confidence_level(level)
    before, after = design.window.before(panel.months), design.window.after(panel.months)
    seen = panel.only(design.treated, (*before, *after))
    units = tuple(unit for unit, n in zip(seen.units, seen.n, strict=True) if n.size and (n >= max(at_least, 1)).all())
    left_out = tuple(LeftOut(unit, None, "month_missing") for unit in seen.units if unit not in units)
    if not units or len(before) < _LEAST_BEFORE or len(after) < _LEAST_AFTER:
        nothing = (math.nan, math.nan, math.nan)
        return InterruptedSeries(
            NOBODY, NOBODY, NOBODY, math.nan, math.nan, False, nothing, (), units, level, left_out
        )  # fmt: skip
    used = seen.only(units, seen.months)
    values = used.means(at_least=at_least).mean(axis=0)
    return _fitted(values, used, after[0], level=level, left_out=left_out, seed=seed)


def _fitted(
    values: Floats, used: Panel, start: date, *, level: float, left_out: tuple[LeftOut, ...], seed: int
) -> InterruptedSeries:
    since = np.array([(month.year - start.year) * 12 + month.month - start.month for month in used.months], dtype=float)
    later = (since >= 0).astype(np.float64)
    seasonal = len(since) >= _SEASON
    design = np.column_stack([np.ones(len(since)), since, later, later * since, *(_wave(since) if seasonal else ())])
    contrasts = np.zeros((3, design.shape[1]))
    contrasts[0, 2] = contrasts[1, 3] = contrasts[2, 2] = 1
    contrasts[2, 3] = since[-1]
    found = fit_autoregressive(design, values, contrasts, level=level, seed=seed)
    exact = float(np.abs(values - found.fitted).max()) <= _DUST * float(np.abs(values).max())
    n = int(used.n.sum())
    jump, slope, end = (
        Estimate(float(value), float(low), float(high), n, "Prais–Winsten, simulated limits")
        if not exact
        else Estimate(float(value), math.nan, math.nan, n, "none: the lines leave nothing to judge by")
        for value, low, high in zip(found.values, found.low, found.high, strict=True)
    )
    continued = found.fitted - design[:, 2:4] @ found.coefficients[2:4]
    first, second, last = newey_west_errors(design, values, contrasts).tolist()
    return InterruptedSeries(
        jump=jump,
        slope=slope,
        end=end,
        trend=float(found.coefficients[1]),
        correlation=found.correlation,
        seasonal=seasonal,
        newey_west=(first, second, last),
        months=tuple(
            SeriesMonth(month, *map(float, row))
            for month, *row in zip(used.months, values, found.fitted, continued, strict=True)
        ),
        units=used.units,
        level=level,
        left_out=left_out,
    )


def _wave(since: Floats) -> tuple[Floats, Floats]:
    """One wave a year."""
    return np.sin(since * math.pi / 6), np.cos(since * math.pi / 6)
