import math

import numpy as np
import pytest

from scoring.permutation import Assignments, attainable_p, list_assignments, permutation_p, shift_interval, studentise


def mark(units: int, *treated: int) -> np.ndarray:
    return np.isin(np.arange(units), treated)


@pytest.mark.parametrize(("units", "treated", "ways"), [(13, 2, 78), (11, 2, 55), (5, 2, 10), (4, 1, 4)])
def test_every_set_that_could_have_been_chosen_is_listed_once_the_real_one_first(units, treated, ways):
    real = mark(units, *range(units - treated, units))

    assignments = list_assignments(real, most=10_000, seed=1)

    assert assignments.exact
    assert len({row.tobytes() for row in assignments.chosen}) == ways == len(assignments.chosen)
    assert (assignments.chosen.sum(axis=1) == treated).all()
    assert assignments.treated.tolist() == real.tolist()


def test_more_sets_than_allowed_are_drawn_from_a_seed_beside_the_real_one():
    real = mark(40, 0, 1, 2, 3, 4)

    first, again, other = (list_assignments(real, most=500, seed=seed) for seed in (7, 7, 8))

    assert not first.exact
    assert first.chosen.shape == (501, 40)
    assert first.treated.tolist() == real.tolist()
    assert (first.chosen.sum(axis=1) == 5).all()
    assert (first.chosen == again.chosen).all()
    assert (first.chosen != other.chosen).any()


def test_every_unit_is_drawn_about_equally_often():
    drawn = list_assignments(mark(40, 0, 1), most=10_000, seed=3).chosen[1:].mean(axis=0)

    assert drawn == pytest.approx(np.full(40, 2 / 40), abs=5 * math.sqrt(0.05 * 0.95 / 10_000))


@pytest.mark.parametrize("treated", [(), (0, 1, 2)])
def test_without_a_treated_or_a_compared_unit_there_are_no_sets(treated):
    with pytest.raises(ValueError, match=r"of 3 units, must be in 1\.\.2"):
        list_assignments(mark(3, *treated), most=10, seed=1)


def test_half_treated_mirrors_itself_so_the_smallest_p_is_two_sets():
    assert attainable_p(4, 2) == pytest.approx(2 / 6)
    changes = np.array([0.9, 0.8, 0.0, 0.1])

    statistics = studentise(changes, np.zeros(4), list_assignments(mark(4, 0, 1), most=100, seed=1))[1]

    assert permutation_p(statistics) == pytest.approx(2 / 6)


@pytest.mark.parametrize(("units", "treated"), [(0, 0), (3, 0), (3, 3)])
def test_no_p_can_be_reached_without_two_sides(units, treated):
    assert math.isnan(attainable_p(units, treated))


def test_four_units_worked_by_hand():
    # changes 30, 0, 10, 5; differences: 30 − 15/3 = 25; 0 − 45/3 = −15; 10 − 35/3 = −5/3; 5 − 40/3 = −25/3
    # real set: within = 25 + 25 = 50, between = 50 / (4 − 2) = 25, error = √(25 (1 + 1/3)) = 5.7735
    changes = np.array([30.0, 0.0, 10.0, 5.0])

    differences, statistics = studentise(changes, np.zeros(4), list_assignments(mark(4, 0), most=100, seed=1))

    assert differences == pytest.approx([25, -15, -5 / 3, -25 / 3])
    assert statistics[0] == pytest.approx(25 / math.sqrt(25 * 4 / 3))
    assert permutation_p(statistics) == 1 / 4


def test_the_noise_of_few_answers_is_part_of_the_error_worked_by_hand():
    # variances 4, 1, 1, 1; real set: expected within by sampling = (1 − 1/1) 4 + (1 − 1/3) 3 = 2; within = 50
    # between = (50 − 2) / 2 = 24; error² = 24 (1 + 1/3) + 4/1 + 3/9
    changes, variances = np.array([30.0, 0.0, 10.0, 5.0]), np.array([4.0, 1.0, 1.0, 1.0])

    statistics = studentise(changes, variances, list_assignments(mark(4, 0), most=100, seed=1))[1]

    assert statistics[0] == pytest.approx(25 / math.sqrt(32 + 4 + 1 / 3))


