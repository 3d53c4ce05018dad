"""Which units lie farther from a common share than chance alone would bring them, given how many answered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrik, betaln, xlog1py, xlogy

from scoring.argument import between, choice, confidence_level, counts
from scoring.estimate import wilson

__all__ = ["Funnel", "binomial_limits", "binomial_quantile", "funnel_limits", "share_limits"]

Floats = NDArray[np.float64]
Ends = Literal["mirrored", "Spiegelhalter"]

_MOST_WINSORISED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """Shares of units beside the limits within which chance leaves them, level by level.

    target: the common share. values, z, n: shape (units,); NaN where n == 0. phi: overdispersion, the mean of the
    winsorised z²; 1 where only chance is at work, NaN with fewer than two units. stretch: how many times the distance
    from the target to a limit was widened for it, 1 or more. lower, upper, outside: shape (levels, units). above and
    below tell the two sides apart. ends: how the upper limit is taken; pooled: successes and answers in all, None for a
    given target; both as `curve` needs them. method: how the limits were made.
    """

    target: float
    n: Floats
    values: Floats
    z: Floats
    phi: float
    stretch: float
    levels: tuple[float, ...]
    lower: Floats
    upper: Floats
    ends: Ends
    pooled: tuple[int, int] | None
    method: str

    @property
    def below(self) -> NDArray[np.bool_]:
        """Whether the unit lies below the lower limit, shape (levels, units)."""
        return np.asarray(self.values < self.lower - _DUST)

    @property
    def above(self) -> NDArray[np.bool_]:
        """Whether the unit lies above the upper limit, shape (levels, units)."""
        return np.asarray(self.values > self.upper + _DUST)

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Whether the unit lies outside its limits, shape (levels, units); a unit without answers never does."""
        return self.below | self.above

    def curve(self, n: ArrayLike) -> tuple[Floats, Floats]:
        """Lower and upper limits for units of any size, for the picture: each of shape (levels, len(n)).

        Args:
            n: numbers of answers, whole, 0 or more, shape (points,).

        Raises:
            ValueError: a number that is no count.
        """
        return _limits(self.target, self.pooled, counts("n", n), self.levels, ends=self.ends, stretch=self.stretch)


_DUST = 1e-12  # a share on its limit is inside, whatever the last binary digit says


