"""Which means are compared with which when units start at different times: group-time effects as sums of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BaseMonths", "Cell", "Control", "Wave", "aggregate_cells", "group_time_cells"]

Floats = NDArray[np.float64]
Control = Literal["not_yet_started", "never_started"]
BaseMonths = Literal["all_before", "last_before", "varying"]


class Wave(NamedTuple):
    """Units that start together. starts: None for those that never do in these months. first: place of the first whole
    month under way; before: number of months that lie wholly before the start.
    """

    starts: date | None
    first: int
    before: int
    size: int


@dataclass(frozen=True, eq=False)
class Cell:
    """Effect of one wave in one month, as weights on each unit's monthly means.

    event: months since the first whole month under way; negative before the start. weights: shape (waves, months):
    what one unit of each wave counts with; the effect is the sum over units and months.
    """

    wave: int
    month: int
    event: int
    weights: Floats


def group_time_cells(waves: Sequence[Wave], months: int, *, control: Control, base: BaseMonths) -> tuple[Cell, ...]:
    """All effects ATT(g, t) that somebody is left to compare with.

    A wave's mean change from its base to month t, less that of units that had not started by then. The base is every
    month before the start (`all_before`, steadier where months are small), the last one (`last_before`), or, as R's
    `did` does unless told otherwise, the last one after the start and the month before t ahead of it (`varying`). The
    month in which a start falls, unless on its first day, is neither before nor after.

    Source:
        Callaway and Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001, without covariates.
        R: did::att_gt(y, t, id, g, xformla = ~1, control_group = "notyettreated", base_period = "varying")
    """
    found = []
    for place, wave in enumerate(waves):
        if wave.starts is None or not wave.before:
            continue
        for month in (*range(wave.before), *range(wave.first, months)):
            change = _change(wave, month, months, base)
            latest = int(np.flatnonzero(change).max(initial=-1))
            free = [
                other
                for other, each in enumerate(waves)
                if other != place
                and each.size
                and (each.starts is None or (control == "not_yet_started" and each.before > max(latest, month)))
            ]
            compared = sum(waves[other].size for other in free)
            if not change.any() or not compared:
                continue
            weights = np.zeros((len(waves), months))
            weights[place] = change / wave.size
            weights[free] = -change / compared
            found.append(
                Cell(place, month, month - wave.first if month >= wave.first else month - wave.before, weights)
            )
    return tuple(found)


def _change(wave: Wave, month: int, months: int, base: BaseMonths) -> Floats:
    """1 in the month, less the mean of the base months; all 0 where the month is its own base."""
    change = np.zeros(months)
    if base == "all_before":
        change[: wave.before] = -1 / wave.before
    elif base == "varying" and month < wave.before:
        if month == 0:
            return change
        change[month - 1] = -1
    else:
        change[wave.before - 1] = -1
    change[month] += 1
    return change


def aggregate_cells(waves: Sequence[Wave], chosen: Sequence[Cell]) -> Floats:
    """Weights of the mean of some cells, each counting as many units as its wave has."""
    size = np.array([waves[cell.wave].size for cell in chosen], dtype=np.float64)
    return np.asarray(np.tensordot(size / size.sum(), np.array([cell.weights for cell in chosen]), axes=1))
