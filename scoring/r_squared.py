"""R², the share of an outcome's variance that criteria explain: divided among them, from correlations alone."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb

__all__ = ["coefficients", "divide_r_squared"]

Floats: TypeAlias = NDArray[np.float64]

_DEPENDENT = 1e-10  # share of a criterion's variance left by others, below which it says nothing of its own


def divide_r_squared(correlation: Floats) -> Floats:
    """Mean gain in R² of each criterion over all orders; correlations (draws, 1 + p, 1 + p), outcome first.

    Each criterion in turn is left out of every subset so far, and taken out of everything that remains. What then
    remains of the outcome's variance is 1 − R² of the subset; a tree of subsets, so that each costs a few products.
    """
    draws, criteria = len(correlation), correlation.shape[1] - 1
    remains = correlation[:, np.newaxis]
    for _ in range(criteria):
        pivot, column = remains[:, :, 1, 1], np.delete(remains[:, :, :, 1], 1, axis=2)
        without = np.delete(np.delete(remains, 1, axis=2), 1, axis=3)
        inverse = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > _DEPENDENT)
        taken = without - column[:, :, :, None] * column[:, :, None, :] * inverse[:, :, None, None]
        remains = np.stack([without, taken], axis=2).reshape(draws, -1, *without.shape[2:])
    left = remains[:, :, 0, 0]
    size = np.bitwise_count(np.arange(left.shape[1]))
    weight = 1 / (criteria * np.maximum(comb(criteria - 1, size), 1))
    gains = []
    for i in range(criteria):  # the first criterion is the highest bit of a subset's number
        halves, weights = left.reshape(draws, 2**i, 2, -1), weight.reshape(2**i, 2, -1)
        gains.append(((halves[:, :, 0] - halves[:, :, 1]) * weights[:, 0]).sum(axis=(1, 2)))
    return np.stack(gains, axis=1)


def coefficients(correlation: Floats) -> Floats:
    """Standardised, of the regression on all criteria; NaN where some follow exactly from others.

    Correlations of shape (1 + p, 1 + p), outcome first.
    """
    inner = correlation[1:, 1:]
    if np.linalg.eigvalsh(inner)[0] <= _DEPENDENT:
        return np.full(len(inner), math.nan)
    return np.asarray(np.linalg.solve(inner, correlation[1:, 0]))
