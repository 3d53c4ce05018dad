"""Where work on a criterion would tell: its importance and its performance, above or below a cut."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from scoring.argument import choice, numbers
from scoring.estimate import Estimate

__all__ = ["Cut", "Place", "Quadrant", "Quadrants", "quadrants"]

Quadrant: TypeAlias = Literal["concentrate_here", "keep_up", "low_priority", "possible_overkill", "unknown"]
Cut: TypeAlias = Literal["mean", "median"]

_QUADRANTS: dict[tuple[bool, bool], Quadrant] = {
    (True, False): "concentrate_here",
    (True, True): "keep_up",
    (False, False): "low_priority",
    (False, True): "possible_overkill",
}  # (important, done well)
_DUST = 1e-12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a criterion lies. certain: whether both its intervals keep to one side of the cut; None without intervals."""

    quadrant: Quadrant
    importance: float
    performance: float
    certain: bool | None


@dataclass(frozen=True, slots=True)
class Quadrants:
    """Where each criterion lies, in the order given, and the cuts that divide them."""

    places: tuple[Place, ...]
    importance_cut: float
    performance_cut: float


def quadrants(
    importance: Sequence[float | Estimate],
    performance: Sequence[float | Estimate],
    *,
    cut: Cut | tuple[float, float] = "mean",
) -> Quadrants:
    """Where work would tell: each criterion by its importance and its performance, above or below a cut.

    Important and done badly: "concentrate_here"; important and done well: "keep_up"; neither: "low_priority"; done
    well without being important: "possible_overkill". A value on the cut counts as above it.

    Args:
        importance: of each criterion, in any one unit; numbers, or estimates such as the shares of
            `relative_importance`.
        performance: of the same criteria in the same order, in any one unit.
        cut: "mean" or "median" of the criteria, or the two cuts themselves (importance, performance). Mean and median
            divide the criteria whatever their level: half of them look bad even where all are good.

    Returns:
        One place per criterion. A place is not certain where an interval holds its cut; the cut is taken as known.
        A criterion with NaN is "unknown" and moves no cut; without any that is known the cuts are NaN.

    Raises:
        ValueError: different lengths, what is no number or estimate (NaN, not None, for one that is not known), an
            infinite number, or an unknown cut.

    Source:
        Martilla and James (1977), doi:10.1177/002224297704100112.

    >>> [place.quadrant for place in quadrants([0.30, 0.25, 0.10, 0.05], [3.1, 4.6, 3.3, 4.5]).places]
    ['concentrate_here', 'keep_up', 'low_priority', 'possible_overkill']
    """
    sides = [_estimates("importance", importance), _estimates("performance", performance)]
    important = numbers("importance", [each.value for each in sides[0]], blank=True)
    done = numbers("performance", [each.value for each in sides[1]], length=len(important), blank=True)
    known = ~np.isnan(important) & ~np.isnan(done)
    if isinstance(cut, str):
        choice("cut", cut, ("mean", "median"))
        middle = np.mean if cut == "mean" else np.median
        cuts = [float(middle(side[known])) if known.any() else math.nan for side in (important, done)]
    else:
        cuts = numbers("cut", cut, length=2).tolist()
    places = tuple(_place(one, other, cuts[0], cuts[1]) for one, other in zip(*sides, strict=True))
    return Quadrants(places, cuts[0], cuts[1])


def _estimates(name: str, values: Sequence[float | Estimate]) -> list[Estimate]:
    given = list(values) if isinstance(values, Iterable) and not isinstance(values, str) else [None]
    if any(value is None for value in given):
        raise ValueError(f"{name} == {values!r}, must be numbers or estimates.")
    bare = [value.value if isinstance(value, Estimate) else value for value in given]
    found = numbers(name, bare, blank=True).tolist()
    return [
        value if isinstance(value, Estimate) else Estimate(number, math.nan, math.nan, 0)
        for value, number in zip(given, found, strict=True)
    ]


def _place(importance: Estimate, performance: Estimate, importance_cut: float, performance_cut: float) -> Place:
    if math.isnan(importance.value) or math.isnan(performance.value):
        return Place("unknown", importance.value, performance.value, None)
    important = _reaches(importance.value, importance_cut)
    quadrant = _QUADRANTS[important, _reaches(performance.value, performance_cut)]
    sure = [
        _reaches(estimate.low, cut) or not _reaches(estimate.high, cut)
        for estimate, cut in ((importance, importance_cut), (performance, performance_cut))
        if not math.isnan(estimate.low + estimate.high)
    ]
    return Place(quadrant, importance.value, performance.value, all(sure) if sure else None)


def _reaches(value: float, cut: float) -> bool:
    """Whether the value is on the cut or above; equal numbers must reach their own mean."""
    return value >= cut - _DUST * abs(cut)
