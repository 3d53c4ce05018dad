"""A number over time: the limits within which it varies by itself, and the signals that something else is at work."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice, counts, numbers
from scoring.funnel import binomial_quantile, share_limits
from scoring.signal import THREE_SIGMA, Signal, find_signals

__all__ = ["ControlChart", "laney_p", "p_chart", "xmr"]

Floats = NDArray[np.float64]
Constants = Literal["tables", "exact"]
Limits = Literal["auto", "normal", "exact"]


class _Range(NamedTuple):
    """d2: mean range of two normal values, in standard deviations; d4: where a range is far, in mean ranges."""

    d2: float
    d4: float


_RANGES: dict[str, _Range] = {
    "tables": _Range(1.128, 3.267),
    "exact": _Range(2 / math.sqrt(math.pi), 1 + 3 * math.sqrt(math.pi / 2 - 1)),
}
_FEW = 12
_EXPECTED = 5  # fewer answers than this on either side of the centre: the normal limits do not hold


@dataclass(frozen=True, slots=True, eq=False)
class ControlChart:
    """Values in the order of time beside the limits of what varies by itself; each array of shape (points,).

    NaN where a point has no value. sigma: standard deviation of a point about the centre. signals: by position.
    stretch: how many times wider than chance alone the limits are (Laney's σz); 1 in other charts. method: how the
    limits were made.
    """

    values: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    sigma: Floats
    signals: tuple[Signal, ...]
    method: str
    stretch: float = 1.0

    @property
    def provisional(self) -> bool:
        """Whether there are fewer than 12 points: limits still move, and the absence of a signal says little."""
        return int(np.count_nonzero(~np.isnan(self.values))) < _FEW


def xmr(values: ArrayLike, *, screened: bool = False, constants: Constants = "tables") -> ControlChart:
    """Individuals chart: limits of 2.66 mean moving ranges about the mean, and what lies or runs beyond chance.

    σ is the mean moving range over 1.128 (d2 of two normal values), so three σ are 2.66 mean moving ranges.
    screened: leave out, once, the moving ranges that reach 3.267 times their mean (D4; Nelson 1982), so that a single
    jump does not widen the limits. qicharts2 does so once it is attached (library(qicharts2) sets qic.screenedmr), and
    does not where it is only called with qicharts2::.
    A missing value (NaN) is no point: no moving range crosses it, and runs go on over it.

    No variation at all (every value alike): how much the number varies is not known, so the limits are NaN and nothing
    is signalled; for shares `p_chart` knows more.

    How often each rule signals though nothing has changed: `false_alarm`; with centre and σ taken from the same 24
    points, simulated (10,000 runs): 6.2 % of charts
    signal beyond limits, 3.2 % eight on one side, 4.6 % six trending; screened 8.9, 3.0 and 4.0 %; 12 points 2.9, 0.2, 1.8 %.

    Args:
        values: in the order of time, at even intervals, shape (points,); NaN for none.
        screened: whether to leave out moving ranges far beyond the mean one: True as library(qicharts2);
            qic(values, chart = "i"), False as qicharts2::qic(values, chart = "i") without attaching.
        constants: "tables" for d2 = 1.128 and D4 = 3.267 as tables print them and R has them; "exact" for 1.128379…
            (2/√π) and 3.2665… (1 + 3 √(π/2 − 1)). The limits differ by 0.03 % of their distance.

    Returns:
        The chart; limits NaN with fewer than two neighbouring values.

    Raises:
        ValueError: another shape, infinite values, or other constants.

    Source:
        Shewhart (1931); Nelson (1982), Journal of Quality Technology 14, 172-173; Montgomery, Introduction to Statistical
        Quality Control, 6.4. R: qicharts2::qic(values, chart = "i"), see `screened`

    >>> chart = xmr([80, 82, 79, 81, 80, 83, 78, 80, 81, 79, 82, 91])
    >>> f"{chart.lower[0]:.2f} to {chart.upper[0]:.2f}"
    '73.35 to 89.31'
    >>> chart.signals[0].rule, chart.signals[0].first
    ('beyond limits', 11)
    """
    given = numbers("values", values, blank=True)
    sigma = _spread_of_neighbours(given, screened=screened, constants=constants)
    known = given[~np.isnan(given)]
    middle = float(known.mean()) if len(known) else math.nan
    if not sigma > _dust(known):
        sigma = math.nan
    reach = 3 * sigma
    there = np.where(np.isnan(given), math.nan, 1.0)
    centre, lower, upper = middle * there, (middle - reach) * there, (middle + reach) * there
    method = "individuals, screened moving ranges" if screened else "individuals, moving ranges"
    if math.isnan(sigma):
        method += ": no variation seen, limits not known"
    signals = find_signals(given, lower, upper, np.sign(_clean(given - middle)))
    return ControlChart(given, centre, lower, upper, sigma * there, signals, method)


def p_chart(successes: ArrayLike, n: ArrayLike, *, limits: Limits = "auto") -> ControlChart:
    """Chart of a share: three standard deviations of chance about the pooled share, for each number of answers.

    Where some point expects fewer than 5 answers on either side of "counts" (shares near 100 %, few answers) the normal
    limits alarm falsely up to 16 times too often; then all limits are exact binomial ones at the same 99.73 %, a point
    is above or below if it is so of the median of its own binomial distribution, and `method` names it. Every answer alike:
    the limits are made with the end of the pooled share's own interval, never of no width, and nothing is signalled.

    How often each rule signals though nothing has changed: `false_alarm`; with the centre taken from the same 24 points,
    simulated (300 runs a cell; shares 0.8 to 0.99; 20 to 500 answers a point): 0.0 to 8.7 % of charts signal beyond
    limits, 0.0 to 4.7 % eight on one side, 0.0 to 4.3 % six trending; `laney_p` 0.0 to 8.0, 0.0 to 6.3 and 0.0 to 2.3 %.

    Args:
        successes: answers that count, in the order of time, whole numbers in 0..n, shape (points,).
        n: answers in all, whole numbers, 0 or more, shape (points,).
        limits: "auto" as said; "normal" for three σ whatever is expected, cut to [0, 1], as qicharts2 has them (every
            answer alike: of no width); "exact" for binomial ones whatever is expected.

    Returns:
        The chart; NaN at points without answers, which break no run.

    Raises:
        ValueError: shapes differ, a count is out of its range, or other limits.

    Source:
        Montgomery, Introduction to Statistical Quality Control, 7.2. R: qicharts2::qic(x, n, chart = "p"), limits="normal";
        exact limits: Spiegelhalter (2005), doi:10.1002/sim.1970, as in `funnel_limits`.

    >>> chart = p_chart([45, 44, 47, 46, 43, 30], [50] * 6)
    >>> [signal.text.en for signal in chart.signals]
    ['Below the lower limit.']
    """
    return _share_chart(successes, n, limits, None)


def laney_p(
    successes: ArrayLike,
    n: ArrayLike,
    *,
    screened: bool = False,
    constants: Constants = "tables",
    limits: Limits = "auto",
) -> ControlChart:
    """Chart of a share that varies by more than chance: the p chart's limits stretched by what neighbours differ.

    Each point's distance from the centre is put in standard deviations, z; σz is their mean moving range over 1.128,
    and the limits lie σz times as far out (or in, where σz is below 1) as those of the p chart. Exact limits are never
    drawn in, since fewer than 5 expected answers come in too coarse steps. Where σz cannot be known (every share alike, or
    fewer than two neighbouring points) the p chart's limits are kept.
    With many answers a point, months differ by more than chance always; this chart, not the p chart, is then fair.

    Args:
        successes: answers that count, in the order of time, whole numbers in 0..n, shape (points,).
        n: answers in all, whole numbers, 0 or more, shape (points,).
        screened: whether to leave out moving ranges of z that reach 3.267 times their mean: True as
            library(qicharts2); qic(x, n, chart = "pp"), False as qicharts2::qic(x, n, chart = "pp") without attaching.
        constants: "tables" or "exact", as in `xmr`.
        limits: "auto", "normal" or "exact", as in `p_chart`: those that are stretched.

    Returns:
        The chart, with σz as `stretch`; NaN at points without answers.

    Raises:
        ValueError: shapes differ, a count is out of its range, or other constants or limits.

    Source:
        Laney (2002), Quality Engineering 14, 531-537, doi:10.1081/QEN-120003555. R: qicharts2::qic(x, n, chart = "pp"),
        see `screened`, with limits="normal"

    >>> chart = laney_p([450, 405, 470, 422, 460, 440], [500] * 6)
    >>> f"{chart.stretch:.2f}: {chart.lower[0]:.3f} to {chart.upper[0]:.3f}"
    '5.32: 0.653 to 1.000'
    """
    choice("constants", constants, tuple(_RANGES))
    return _share_chart(
        successes, n, limits, lambda z: _spread_of_neighbours(z, screened=screened, constants=constants)
    )


def _share_chart(
    successes: ArrayLike, n: ArrayLike, limits: Limits, spread: Callable[[Floats], float] | None
) -> ControlChart:
    """spread: σz of the distances in standard deviations, of Laney's chart."""
    choice("limits", limits, ("auto", "normal", "exact"))
    answers = counts("n", n)
    yes = counts("successes", successes, length=len(answers))
    if (yes > answers).any():
        at = int((yes > answers).argmax())
        raise ValueError(f"successes[{at}] == {yes[at]:g}, must be a whole number, in 0..{answers[at]:g}.")
    counted = answers > 0
    values = np.divide(yes, answers, out=np.full(len(answers), math.nan), where=counted)
    whole, total = int(yes.sum()), int(answers.sum())
    middle = whole / total if total else math.nan
    there = np.where(counted, 1.0, math.nan)
    sigma = np.sqrt(middle * (1 - middle) / np.maximum(answers, 1)) * there
    few = total > 0 and answers[counted].min() * min(middle, 1 - middle) < _EXPECTED
    exact = total > 0 and (limits == "exact" or (limits == "auto" and few))
    if exact:
        lower, upper = share_limits(whole, total, answers, level=THREE_SIGMA)
        method = "exact binomial limits: every answer alike" if middle in {0, 1} else "exact binomial limits"
        sides = _median_sides(yes, answers, middle)
    else:
        lower, upper = middle - 3 * sigma, middle + 3 * sigma
        method = "normal limits: every answer alike, no width" if middle in {0, 1} else "normal limits"
        sides = np.sign(_clean(values - middle))
    stretch = 1.0
    if spread is not None and 0 < middle < 1:
        found = spread((values - middle) / sigma)
        stretch = found if found > (1.0 if exact else _ZERO) else 1.0
    lower, upper = (
        np.clip(middle - stretch * (middle - lower), 0, 1),
        np.clip(middle + stretch * (upper - middle), 0, 1),
    )
    signals = find_signals(values, lower, upper, sides)
    name = ("p" if spread is None else "Laney p′") + ", " + method
    return ControlChart(values, middle * there, lower, upper, stretch * sigma, signals, name, stretch)


def _median_sides(yes: Floats, n: Floats, share: float) -> Floats:
    """1 above, −1 below the median of the point's own binomial distribution; 0 on it, NaN without answers."""
    middle = binomial_quantile(0.5, n, share)
    return np.where(n > 0, np.sign(yes - middle), math.nan)


def _spread_of_neighbours(values: Floats, *, screened: bool, constants: Constants) -> float:
    """σ from the mean moving range; NaN without neighbouring values."""
    chosen = _RANGES[choice("constants", constants, tuple(_RANGES))]
    ranges = np.abs(np.diff(values))
    ranges = ranges[~np.isnan(ranges)]
    if len(ranges) == 0:
        return math.nan
    kept = ranges[ranges < chosen.d4 * ranges.mean()] if screened and ranges.any() else ranges
    return float(kept.mean()) / chosen.d2


def _dust(values: Floats) -> float:
    """Below this a variation is rounding."""
    return 1e-12 * float(np.abs(values).max(initial=0.0))


_ZERO = 1e-9


def _clean(distances: Floats) -> Floats:
    """Distances from the centre with those that are rounding set to 0."""
    return np.where(
        np.abs(distances) <= _dust(distances) + _ZERO * np.nanmax(np.abs(distances), initial=0), 0.0, distances
    )
