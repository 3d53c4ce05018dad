"""How much of a sum one common factor accounts for: McDonald's omega."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice
from scoring.second_moments import Missing, is_possible, second_moments
from scoring.tally import Moments

__all__ = ["Fit", "Omega", "omega_total"]

Floats: TypeAlias = NDArray[np.float64]
Fit: TypeAlias = Literal["minimum residuals", "maximum likelihood"]

_LEAST_UNIQUENESS = 0.005
_DUST = 1e-12  # what rounding leaves of a variance of nothing, as part of the questions' own
_LEAST_QUESTIONS = 3  # two questions have one correlation for two loadings


@dataclass(frozen=True, slots=True, eq=False)
class Omega:
    """McDonald's omega total of one factor. standardised: of the sum of standardised answers; raw: of the plain sum.

    loadings, uniquenesses: shape (Q,), of standardised answers. at_bound: questions whose uniqueness was held at
    0.005 because the fit would have gone to 0 or below (a Heywood case: too few people, too few questions, or two
    that ask the same); read the omega of such a fit with care. converged: whether the search found the optimum.
    not_fitted: why there is no number; empty if there is one.
    """

    raw: float
    standardised: float
    loadings: Floats
    uniquenesses: Floats
    at_bound: tuple[int, ...]
    converged: bool
    n: int
    method: str
    missing: Missing
    not_fitted: str = ""


def omega_total(
    answers: ArrayLike | Moments, *, fit: Fit = "minimum residuals", missing: Missing = "pairwise"
) -> Omega:
    """How much of the variation of the sum one common factor leaves unexplained by chance: McDonald's omega total.

    Omega is 1 − Σ uniquenesses / variance of the sum, after fitting one factor to the correlations; unlike alpha it
    does not suppose that every question measures the factor equally well. The variance of the sum is the observed
    one, as in psych (MBESS takes the one that the model implies).

    This is the one-factor model. psych::omega as it stands fits three factors and a Schmid–Leiman rotation; its
    omega total is then of another model and as a rule higher.

    Args:
        answers: shape (n_people, n_questions), NaN for a blank; or the moments of one group.
        fit: "minimum residuals" (least squares on the correlations off the diagonal; the default of psych) or
            "maximum likelihood" (needs correlations without an exact dependence). Uniquenesses are held in
            [0.005, 1], as in psych and factanal; of several optima the best is taken (they start from one point).
        missing: "pairwise" or "complete", as `cronbach_alpha`.

    Returns:
        Omega with its loadings, the sum of which is positive. NaN with n, and `not_fitted` says why: fewer than two
        people, a question or the sum that does not vary, pairwise correlations that contradict each other (psych smooths them,
        here nothing is changed: use complete cases), or, for maximum likelihood, dependent questions.

    Raises:
        ValueError: fewer than three questions (one factor is then not determined), or as `cronbach_alpha`.

    Source:
        McDonald (1999), Test Theory: A Unified Treatment; Harman and Jones (1966), doi:10.1007/BF02289468, minimum
        residuals; Jöreskog (1967), doi:10.1007/BF02289658, maximum likelihood.
        R: psych::omega(x, nfactors = 1, fm = "minres", flip = FALSE)$omega.tot; factanal(x, 1)

    >>> answers = [[5, 4, 5, 4], [4, 4, 4, 5], [2, 3, 1, 2], [5, 5, 4, 4], [3, 2, 3, 3], [4, 3, 3, 2], [1, 2, 2, 1]]
    >>> omega = omega_total(answers)
    >>> round(omega.standardised, 4), omega.loadings.round(3).tolist(), omega.n
    (0.9316, [0.96, 0.809, 0.87, 0.871], 7)
    """
    choice("fit", fit, ("minimum residuals", "maximum likelihood"))
    moments = second_moments(answers, missing=missing)
    correlation, size = moments.correlation, len(moments.n)
    if size < _LEAST_QUESTIONS:
        raise ValueError(f"questions == {size}, must be 3 or more: two do not determine a factor.")
    why_not = _no_fit(correlation, moments.people, fit) or _no_sum(moments.covariance, correlation)
    if why_not:
        blank = np.full(size, math.nan)
        return Omega(
            math.nan, math.nan, blank, blank, (), converged=False, n=moments.people, method=fit, missing=missing,
            not_fitted=why_not,
        )  # fmt: skip
    search = _least_residuals if fit == "minimum residuals" else _most_likely
    _, loadings, converged = min((search(correlation, start) for start in _starts(correlation)), key=lambda end: end[0])
    loadings = loadings if loadings.sum() >= 0 else -loadings
    uniquenesses = 1 - loadings**2
    at_bound = np.flatnonzero(uniquenesses < _LEAST_UNIQUENESS * (1 + 1e-6))
    variances = np.diagonal(moments.covariance)
    return Omega(
        1 - float(uniquenesses @ variances / moments.covariance.sum()),
        1 - float(uniquenesses.sum() / correlation.sum()),
        loadings,
        uniquenesses,
        tuple(at_bound.tolist()),
        converged,
        moments.people,
        fit,
        missing,
    )


def _no_sum(covariance: Floats, correlation: Floats) -> str:
    """Why there is no variance to take a part of; empty if there is."""
    for sums, of in ((covariance, "the sum"), (correlation, "the sum of standardised answers")):
        if not sums.sum() > _DUST * np.trace(sums):
            return f"{of} does not vary"
    return ""


def _no_fit(correlation: Floats, people: int, fit: Fit) -> str:
    """Why one factor cannot be fitted to these correlations; empty if it can."""
    if people < 2:  # noqa: PLR2004, one person does not vary
        return f"people == {people}, too few to vary"
    still = np.flatnonzero(np.isnan(np.diagonal(correlation)))
    if still.size:
        return f"questions {still.tolist()} do not vary"
    if not is_possible(correlation):
        return "pairwise correlations contradict each other: no people could have answered so"
    if fit == "maximum likelihood" and np.linalg.eigvalsh(correlation)[0] <= 1e-9:  # noqa: PLR2004, what rounding leaves of 0
        return "a question follows exactly from others: the likelihood has no maximum"
    return ""


def _starts(correlation: Floats) -> Floats:
    """Loadings to search from: the first component's, and each question's correlations with the others.

    Where correlations are weak there are several optima, as a rule one beside each question that fits badly.
    """
    values, vectors = np.linalg.eigh(correlation)
    starts = np.vstack([vectors[:, -1] * math.sqrt(values[-1]), correlation])
    return np.asarray(np.clip(starts, -0.95, 0.95))


def _least_residuals(correlation: Floats, start: Floats) -> tuple[float, Floats, bool]:
    """Squared residuals off the diagonal, the loadings that leave the least, and whether they were found."""
    most = math.sqrt(1 - _LEAST_UNIQUENESS)
    i, j = np.triu_indices(len(correlation), 1)
    target, pair = correlation[i, j], np.arange(len(i))

    def residuals(loadings: Floats) -> Floats:
        return np.asarray(loadings[i] * loadings[j] - target)

    def slopes(loadings: Floats) -> Floats:
        slope = np.zeros((len(i), len(loadings)))
        slope[pair, i], slope[pair, j] = loadings[j], loadings[i]
        return slope

    from scipy.optimize import least_squares  # noqa: PLC0415, an eighth of a second at every start of the program

    found = least_squares(
        residuals, start, slopes, bounds=(-most, most), xtol=1e-15, ftol=1e-15, gtol=1e-12, max_nfev=500
    )
    return float(found.cost), found.x, bool(found.success)


def _most_likely(correlation: Floats, start: Floats) -> tuple[float, Floats, bool]:
    """The same by maximum likelihood, searched over the logarithms of the uniquenesses."""
    size = len(correlation)

    def parts(logs: Floats) -> tuple[Floats, Floats, Floats]:
        spread = np.exp(logs / 2)
        values, vectors = np.linalg.eigh(correlation / np.outer(spread, spread))
        return spread**2, values, spread * vectors[:, -1] * math.sqrt(max(values[-1] - 1, 0.0))

    def loss(logs: Floats) -> tuple[float, Floats]:
        uniquenesses, values, loadings = parts(logs)
        slope = (loadings**2 + uniquenesses - 1) / uniquenesses
        return float((values[:-1] - np.log(values[:-1]) - 1).sum()), slope

    logs = np.log(np.clip(1 - start**2, _LEAST_UNIQUENESS, 1.0))
    bounds = [(math.log(_LEAST_UNIQUENESS), 0.0)] * size
    from scipy.optimize import minimize  # noqa: PLC0415, an eighth of a second at every start of the program

    found = minimize(
        loss, logs, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-16, "gtol": 1e-11, "maxiter": 2000, "maxfun": 5000},
    )  # fmt: skip
    free = (found.x > bounds[0][0] + 1e-9) & (found.x < -1e-9)  # noqa: PLR2004, not held at a bound
    converged = bool(np.abs(loss(found.x)[1][free]).max(initial=0.0) < 1e-5)  # noqa: PLR2004, no slope is left
    loadings = np.copysign(np.sqrt(1 - np.exp(found.x)), parts(found.x)[2])
    return float(found.fun), loadings, converged
