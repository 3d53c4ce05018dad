"""Where a likelihood is high, and how high: to average over what is not known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["likely_points"]

_POINTS = 33  # tried between the ends, three times, each time closer to where the likelihood is high
_FAR_BELOW = 12.0  # in log likelihood: 1 in 160,000


def likely_points(fit: Callable[[float], float], low: float, high: float) -> list[tuple[float, float]]:
    """Points between the two where the log likelihood is not far below its top, with weights that sum to 1."""
    for _ in range(3):
        points = np.linspace(low, high, _POINTS)
        heights = np.array([fit(point) for point in points.tolist()])
        near = np.flatnonzero(heights > heights.max() - _FAR_BELOW)
        low, high = float(points[max(near[0] - 1, 0)]), float(points[min(near[-1] + 1, _POINTS - 1)])
    weights = np.exp(heights - heights.max())
    weights[[0, -1]] /= 2
    return list(zip(points.tolist(), (weights / weights.sum()).tolist(), strict=True))
