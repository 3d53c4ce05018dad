import math

import pytest

from scoring.estimate import Estimate, wilson
from scoring.inside_outside import compare_inside_outside


@pytest.mark.parametrize(
    ("inside", "outside", "low", "high"),
    [  # Newcombe (1998), table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_two_shares_have_the_interval_that_newcombe_published(inside, outside, low, high):
    difference = compare_inside_outside(wilson(*inside), wilson(*outside), at_least=10).difference

    assert difference.low == pytest.approx(low, abs=5e-5)
    assert difference.high == pytest.approx(high, abs=5e-5)
    assert difference.n == inside[1] + outside[1]


def test_turned_round_the_difference_changes_its_sign_only():
    one, other = Estimate(4.1, 3.8, 4.3, 40), Estimate(3.9, 3.7, 4.0, 90)

    there, back = (compare_inside_outside(*pair, at_least=10).difference for pair in ((one, other), (other, one)))

    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


@pytest.mark.parametrize(("inside", "outside"), [((9, 9), (40, 50)), ((40, 50), (0, 0))])
def test_fewer_answers_than_the_threshold_are_not_shown_and_not_subtracted(inside, outside):
    found = compare_inside_outside(wilson(*inside), wilson(*outside), at_least=10)

    assert math.isnan(found.difference.value)
    assert found.difference.n == 0
    small, large = sorted((found.inside, found.outside), key=lambda part: part.n)
    assert math.isnan(small.value)
    assert large.n == 50
