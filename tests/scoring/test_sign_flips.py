import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring.permutation import permutation_p
from scoring.sign_flips import attainable_flip_p, flip_interval, list_flips, studentise_flips

# Darwin's maize in Fisher (1935), The Design of Experiments, section 21: crossed less self-fertilised, eighths of an inch
DARWIN = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], dtype=float)


def test_darwins_maize_as_fisher_counted_it():
    """835 of 32,768 choices of signs have a sum of 314 or more: 1,726 both ways with those that equal it, p = 0.0527."""
    flips = list_flips(15, most=2**15, seed=1)
    means, _ = studentise_flips(DARWIN, np.zeros(15), flips)

    assert flips.exact
    assert permutation_p(means) == pytest.approx(1726 / 32768)


def test_the_studentised_statistic_of_equal_variances_is_students_t():
    statistics = studentise_flips(DARWIN, np.zeros(15), list_flips(15, most=2**15, seed=1))[1]

    assert statistics[0] == pytest.approx(stats.ttest_1samp(DARWIN, 0).statistic)


def test_sampling_noise_that_explains_everything_is_the_only_error():
    gaps, noise = np.array([0.1, 0.12, 0.08]), np.array([0.01, 0.02, 0.03])

    assert studentise_flips(gaps, noise, list_flips(3, most=10, seed=1))[1][0] == pytest.approx(
        0.1 / math.sqrt(0.06 / 9)
    )


@pytest.mark.parametrize(("units", "p"), [(1, 1), (2, 0.5), (5, 1 / 16), (6, 1 / 32), (13, 2 / 8192)])
def test_the_smallest_p_of_so_many_units(units, p):
    gaps = np.linspace(1, 2, units)

    assert attainable_flip_p(units) == p
    statistics = studentise_flips(gaps, np.zeros(units), list_flips(units, most=10_000, seed=1))[1]
    assert permutation_p(statistics) == pytest.approx(p)


def test_no_unit_is_nothing_to_flip():
    assert math.isnan(attainable_flip_p(0))
    with pytest.raises(ValueError, match="units == 0"):
        list_flips(0, most=10, seed=1)


def test_many_units_are_sampled_with_the_real_signs_first():
    flips = list_flips(40, most=500, seed=3)

    assert (flips.exact, flips.signs.shape) == (False, (501, 40))
    assert (flips.signs[0] == 1).all()
    assert (flips.signs == list_flips(40, most=500, seed=3).signs).all()


def test_five_units_have_no_interval_and_six_have():
    gaps = np.array([0.1, 0.3, 0.2, 0.15, 0.25, 0.2])

    low, high = flip_interval(gaps, np.zeros(6), list_flips(6, most=100, seed=1), level=0.95)
    assert (low, high) == pytest.approx((0.1, 0.3))  # the two signs that may differ are those of the extreme units
    few = flip_interval(gaps[:5], np.zeros(5), list_flips(5, most=100, seed=1), level=0.95)
    assert all(math.isnan(end) for end in few)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(-5, 5))
def test_an_effect_added_to_every_unit_moves_the_interval_by_itself(seed, effect):
    generator = np.random.default_rng(seed)
    gaps, noise = generator.normal(0, 1, 7), generator.uniform(0, 0.2, 7)
    flips = list_flips(7, most=200, seed=1)

    one, other = (flip_interval(each, noise, flips, level=0.9) for each in (gaps, gaps + effect))

    assert other == pytest.approx((one[0] + effect, one[1] + effect), abs=1e-6)


def test_the_interval_holds_the_effects_that_the_test_keeps():
    generator = np.random.default_rng(5)
    gaps, noise = generator.normal(0.3, 1, 9), generator.uniform(0, 0.2, 9)
    flips = list_flips(9, most=1000, seed=1)

    low, high = flip_interval(gaps, noise, flips, level=0.95)

    def p(effect):
        return permutation_p(studentise_flips(gaps - effect, noise, flips)[1])

    assert p(low + 1e-6) > 0.05 >= p(low - 1e-6)
    assert p(high - 1e-6) > 0.05 >= p(high + 1e-6)
