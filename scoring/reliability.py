"""Whether the questions of an index measure one thing: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares, minimize
from scipy.special import fdtri, stdtrit

from scoring.argument import choice, two_sided_z
from scoring.estimate import Estimate
from scoring.second_moments import Missing, SecondMoments, is_possible, read_answers, second_moments
from scoring.tally import Moments

__all__ = ["Alpha", "Fit", "Omega", "QuestionReliability", "cronbach_alpha", "omega_total"]

Floats: TypeAlias = NDArray[np.float64]
Fit: TypeAlias = Literal["minimum residuals", "maximum likelihood"]

_LEAST_UNIQUENESS = 0.005
_LEAST_QUESTIONS = 3  # two questions have one correlation for two loadings
_DUST = 1e-12


@dataclass(frozen=True, slots=True)
class QuestionReliability:
    """How one question stands to the others. raw_if_dropped, standardised_if_dropped: alpha of the others alone.

    rest_correlation: of the question with the sum of the others; total_correlation: with the sum of all, itself
    included. n: people who answered it. NaN where it, or what it is compared with, does not vary.
    """

    raw_if_dropped: float
    standardised_if_dropped: float
    rest_correlation: float
    total_correlation: float
    n: int


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha. raw: of the answers as they are; standardised: as if each question varied alike.

    feldt, duhachek, distribution_free: raw with three intervals; standard_error: Duhachek's. questions: in the order
    given.
    n: people behind the weakest pair of questions.
    """

    raw: float
    standardised: float
    feldt: Estimate
    duhachek: Estimate
    distribution_free: Estimate
    standard_error: float
    questions: tuple[QuestionReliability, ...]
    n: int
    missing: Missing


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


