"""Shares of units that follow one Beta distribution: its fit, and how sure a share then is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, betaln, polygamma, psi

from scoring.estimate import NOBODY, Estimate
from scoring.likelihood import likely_points

__all__ = ["averaged_variance", "beta_estimates", "fit_beta", "units_vary", "variance_of_centre"]

Floats = NDArray[np.float64]
_LEAST_ROOT = 1e-3  # of the correlation within a unit, the square root


def units_vary(yes: Floats, n: Floats) -> bool:
    """Whether the likelihood rises when units are allowed to differ a little: Tarone's score is above 0."""
    p = yes.sum() / n.sum()
    return bool(((yes - n * p) ** 2).sum() > n.sum() * p * (1 - p) * (1 + 1e-9))


def fit_beta(yes: Floats, n: Floats) -> tuple[float, float]:
    """The a and b of the Beta distribution of the true shares by which the answers are likeliest.

    Args:
        yes: answers that count, shape (units,); where `units_vary`, and not every unit is all or nothing.
        n: answers in all, above 0, shape (units,).

    Source:
        Griffiths (1973), doi:10.2307/2529131.
        R: VGAM::Coef(VGAM::vglm(cbind(x, n - x) ~ 1, VGAM::betabinomialff))

    >>> a, b = fit_beta(np.array([19.0, 160.0, 450.0]), np.array([20.0, 200.0, 600.0]))
    >>> round(a / (a + b), 3), round(a + b)
    (0.773, 737)
    """

    def loss(logs: Floats) -> float:
        a, b = np.exp(logs).tolist()
        return -_log_likelihood(a, b, yes, n)

    def slope(logs: Floats) -> Floats:
        return -_derivatives(logs, yes, n)[0]

    def bend(logs: Floats) -> Floats:
        return -_derivatives(logs, yes, n)[1]

    p = float(yes.sum() / n.sum())
    start = min((np.log([p * sure, (1 - p) * sure]) for sure in 10.0 ** np.arange(-2, 7)), key=loss)
    from scipy.optimize import minimize  # noqa: PLC0415, an eighth of a second at every start of the program

    best: Floats = minimize(loss, start, jac=slope, hess=bend, method="trust-exact", options={"gtol": 1e-6}).x
    for _ in range(3):  # the last digits, which the likelihood itself is too flat to show
        best = best - np.linalg.solve(bend(best), slope(best))
    a, b = np.exp(best).tolist()
    return a, b


def averaged_variance(yes: Floats, n: Floats, share: Floats, middle: float) -> tuple[Floats, float]:
    """Mean squared distance of the true shares, and of the centre, from the estimates, over all likely variances.

    Args:
        yes: answers that count, shape (units,).
        n: answers in all, shape (units,); somebody answered somewhere.
        share: the estimate of each unit's share, shape (units,).
        middle: the estimate of the centre.
    """
    counted = n > 0

    def centre(within: float) -> float:
        weight = n / (1 + (n - 1) * within)
        return float((weight * np.divide(yes, n, out=np.zeros_like(n), where=counted)).sum() / weight.sum())

    def fit(root: float) -> float:
        within, at = root**2, centre(root**2)
        sure = (1 - within) / within
        return _log_likelihood(at * sure, (1 - at) * sure, yes, n)

    variance, centre_variance = np.zeros(len(n)), 0.0
    for root, weight in likely_points(fit, _LEAST_ROOT, 1 - _LEAST_ROOT):
        within = root**2
        at, sure = centre(within), (1 - within) / within
        error = variance_of_centre(at, within, n)
        there = (at * sure + yes) / (sure + n)
        spread = there * (1 - there) / (sure + n + 1) + (sure / (sure + n)) ** 2 * error
        variance += weight * (spread + (there - share) ** 2)
        centre_variance += weight * (error + (at - middle) ** 2)
    return variance, centre_variance


def variance_of_centre(middle: float, within: float, n: Floats) -> float:
    """Variance of the mean of units whose answers correlate so much within the unit, in (0, 1)."""
    return float(middle * (1 - middle) / (n / (1 + (n - 1) * within)).sum())


def beta_estimates(share: Floats, worth: Floats, n: Floats, *, level: float, method: str) -> Iterator[Estimate]:
    """Each share with the interval of a Beta distribution worth so many answers; NaN where n is 0."""
    low, high = (betaincinv(share * worth, (1 - share) * worth, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
    rows = zip(share.tolist(), low.tolist(), high.tolist(), n.astype(int).tolist(), strict=True)
    for value, lower, upper, size in rows:
        yield Estimate(value, min(lower, value), max(upper, value), size, method) if size else NOBODY


def _log_likelihood(a: float, b: float, yes: Floats, n: Floats) -> float:
    return float((betaln(a + yes, b + n - yes) - betaln(a, b)).sum())


def _derivatives(logs: Floats, yes: Floats, n: Floats) -> tuple[Floats, Floats]:
    """First and second derivatives of the log likelihood by log a and log b."""
    a, b = np.exp(logs)
    whole = (psi(a + b) - psi(a + b + n)).sum()
    slope = np.array([a, b]) * (np.array([(psi(a + yes) - psi(a)).sum(), (psi(b + n - yes) - psi(b)).sum()]) + whole)
    bend_whole = (polygamma(1, a + b) - polygamma(1, a + b + n)).sum()
    bend_a = (polygamma(1, a + yes) - polygamma(1, a)).sum() + bend_whole
    bend_b = (polygamma(1, b + n - yes) - polygamma(1, b)).sum() + bend_whole
    bend = np.array([[a * a * bend_a, a * b * bend_whole], [a * b * bend_whole, b * b * bend_b]]) + np.diag(slope)
    return slope, bend
