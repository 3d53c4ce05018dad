"""How much more the treated changed than the others: two by two, or with unit and period effects."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from scoring.argument import choice, confidence_level, counts, numbers, show
from scoring.estimate import Estimate
from scoring.four_cells import CELLS, FourCells, check_cells, doubt_of_cells_alike, four_cells
from scoring.two_way_effects import absorb_effects, label_codes

__all__ = ["DifferenceInDifferences", "Errors", "difference_in_differences", "difference_of_four_means"]

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.intp]
Errors: TypeAlias = Literal["classical", "HC1", "CR1"]

_DUST = 1e-10  # what rounding leaves of a number that should be 0, as a share of its size


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences:
    """The change of the treated less the change of the others.

    estimate: in the unit of the outcome, n the observations. t: estimate / standard_error; p: two-sided.
    degrees_of_freedom: of t. parameters: coefficients of the model, those of units and periods included.
    clusters, treated_clusters: all, and those with any treated observation; 0 where errors are not clustered.
    """

    estimate: Estimate
    standard_error: float
    t: float
    p: float
    degrees_of_freedom: int
    parameters: int
    clusters: int
    treated_clusters: int
    errors: Errors


def difference_in_differences(
    outcome: ArrayLike,
    treated: ArrayLike,
    *,
    after: ArrayLike | None = None,
    unit: Iterable[Hashable] | None = None,
    period: Iterable[Hashable] | None = None,
    cluster: Iterable[Hashable] | None = None,
    errors: Errors | None = None,
    scale: tuple[float, float] | None = None,
    level: float = 0.95,
) -> DifferenceInDifferences:
    """How much more the outcome changed where something was done than where it was not.

    Two forms, both by least squares. With `after`: outcome ~ treated + after + treated × after, where `treated` says
    which group an observation belongs to. With `unit` and `period`: outcome ~ unit + period + treated, where `treated`
    says whether the unit is under treatment in that period (0 before its start).

    Errors. "classical": σ² with N − K degrees of freedom. "HC1": robust to unequal variances, factor N / (N − K),
    t of N − K. "CR1": robust to any correlation within a cluster, factor G / (G − 1) · (N − 1) / (N − K), t of G − 1
    degrees of freedom. K counts every coefficient, the absorbed units and periods too, as in lm with dummies
    (xtreg, fe and plm do not count units nested in clusters, and come out smaller).

    Two warnings. (1) With staggered starts and effects that grow or differ, unit and period effects compare late
    starters with early ones that are still changing: the result is then a weighted mean with possibly negative
    weights, not the mean effect. (2) CR1 trusts in many clusters, treated and not. Simulated without any effect (units
    × 12 months, start in the seventh, correlated 0.5 between neighbouring months, 5,000 runs), at p ≤ 0.05 CR1 rejects
    with 1, 2 and 6 treated of 13 units in 54, 17 and 5 %, with 2, 10 and 25 of 50 in 31, 6 and 4 %; HC1 in 20 to 28 %;
    `permutation_test` on the change of each unit in 0, 4, 5, 5, 4 and 5 %. With few treated units use that one.

    Args:
        outcome: shape (n,).
        treated: shape (n,), 0 or 1.
        after: shape (n,), 0 or 1.
        unit: n labels.
        period: n labels.
        cluster: n labels; by default the units, if given.
        errors: by default "CR1" with units or clusters, else "HC1".
        scale: lowest and highest possible outcome; used only in the first form where every observation of each cell
            is alike and the model's errors would be 0.
        level: confidence level, in (0, 1).

    Returns:
        The difference with its interval. NaN with n where a cell of the first form is empty, or for no observations.
        Errors and interval are NaN where nothing is left to judge them by: no more observations than coefficients, an
        outcome without any variation left, or two clusters of which one is treated. Where each of the four cells is
        all alike, `scale` gives the square-and-add of their four Wilson intervals instead: seven people all at five
        leave room for doubt. Coverage of the 95 % interval with `scale=(1, 5)`, no effect and a share of 0.9 or 0.97
        at five, the others at four (1,500 runs a cell; up to 43 % of the runs all alike): 96 to 100 % with 7 people a
        cell, 94 to 98 % with 20, 94 to 96 % with 60.

    Raises:
        ValueError: neither or both forms; lengths differ; an outcome not finite; treated or after not 0 or 1; a
            missing label, or labels that are no list; a scale that is no lowest and highest number; with units, treated without variation beyond units and periods (nobody treated, or
            everybody from the same period on); CR1 without clusters or with only one.

    Source:
        Card and Krueger (1994); Arellano (1987), doi:10.1111/j.1468-0084.1987.mp49004006.x, clusters; Goodman-Bacon
        (2021), doi:10.1016/j.jeconom.2021.03.014, staggered starts; Conley and Taber (2011),
        doi:10.1162/REST_a_00049, few treated. R: m <- lm(y ~ factor(unit) + factor(period) + d);
        sqrt(sandwich::vcovHC(m, type = "HC1")["d", "d"]); sqrt(sandwich::vcovCL(m, ~unit, type = "HC1")["d", "d"])

    >>> found = difference_in_differences(
    ...     [3, 4, 3, 4, 2, 3, 5, 4], [0, 0, 0, 0, 1, 1, 1, 1], after=[0, 0, 1, 1, 0, 0, 1, 1], errors="classical"
    ... )
    >>> f"{found.estimate.value:.1f} ({found.estimate.low:.2f} to {found.estimate.high:.2f}), p = {found.p:.3f}"
    '2.0 (-0.78 to 4.78), p = 0.116'
    """
    confidence_level(level)
    _refuse_no_scale(scale)
    y = numbers("outcome", outcome)
    group = _yes_or_no("treated", treated, len(y))
    if after is not None and unit is None and period is None:
        later = _yes_or_no("after", after, len(y))
        units, periods, indicator = group.astype(np.intp), later.astype(np.intp), group * later
    elif after is None and unit is not None and period is not None:
        units, periods, indicator = label_codes("unit", unit, len(y)), label_codes("period", period, len(y)), group
    else:
        raise ValueError("after, unit and period: must be after alone, or unit with period.")
    clusters = label_codes("cluster", cluster, len(y)) if cluster is not None else units if after is None else None
    kind = errors or ("HC1" if clusters is None else "CR1")
    choice("errors", kind, ("classical", "HC1", "CR1"))
    groups = 0 if clusters is None else len(np.unique(clusters))
    if kind == "CR1" and (clusters is None or (len(y) and groups == 1)):
        raise ValueError(f"clusters == {groups}, must be 2 or more for CR1.")
    if after is None:
        return _fitted(y, indicator, units, periods, clusters, errors=kind, level=level)
    cells = four_cells(y, units, periods)
    if not cells.n.all():
        return _unknown(math.nan, len(y), kind)
    found = _fitted(y, indicator, units, periods, clusters, errors=kind, level=level)
    return _with_doubt(found, cells, scale, level)


def difference_of_four_means(
    means: ArrayLike,
    n: ArrayLike,
    variances: ArrayLike,
    *,
    errors: Literal["classical", "HC1"] = "HC1",
    scale: tuple[float, float] | None = None,
    level: float = 0.95,
) -> DifferenceInDifferences:
    """The same two by two from what four cells publish: their means, sizes and variances.

    Args:
        means: shape (2, 2): comparison, treated; before, after. NaN where n is 0.
        n: shape (2, 2), observations of each cell.
        variances: shape (2, 2), of the observations with divisor n − 1. NaN where n is 0 or 1.
        errors: "classical" or "HC1".
        scale: lowest and highest possible outcome, as `difference_in_differences`.
        level: confidence level, in (0, 1).

    Returns:
        As `difference_in_differences` of the observations; NaN with n where a cell is empty.

    Raises:
        ValueError: another shape, n not whole numbers, a negative variance, NaN where n asks for a number, or an
            argument out of range.

    >>> found = difference_of_four_means([[3.5, 3.5], [2.5, 4.5]], [[2, 2], [2, 2]], [[0.5, 0.5], [0.5, 0.5]])
    >>> f"{found.estimate.value:.1f} ({found.estimate.low:.2f} to {found.estimate.high:.2f})"
    '2.0 (-0.78 to 4.78)'
    """
    confidence_level(level)
    _refuse_no_scale(scale)
    choice("errors", errors, ("classical", "HC1"))
    cells = FourCells(
        numbers("means", means, dimensions=2, length=2, blank=True),
        counts("n", n, dimensions=2, length=2),
        numbers("variances", variances, dimensions=2, length=2, least=0, blank=True),
    )
    check_cells(cells)
    size = int(cells.n.sum())
    if not cells.n.all():
        return _unknown(math.nan, size, errors)
    squares = np.where(cells.n > 1, (cells.n - 1) * cells.variances, 0.0)
    value, spare = cells.difference, size - CELLS
    if spare <= 0 or not squares.any():
        return _with_doubt(_unknown(value, size, errors), cells, scale, level)
    variance = squares.sum() * (1 / cells.n).sum() if errors == "classical" else size * (squares / cells.n**2).sum()
    return _tested(value, math.sqrt(variance / spare), spare, errors=errors, n=size, parameters=CELLS, level=level)


def _fitted(
    y: Floats, indicator: Floats, units: Codes, periods: Codes, clusters: Codes | None, *, errors: Errors, level: float
) -> DifferenceInDifferences:
    """Least squares on what units and periods leave of the outcome and of the treatment."""
    if not len(y):
        return _unknown(math.nan, 0, errors)
    left, absorbed = absorb_effects(np.column_stack([y, indicator]), units, periods)
    outcome, treatment = left.T
    strength = float(treatment @ treatment)
    if strength <= _DUST * len(y):
        raise ValueError("treated: nothing varies beyond units and periods, must be 1 in some periods of some units.")
    value = float(outcome @ treatment) / strength
    residuals = outcome - value * treatment
    n, parameters = len(y), absorbed + 1
    grouped = clusters if errors == "CR1" else None
    several = {} if grouped is None else _cluster_numbers(grouped, indicator)
    still = np.abs(residuals).max() <= _DUST * np.abs(y).max()
    if n <= parameters or still:
        return _unknown(value, n, errors, parameters=parameters, **several)
    spare = n - parameters
    if errors == "classical":
        variance = float(residuals @ residuals) / spare / strength
    else:
        scores = treatment * residuals
        if grouped is not None:
            scores = np.bincount(grouped, weights=scores)
        factor = n / spare if grouped is None else len(scores) / (len(scores) - 1) * (n - 1) / spare
        variance = factor * float(scores @ scores) / strength**2
        # two clusters, one of them treated: their scores are 0 by construction, which says nothing of the error
        if math.sqrt(scores @ scores) <= _DUST * np.abs(treatment * residuals).sum():
            return _unknown(value, n, errors, parameters=parameters, **several)
    freedom = spare if grouped is None else several["clusters"] - 1
    return _tested(
        value, math.sqrt(variance), freedom, errors=errors, n=n, parameters=parameters, level=level, **several
    )


def _tested(
    value: float, error: float, freedom: int, *, errors: Errors, n: int, parameters: int, level: float,
    clusters: int = 0, treated_clusters: int = 0,
) -> DifferenceInDifferences:  # fmt: skip
    t, reach = value / error, -float(stdtrit(freedom, (1 - level) / 2)) * error
    estimate = Estimate(value, value - reach, value + reach, n, f"{errors}, t of {freedom} degrees of freedom")
    p = 2 * float(stdtr(freedom, -abs(t)))
    return DifferenceInDifferences(estimate, error, t, p, freedom, parameters, clusters, treated_clusters, errors)


def _unknown(
    value: float, n: int, errors: Errors, *, parameters: int = CELLS, clusters: int = 0, treated_clusters: int = 0
) -> DifferenceInDifferences:
    """A difference, or none, without anything to judge its error by."""
    estimate = Estimate(value, math.nan, math.nan, n, "none: nothing left to judge the error by")
    freedom = max(n - parameters, 0)
    return DifferenceInDifferences(
        estimate, math.nan, math.nan, math.nan, freedom, parameters, clusters, treated_clusters, errors
    )


def _cluster_numbers(clusters: Codes, indicator: Floats) -> dict[str, int]:
    return {"clusters": int(clusters.max()) + 1, "treated_clusters": len(np.unique(clusters[indicator > 0]))}


def _with_doubt(
    found: DifferenceInDifferences, cells: FourCells, scale: tuple[float, float] | None, level: float
) -> DifferenceInDifferences:
    """The same with the interval of four cells all alike, where they are."""
    doubt = doubt_of_cells_alike(cells, scale, found.estimate.value, found.estimate.n, level=level)
    return found if doubt is None else replace(found, estimate=doubt)


def _refuse_no_scale(scale: tuple[float, float] | None) -> None:
    """Refuse what cannot be a scale before it is known whether one is needed."""
    if scale is not None:
        low, high = numbers("scale", scale, length=2)
        if low >= high:
            raise ValueError(f"scale == {scale}, must be a lowest and a highest possible outcome.")


def _yes_or_no(name: str, values: ArrayLike, length: int) -> Floats:
    given = numbers(name, values, length=length, least=0, most=1)
    if ((given != 0) & (given != 1)).any():
        raise ValueError(f"{name} == {show(given)}, must be 0 or 1.")
    return given
