"""Monthly means of units that start at different times, and how far a weighted sum of them would stray by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["StartTable"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class StartTable:
    """means, noise: of each unit and month, and its sampling variance, shape (units, months)."""

    means: Floats
    noise: Floats

    def less(self, effects: Floats) -> StartTable:
        """The same with effects taken away, shape (units, months)."""
        return StartTable(self.means - effects, self.noise)

    def value(self, waves: Codes, weights: Floats) -> float:
        """The sum over units and months; weights of one unit of each wave, shape (waves, months)."""
        return float((self.means * weights[waves]).sum())

    def of_sets(self, waves: Codes, weights: Floats) -> tuple[Floats, Floats]:
        """Values and their standard errors in each set, shape (sets, sums).

        The error is made of each unit's own sampling noise, and of how units vary beyond it, which is the same in every
        set, so that it favours none.

        Args:
            waves: wave of each unit in each set, shape (sets, units); the real one first.
            weights: of one unit of each wave, for each sum, shape (sums, waves, months); they sum to 0 over the months.
        """
        values, variances = np.zeros((2, len(waves), len(weights)))
        for wave in range(weights.shape[1]):
            chosen = (waves == wave).astype(np.float64)
            values += chosen @ (self.means @ weights[:, wave].T)
            variances += chosen @ (self.noise @ weights[:, wave].T ** 2)
        return values, np.sqrt(variances + self.spread(waves[0], weights))

    def spread(self, waves: Codes, weights: Floats) -> Floats:
        """Variance between units of each sum, shape (sums,)."""
        values, vectors = self._directions(np.zeros_like(self.means), np.zeros(1))
        return _along(weights, values[0], vectors[0]) @ np.bincount(waves, minlength=weights.shape[1])

    def spread_less(self, weights: Floats, moved: Floats, effects: Floats, sizes: Codes) -> Floats:
        """Variance between units of one sum after each effect is taken away wherever `moved` is 1, shape (effects,).

        Args:
            weights: shape (waves, months).
            moved: shape (units, months).
            effects: shape (effects,).
            sizes: units of each wave, shape (waves,).
        """
        values, vectors = self._directions(moved, effects)
        return _along(weights, values, vectors) @ sizes

    def _directions(self, moved: Floats, effects: Floats) -> tuple[Floats, Floats]:
        """How units vary together beyond the noise under each effect: variances (effects, months), none below 0, and
        directions (effects, months, months).
        """
        rest, turn = _centred(self.means), _centred(moved)
        both, away = rest.T @ turn, effects[:, np.newaxis, np.newaxis]
        covariance = (rest.T @ rest - away * (both + both.T) + away**2 * (turn.T @ turn)) / max(len(rest) - 1, 1)
        months = rest.shape[1]
        centre = np.eye(months) - 1 / months
        covariance -= centre @ np.diag(self.noise.mean(axis=0)) @ centre
        values, vectors = np.linalg.eigh((covariance + covariance.swapaxes(1, 2)) / 2)
        return np.maximum(values, 0), vectors


def _along(weights: Floats, values: Floats, vectors: Floats) -> Floats:
    """Variance of one unit's weighted sum in each wave: weights (…, waves, months), result (…, waves)."""
    return np.asarray(((weights @ vectors) ** 2 @ values[..., np.newaxis])[..., 0])


def _centred(table: Floats) -> Floats:
    """Less the mean of each month and of each unit: levels of units play no part where weights sum to 0 over the months."""
    rest = table - table.mean(axis=0)
    return np.asarray(rest - rest.mean(axis=1, keepdims=True))
