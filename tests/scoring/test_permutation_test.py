"""The permutation test counts what enumeration counts, and its interval is what it does not reject."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.permutation import list_assignments, permutation_p, shift_interval, studentise
from scoring.permutation_test import permutation_test

CHANGES = [0.3, -0.1, 0.2, 0.0, 0.1, 0.9, 0.8, 0.1, -0.2, 0.0, 0.2, 0.1, -0.1]
SCORES = [3, 5, 4, 4, 2, 1, 4, 3]


def mark(units, *treated):
    return [int(i in treated) for i in range(units)]


# R 4.2.2: sets <- combn(length(y), sum(t)); d <- apply(sets, 2, function(s) mean(y[s]) - mean(y[-s])), then the shares
# of abs(d), d and -d at or beyond the real one; coin 1.4.2 gives the same three p:
# pvalue(oneway_test(y ~ factor(-t), distribution = "exact", alternative = "two.sided", "greater", "less"))
TABLE = [
    (0.795454545454546, (1 / 78, 1 / 78, 1), CHANGES, mark(13, 5, 6)),
    (0.0863636363636364, (0.846153846153846, 0.320512820512821, 0.705128205128205), CHANGES, mark(13, 0, 2)),
    (1.5, (0.2, 0.1, 0.985714285714286), SCORES, mark(8, 0, 1, 2, 3)),
]

small_cases = st.integers(3, 8).flatmap(
    lambda units: st.tuples(
        st.lists(st.integers(-20, 20), min_size=units, max_size=units),
        st.sets(st.integers(0, units - 1), min_size=1, max_size=units - 1).map(lambda chosen: mark(units, *chosen)),
    )
)


@pytest.mark.parametrize(("difference", "p", "outcome", "treated"), TABLE)
def test_p_is_that_of_enumeration_in_r_and_of_coin(difference, p, outcome, treated):
    tests = [permutation_test(outcome, treated, tail=tail) for tail in ("both", "greater", "less")]

    assert [test.p for test in tests] == pytest.approx(p, rel=1e-12)
    assert tests[0].difference == tests[0].statistic == pytest.approx(difference, rel=1e-12)
    assert all(test.exact for test in tests)


@pytest.mark.parametrize(
    ("smallest", "tail", "treated"),
    [
        (1 / 78, "both", mark(13, 0, 1)),
        (1 / 78, "less", mark(13, 0, 1)),
        (2 / 6, "both", mark(4, 0, 1)),
        (1 / 6, "greater", mark(4, 0, 1)),
        (1 / 13, "both", mark(13, 4)),
    ],
)
def test_no_outcome_can_reach_a_smaller_p_than_the_design_allows(smallest, tail, treated):
    best = np.array(treated) * (-1.0 if tail == "less" else 1.0)

    test = permutation_test(best, treated, tail=tail)

    assert test.smallest_p == pytest.approx(smallest)
    assert test.p == pytest.approx(smallest)


def test_thirteen_units_with_two_treated_can_conclude_and_with_one_cannot():
    assert permutation_test(CHANGES, mark(13, 5, 6)).can_conclude(level=0.95)
    assert not permutation_test(CHANGES, mark(13, 5)).can_conclude(level=0.95)
    assert permutation_test(CHANGES, mark(13, 5)).can_conclude(level=0.9)


def test_under_no_effect_five_percent_comes_in_three_of_the_78_choices():
    rng = np.random.default_rng(2)
    outcome = rng.normal(size=13)

    p = [permutation_test(outcome, row).p for row in list_assignments(np.arange(13) < 2, most=100, seed=0).chosen]

    assert sum(each <= 0.05 for each in p) == 3
    assert min(p) == pytest.approx(1 / 78)


@given(small_cases, st.sampled_from([0.5, 0.8, 0.9]), st.floats(-30, 30))
def test_an_effect_is_in_the_interval_just_where_the_test_keeps_it(case, level, effect):
    outcome, treated = np.array(case[0], dtype=float), np.array(case[1])
    test = permutation_test(outcome, treated, level=level)
    assume(not math.isnan(test.low))
    assume(min(abs(effect - test.low), abs(effect - test.high)) > 1e-6)

    p = permutation_test(outcome - effect * treated, treated).p

    assert (p > 1 - level + 1e-12) == (test.low <= effect <= test.high)


@given(small_cases)
def test_the_difference_lies_in_its_interval_and_p_keeps_its_bounds(case):
    test = permutation_test(*case, level=0.7)

    assert test.smallest_p <= test.p <= 1
    assert math.isnan(test.low) == math.isnan(test.high)
    if not math.isnan(test.low):
        assert test.low < test.high
        assert test.low - 1e-9 <= test.difference <= test.high + 1e-9


@given(small_cases, st.floats(0.1, 10), st.floats(-100, 100))
def test_unit_and_origin_of_the_outcome_do_not_change_p(case, factor, origin):
    outcome, treated = np.array(case[0], dtype=float), case[1]

    one, other = permutation_test(outcome, treated), permutation_test(outcome * factor + origin, treated)

    assert one.p == other.p


def test_studentised_is_the_comparison_used_for_pilots():
    changes, variances = np.array(CHANGES), np.linspace(0.01, 0.05, 13)
    assignments = list_assignments(np.array(mark(13, 5, 6), dtype=bool), most=100, seed=0)

    test = permutation_test(changes, mark(13, 5, 6), statistic="studentised", variances=variances)

    statistics = studentise(changes, variances, assignments)[1]
    assert (test.statistic, test.p) == (statistics[0], permutation_p(statistics))
    assert (test.low, test.high) == shift_interval(changes, variances, assignments, level=0.95)
    assert test.method == "all assignments, studentised"


def test_an_own_statistic_is_asked_for_every_set():
    def medians(outcome, chosen):
        return float(np.median(outcome[chosen]) - np.median(outcome[~chosen]))

    test = permutation_test(CHANGES, mark(13, 5, 6), statistic=medians)

    # the medians: 0.85 and 0.1; no other two of the thirteen have a median so far from that of the rest
    assert (test.statistic, test.p) == pytest.approx((0.75, 1 / 78))
    assert test.difference == pytest.approx(0.795454545454546)
    assert math.isnan(test.low)
    assert test.method == "all assignments, own statistic"


def test_an_own_statistic_without_direction_has_no_mirror():
    # the treated half alone is extreme in its lowest number, its mirror is not
    test = permutation_test([5, 6, 1, 0], mark(4, 0, 1), statistic=lambda outcome, chosen: outcome[chosen].min())

    assert test.smallest_p == test.p == 1 / 6


def test_more_sets_than_allowed_are_drawn_from_the_seed():
    outcome = np.random.default_rng(4).normal(size=40)

    first, again, other = (permutation_test(outcome, mark(40, *range(8)), most=999, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.p != other.p
    assert (first.assignments, first.exact) == (1000, False)
    assert first.smallest_p == 1 / 1000
    assert first.low < first.difference < first.high


def test_a_sample_comes_near_to_all_sets():
    outcome = np.random.default_rng(4).normal(size=16)

    every, sample = (permutation_test(outcome, mark(16, *range(5)), most=most, seed=3) for most in (5000, 4000))

    assert (every.exact, sample.exact) == (True, False)
    assert sample.p == pytest.approx(every.p, abs=0.03)
    assert sample.low == pytest.approx(every.low, abs=0.15)


@pytest.mark.parametrize("statistic", ["difference", "studentised"])
def test_seven_units_all_alike_show_nothing_and_claim_nothing(statistic):
    test = permutation_test([5] * 7, mark(7, 0, 1), statistic=statistic, level=0.9)

    assert (test.difference, test.p) == (0, 1)
    assert math.isnan(test.low)
    assert (test.n, test.treated, test.assignments) == (7, 2, 21)


def test_units_all_alike_claim_nothing_even_with_their_noise():
    test = permutation_test([5.0] * 7, mark(7, 0, 1), statistic="studentised", variances=[0.1] * 7, level=0.9)

    assert test.p == 1
    assert math.isnan(test.low)


@pytest.mark.parametrize("statistic", ["difference", "studentised"])
def test_groups_alike_within_have_no_interval_of_width_zero(statistic):
    test = permutation_test([3.0, 3, 1, 1, 1, 1, 1], mark(7, 0, 1), statistic=statistic, level=0.9)

    assert (test.difference, test.p) == (2, pytest.approx(1 / 21))
    assert math.isnan(test.low)
    assert math.isnan(test.high)


def test_a_design_that_cannot_conclude_has_no_interval():
    assert math.isnan(permutation_test([0.1, 0.5, 0.2, 0.9], mark(4, 0, 1), level=0.95).low)


@pytest.mark.parametrize(
    ("said", "outcome", "treated", "more"),
    [
        (r"treated == 0 of 3 units, must be in 1\.\.2", [1, 2, 3], [0, 0, 0], {}),
        (r"treated == 3 of 3 units, must be in 1\.\.2", [1, 2, 3], [1, 1, 1], {}),
        (r"treated == 0 of 0 units", [], [], {}),
        (r"treated == \[0\.0, 1\.0\], must be 0 or 1 for each of 3 outcomes", [1, 2, 3], [0, 1], {}),
        (r"must be 0 or 1 for each of 3 outcomes", [1, 2, 3], [0, 1, 0.5], {}),
        (r"outcome == .*, must be finite", [1, math.nan, 3], [0, 1, 0], {}),
        (r"statistic == 'median', must be one of", [1, 2, 3], [0, 1, 0], {"statistic": "median"}),
        (r"variances: must be left out", [1, 2, 3], [0, 1, 0], {"variances": [1, 1, 1]}),
        (
            r"variances == .*, must be 0 or more",
            [1, 2, 3],
            [0, 1, 0],
            {"statistic": "studentised", "variances": [-1, 1, 1]},
        ),
        (r"variances\.shape", [1, 2, 3], [0, 1, 0], {"statistic": "studentised", "variances": [1]}),
        (r"tail == 'two', must be one of", [1, 2, 3], [0, 1, 0], {"tail": "two"}),
        (r"most == 0, must be a whole number, 1 or more", [1, 2, 3], [0, 1, 0], {"most": 0}),
        (r"seed == -1, must be a whole number", [1, 2, 3], [0, 1, 0], {"seed": -1}),
        (r"level == 1, must be in", [1, 2, 3], [0, 1, 0], {"level": 1}),
        (r"statistic == .*, must be finite", [1, 2, 3], [0, 1, 0], {"statistic": lambda *_: math.nan}),
    ],
)
def test_what_cannot_be_tested_is_refused(said, outcome, treated, more):
    with pytest.raises(ValueError, match=said):
        permutation_test(outcome, treated, **more)
