"""Who could have started when: every way to give the same starts to other units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = ["StartSets", "count_start_sets", "list_start_sets", "reachable_start_p"]

Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class StartSets:
    """Wave of each unit in each set, shape (sets, units); the real one first. exact: all sets, not a sample."""

    waves: Codes
    exact: bool


def count_start_sets(sizes: Sequence[int]) -> int:
    """Ways to give waves of these sizes to as many units.

    >>> count_start_sets([2, 11]), count_start_sets([2, 3, 8])
    (78, 12870)
    """
    return math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)


def reachable_start_p(sizes: Sequence[int]) -> float:
    """Smallest two-sided p: one set; two where there are two waves of equal size, which mirror each other.

    >>> reachable_start_p([2, 2]) == 2 / 6, reachable_start_p([2, 11]) == 1 / 78
    (True, True)
    """
    waves = [size for size in sizes if size]
    mirrored = len(waves) == 2 and waves[0] == waves[1]  # noqa: PLR2004, two waves mirror each other
    return (2 if mirrored else 1) / count_start_sets(waves)


def list_start_sets(waves: Codes, *, most: int, seed: int) -> StartSets:
    """Every distinct way to hand the same waves to the units; a seeded sample beside the real one where more than `most`.

    Args:
        waves: wave of each unit, 0, 1, 2 …, shape (units,).
        most: sets listed exactly, and draws taken where there are more.
        seed: of the draws.
    """
    sizes = np.bincount(waves).tolist()
    if count_start_sets(sizes) <= most:
        every = np.array(list(_arrangements(len(waves), sizes)), dtype=np.intp)
        real = int((every == waves).all(axis=1).argmax())
        every[[0, real]] = every[[real, 0]]
        return StartSets(every, exact=True)
    order = np.random.default_rng(seed).random((most, len(waves))).argsort(axis=1)
    return StartSets(np.vstack([waves, waves[order]]), exact=False)


def _arrangements(units: int, sizes: Sequence[int]) -> Iterator[list[int]]:
    """All label rows: wave 0 somewhere, wave 1 in what is left, and so on."""

    def place(row: list[int], left: tuple[int, ...], wave: int) -> Iterator[list[int]]:
        if wave == len(sizes):
            yield row
            return
        for chosen in combinations(left, sizes[wave]):
            taken = row.copy()
            for unit in chosen:
                taken[unit] = wave
            rest = frozenset(chosen)
            yield from place(taken, tuple(unit for unit in left if unit not in rest), wave + 1)

    yield from place([0] * units, tuple(range(units)), 0)
