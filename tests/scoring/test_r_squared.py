"""R² is divided by the gains over all orders, worked by hand for two criteria."""

import numpy as np
import pytest

from scoring.r_squared import coefficients, divide_r_squared

# outcome, one, other: the outcome goes with one by 0.6, with the other by 0.5, and they together by 0.4
PAIR = np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]])
# R² = (0.36 + 0.25 − 2 · 0.6 · 0.5 · 0.4) / (1 − 0.16) = 0.37 / 0.84
WHOLE = 0.37 / 0.84


def test_each_criterion_gains_the_mean_of_coming_first_and_coming_last():
    shares = divide_r_squared(PAIR[np.newaxis])[0]
    assert shares == pytest.approx([(0.36 + WHOLE - 0.25) / 2, (0.25 + WHOLE - 0.36) / 2], rel=1e-12)


def test_several_correlations_are_divided_at_once_each_by_itself():
    both = np.stack([PAIR, np.eye(3)])
    shares = divide_r_squared(both)
    assert shares.shape == (2, 2)
    assert shares[0] == pytest.approx(divide_r_squared(PAIR[np.newaxis])[0])
    assert shares[1] == pytest.approx([0, 0])


def test_coefficients_solve_the_regression():
    # (0.6 − 0.4 · 0.5) / 0.84 and (0.5 − 0.4 · 0.6) / 0.84
    assert coefficients(PAIR) == pytest.approx([0.4 / 0.84, 0.26 / 0.84], rel=1e-12)


def test_criteria_that_are_one_share_and_have_no_coefficient():
    same = np.array([[1, 0.6, 0.6], [0.6, 1, 1], [0.6, 1, 1]])
    assert divide_r_squared(same[np.newaxis])[0] == pytest.approx([0.18, 0.18])
    assert np.isnan(coefficients(same)).all()
