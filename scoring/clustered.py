"""Textbook errors beside a pilot's permutation: clustered by unit, and by the wild cluster bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.design import Design
from scoring.difference_in_differences import DifferenceInDifferences, difference_in_differences
from scoring.panel import Panel
from scoring.wild_bootstrap import BootstrapWeights, WildBootstrap, wild_cluster_bootstrap

__all__ = ["ClusteredErrors", "clustered_errors"]


@dataclass(frozen=True, slots=True)
class ClusteredErrors:
    """The same comparison by regression on monthly means, for readers who know these errors. Never the verdict.

    cr1: clustered by unit, t of units − 1. wild: wild cluster bootstrap, null imposed.
    """

    cr1: DifferenceInDifferences
    wild: WildBootstrap

    @property
    def few(self) -> bool:
        """Whether fewer than 6 units are treated, or compared: then neither can be trusted, and the page says so."""
        return self.wild.few


def clustered_errors(
    panel: Panel,
    design: Design,
    *,
    at_least: int,
    outside: Panel | None = None,
    weights: BootstrapWeights = "auto",
    draws: int = 9_999,
    seed: int = 1,
    level: float = 0.95,
) -> ClusteredErrors | None:
    """CR1 and wild cluster bootstrap of monthly mean ~ unit + month + treated and under way, every unit-month alike.

    Args:
        panel: the outcome by unit and month; inside the pilot where the design needs both.
        design: with other units.
        at_least: answers below which a unit's month is not used.
        outside: as in `compare_change`; then the monthly gap inside − outside is what is explained.
        weights: as in `wild_cluster_bootstrap`.
        draws: as in `wild_cluster_bootstrap`.
        seed: of the draws.
        level: confidence level, in (0, 1).

    Returns:
        Both; in a full table the value is that of `compare_change`. None where the design compares no other units, or
        the usable months leave nothing to compare.

    Raises:
        ValueError: `level` is outside (0, 1); `outside` is missing, or given to a design that does not use it.
    """
    if (outside is not None) is not design.needs_outside:
        raise ValueError(f"outside: must be {'given' if design.needs_outside else 'left out'} with {design.kind}.")
    before, after = design.window.before(panel.months), design.window.after(panel.months)
    units, months = (*design.treated, *design.comparison), (*before, *after)
    means = panel.only(units, months).means(at_least=at_least)
    if outside is not None:
        other = outside.only(units, months).means(at_least=at_least)
        if other.shape != means.shape:
            return None
        means = means - other
    rows, columns = np.nonzero(np.isfinite(means))
    treated = (rows < len(design.treated)) & (columns >= len(before))
    if not design.comparison or not _varies(treated, rows, columns):
        return None
    values, names = means[rows, columns], [units[row] for row in rows]
    labels = [months[column] for column in columns]
    return ClusteredErrors(
        difference_in_differences(values, treated.astype(float), unit=names, period=labels, level=level),
        wild_cluster_bootstrap(
            values,
            treated.astype(float),
            unit=names,
            period=labels,
            weights=weights,
            draws=draws,
            seed=seed,
            level=level,
        ),
    )


def _varies(treated: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> bool:
    """Whether the treatment is more than units and months tell: somebody treated and somebody not, before and after."""
    first = {
        (row in set(rows[treated].tolist()), column)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    }
    later = set(columns[treated].tolist())
    sides = {(side, column in later) for side, column in first}
    return len(sides) == 4  # noqa: PLR2004, two sides, before and after
