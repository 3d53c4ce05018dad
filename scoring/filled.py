"""Monthly means of each unit without a gap: a month of too few answers takes what the unit and the month tell elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scoring.change import LeftOut, largest_joined, small_cells
from scoring.panel import Panel

__all__ = ["FilledMonths", "fill_months"]

Floats = NDArray[np.float64]

_KEPT = 0.5  # of the months of each stretch: what a unit must have itself


@dataclass(frozen=True, eq=False)
class FilledMonths:
    """units: those kept. means, noise: shape (units, months): mean of each month, and its sampling variance. n: answers
    used. left_out: units that lack too many months, and single months whose answers were too few to be used.
    """

    units: tuple[str, ...]
    means: Floats
    noise: Floats
    n: int
    left_out: tuple[LeftOut, ...]


def fill_months(panel: Panel, cuts: Sequence[int], *, at_least: int) -> FilledMonths:
    """Means of every unit and month; the missing ones from unit and month effects of their own stretch of months.

    The stretches end where any wave starts, for all units alike, so that filling knows nothing of who started, and
    takes no month before a start for one after it. Within a stretch, unit and month effects are fitted together by
    least squares; a filled month has the noise that the unit's own months have on average.

    Args:
        panel: units and months to use.
        cuts: places of the months at which a new stretch begins.
        at_least: answers below which a unit's month is not used.
    """
    edges = sorted({0, *(cut for cut in cuts if 0 < cut < len(panel.months)), len(panel.months)})
    stretches = [slice(first, last) for first, last in pairwise(edges)]
    used = panel.n >= max(at_least, 1)
    kept = np.ones(len(panel.units), dtype=np.bool_)
    for stretch in stretches:
        kept &= used[:, stretch].mean(axis=1) >= _KEPT
    for stretch in stretches:
        joined = largest_joined(used[kept][:, stretch]) if kept.any() else np.zeros(0, dtype=np.bool_)
        kept[np.flatnonzero(kept)[~joined]] = False
    units = tuple(unit for unit, keep in zip(panel.units, kept, strict=True) if keep)
    seen = panel.only(units, panel.months)
    means = seen.means(at_least=at_least)
    noise = np.where(used[kept], 1 / np.where(used[kept], seen.n, 1), np.nan)
    for stretch in stretches:
        _fill(means[:, stretch])
        own = np.nanmean(noise[:, stretch], axis=1) if units else np.zeros(0)
        noise[:, stretch] = np.where(np.isnan(noise[:, stretch]), own[:, np.newaxis], noise[:, stretch])
    missing = [LeftOut(unit, None, "month_missing") for unit, keep in zip(panel.units, kept, strict=True) if not keep]
    return FilledMonths(
        units,
        means,
        noise * seen.answer_variance(at_least=at_least),
        int(seen.n[used[kept]].sum()),
        (*missing, *small_cells(seen, at_least=at_least)),
    )


def _fill(means: Floats) -> None:
    """Put unit + month effects where there is no mean, in place; months that nobody has take the mean of their stretch."""
    there = np.isfinite(means)
    if there.all():
        return
    rows, columns = np.nonzero(there)
    units, months = means.shape
    design = np.zeros((len(rows), units + months))
    design[np.arange(len(rows)), rows] = 1
    design[np.arange(len(rows)), units + columns] = 1
    effects = np.linalg.lstsq(design, means[there])[0]
    month = effects[units:]
    month[~there.any(axis=0)] = month[there.any(axis=0)].mean()
    fitted = effects[:units, np.newaxis] + month
    means[~there] = fitted[~there]
