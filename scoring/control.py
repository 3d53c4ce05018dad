"""A number over time: the limits within which it varies by itself, and the signals that something else is at work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from scoring.argument import choice, count, counts, numbers
from scoring.edition import Text
from scoring.funnel import share_limits

__all__ = ["RULES", "ControlChart", "Signal", "false_alarm", "laney_p", "p_chart", "xmr"]

Floats = NDArray[np.float64]
Rule = Literal["beyond limits", "eight on one side", "six trending"]

RULES: dict[Rule, Text] = {
    "beyond limits": Text("ngoài giới hạn", "beyond limits"),
    "eight on one side": Text("tám điểm liền một phía", "eight on one side"),
    "six trending": Text("sáu điểm liền cùng chiều", "six trending"),
}
"""The rules that raise a signal, by the name that others know them by."""

_D2 = 2 / math.sqrt(math.pi)  # mean range of two normal values, in standard deviations: 1.128379
_D4 = 1 + 3 * math.sqrt(math.pi / 2 - 1)  # where a moving range is far, in mean moving ranges: 3.2665
_THREE_SIGMA = 1 - 2 * float(stats.norm.sf(3))
_FEW = 12
_ON_ONE_SIDE = 8
_TRENDING = 6
_EXPECTED = 5  # fewer answers than this on either side of the centre: the normal limits do not hold


class Signal(NamedTuple):
    """Something to look into. first, last: positions of the points that raise it. text: what was seen."""

    rule: Rule
    first: int
    last: int
    text: Text


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


def xmr(values: ArrayLike, *, screened: bool = False) -> ControlChart:
    """Individuals chart: limits of 2.66 mean moving ranges about the mean, and what lies or runs beyond chance.

    σ is the mean moving range over 1.128379 (d2 of two normal values), so three σ are 2.6587 mean moving ranges.
    screened: leave out, once, the moving ranges that reach 3.2665 times their mean (Nelson 1982), so that a single jump
    does not widen the limits; qicharts2 does so on request, with 3.267 and 1.128 for the constants, as printed in tables.
    A missing value (NaN) is no point: no moving range crosses it, and runs go on over it.

    No variation at all (every value alike): how much the number varies is not known, so the limits are NaN and nothing
    is signalled; for shares `p_chart` knows more.

    How often each rule signals though nothing has changed: `false_alarm`; with centre and σ taken from the same 24
    points, simulated (10,000 runs): 6.2 % of charts
    signal beyond limits, 3.2 % eight on one side, 4.6 % six trending; screened 8.9, 3.0 and 4.0 %; 12 points 2.9, 0.2, 1.8 %.

    Args:
        values: in the order of time, at even intervals, shape (points,); NaN for none.
        screened: whether to leave out moving ranges far beyond the mean one.

    Returns:
        The chart; limits NaN with fewer than two neighbouring values.

    Raises:
        ValueError: another shape, or infinite values.

    Source:
        Shewhart (1931); Nelson (1982), Journal of Quality Technology 14, 172-173; Montgomery, Introduction to Statistical
        Quality Control, 6.4. R: qicharts2::qic(values, chart = "i"), with d2 = 1.128

    >>> chart = xmr([80, 82, 79, 81, 80, 83, 78, 80, 81, 79, 82, 91])
    >>> f"{chart.lower[0]:.2f} to {chart.upper[0]:.2f}"
    '73.36 to 89.31'
    >>> chart.signals[0].rule, chart.signals[0].first
    ('beyond limits', 11)
    """
    given = numbers("values", values, blank=True)
    ranges = _moving_ranges(given)
    sigma = _mean_range(ranges, screened=screened) / _D2
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
    signals = _signals(given, lower, upper, np.sign(_clean(given - middle)))
    return ControlChart(given, centre, lower, upper, sigma * there, signals, method)


def p_chart(successes: ArrayLike, n: ArrayLike) -> ControlChart:
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

    Returns:
        The chart; NaN at points without answers, which break no run.

    Raises:
        ValueError: shapes differ or a count is out of its range.

    Source:
        Montgomery, Introduction to Statistical Quality Control, 7.2. R: qicharts2::qic(x, n, chart = "p");
        exact limits: Spiegelhalter (2005), doi:10.1002/sim.1970, as in `funnel_limits`.

    >>> chart = p_chart([45, 44, 47, 46, 43, 30], [50] * 6)
    >>> [signal.text.en for signal in chart.signals]
    ['Below the lower limit.']
    """
    return _share_chart(successes, n, laney=False, screened=False)


