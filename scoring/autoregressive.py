"""Least squares where each month's error hangs on the month before: Prais–Winsten, with limits that hold in short series."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.argument import confidence_level

__all__ = ["AutoregressiveFit", "fit_autoregressive", "newey_west_errors"]

Floats = NDArray[np.float64]

_GRID = np.round(np.arange(-0.8, 0.901, 0.05), 2)  # correlations tried
_ROUNDS = 5  # of fit and correlation in turn; they settle in two or three


@dataclass(frozen=True, eq=False)
class AutoregressiveFit:
    """values, standard_errors, low, high: of each contrast, shape (contrasts,). correlation: of neighbouring errors, with
    its bias taken off, on a grid of 0.05. fitted: shape (n,).
    """

    coefficients: Floats
    values: Floats
    standard_errors: Floats
    low: Floats
    high: Floats
    correlation: float
    fitted: Floats


def fit_autoregressive(
    design: Floats, outcome: Floats, contrasts: Floats, *, level: float = 0.95, draws: int = 999, seed: int = 1
) -> AutoregressiveFit:
    """Regression with errors of first-order autocorrelation, and intervals of contrasts of its coefficients.

    In two or three years of months the textbook ways promise far too much: measured on a level and a slope change in 19
    to 36 months with correlation 0 to 0.6 (1,500 runs each), intervals of 95 % by Newey–West hold in 60 to 86 %, by
    Prais–Winsten with t in 75 to 92 %. Here the correlation's bias is taken off, and the limits come from simulated
    series of this design at a correlation one standard error above the estimate: 92 to 97 %.

    Args:
        design: shape (n, k), of full rank, n above k + 1.
        outcome: shape (n,), in order of time.
        contrasts: shape (contrasts, k).
        level: confidence level, in (0, 1).
        draws: simulated series.
        seed: of them.

    Raises:
        ValueError: level out of range, or too few observations.

    Source:
        Prais and Winsten (1954), Cowles Commission Discussion Paper 383; Park and Mitchell (1980),
        doi:10.1016/0304-4076(80)90005-4, how short series mislead.
        R: prais::prais_winsten; statsmodels: GLS(y, X, sigma=toeplitz(rho ** arange(n))) gives the same at that rho
    """
    confidence_level(level)
    n, k = design.shape
    if n <= k + 1:
        raise ValueError(f"n == {n}, must be above {k + 1} with {k} coefficients.")
    transforms = _Transforms.of(design)
    own, errors, place = transforms.fit(outcome[np.newaxis], contrasts)
    higher = min(max(float(_GRID[place[0]]), 0.0) + 1 / math.sqrt(n), float(_GRID[-1]))
    drawn, spread, _ = transforms.fit(_series(higher, n, draws, seed), contrasts)
    limits = np.quantile(np.abs(drawn) / spread, level, axis=0)
    coefficients = transforms.solve[place[0]] @ outcome
    reach = limits * errors[0]
    return AutoregressiveFit(
        coefficients, own[0], errors[0], own[0] - reach, own[0] + reach, float(_GRID[place[0]]), design @ coefficients
    )


def newey_west_errors(design: Floats, outcome: Floats, contrasts: Floats, *, lags: int | None = None) -> Floats:
    """Standard errors of contrasts of least squares by Newey and West, for readers who look for them; see the warning above.

    Args:
        design: shape (n, k).
        outcome: shape (n,), in order of time.
        contrasts: shape (contrasts, k).
        lags: neighbours that count; by default the whole part of 4 (n / 100)^(2/9).

    Source:
        Newey and West (1987), doi:10.2307/1913610, factor n / (n − k).
        statsmodels: OLS(y, X).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}).bse
    """
    n, k = design.shape
    most = int(4 * (n / 100) ** (2 / 9)) if lags is None else lags
    inverse = np.linalg.inv(design.T @ design)
    scores = design * (outcome - design @ inverse @ design.T @ outcome)[:, np.newaxis]
    middle = scores.T @ scores
    for lag in range(1, most + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (most + 1)) * (crossed + crossed.T)
    covariance = contrasts @ inverse @ middle @ inverse @ contrasts.T * n / (n - k)
    return np.asarray(np.sqrt(np.maximum(np.diag(covariance), 0)))


def _series(correlation: float, n: int, draws: int, seed: int) -> Floats:
    shocks = np.random.default_rng(seed).standard_normal((draws, n))
    shocks[:, 0] /= math.sqrt(1 - correlation**2)
    for place in range(1, n):
        shocks[:, place] += correlation * shocks[:, place - 1]
    return shocks


@dataclass(frozen=True, eq=False)
class _Transforms:
    """For each correlation of the grid: solve (k, n) gives coefficients, rest (n, n) what is left, inverse (k, k)."""

    design: Floats
    solve: Floats
    rest: Floats
    inverse: Floats
    residual: Floats  # (n, n): what plain least squares leaves
    bias: float  # of the correlation of its residuals, where errors have none

    @classmethod
    def of(cls, design: Floats) -> _Transforms:
        n = len(design)
        solve, rest, inverse = [], [], []
        for correlation in _GRID:
            transform = np.eye(n) - correlation * np.eye(n, k=-1)
            transform[0, 0] = math.sqrt(1 - correlation**2)
            moved = transform @ design
            inverse.append(np.linalg.inv(moved.T @ moved))
            solve.append(inverse[-1] @ moved.T @ transform)
            rest.append(transform - moved @ solve[-1])
        residual = np.eye(n) - design @ np.linalg.pinv(design)
        bias = float((residual[1:] * residual[:-1]).sum() / (n - design.shape[1]))
        return cls(design, np.array(solve), np.array(rest), np.array(inverse), residual, bias)

    def fit(self, outcomes: Floats, contrasts: Floats) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """Contrasts, their errors, shape (series, contrasts), and each one's place on the grid; outcomes: (series, n)."""
        place = self._place(outcomes @ self.residual)
        for _ in range(_ROUNDS):
            coefficients = np.einsum("skn,sn->sk", self.solve[place], outcomes)
            place = self._place(outcomes - coefficients @ self.design.T)
        coefficients = np.einsum("skn,sn->sk", self.solve[place], outcomes)
        left = np.einsum("smn,sn->sm", self.rest[place], outcomes)
        n, k = self.design.shape
        variance = (left**2).sum(axis=1) / (n - k)
        spread = np.einsum("ci,gij,cj->gc", contrasts, self.inverse, contrasts)[place]
        return coefficients @ contrasts.T, np.sqrt(variance[:, np.newaxis] * spread), place

    def _place(self, residuals: Floats) -> NDArray[np.intp]:
        squares = (residuals**2).sum(axis=1)
        products = (residuals[:, 1:] * residuals[:, :-1]).sum(axis=1)
        n = residuals.shape[1]
        found = products / np.where(squares > 0, squares, 1) * n / (n - 1) - self.bias
        return np.asarray(np.abs(_GRID[:, np.newaxis] - found).argmin(axis=0), dtype=np.intp)
