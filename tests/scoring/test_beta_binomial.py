"""The Beta distribution of units' shares: R's fit, and how sure a share is by it."""

import math

import numpy as np
import pytest

from scoring.beta_binomial import averaged_variance, beta_estimates, fit_beta, units_vary, variance_of_centre

X = np.array([19, 160, 450, 88, 70, 33, 195, 28])
N = np.array([20, 200, 600, 90, 100, 40, 210, 40])


def test_the_beta_distribution_of_largest_likelihood_is_that_of_r():
    # R 4.2.2: a and b by Newton's method on the beta-binomial score (digamma, trigamma), to 14 digits;
    # VGAM 1.1.7: Coef(vglm(cbind(x, n - x) ~ 1, betabinomialff, epsilon = 1e-12)) gives 9.77551118 and 2.03085267
    assert fit_beta(X, N) == pytest.approx((9.7755116719096, 2.0308527985515), rel=1e-9)


def test_units_vary_where_they_differ_by_more_than_chance():
    # By hand, p 1/2 of n 10: (yes - 5)² summed against 20 · 1/4 = 5 expected: 2² + 2² is more, 1 + 1 is not
    assert units_vary(np.array([3, 7]), np.array([10, 10]))
    assert not units_vary(np.array([4, 6]), np.array([10, 10]))


def test_the_interval_of_a_share_is_that_of_its_beta_distribution():
    # R 4.2.2: qbeta(c(.025, .975), 16, 4)
    (known, nobody) = beta_estimates(
        np.array([0.8, 0.8]), np.array([20.0, 20.0]), np.array([15, 0]), level=0.95, method="Beta"
    )
    assert (known.low, known.high) == pytest.approx((0.604215448733326, 0.939475462290710), rel=1e-9)
    assert (known.value, known.n, known.method) == (0.8, 15, "Beta")
    assert nobody.n == 0
    assert math.isnan(nobody.value)


def test_answers_that_correlate_in_a_unit_tell_less_of_the_centre():
    # By hand: two units of 5, so of 5 / (1 + 4 · 1/4) = 2.5 answers each: 0.8 · 0.2 / 5; without correlation / 10
    assert variance_of_centre(0.8, 0.25, np.array([5, 5])) == pytest.approx(0.16 / 5)
    assert variance_of_centre(0.8, 0.0, np.array([5, 5])) == pytest.approx(0.16 / 10)


def test_averaging_over_the_variance_between_counts_the_distance_from_the_estimate():
    # the mean squared distance from another number is larger by the square of what lies between
    share = np.full(3, 0.8)
    yes, n = np.array([40.0, 41.0, 39.0]), np.array([50.0, 50.0, 50.0])
    (units, centre), (units_off, centre_off) = (averaged_variance(yes, n, share + off, 0.8 + off) for off in (0, 0.1))
    assert centre_off - centre == pytest.approx(0.01, abs=1e-4)
    assert units_off[0] - units[0] == pytest.approx(0.01, abs=1e-4)
