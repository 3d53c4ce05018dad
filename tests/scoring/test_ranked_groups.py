import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from scoring.ordinal import rank_sum
from scoring.ranked_groups import kruskal, trend

RISING = [[2, 4, 8, 12, 16], [1, 2, 3, 9, 8], [0, 1, 2, 10, 30]]
MIXED = [[5, 0, 0, 1, 9], [0, 2, 2, 0, 1], [7, 7, 0, 0, 30], [1, 1, 1, 1, 1]]
NEARLY_ALIKE = [[0, 0, 0, 0, 7], [0, 0, 0, 1, 6]]
TWO_POINTS = [[3, 17], [9, 12]]
# Hollander and Wolfe, example 6.2: 40 35 38 43 44 41; 38 40 47 44 40 42; 48 40 45 43 46 44, each value a point
KNOWLEDGE = [
    [1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0],
    [0, 1, 2, 0, 1, 0, 1, 0, 0, 1, 0],
    [0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1],
]


# R 4.2.2: kruskal.test(answer, group); effectsize 0.8.3: rank_epsilon_squared(answer, group)
@pytest.mark.parametrize(
    ("groups", "h", "freedom", "p", "epsilon_squared"),
    [
        (RISING, 13.15139130151531, 2, 0.001393835957998052, 0.1229101990795823),
        (MIXED, 3.384777915370509, 3, 0.3360163614666248, 0.0497761458142722),
        (NEARLY_ALIKE, 1, 1, 0.3173105078629107, 0.07692307692307804),
        (TWO_POINTS, 3.74630541871922, 1, 0.05292437137825015, 0.09365763546798049),
    ],
)
def test_kruskal_and_wallis_is_rs(groups, h, freedom, p, epsilon_squared):
    test = kruskal(groups)

    assert (h, p, epsilon_squared) == pytest.approx((test.h, test.p, test.epsilon_squared), rel=1e-9)
    assert (freedom, sum(map(sum, groups))) == (test.degrees_of_freedom, test.n)


# R 4.2.2: cor.test(group, answer, method = "kendall", exact = FALSE), z and p.value, and p.value of alternative =
# "greater" and "less"; J counted pair by pair. KNOWLEDGE: J = 79 as published
@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (RISING, [2421, 3.348318501650789, 0.0008130351512379902, 0.0004065175756189951, 0.999593482424381]),
        (MIXED, [652, 0.1996558876556659, 0.8417497156139437, 0.4208748578069719, 0.5791251421930281]),
        (NEARLY_ALIKE, [21, -1, 0.3173105078629141, 0.8413447460685429, 0.158655253931457]),
        (TWO_POINTS, [151.5, -1.935537501243314, 0.0529243713782503, 0.9735378143108748, 0.02646218568912515]),
        (KNOWLEDGE, [79, 2.039293058844717, 0.04142078798609447, 0.020710393993047234, 0.9792896060069528]),
    ],
)
def test_the_trend_is_rs(groups, expected):
    test = trend(groups)

    assert expected == pytest.approx([test.j, test.z, test.p, test.p_rising, test.p_falling], rel=1e-9)
    assert test.n == sum(map(sum, groups))


def test_the_mean_and_variance_of_j_are_those_of_all_permutations():
    groups = np.array([[1, 1, 0], [0, 2, 0], [1, 0, 2]])
    answers = np.concatenate([np.repeat(range(3), row) for row in groups])

    def count_rising(dealt) -> float:
        first, second, third = np.array(dealt[:2]), np.array(dealt[2:4]), np.array(dealt[4:])
        pairs = ((first, second), (first, third), (second, third))
        return float(sum((np.sign(np.subtract.outer(later, early)) + 1).sum() / 2 for early, later in pairs))

    everywhere = np.array([count_rising(dealt) for dealt in permutations(answers)])
    real, test = count_rising(answers), trend(groups)

    assert real == test.j
    assert (real - everywhere.mean()) / everywhere.std() == pytest.approx(test.z)


@pytest.mark.parametrize("groups", [[[0, 0, 7], [0, 0, 5], [0, 0, 1]], [[1, 0], [1, 0]]])
def test_all_alike_leaves_one_possible_statistic_whose_p_is_one(groups):
    test, order = kruskal(groups), trend(groups)

    assert (test.h, test.p, test.epsilon_squared, test.degrees_of_freedom) == (0, 1, 0, len(groups) - 1)
    assert (order.z, order.p, order.p_rising, order.p_falling) == (0, 1, 1, 1)


