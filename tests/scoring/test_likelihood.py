"""Averages over a likelihood are those of the distribution that it is."""

import math

import pytest

from scoring.likelihood import likely_points


@pytest.mark.parametrize("spread", [0.5, 40.0])
def test_a_normal_likelihood_gives_back_its_mean_and_its_variance(spread):
    found = likely_points(lambda x: -(((x - 3) / spread) ** 2) / 2, -500, 500)
    mean = sum(weight * x for x, weight in found)
    variance = sum(weight * (x - mean) ** 2 for x, weight in found)
    assert sum(weight for _, weight in found) == pytest.approx(1)
    assert mean == pytest.approx(3, rel=1e-4)
    assert variance == pytest.approx(spread**2, rel=1e-3)


def test_a_likelihood_that_is_highest_at_an_end_is_averaged_from_there():
    # half a normal distribution: mean sqrt(2 / pi)
    found = likely_points(lambda x: -(x**2) / 2, 0, 100)
    assert found[0][0] == 0
    assert sum(weight * x for x, weight in found) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-2)
