"""The points that people choose."""

import numpy as np
from numpy.typing import NDArray

from survey_app.simulation.truth import Truth

__all__ = ["draw_points"]


def draw_points(levels: NDArray[np.float64], truth: Truth, chance: np.random.Generator) -> NDArray[np.int8]:
    """One row of points per person.

    Args:
        levels: of the impression that each person's service makes, shape (people,).
        truth: questions, how a person's answers go together, who taps straight down, who leaves what out.
        chance: where the people come from.

    Returns:
        Points 1…5, shape (people, questions); 0 is no answer.
    """
    people, cuts = len(levels), truth.cuts
    size = (people, len(cuts))
    common = np.sqrt(truth.person_share) * chance.standard_normal(people)
    own = np.sqrt(1 - truth.person_share) * chance.standard_normal(size)
    impressions = (levels + common)[:, np.newaxis] + own
    points = 1 + (impressions[:, :, np.newaxis] > cuts).sum(axis=2, dtype=np.int8)
    missing = chance.random(size) < truth.missing
    straight = chance.random(people) < truth.straight_liners
    pressed = 1 + np.searchsorted(np.cumsum(truth.straight_points)[:-1], chance.random(people), side="right")
    points = np.where(straight[:, np.newaxis], pressed[:, np.newaxis], np.where(missing, 0, points))
    return np.asarray(points, dtype=np.int8)
