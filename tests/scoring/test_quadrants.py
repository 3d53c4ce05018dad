"""A criterion lies where its numbers say."""

import math

import pytest

from scoring.estimate import Estimate
from scoring.quadrants import quadrants

BLANK = math.nan


def places(found):
    return [place.quadrant for place in found.places]


# Martilla and James (1977), figure 2: extremely important and fair performance is where to concentrate
def test_each_quadrant_has_its_name():
    found = quadrants([4.5, 4.5, 1.5, 1.5], [1.5, 4.5, 1.5, 4.5])

    assert places(found) == ["concentrate_here", "keep_up", "low_priority", "possible_overkill"]
    assert (found.importance_cut, found.performance_cut) == (3, 3)
    assert [place.certain for place in found.places] == [None] * 4


def test_the_median_and_chosen_cuts_move_the_lines():
    importance, performance = [0.1, 0.2, 0.9], [3.0, 4.0, 4.4]

    assert quadrants(importance, performance, cut="median").importance_cut == 0.2
    assert places(quadrants(importance, performance)) == ["low_priority", "possible_overkill", "keep_up"]
    assert places(quadrants(importance, performance, cut="median")) == ["low_priority", "keep_up", "keep_up"]
    assert places(quadrants(importance, performance, cut=(0, 4.2))) == [
        "concentrate_here",
        "concentrate_here",
        "keep_up",
    ]


def test_equal_numbers_all_reach_their_own_mean():
    # 0.1 + 0.1 + 0.1 over 3 is a little above 0.1
    assert places(quadrants([0.1] * 3, [5.0] * 3)) == ["keep_up"] * 3
    assert places(quadrants([-0.1] * 3, [0.0] * 3)) == ["keep_up"] * 3


def test_a_place_is_certain_where_both_intervals_keep_to_one_side():
    importance = [Estimate(0.3, 0.25, 0.35, 90), Estimate(0.3, 0.1, 0.5, 90), Estimate(0.1, 0.05, 0.15, 90)]
    performance = [Estimate(4.6, 4.4, 4.8, 90), Estimate(4.6, 4.4, 4.8, 90), Estimate(4.1, 3.9, 4.3, 90)]

    found = quadrants(importance, performance, cut=(0.2, 4.0))

    assert [place.certain for place in found.places] == [True, False, False]


def test_one_interval_is_enough_to_doubt_a_place():
    found = quadrants([0.3, 0.1], [Estimate(4.6, 3.9, 4.8, 9), 3.0], cut=(0.2, 4.0))

    assert [place.certain for place in found.places] == [False, None]


def test_a_criterion_without_a_number_is_unknown_and_moves_no_cut():
    found = quadrants([0.3, BLANK, 0.1], [4.0, 1.0, 2.0])

    assert places(found) == ["keep_up", "unknown", "low_priority"]
    assert (found.importance_cut, found.performance_cut) == (0.2, 3.0)


def test_nothing_known_has_no_cut():
    found = quadrants([BLANK], [3.0])

    assert places(found) == ["unknown"]
    assert math.isnan(found.importance_cut)
    assert quadrants([], []).places == ()


@pytest.mark.parametrize(
    ("said", "importance", "performance", "cut"),
    [
        (r"performance\.shape == \(1,\), must be a list of 2", [1, 2], [1], "mean"),
        ("cut == 'mode', must be one of mean, median", [1], [1], "mode"),
        (r"cut\.shape == \(1,\), must be a list of 2", [1], [1], (1,)),
        ("importance == .*, must be finite", [math.inf], [1], "mean"),
        (r"importance == \[None, 1, 2\], must be numbers or estimates", [None, 1, 2], [1, 2, 3], "mean"),
        (r"performance == \[1, None\], must be numbers or estimates", [1, 2], [1, None], "mean"),
        (r"importance == \['a', 'b'\], must be numbers", ["a", "b"], [1, 2], "mean"),
        (r"importance == '', must be numbers or estimates", "", [], "mean"),
        ("importance == 3, must be numbers or estimates", 3, [1, 2], "mean"),
        ("performance == None, must be numbers or estimates", [1, 2], None, "mean"),
        (r"cut\.shape == \(\), must be a list of 2", [1], [1], None),
    ],
)
def test_wrong_sides_or_cuts_are_refused(said, importance, performance, cut):
    with pytest.raises(ValueError, match=said):
        quadrants(importance, performance, cut=cut)