@pytest.mark.parametrize("groups", [[[0, 3, 4], [0, 0, 0]], [[0, 3, 4]], [[0, 0, 0], [0, 0, 0]]])
def test_fewer_than_two_groups_with_answers_leave_nothing_to_compare(groups):
    test, order = kruskal(groups), trend(groups)

    assert test.n == order.n == np.sum(groups)
    assert test.degrees_of_freedom == 0
    for each in (test.h, test.p, test.epsilon_squared, order.j, order.z, order.p, order.p_rising, order.p_falling):
        assert math.isnan(each)


def test_no_group_at_all_leaves_nothing_to_compare():
    assert kruskal(np.zeros((0, 5))).n == trend(np.zeros((0, 5))).n == 0


def test_one_person_a_group_can_be_ranked():
    # 1, 2, 3 in this order: J = 3 of 3, mean 1.5, variance 66/72 (no ties): z = 1.5 / √(66/72)
    order = trend(np.eye(3))

    assert (order.j, order.z) == pytest.approx((3, 1.5 / math.sqrt(66 / 72)))
    assert kruskal(np.eye(3)).h == pytest.approx(2)
    assert trend(np.eye(2)).z == 1  # J = 1 or 0


def test_one_of_millions_who_differs_is_not_lost_to_rounding():
    n = 4_000_000
    order = trend([[0, n], [0, n], [1, n - 1]])

    # one answer below all: J = 3 n² less what it loses; with one different answer J is uniform over who it is
    ranks = np.array([n, 0, -n])  # J − mean, in halves, if the one is of the first, second, third group
    assert order.z == pytest.approx(-n / math.sqrt((ranks**2.0).mean()), rel=1e-9)


tables = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 20), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@given(tables)
def test_scipy_says_the_same(table):
    samples = [np.repeat(range(len(row)), row) for row in table if sum(row)]
    assume(len(samples) > 1 and len(set(np.concatenate(samples))) > 1)
    test = kruskal(table)
    assume(test.h > 1e-9)  # just below 0 theirs is NaN
    theirs = stats.kruskal(*samples)

    assert (theirs.statistic, theirs.pvalue) == pytest.approx((test.h, test.p), rel=1e-9, abs=1e-9)


@given(tables)
def test_turning_the_order_or_the_scale_turns_the_trend_and_leaves_kruskal_as_it_was(table):
    assume(sum(map(any, table)) > 1)
    order, test = trend(table), kruskal(table)
    for turned in (table[::-1], [row[::-1] for row in table]):
        assert trend(turned).z == pytest.approx(-order.z, abs=1e-12)
        assert trend(turned).p_rising == pytest.approx(order.p_falling, rel=1e-9)
        assert kruskal(turned).h == pytest.approx(test.h, rel=1e-9, abs=1e-12)
    assert 0 <= test.epsilon_squared <= 1


@given(tables)
def test_two_groups_have_the_trend_of_their_rank_sum_and_its_square_is_kruskals(table):
    first, second = table[:2]
    assume(sum(first) and sum(second))
    pair = rank_sum(second, first)

    assert (pair.u, pair.z) == pytest.approx((trend(table[:2]).j, trend(table[:2]).z), abs=1e-9)
    assert pair.z**2 == pytest.approx(kruskal(table[:2]).h, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("compare", [kruskal, trend])
@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([[1, -1], [1, 1]], r"groups == \[1\.0, -1\.0, 1\.0, 1\.0\], must be 0 or more; -1 is not\."),
        ([[1, 0.5], [1, 1]], r"must be whole numbers, 0 or more; 0\.5 is not\."),
        ([[1, math.nan]], r"must be 0 or more; nan is not\."),
        ([[1, 2], [1, 2, 3]], r"must be numbers in a table\."),
        ([1, 2], r"groups\.shape == \(2,\), must be a table\."),
        ([[7], [7]], r"groups\.shape == \(2, 1\), must have 2 or more columns, the points of the scale\."),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(compare, groups, message):
    with pytest.raises(ValueError, match=message):
        compare(groups)