def laney_p(successes: ArrayLike, n: ArrayLike, *, screened: bool = False) -> ControlChart:
    """Chart of a share that varies by more than chance: the p chart's limits stretched by what neighbours differ.

    Each point's distance from the centre is put in standard deviations, z; σz is their mean moving range over 1.128379,
    and the limits lie σz times as far out (or in, where σz is below 1) as those of the p chart. Exact limits are never
    drawn in, since fewer than 5 expected answers come in too coarse steps. Where σz cannot be known (every share alike, or
    fewer than two neighbouring points) the p chart's limits are kept.
    With many answers a point, months differ by more than chance always; this chart, not the p chart, is then fair.

    Args:
        successes: answers that count, in the order of time, whole numbers in 0..n, shape (points,).
        n: answers in all, whole numbers, 0 or more, shape (points,).
        screened: whether to leave out moving ranges of z that reach 3.2665 times their mean, as in `xmr`.

    Returns:
        The chart, with σz as `stretch`; NaN at points without answers.

    Raises:
        ValueError: shapes differ or a count is out of its range.

    Source:
        Laney (2002), Quality Engineering 14, 531-537, doi:10.1081/QEN-120003555. R: qicharts2::qic(x, n, chart = "pp"),
        with d2 = 1.128

    >>> chart = laney_p([450, 405, 470, 422, 460, 440], [500] * 6)
    >>> f"{chart.stretch:.2f}: {chart.lower[0]:.3f} to {chart.upper[0]:.3f}"
    '5.31: 0.653 to 1.000'
    """
    return _share_chart(successes, n, laney=True, screened=screened)


def false_alarm(rule: Rule, points: int = 24) -> float:
    """Probability that so many points raise the signal at least once though nothing has changed.

    Exact, for independent points of one continuous symmetric distribution (normal, for "beyond limits") whose centre and
    σ are known; ties and points on the centre only lower it.

    Args:
        rule: one of `RULES`.
        points: points looked at, 0 or more.

    Raises:
        ValueError: another rule, or no whole number of points.

    >>> [f"{rule}: {false_alarm(rule):.4f}" for rule in RULES]
    ['beyond limits: 0.0628', 'eight on one side: 0.0695', 'six trending: 0.0450']
    >>> [f"{rule}: {false_alarm(rule, 12):.4f}" for rule in RULES]
    ['beyond limits: 0.0319', 'eight on one side: 0.0234', 'six trending: 0.0170']
    """
    choice("rule", rule, tuple(RULES))
    points = count("points", points)
    if rule == "beyond limits":
        return 1 - _THREE_SIGMA**points
    return 1 - (_no_side_run(points) if rule == "eight on one side" else _no_trend(points))


def _share_chart(successes: ArrayLike, n: ArrayLike, *, laney: bool, screened: bool) -> ControlChart:
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
    if few:
        lower, upper = share_limits(whole, total, answers, level=_THREE_SIGMA)
        method = "exact binomial limits: every answer alike" if middle in {0, 1} else "exact binomial limits"
        sides = _median_sides(yes, answers, middle)
    else:
        lower, upper = middle - 3 * sigma, middle + 3 * sigma
        method, sides = "normal limits", np.sign(_clean(values - middle))
    stretch = _laney_stretch(values, middle, sigma, screened=screened) if laney else 1.0
    stretch = max(stretch, 1.0) if few else stretch
    lower, upper = (
        np.clip(middle - stretch * (middle - lower), 0, 1),
        np.clip(middle + stretch * (upper - middle), 0, 1),
    )
    signals = _signals(values, lower, upper, sides)
    name = ("Laney p′" if laney else "p") + ", " + method
    return ControlChart(values, middle * there, lower, upper, stretch * sigma, signals, name, stretch)


def _median_sides(yes: Floats, n: Floats, share: float) -> Floats:
    """1 above, −1 below the median of the point's own binomial distribution; 0 on it, NaN without answers."""
    middle = stats.binom.median(n, share)
    return np.where(n > 0, np.sign(yes - middle), math.nan)


def _laney_stretch(values: Floats, middle: float, sigma: Floats, *, screened: bool) -> float:
    """σz; 1 where it cannot be known."""
    if not 0 < middle < 1:
        return 1.0
    stretch = _mean_range(_moving_ranges((values - middle) / sigma), screened=screened) / _D2
    return stretch if stretch > _ZERO else 1.0


def _moving_ranges(values: Floats) -> Floats:
    ranges = np.abs(np.diff(values))
    return ranges[~np.isnan(ranges)]


def _mean_range(ranges: Floats, *, screened: bool) -> float:
    if len(ranges) == 0:
        return math.nan
    kept = ranges[ranges < _D4 * ranges.mean()] if screened and ranges.any() else ranges
    return float(kept.mean())


def _dust(values: Floats) -> float:
    """Below this a variation is rounding."""
    return 1e-12 * float(np.abs(values).max(initial=0.0))


