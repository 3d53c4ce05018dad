import numpy as np
import pytest

from scoring.start_table import StartTable

GENERATOR = np.random.default_rng(8)
MEANS = GENERATOR.normal(0, 1, (9, 6)) + GENERATOR.normal(0, 3, (9, 1))
WAVES = np.array([0, 0, 1, 1, 1, 1, 1, 1, 1])
CHANGE = np.array([-1, -1, -1, 1, 1, 1]) / 3
WEIGHTS = np.array([CHANGE / 2, -CHANGE / 7])[np.newaxis]
NOISE = GENERATOR.uniform(0.05, 0.2, (9, 6))


def test_a_value_is_the_weighted_sum_of_each_set():
    sets = np.array([WAVES, WAVES[::-1]])

    values, _ = StartTable(MEANS, NOISE).of_sets(sets, WEIGHTS)

    change = MEANS @ CHANGE
    assert values[:, 0] == pytest.approx(
        [change[:2].mean() - change[2:].mean(), change[-2:].mean() - change[:-2].mean()]
    )
    assert values[0, 0] == pytest.approx(StartTable(MEANS, NOISE).value(WAVES, WEIGHTS[0]))


def test_without_sampling_noise_units_vary_as_their_changes_do():
    spread = StartTable(MEANS, np.zeros((9, 6))).spread(WAVES, WEIGHTS)

    assert spread == pytest.approx((MEANS @ CHANGE).var(ddof=1) * (1 / 2 + 1 / 7))


def test_sampling_noise_is_taken_off_the_spread_and_added_unit_by_unit():
    quiet, noisy = StartTable(MEANS, np.zeros((9, 6))), StartTable(MEANS, NOISE)

    assert noisy.spread(WAVES, WEIGHTS) < quiet.spread(WAVES, WEIGHTS)
    own = (NOISE[:2] @ CHANGE**2).sum() / 4 + (NOISE[2:] @ CHANGE**2).sum() / 49
    errors = noisy.of_sets(WAVES[np.newaxis], WEIGHTS)[1]
    assert errors[0, 0] ** 2 == pytest.approx(own + noisy.spread(WAVES, WEIGHTS)[0])


def test_noise_that_explains_everything_leaves_no_spread():
    assert StartTable(MEANS, np.full((9, 6), 100.0)).spread(WAVES, WEIGHTS) == pytest.approx(0)


def test_the_spread_after_an_effect_is_that_of_the_table_without_it():
    under_way = np.outer(WAVES == 0, CHANGE > 0).astype(float)
    table = StartTable(MEANS, NOISE)

    tried = table.spread_less(WEIGHTS[0], under_way, np.array([0, 0.7, -2]), np.array([2, 7]))

    each = [table.less(effect * under_way).spread(WAVES, WEIGHTS)[0] for effect in (0, 0.7, -2)]
    assert tried == pytest.approx(each)
