"""The signals of a control chart: the rules that raise one, and how often each is a false alarm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from scoring.argument import choice, count
from scoring.node import Text

__all__ = ["RULES", "THREE_SIGMA", "Rule", "Signal", "false_alarm", "find_signals"]

Floats = NDArray[np.float64]
Rule = Literal["beyond limits", "eight on one side", "six trending"]

RULES: dict[Rule, Text] = {
    "beyond limits": Text("ngoài giới hạn", "beyond limits"),
    "eight on one side": Text("tám điểm liền một phía", "eight on one side"),
    "six trending": Text("sáu điểm liền cùng chiều", "six trending"),
}
"""The rules that raise a signal, by the name that others know them by."""

THREE_SIGMA = 1 - 2 * float(ndtr(-3))
"""Probability that a normal value lies within three standard deviations of its mean."""

_ON_ONE_SIDE = 8
_TRENDING = 6


class Signal(NamedTuple):
    """Something to look into. first, last: positions of the points that raise it. text: what was seen."""

    rule: Rule
    first: int
    last: int
    text: Text


def find_signals(values: Floats, lower: Floats, upper: Floats, sides: Floats) -> tuple[Signal, ...]:
    """What lies beyond the limits or runs beyond chance, by position.

    Args:
        values: in the order of time, shape (points,); NaN is no point, and breaks no run.
        lower: limit of each point, shape (points,); NaN where it is not known.
        upper: the same.
        sides: 1 for a point above the centre, −1 below, 0 on it, shape (points,).
    """
    at = np.flatnonzero(~np.isnan(values))
    found = [*_beyond(values, lower, upper), *_one_side(sides, at), *_trending(values, at)]
    return tuple(sorted(found, key=lambda signal: (signal.first, signal.last, signal.rule)))


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
        return 1 - THREE_SIGMA**points
    return 1 - (_no_side_run(points) if rule == "eight on one side" else _no_trend(points))


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