def test_units_alike_beyond_their_noise_have_the_error_of_their_noise_alone():
    changes, variances = np.array([1.0, 0.0, 0.0, 0.0]), np.full(4, 9.0)

    statistics = studentise(changes, variances, list_assignments(mark(4, 0), most=100, seed=1))[1]

    assert statistics[0] == pytest.approx(1 / math.sqrt(9 + 9 / 3))


def test_no_variation_at_all_is_no_difference_or_a_certain_one():
    assignments = list_assignments(mark(4, 0), most=100, seed=1)

    assert studentise(np.full(4, 0.1), np.zeros(4), assignments)[1].tolist() == [0, 0, 0, 0]
    assert studentise(np.array([0.1 + 0.2, 0.3, 0.3, 0.3]), np.zeros(4), assignments)[1].tolist() == [0, 0, 0, 0]
    assert studentise(np.array([0.5, 0, 0, 0]), np.zeros(4), assignments)[1][0] == math.inf


def test_p_is_the_share_of_sets_at_least_as_far_from_zero_and_counts_the_real_one():
    assert permutation_p(np.array([2.0, -2.5, 1.0, 0.0, 2.0])) == 3 / 5
    assert permutation_p(np.array([9.0, 1.0])) == 1 / 2
    assert permutation_p(np.array([0.0, 1.0, -1.0])) == 1


def test_the_interval_by_inversion_worked_by_hand():
    # 19 units changed by −9 … 9, the treated one by 50. With x = 50 − effect all deviations are from x/20: the
    # treated 0.95 x, the farthest of the others 9 + x/20. It stops being the farthest at 0.9 x = 9: 50 ± 10.
    changes = np.array([50.0, *range(-9, 10)])

    low, high = shift_interval(changes, np.zeros(20), list_assignments(mark(20, 0), most=100, seed=1), level=0.95)

    assert (low, high) == pytest.approx((40, 60), abs=1e-6)


def test_the_interval_ends_where_the_test_begins_to_reject():
    generator = np.random.default_rng(5)
    changes, variances = generator.normal(0, 1, 13) + 3 * mark(13, 4, 9), generator.uniform(0.1, 2, 13)
    assignments = list_assignments(mark(13, 4, 9), most=10_000, seed=1)

    low, high = shift_interval(changes, variances, assignments, level=0.95)

    def p(effect):
        return permutation_p(studentise(changes - effect * assignments.treated, variances, assignments)[1])

    assert p(low + 1e-6) > 0.05 >= p(low - 1e-6)
    assert p(high - 1e-6) > 0.05 >= p(high + 1e-6)


def test_a_design_that_cannot_reach_the_level_has_no_interval():
    assignments = list_assignments(mark(5, 0, 1), most=100, seed=1)

    assert all(map(math.isnan, shift_interval(np.arange(5.0), np.ones(5), assignments, level=0.95)))
    assert not any(map(math.isnan, shift_interval(np.arange(5.0), np.ones(5), assignments, level=0.9)))


def test_three_of_six_mirror_each_other_and_cannot_reach_one_in_twenty():
    assignments = list_assignments(mark(6, 0, 1, 2), most=100, seed=1)

    assert len(assignments.chosen) == 20
    assert all(map(math.isnan, shift_interval(np.arange(6.0), np.ones(6), assignments, level=0.95)))


def test_a_sample_that_drew_the_real_set_again_and_again_has_no_interval():
    again = list_assignments(mark(40, 3), most=30, seed=1).chosen
    again[5] = again[0]

    assert all(
        map(math.isnan, shift_interval(np.arange(40.0), np.ones(40), Assignments(again, exact=False), level=0.95))
    )


def test_units_without_any_variation_have_an_interval_of_one_point():
    assignments = list_assignments(mark(20, 0), most=100, seed=1)

    assert shift_interval(np.full(20, 0.25), np.zeros(20), assignments, level=0.95) == (0, 0)


@pytest.mark.parametrize("level", [0, 1, 1.5])
def test_a_level_outside_its_range_is_refused(level):
    with pytest.raises(ValueError, match=r"level == .*, must be in \(0, 1\)"):
        shift_interval(np.arange(4.0), np.ones(4), list_assignments(mark(4, 0), most=9, seed=1), level=level)