def cronbach_alpha(answers: ArrayLike | Moments, *, missing: Missing = "pairwise", level: float = 0.95) -> Alpha:
    """How far the questions vary together rather than each for itself: Cronbach's alpha with two intervals.

    Alpha is 1 where all questions get the same answer from each person and 0 where they have nothing in common; it
    may be negative. All questions must point the same way: none is reversed here.

    Feldt's interval supposes parallel questions with normal answers; Duhachek and Iacobucci's normal answers and many
    people, and may pass 1; the distribution-free one many people only. Coverage of the 95 % intervals, simulated (4,000
    and 3,000 runs a cell; 8 questions on five points, latent correlation 0.5) at n = 5, 10, 30, 100, 300. Answers spread
    over the scale: Feldt 94, 95, 96, 95, 95 %; Duhachek 89, 93, 95, 95, 94; distribution-free 91, 91, 94, 95, 95. Seven
    in ten at the top point, as is usual here: Feldt 93, 87, 84, 81, 82; Duhachek 82, 88, 85, 82, 81; distribution-free
    85, 84, 85, 90, 93. So with answers crowded at one end and 100 people or more, publish the distribution-free
    interval; below that no interval here keeps its promise.

    Args:
        answers: shape (n_people, n_questions), NaN for a blank; or the moments of one group (a tally's `moments`),
            from which alpha takes the same time for a million people as for ten.
        missing: "pairwise": each covariance from the people who answered both questions; "complete": only people who
            answered everything (not possible from moments).
        level: confidence level, in (0, 1).

    Returns:
        Alpha with its parts. `n`, which the intervals use, is that of the pair of questions that the fewest people
        answered; R's psych takes all rows, blank ones too, and so gives narrower intervals where answers are
        missing. NaN with n for one question, fewer than two people, or a sum that does not vary (seven people all at
        five: nothing varies, so nothing is known of what varies together); `standardised` is NaN if any one question
        does not vary. The distribution-free interval needs each person's answers to all questions: NaN from moments,
        and with blanks unless complete cases are taken. Where every person gives all questions the same answer, alpha
        is 1 and the intervals are NaN, not of width 0: no disagreement was seen, and no method here says how much there
        may be. So are Duhachek's and the distribution-free one where only one question varies.

    Raises:
        ValueError: no table of numbers, moments of several groups, complete cases asked of moments, or `level`.

    Source:
        Cronbach (1951), doi:10.1007/BF02310555; Feldt, Woodruff and Salih (1987), doi:10.1177/014662168701100107;
        Duhachek and Iacobucci (2004), doi:10.1037/0021-9010.89.5.792; Maydeu-Olivares, Coffman and Hartmann (2007),
        doi:10.1037/1082-989X.12.2.157, distribution-free. R: psych::alpha(x), its total, alpha.drop,
        item.stats and feldt.

    >>> alpha = cronbach_alpha([[5, 4, 5], [4, 4, 4], [2, 3, 1], [5, 5, 4], [3, 2, 3]])
    >>> f"{alpha.raw:.4f} ({alpha.feldt.low:.2f} to {alpha.feldt.high:.2f}), n = {alpha.n}"
    '0.8977 (0.48 to 0.99), n = 5'
    >>> [round(question.rest_correlation, 3) for question in alpha.questions]
    [0.981, 0.664, 0.802]
    """
    z = two_sided_z(level)
    moments = second_moments(answers, missing=missing)
    covariance, correlation = moments.covariance, moments.correlation
    raw, n, size = _alpha(covariance), moments.people, len(covariance)
    disagree = raw < 1 - _DUST  # not so for NaN, nor where each person gives all questions the same answer
    error = _standard_error(covariance, n) if disagree else math.nan
    low, high = _feldt(raw, n, size, level) if disagree else (math.nan, math.nan)
    free = math.nan
    if disagree and not isinstance(answers, Moments):
        free = _distribution_free_error(read_answers(answers, missing=missing)) * -float(
            stdtrit(n - 1, (1 - level) / 2)
        )
    return Alpha(
        raw,
        _alpha(correlation),
        Estimate(raw, low, high, n, "Feldt"),
        Estimate(raw, raw - z * error, raw + z * error, n, "Duhachek"),
        Estimate(raw, raw - free, raw + free, n, "distribution-free, t"),
        error,
        tuple(_question(moments, correlation, i) for i in range(size)),
        n,
        missing,
    )


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
        people, a question that does not vary, pairwise correlations that contradict each other (psych smooths them,
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
    why_not = _no_fit(correlation, moments.people, fit)
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


def _alpha(covariance: Floats) -> float:
    """Part of the sum's variance that comes from covariances, times k / (k − 1); NaN where the sum does not vary."""
    size, whole = len(covariance), float(covariance.sum())
    own = float(np.trace(covariance))
    if size < 2 or not whole > _DUST * own:  # noqa: PLR2004, one question has nothing to agree with
        return math.nan
    return size / (size - 1) * (1 - own / whole)


def _standard_error(covariance: Floats, n: int) -> float:
    """Duhachek and Iacobucci's; NaN where it comes to 0, as where only one question varies."""
    size, whole, own = len(covariance), covariance.sum(), np.trace(covariance)
    squared = covariance @ covariance
    spread = whole * (np.trace(squared) + own**2) - 2 * own * squared.sum()
    variance = 2 * size**2 / ((size - 1) ** 2 * whole**3) * spread / n
    return math.sqrt(variance) if variance > _DUST else math.nan


def _distribution_free_error(answers: Floats) -> float:
    """From what each person adds to alpha, whatever the distribution; NaN with blanks, where nobody's whole is known."""
    n, size = answers.shape
    from_mean = answers - answers.mean(axis=0)
    own, whole = (from_mean**2).sum(axis=1), from_mean.sum(axis=1) ** 2
    ratio = own.mean() / whole.mean()
    added = size / (size - 1) * (ratio * whole - own) / whole.mean()  # of mean 0
    variance = float((added**2).sum() / (n - 1) / n)
    return math.sqrt(variance) if variance > _DUST else math.nan


def _feldt(raw: float, n: int, size: int, level: float) -> tuple[float, float]:
    """(1 − population alpha) / (1 − alpha) is taken to follow F of n − 1 and (n − 1)(k − 1) degrees of freedom."""
    one, other = n - 1, (n - 1) * (size - 1)
    tail = (1 - level) / 2
    low, high = (float(1 - (1 - raw) * fdtri(one, other, p)) for p in (1 - tail, tail))
    return low, high


def _question(moments: SecondMoments, correlation: Floats, i: int) -> QuestionReliability:
    covariance = moments.covariance
    others = np.delete(np.arange(len(covariance)), i)
    cut = np.ix_(others, others)
    own, shared, rest = covariance[i, i], covariance[i, others].sum(), covariance[cut].sum()
    return QuestionReliability(
        _alpha(covariance[cut]),
        _alpha(correlation[cut]),
        _ratio(shared, own * rest),
        _ratio(shared + own, own * covariance.sum()),
        int(moments.n[i, i]),
    )


def _ratio(shared: float, variances: float) -> float:
    return float(shared / math.sqrt(variances)) if variances > 0 else math.nan


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
    found = minimize(
        loss, logs, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-16, "gtol": 1e-11, "maxiter": 2000, "maxfun": 5000},
    )  # fmt: skip
    free = (found.x > bounds[0][0] + 1e-9) & (found.x < -1e-9)  # noqa: PLR2004, not held at a bound
    converged = bool(np.abs(loss(found.x)[1][free]).max(initial=0.0) < 1e-5)  # noqa: PLR2004, no slope is left
    loadings = np.copysign(np.sqrt(1 - np.exp(found.x)), parts(found.x)[2])
    return float(found.fun), loadings, converged