def funnel_limits(
    successes: ArrayLike,
    n: ArrayLike,
    *,
    target: float | None = None,
    levels: Sequence[float] = (0.95, 0.998),
    overdispersion: Literal["none", "multiplicative"] = "none",
    winsorise: float = 0.1,
    ends: Ends = "mirrored",
) -> Funnel:
    """Limits within which chance leaves a unit of n answers, exact binomial, and which units lie outside.

    A limit interpolates between the two whole numbers of successes around the tail probability (1 − level) / 2. With
    "mirrored" ends the upper limit is the lower one of the answers that do not count, so that a unit is outside exactly
    where its own tail, itself included, is no larger than (1 − level) / 2, and swapping yes and no mirrors the funnel.
    Spiegelhalter's printed formula lies 1/n lower at the top; at a target of 0.95 it puts 36 % of all units with 20
    answers (those with 20 of 20) above the 95 % limit though nothing but chance is at work. `ends="Spiegelhalter"` gives
    his. False alarms, mirrored: when the target is given never more than 2.5 % a side at 95 %, 0.1 % at 99.8 %; with the
    pooled share of 50 equal units of 20 to 200 answers, simulated, 1.0 to 1.8 % below and 0.0 to 1.9 % above at 95 %,
    no more than 0.1 % a side at 99.8 %. Among 40 equal units one outside the 95 % limits is nothing unusual.

    Overdispersion: φ is the mean of z², the z below the `winsorise` quantile and above its mirror moved to it. With
    "multiplicative" each limit's distance from the target is stretched √φ times, never shrunk (φ below 1 counts as 1).
    For large n that is Spiegelhalter's target ± z √(φ target (1 − target) / n). The additive overdispersion (τ²) and the
    arcsine z that FunnelPlotR offers are not here.

    All units at 100 % (or 0 %): the pooled share would give limits of no width. They are then made with the end of
    the target's own Wilson interval, on the side where there is room, and nobody is outside. A fresh unit falls outside
    95 % limits made so from 10 or 100 units of 7 or 30 answers in 0.0 to 1.0 % of cases (exact; true share 0.995).

    Args:
        successes: answers that count, whole numbers in 0..n, shape (units,).
        n: answers in all, whole numbers, 0 or more, shape (units,).
        target: the share to compare with, in (0, 1); None: that of all answers together.
        levels: confidence levels, each in (0, 1).
        overdispersion: "none", or "multiplicative" to widen the limits by what varies beyond chance.
        winsorise: share of the z at each end that is moved in before φ is taken, in [0, 0.5).
        ends: "mirrored", or "Spiegelhalter" for the upper limit as he printed it.

    Returns:
        The funnel. NaN where n == 0; all NaN if nobody answered anywhere and no target is given. One unit has limits
        but no φ (NaN, no stretch).

    Raises:
        ValueError: shapes differ, a count out of its range, or an argument outside its bounds.

    Source:
        Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, doi:10.1002/sim.1970, appendix A.1 and section 6;
        what the interpolations do to false alarms: Manktelow and Seaton (2012), doi:10.1371/journal.pone.0045723.
        R: r <- qbinom(p, n, target); a <- (pbinom(r, n, target) - p) / dbinom(r, n, target); (r - a) / n;
        φ: FunnelPlotR winsorises in the same way (on arcsine z; ours are untransformed, as in the paper).

    >>> funnel = funnel_limits([45, 180, 60], [50, 200, 100], target=0.9)
    >>> [f"{low:.3f} to {high:.3f}" for low, high in zip(funnel.lower[0], funnel.upper[0])]
    ['0.800 to 0.986', '0.854 to 0.942', '0.832 to 0.960']
    >>> funnel.below[1].tolist()
    [False, False, True]
    """
    answers = counts("n", n)
    yes = counts("successes", successes, length=len(answers))
    if (yes > answers).any():
        at = int((yes > answers).argmax())
        raise ValueError(f"successes[{at}] == {yes[at]:g}, must be a whole number, in 0..{answers[at]:g}.")
    if isinstance(levels, str) or np.ndim(levels) != 1:
        raise ValueError(f"levels == {levels!r}, must be a list of levels, such as (0.95,).")
    kept = tuple(confidence_level(level) for level in levels)
    choice("overdispersion", overdispersion, ("none", "multiplicative"))
    choice("ends", ends, ("mirrored", "Spiegelhalter"))
    if isinstance(winsorise, bool) or not isinstance(winsorise, Real) or not 0 <= winsorise < _MOST_WINSORISED:
        raise ValueError(f"winsorise == {winsorise!r}, must be in [0, 0.5).")
    pooled = (int(yes.sum()), int(answers.sum())) if target is None else None
    share = between("target", target, above=0, below=1) if target is not None else _share(yes.sum(), answers.sum())
    values = np.divide(yes, answers, out=np.full(len(answers), math.nan), where=answers > 0)
    z = _z(values, answers, share)
    phi = _phi(z, winsorise)
    stretch = math.sqrt(phi) if overdispersion == "multiplicative" and phi > 1 else 1.0
    lower, upper = _limits(share, pooled, answers, kept, ends=ends, stretch=stretch)
    method = _method(share, overdispersion, ends)
    return Funnel(share, answers, values, z, phi, stretch, kept, lower, upper, ends, pooled, method)


def binomial_limits(target: float, n: ArrayLike, *, level: float, ends: Ends = "mirrored") -> tuple[Floats, Floats]:
    """Between which shares chance leaves n answers whose true share is the target: interpolated, in [0, 1].

    Args:
        target: the true share, in (0, 1).
        n: numbers of answers, whole, 0 or more, shape (points,).
        level: confidence level, in (0, 1).
        ends: as in `funnel_limits`.

    Returns:
        Lower and upper limits, each of shape (points,); NaN where n == 0.

    Raises:
        ValueError: an argument out of range.

    Source:
        Spiegelhalter (2005), doi:10.1002/sim.1970, appendix A.1.

    >>> [f"{end[0]:.4f}" for end in binomial_limits(0.9, [50], level=0.95)]
    ['0.8003', '0.9861']
    """
    between("target", target, above=0, below=1)
    answers, tail = counts("n", n), (1 - confidence_level(level)) / 2
    size = np.maximum(answers, 1)
    lower = _interpolated(tail, size, target)
    if ends == "mirrored":
        upper = size - _interpolated(tail, size, 1 - target)
    else:
        upper = _interpolated(1 - tail, size, target)
    counted = answers > 0
    shares = (np.where(counted, np.clip(end / size, 0, 1), math.nan) for end in (lower, upper))
    low, high = shares
    return low, high