_ZERO = 1e-9


def _clean(distances: Floats) -> Floats:
    """Distances from the centre with those that are rounding set to 0."""
    return np.where(
        np.abs(distances) <= _dust(distances) + _ZERO * np.nanmax(np.abs(distances), initial=0), 0.0, distances
    )


def _signals(values: Floats, lower: Floats, upper: Floats, sides: Floats) -> tuple[Signal, ...]:
    at = np.flatnonzero(~np.isnan(values))
    found = [*_beyond(values, lower, upper), *_one_side(sides, at), *_trending(values, at)]
    return tuple(sorted(found, key=lambda signal: (signal.first, signal.last, signal.rule)))


def _beyond(values: Floats, lower: Floats, upper: Floats) -> Iterator[Signal]:
    for point in np.flatnonzero(values > upper + 1e-12).tolist():
        yield Signal("beyond limits", point, point, Text("Cao hơn giới hạn trên.", "Above the upper limit."))
    for point in np.flatnonzero(values < lower - 1e-12).tolist():
        yield Signal("beyond limits", point, point, Text("Thấp hơn giới hạn dưới.", "Below the lower limit."))


def _one_side(sides: Floats, at: NDArray[np.intp]) -> Iterator[Signal]:
    """Runs on one side of the centre; a point on it ends a run."""
    for side, run in _runs(sides[at], at):
        if side != 0 and len(run) >= _ON_ONE_SIDE:
            vi, en = ("trên", "above") if side > 0 else ("dưới", "below")
            text = Text(f"{len(run)} điểm liền ở {vi} đường trung tâm.", f"{len(run)} points in a row {en} the centre.")
            yield Signal("eight on one side", int(run[0]), int(run[-1]), text)


def _trending(values: Floats, at: NDArray[np.intp]) -> Iterator[Signal]:
    """Runs of steps in one direction; two equal values end a run."""
    steps = np.sign(np.diff(values[at]))
    for way, run in _runs(steps, np.arange(len(steps))):
        if way != 0 and len(run) >= _TRENDING - 1:
            vi, en = ("tăng", "rising") if way > 0 else ("giảm", "falling")
            text = Text(f"{len(run) + 1} điểm liền đều {vi}.", f"{len(run) + 1} points in a row {en} steadily.")
            yield Signal("six trending", int(at[run[0]]), int(at[run[-1] + 1]), text)


def _runs(marks: Floats, places: NDArray[np.intp]) -> Iterator[tuple[float, NDArray[np.intp]]]:
    """Stretches of equal marks, with their places."""
    if len(marks):
        cuts = np.flatnonzero(np.diff(marks)) + 1
        for run, first in zip(np.split(places, cuts), np.r_[0, cuts].tolist(), strict=True):
            yield float(marks[first]), run


def _no_side_run(points: int) -> float:
    """Probability of no eight tosses of a fair coin alike in a row: by the length of the run at the end."""
    if points == 0:
        return 1.0
    ending = np.zeros(_ON_ONE_SIDE - 1)
    ending[0] = 1.0
    for _ in range(points - 1):
        ending = np.r_[ending.sum() / 2, ending[:-1] / 2]
    return float(ending.sum())


def _no_trend(points: int) -> float:
    """Probability of no five steps alike in a row: by the rank of the last point among those so far, and the run."""
    if points == 0:
        return 1.0
    longest = _TRENDING - 2  # steps that a run may have
    up, down = np.zeros((longest + 1, 1)), np.zeros((longest + 1, 1))
    up[0, 0] = 1.0  # row 0: no step yet
    for so_far in range(1, points):
        # the new point takes rank r among so_far + 1, each equally likely; it is higher if the last one's rank is < r
        below_up, below_down = _cumulated(up), _cumulated(down)
        all_up, all_down = up.sum(axis=1, keepdims=True), down.sum(axis=1, keepdims=True)
        rise_up, rise_down, fall_up, fall_down = below_up, below_down, all_up - below_up, all_down - below_down
        up, down = np.zeros((longest + 1, so_far + 1)), np.zeros((longest + 1, so_far + 1))
        up[1] = rise_down.sum(axis=0) + rise_up[0]
        up[2:] = rise_up[1:-1]
        down[1] = fall_up.sum(axis=0)
        down[2:] = fall_down[1:-1]
        up, down = up / (so_far + 1), down / (so_far + 1)
    return float(up.sum() + down.sum())


def _cumulated(by_rank: Floats) -> Floats:
    """Of each run length, the probability that the last point's rank lies below r, r = 0 … the next highest."""
    return np.concatenate([np.zeros((len(by_rank), 1)), by_rank.cumsum(axis=1)], axis=1)
