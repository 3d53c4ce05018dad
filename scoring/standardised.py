"""The panel of one outcome as if every unit and month had served the same mix: so that people who changed are no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.panel import Panel, panel_of_moments

__all__ = ["Standardised", "standardised_panel"]

Floats = NDArray[np.float64]

_COVERED = 0.9  # of the unit-months with enough answers: what a stratum must have answers in to stand alone


@dataclass(frozen=True, eq=False)
class Standardised:
    """A panel standardised to fixed shares of strata.

    panel: n is the number of answers of one mix that would vary as much, never more than there are; 0 where a stratum
    had nobody. strata: the labels that stand together, the largest share first; one alone means that nothing could be
    standardised. shares: theirs, summing to 1.
    """

    panel: Panel
    strata: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


def standardised_panel(
    groups: Sequence[tuple[str, date, str]],
    n: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    shares: Mapping[str, float],
    *,
    at_least: int,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> Standardised:
    """Each unit-month's mean with the same share of every stratum (field, channel): direct standardisation.

    Where the crude panel shows a change that this one does not, other matters came, not another service.

    Args:
        groups: unit, month and stratum of each row; a triple that comes twice is added up.
        n: answers of each row, shape (groups,).
        total: sum of their values, shape (groups,).
        squares: sum of their squared values, shape (groups,); for a share, equal to total.
        shares: fixed share of each stratum, 0 or more, in any unit (dossiers of the year before, say): the same for all
            units and months. A stratum without a share counts nothing.
        at_least: answers below which a unit-month is not used; strata are judged by those that reach it.
        bounds: lowest and highest value of one answer.

    Returns:
        The panel and what was pooled. A stratum that lacks answers in more than a tenth of the used unit-months is
        pooled with the smallest other, until none does; a unit-month that still lacks one has n == 0 and no mean.

    Raises:
        ValueError: shapes differ, no share is above 0, or one is negative.

    Source:
        Direct standardisation: Fay and Feuer (1997), doi:10.1002/(SICI)1097-0258(19970415)16:7<791::AID-SIM500>3.0.CO;2-#.
        Variance Σ w² s² / n with s² pooled within each stratum. R: sum(w * tapply(y, stratum, mean))

    >>> rows = [("u", date(2026, 1, 1), field) for field in ("land", "civil")]
    >>> found = standardised_panel(rows, [10, 30], [5, 27], [5, 27], {"land": 1, "civil": 1}, at_least=10)
    >>> round(found.panel.means(at_least=10).item(), 4), round(found.panel.n.item(), 2)
    (0.7, 24.02)
    """
    weights = {label: float(share) for label, share in shares.items() if share}
    if not weights or min(weights.values()) < 0:
        raise ValueError(f"shares == {dict(shares)}, must be 0 or more, and one above 0.")
    layers = _layers(groups, n, total, squares, sorted(weights), bounds=bounds)
    strata: list[tuple[str, ...]] = [(label,) for label in sorted(weights, key=lambda label: (-weights[label], label))]
    strata = _pooled(strata, layers, weights, at_least=at_least)
    whole = sum(weights.values())
    share = np.array([sum(weights[label] for label in labels) / whole for labels in strata])
    panel = _combined([_sum([layers[label] for label in labels]) for labels in strata], share)
    return Standardised(panel, tuple(strata), tuple(share.tolist()))


def _layers(
    groups: Sequence[tuple[str, date, str]],
    n: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    labels: Sequence[str],
    *,
    bounds: tuple[float, float],
) -> dict[str, Panel]:
    """One panel a stratum, all with the same units and months."""
    every = panel_of_moments([(unit, month) for unit, month, _ in groups], n, total, squares, bounds=bounds)
    sums = [np.asarray(each, dtype=np.float64) for each in (n, total, squares)]
    found = {}
    for label in labels:
        rows = [row for row, group in enumerate(groups) if group[2] == label]
        part = panel_of_moments([groups[row][:2] for row in rows], *(each[rows] for each in sums), bounds=bounds)
        found[label] = _over(part, every)
    return found


def _over(part: Panel, every: Panel) -> Panel:
    """The part on the rows and columns of the whole, 0 where it has none."""
    row_of = {unit: row for row, unit in enumerate(every.units)}
    column_of = {month: column for column, month in enumerate(every.months)}
    place = np.ix_([row_of[unit] for unit in part.units], [column_of[month] for month in part.months])

    def spread(table: Floats) -> Floats:
        cells = np.zeros(every.n.shape)
        cells[place] = table
        return cells

    return Panel(
        every.units, every.months, spread(part.n), spread(part.total), spread(part.squares), bounds=every.bounds
    )


def _sum(panels: Sequence[Panel]) -> Panel:
    first = panels[0]
    n, total, squares = (np.sum([getattr(each, name) for each in panels], axis=0) for name in ("n", "total", "squares"))
    return Panel(first.units, first.months, n, total, squares, first.bounds)


def _pooled(
    strata: list[tuple[str, ...]], layers: Mapping[str, Panel], weights: Mapping[str, float], *, at_least: int
) -> list[tuple[str, ...]]:
    """Strata of which each has answers nearly everywhere; the emptiest is joined to the smallest other."""
    used = _sum(list(layers.values())).n >= max(at_least, 1)
    while len(strata) > 1 and used.any():
        covered = [float((_sum([layers[label] for label in labels]).n[used] > 0).mean()) for labels in strata]
        emptiest = int(np.argmin(covered))
        if covered[emptiest] >= _COVERED:
            break
        sparse = strata.pop(emptiest)
        smallest = min(range(len(strata)), key=lambda place: sum(weights[label] for label in strata[place]))
        strata[smallest] = tuple(sorted((*strata[smallest], *sparse)))
        strata.sort(key=lambda labels: (-sum(weights[label] for label in labels), labels))
    return strata


def _combined(panels: Sequence[Panel], share: Floats) -> Panel:
    """The weighted panel, with an n and squares that give its mean the variance Σ w² s² / n."""
    n = np.array([panel.n for panel in panels])
    there = (n > 0).all(axis=0)
    means = np.array([panel.total for panel in panels]) / np.maximum(n, 1)
    variances = np.array([panel.answer_variance(at_least=2) for panel in panels])
    mean = np.tensordot(share, means, axes=1)
    one_mix = float(share @ variances)
    noise = np.tensordot(share**2 * variances, 1 / np.maximum(n, 1), axes=1)
    people = n.sum(axis=0)
    alike = np.minimum(one_mix / np.where(noise > 0, noise, 1), people)
    size = np.where(there, np.where(noise > 0, alike, people), 0.0)
    squares = size * mean**2 + one_mix * np.maximum(size - 1, 0)
    return Panel(panels[0].units, panels[0].months, size, size * mean, squares, panels[0].bounds)
