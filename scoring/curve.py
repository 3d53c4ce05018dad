"""How a measured value becomes a share of a line's maximum: saturation, bands, steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bands", "Curve", "Saturation", "Steps"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Saturation:
    """Full from a value on, in proportion below it: min(1, value ÷ full_at).

    >>> Saturation(Fraction("0.9")).worth(Fraction("0.45"))
    Fraction(1, 2)
    """

    full_at: Fraction

    def worth(self, value: Fraction) -> Fraction:
        """Share of the maximum, 0–1, exact."""
        return min(Fraction(1), value / self.full_at)

    def worths(self, values: Floats) -> Floats:
        """The same for many values."""
        return np.minimum(1.0, values / float(self.full_at))

    @property
    def rises(self) -> bool | None:
        """True: more is never worth less; False: more is never worth more; None: neither."""
        return True


@dataclass(frozen=True, slots=True)
class Bands:
    """A fixed worth from each cut up to the next one. cuts: (from, share of the maximum), the highest first, the last
    from 0.

    >>> rank = Bands(((Fraction(21), Fraction("1/3")), (Fraction(11), Fraction("2/3")), (Fraction(0), Fraction(1))))
    >>> rank.worth(Fraction(10)), rank.worth(Fraction(11)), rank.rises
    (Fraction(1, 1), Fraction(2, 3), False)
    """

    cuts: tuple[tuple[Fraction, Fraction], ...]

    def worth(self, value: Fraction) -> Fraction:
        """Share of the maximum, 0–1, exact; a cut belongs to the band that it begins."""
        return next(worth for cut, worth in self.cuts if value >= cut)

    def worths(self, values: Floats) -> Floats:
        """The same for many values."""
        ascending = self.cuts[::-1]
        cuts, worths = (np.array([float(pair[i]) for pair in ascending]) for i in (0, 1))
        found: Floats = worths[np.searchsorted(cuts, values, side="right") - 1]
        return found

    @property
    def rises(self) -> bool | None:
        """True: more is never worth less; False: more is never worth more; None: neither."""
        return _rises([worth for _, worth in reversed(self.cuts)])


@dataclass(frozen=True, slots=True)
class Steps:
    """A base up to a start, then a gain (or loss) for every whole step beyond it, held within 0–1 of the maximum.

    >>> online = Steps(Fraction("0.5"), Fraction(2, 3), Fraction("0.02"), Fraction(1, 12))
    >>> online.worth(Fraction("0.55")), online.worth(Fraction("0.9"))
    (Fraction(5, 6), Fraction(1, 1))
    """

    start: Fraction
    base: Fraction
    every: Fraction
    gain: Fraction
    """Share of the maximum for each whole step; below 0 for a loss."""

    def worth(self, value: Fraction) -> Fraction:
        """Share of the maximum, 0–1, exact."""
        steps = max(0, math.floor((value - self.start) / self.every))
        return min(Fraction(1), max(Fraction(0), self.base + steps * self.gain))

    def worths(self, values: Floats) -> Floats:
        """The same for many values."""
        steps = np.maximum(0.0, np.floor((values - float(self.start)) / float(self.every)))
        return np.clip(float(self.base) + steps * float(self.gain), 0.0, 1.0)

    @property
    def rises(self) -> bool | None:
        """True: more is never worth less; False: more is never worth more; None: neither."""
        return self.gain >= 0


Curve: TypeAlias = Saturation | Bands | Steps


def _rises(worths: list[Fraction]) -> bool | None:
    if worths == sorted(worths):
        return True
    return False if worths == sorted(worths, reverse=True) else None
