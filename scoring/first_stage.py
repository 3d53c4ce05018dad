"""The first stage of a sample: which clusters of which strata were drawn, and how much their totals vary."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice, numbers
from scoring.cells import sort_into_cells

__all__ = ["LONELY", "FirstStage", "read_first_stage"]

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

LONELY = ("nan", "adjust", "certainty")


@dataclass(frozen=True, slots=True, eq=False)
class FirstStage:
    """Rows in clusters, clusters in strata. Without clusters each row is one; without strata there is one stratum.

    cluster: cluster of each row, shape (rows,). stratum: stratum of each cluster, shape (clusters,). drawn: clusters
    drawn in each stratum, shape (strata,). left: share of the stratum's clusters that was not drawn, shape (strata,);
    1 where population sizes are not given. lonely: what a cluster alone in its stratum counts for.
    """

    cluster: Whole
    stratum: Whole
    drawn: Whole
    left: Floats
    lonely: str

    def degrees_of_freedom(self, inside: Mask) -> int:
        """Clusters less strata, of those that have a row inside."""
        clusters = np.unique(self.cluster[inside])
        return len(clusters) - len(np.unique(self.stratum[clusters]))

    def is_census(self, inside: Mask) -> bool:
        """Whether everyone was asked: rows are people, and their strata were drawn whole."""
        clusters = self.cluster[inside]
        people = len(self.cluster) == len(self.stratum)
        return people and len(clusters) > 0 and not self.left[self.stratum[clusters]].any()

    def clusters(self, inside: Mask) -> int:
        """Clusters that have a row inside."""
        return len(np.unique(self.cluster[inside]))

    def variance(self, scores: Floats, inside: Mask, *, as_if_few: bool = False) -> float:
        """Variance of the sum of the scores, between the totals of clusters within strata.

        Args:
            scores: weight times linearised value of each row, 0 outside the domain but for calibrated designs.
            inside: rows of the domain.
            as_if_few: as if few of very many clusters had been drawn: without the share that is left.

        Returns:
            The variance. NaN where a cluster inside is alone in its stratum and `lonely` is "nan".
        """
        totals = np.bincount(self.cluster, weights=scores, minlength=len(self.stratum)).astype(np.float64)
        means: Floats = self._by_stratum(totals) / np.maximum(self.drawn, 1)
        spread = self._by_stratum((totals - means[self.stratum]) ** 2)
        left = np.ones_like(self.left) if as_if_few else self.left
        alone = (self.drawn == 1) & (self.left > 0)
        shares = left * np.where(alone, 0.0, self.drawn / np.maximum(self.drawn - 1, 1)) * spread
        if self.lonely == "nan" and alone[self.stratum[self.cluster[inside]]].any():
            return math.nan
        if self.lonely == "adjust":
            shares = np.where(alone, left * self._by_stratum(totals**2), shares)
        return float(shares.sum())

    def _by_stratum(self, totals: Floats) -> Floats:
        return np.bincount(self.stratum, weights=totals, minlength=len(self.drawn)).astype(np.float64)


def read_first_stage(
    rows: int,
    *,
    strata: ArrayLike | None,
    clusters: ArrayLike | None,
    population_sizes: ArrayLike | None,
    lonely: str,
) -> FirstStage:
    """The first stage, as a column for each part tells it. Names of clusters are read within their stratum.

    Raises:
        ValueError: a column of another length, a blank label, a population size that differs within a stratum or is
            smaller than the clusters drawn, or an unknown rule for a lonely cluster.
    """
    choice("lonely", lonely, LONELY)
    of_row, strata_found = _places("strata", strata, rows, default=np.zeros(rows, dtype=np.int64))
    named, named_found = _places("clusters", clusters, rows, default=np.arange(rows, dtype=np.int64))
    _, first, cluster = np.unique(of_row * max(named_found, 1) + named, return_index=True, return_inverse=True)
    stratum = of_row[first]
    drawn = np.bincount(stratum, minlength=strata_found).astype(np.int64)
    left = np.ones(len(drawn))
    if population_sizes is not None:
        left = 1 - drawn / _population(numbers("population_sizes", population_sizes, length=rows), of_row, drawn)
    return FirstStage(np.asarray(cluster, dtype=np.int64), stratum, drawn, left, lonely)


def _places(name: str, labels: ArrayLike | None, rows: int, *, default: Whole) -> tuple[Whole, int]:
    if labels is None:
        return default, int(default.max()) + 1 if rows else 0
    cells = sort_into_cells(name, labels, length=rows)
    return cells.places, len(cells.labels)


def _population(sizes: Floats, stratum: Whole, drawn: Whole) -> Floats:
    """Clusters that each stratum has in the population, shape (strata,)."""
    found = np.full(len(drawn), -math.inf)
    np.maximum.at(found, stratum, sizes)
    unequal = np.flatnonzero(sizes != found[stratum])
    if unequal.size:
        row = int(unequal[0])
        raise ValueError(
            f"population_sizes[{row}] == {sizes[row]:g}, but another row of its stratum has {found[stratum[row]]:g}: "
            "must be one size in a stratum."
        )
    few = np.flatnonzero(found < drawn)
    if few.size:
        raise ValueError(
            f"population_sizes == {found[few[0]]:g}, must be {drawn[few[0]]} or more: so many clusters (or, without "
            "clusters, people) of that stratum are in the sample."
        )
    return found