def share_limits(
    successes: int, n: int, sizes: ArrayLike, *, level: float, ends: Ends = "mirrored"
) -> tuple[Floats, Floats]:
    """`binomial_limits` about the share of all answers together; where they were all alike, about the end of its interval.

    Args:
        successes: answers that count in all, in 0..n.
        n: answers in all.
        sizes: numbers of answers of the units, shape (units,).
        level: confidence level, in (0, 1); of the Wilson interval too.
        ends: as in `funnel_limits`.

    Returns:
        Lower and upper limits, each of shape (units,); NaN where a size, or n, is 0.

    >>> low, high = share_limits(70, 70, [7], level=0.95)
    >>> f"{low[0]:.3f} to {high[0]:.3f}"
    '0.640 to 1.000'
    """
    whole = wilson(successes, n, level=level)
    if n == 0:
        nothing = np.full(len(np.asarray(sizes)), math.nan)
        return nothing, nothing.copy()
    if 0 < successes < n:
        return binomial_limits(whole.value, sizes, level=level, ends=ends)
    low, high = binomial_limits(whole.low if successes else whole.high, sizes, level=level, ends=ends)
    edge = np.where(np.isnan(low), math.nan, whole.value)
    return (low, edge) if successes else (edge, high)


def _interpolated(tail: float, n: Floats, share: float) -> Floats:
    """The number of successes at which the distribution function, made of straight lines, reaches the tail."""
    reached = binomial_quantile(tail, n, share)
    past = (bdtr(reached, n.astype(np.int64), share) - tail) / _binomial_probability(reached, n, share)
    return np.asarray(reached - past, dtype=np.float64)


def binomial_quantile(tail: float, n: Floats, share: float) -> Floats:
    """The fewest successes of n at which the distribution function reaches the tail; NaN for n == 0.

    As scipy.stats.binom.ppf, whose import alone takes half a second at every start of the program.
    """
    with np.errstate(invalid="ignore"):  # n == 0 has no quantile
        above = np.ceil(bdtrik(tail, n, share))
        below = np.maximum(above - 1, 0)
        return np.asarray(np.where(bdtr(below, n.astype(np.int64), share) >= tail, below, above), dtype=np.float64)


def _binomial_probability(successes: Floats, n: Floats, share: float) -> Floats:
    ways = -betaln(1 + n - successes, 1 + successes) - np.log1p(n)
    return np.asarray(np.exp(ways + xlogy(successes, share) + xlog1py(n - successes, -share)), dtype=np.float64)


def _limits(
    target: float, pooled: tuple[int, int] | None, n: Floats, levels: tuple[float, ...], *, ends: Ends, stretch: float
) -> tuple[Floats, Floats]:
    pairs = [
        binomial_limits(target, n, level=level, ends=ends)
        if pooled is None
        else share_limits(*pooled, n, level=level, ends=ends)
        for level in levels
    ]
    lower, upper = (np.array([pair[side] for pair in pairs]).reshape(len(levels), len(n)) for side in (0, 1))
    if stretch == 1:
        return lower, upper
    return np.clip(target - stretch * (target - lower), 0, 1), np.clip(target + stretch * (upper - target), 0, 1)


def _share(successes: float, n: float) -> float:
    return float(successes / n) if n else math.nan


def _z(values: Floats, n: Floats, target: float) -> Floats:
    """Distance from the target in standard errors of the target; 0 where all are alike and there is neither."""
    error = np.sqrt(target * (1 - target) / np.maximum(n, 1))
    distance = values - target
    return np.divide(distance, error, out=distance.copy(), where=error > 0)


def _phi(z: Floats, winsorise: float) -> float:
    known = z[~np.isnan(z)]
    if len(known) < 2:  # noqa: PLR2004, one unit has nothing to vary from
        return math.nan
    low, high = np.quantile(known, (winsorise, 1 - winsorise))
    return float((np.clip(known, low, high) ** 2).mean())


def _method(target: float, overdispersion: str, ends: Ends) -> str:
    method = "exact binomial, interpolated"
    if target in (0, 1):
        method += " about the Wilson end of the target: all alike"
    if ends == "Spiegelhalter":
        method += ", upper end as Spiegelhalter prints it"
    return f"{method}, multiplicative overdispersion" if overdispersion == "multiplicative" else method
