"""Control charts: limits as in the books, and exact where few answers are expected."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.control import laney_p, p_chart, xmr

# R 4.2.2, as qicharts2 computes chart = "i": mean(v) ± 3 * mean(abs(diff(v))) / 1.128; exact: d2 = 2 / sqrt(pi)
MONTHS = [80, 82, 79, 81, 80, 83, 78, 80, 81, 79, 82, 91]
# Montgomery, Introduction to Statistical Quality Control, table 7.1: nonconforming cans, 30 samples of 50
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
YES = [45, 180, 60, 33, 88, 120, 19, 70, 150, 41, 77, 90]
N = [50, 200, 100, 40, 98, 150, 30, 80, 200, 60, 99, 110]


def rules(chart):
    return [(signal.rule, signal.first, signal.last) for signal in chart.signals]


def test_the_individuals_chart_has_the_limits_of_its_moving_ranges():
    chart = xmr(MONTHS)
    ends = (chart.centre[0], chart.lower[0], chart.upper[0])
    assert pytest.approx(ends, rel=1e-12) == (81.33333333333333, 73.35460992907801, 89.31205673758865)
    exact = xmr(MONTHS, constants="exact")
    assert pytest.approx((exact.lower[0], exact.upper[0]), rel=1e-12) == (73.3572910042585, 89.3093756624081)
    assert rules(chart) == [("beyond limits", 11, 11)]


def test_screening_leaves_out_the_one_range_that_is_far_beyond_the_others():
    # By hand: ranges 1, 1, 1, 1, 1, 30, 30; mean 65/7 = 9.29, bound 30.33: nothing goes. With 1 × 9 and 30: mean 3.9,
    # bound 12.74: 30 goes, mean 1, sigma 1 / 1.128
    jump = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 31]
    assert pytest.approx(xmr(jump, screened=True).sigma[0], rel=1e-12) == 0.8865248226950355
    assert pytest.approx(xmr(jump).sigma[0], rel=1e-12) == 3.9 / 1.128
    assert pytest.approx(xmr(jump, screened=True, constants="exact").sigma[0], rel=1e-12) == math.sqrt(math.pi) / 2
    stays = [0, 1, 0, 1, 0, 1, 31, 1]
    assert xmr(stays, screened=True).sigma[0] == xmr(stays).sigma[0]


def test_the_printed_bound_of_screening_keeps_a_range_that_the_exact_one_leaves_out():
    # By hand: beside nine ranges of 1 the last is 3.26675 times the mean, between 3.2665 and 3.267
    values = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 3.26675 * 9 / (10 - 3.26675)]
    ranges = np.abs(np.diff(values))
    assert ranges.max() / ranges.mean() == pytest.approx(3.26675)
    assert xmr(values, screened=True).sigma[0] == pytest.approx(ranges.mean() / 1.128)
    assert xmr(values, screened=True, constants="exact").sigma[0] == pytest.approx(math.sqrt(math.pi) / 2)


def test_the_share_chart_gives_montgomerys_limits():
    # Montgomery, example 7.1: 0.2313, LCL 0.0524, UCL 0.4102; samples 15 and 23 are beyond. Digits from R 4.2.2.
    chart = p_chart(CANS, [50] * 30)
    ends = (chart.centre[0], chart.lower[0], chart.upper[0])
    assert pytest.approx(ends, rel=1e-12) == (0.231333333333333, 0.0524275480719282, 0.410239118594738)
    assert rules(chart) == [("beyond limits", 14, 14), ("beyond limits", 22, 22)]
    assert chart.method == "p, normal limits"


def test_a_run_of_shares_says_on_which_side_it_is():
    chart = p_chart([60, 58, 59, 61, 60, 57, 62, 60, 50, 49, 51, 48, 50, 52, 47, 50], [100] * 16)
    said = [(signal.first, signal.last, signal.text.en) for signal in chart.signals]
    assert said == [(0, 7, "8 points in a row above the centre."), (8, 15, "8 points in a row below the centre.")]


def test_laneys_chart_stretches_the_limits_by_sigma_z():
    # R 4.2.2, as qicharts2 computes chart = "pp": z <- (x / n - p) / s; mean(abs(diff(z))) / 1.128; exact: 2 / sqrt(pi)
    chart = laney_p(YES, N)
    assert pytest.approx(chart.stretch, rel=1e-12) == 2.6646884437901295
    assert pytest.approx(chart.lower[:3], rel=1e-12) == [0.34687686890851, 0.5731919266481745, 0.4794491603631554]
    assert (chart.upper == 1).all()
    plain = p_chart(YES, N)
    assert pytest.approx(plain.lower[:3], rel=1e-11) == [0.62964468152307, 0.714575832955454, 0.679396198164198]
    assert pytest.approx(plain.upper[:2], rel=1e-11) == [0.969369287252608, 0.884438135820223]
    assert pytest.approx(laney_p(CANS, [50] * 30).stretch, rel=1e-12) == 1.660866719743239
    exact = laney_p(YES, N, constants="exact")
    assert pytest.approx(exact.stretch, rel=1e-12) == 2.66379303362381
    assert pytest.approx(exact.lower[:3], rel=1e-11) == [0.347028965341369, 0.573267974864604, 0.479556708782224]


def test_normal_limits_can_be_asked_for_where_few_answers_would_get_exact_ones():
    # R 4.2.2, as qicharts2 computes "p" and "pp": p <- 96 / 100; s <- sqrt(p * (1 - p) / 20); p - 3 * s; pmin(1, p + 3 * s)
    few = ([19, 20, 18, 20, 19], [20] * 5)
    assert p_chart(*few).method == "p, exact binomial limits"
    chart = p_chart(*few, limits="normal")
    assert pytest.approx(chart.lower, rel=1e-12) == [0.82854658619876] * 5
    assert (chart.upper == 1).all()
    assert chart.method == "p, normal limits"
    stretched = laney_p(*few, limits="normal")
    assert pytest.approx((stretched.stretch, stretched.lower[0]), rel=1e-12) == (1.5174051349323083, 0.7605319148936169)
    low = p_chart([1, 0, 2, 0, 1], [20] * 5, limits="normal")
    assert (low.lower == 0).all()


def test_normal_limits_of_every_answer_alike_have_no_width_and_say_so():
    for make in (p_chart, laney_p):
        chart = make([20] * 9, [20] * 9, limits="normal")
        assert (chart.lower == 1).all()
        assert (chart.upper == 1).all()
        assert chart.method.endswith("normal limits: every answer alike, no width")
        assert not chart.signals


def test_exact_limits_can_be_asked_for_where_normal_ones_would_do():
    # R 4.2.2: r <- qbinom(q, 50, p); (r - (pbinom(r, 50, p) - q) / dbinom(r, 50, p)) / 50, q <- pnorm(-3), p <- 347 / 1500;
    # the upper one is 1 less the same of 1 - p
    chart = p_chart(CANS, [50] * 30, limits="exact")
    assert pytest.approx((chart.lower[0], chart.upper[0]), rel=1e-9) == (0.06038111236553547, 0.43373010587797722)
    assert chart.method == "p, exact binomial limits"
    assert laney_p(CANS, [50] * 30, limits="exact").method == "Laney p′, exact binomial limits"
    assert np.isnan(p_chart([0], [0], limits="exact").lower[0])


def test_shares_near_the_top_get_exact_limits():
    # R 4.2.2: r <- qbinom(q, 50, .98); (r - (pbinom(r, 50, .98) - q) / dbinom(r, 50, .98)) / 50 with q = pnorm(-3).
    # The normal limit, 0.9206, would be passed by 46 of 50, which chance brings with probability 0.018.
    chart = p_chart([49, 50, 47, 50, 48, 50, 49, 50, 50, 46, 50, 49], [50] * 12)
    assert pytest.approx(chart.lower[0], rel=1e-9) == 0.886382375247918
    assert chart.upper[0] == 1
    assert chart.method == "p, exact binomial limits"
    assert not chart.signals


@pytest.mark.parametrize("make", [p_chart, laney_p])
@pytest.mark.parametrize("yes", [[20] * 14, [0] * 14])
def test_every_answer_alike_gives_limits_of_some_width_and_no_signal(make, yes):
    chart = make(yes, [20] * 14)
    assert (chart.upper - chart.lower > 0.05).all()
    assert not chart.signals
    assert "every answer alike" in chart.method


def test_the_same_share_every_month_keeps_the_limits_of_chance():
    chart = laney_p([80, 160, 80] * 5, [100, 200, 100] * 5)
    assert chart.stretch == 1
    assert (chart.lower == p_chart([80, 160, 80] * 5, [100, 200, 100] * 5).lower).all()
    assert not chart.signals


def test_individuals_without_variation_have_no_limits_and_no_signal():
    chart = xmr([0.1 + 0.2, 0.3] * 10)
    assert np.isnan(chart.lower).all()
    assert not chart.signals
    assert "no variation" in chart.method


def test_a_month_without_answers_is_no_point_and_breaks_no_run():
    yes, n = [30, 60, 60, 62, 61, 0, 63, 60, 62, 61, 30, 30], [80] * 5 + [0] + [80] * 6
    chart = p_chart(yes, n)
    assert math.isnan(chart.values[5])
    assert np.isnan([chart.lower[5], chart.centre[5], chart.sigma[5]]).all()
    assert ("eight on one side", 1, 9) in rules(chart)
    gap = xmr([1, 2, math.nan, 30, 31])
    assert pytest.approx(gap.sigma[0]) == 1 / 1.128


def test_fewer_than_twelve_points_are_provisional():
    assert xmr(MONTHS[:11]).provisional
    assert not xmr(MONTHS).provisional
    assert xmr([*MONTHS[:11], math.nan]).provisional


@pytest.mark.parametrize("make", [xmr, lambda values: p_chart(values, values), lambda values: laney_p(values, values)])
def test_no_point_or_one_has_no_signal(make):
    assert len(make([]).values) == 0
    one = make([3])
    assert not one.signals
    assert one.provisional


@given(
    st.lists(st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=20),
    st.sampled_from([p_chart, laney_p]),
)
def test_limits_hold_the_centre_and_have_width_where_somebody_answered(pairs, make):
    yes, n = np.array(pairs).T
    chart = make(yes, n)
    counted = n > 0
    assert (np.isnan(chart.lower) == ~counted).all()
    assert (chart.lower[counted] <= chart.centre[counted]).all()
    assert (chart.centre[counted] <= chart.upper[counted]).all()
    assert (chart.lower[counted] < chart.upper[counted]).all()


@given(st.lists(st.integers(-30, 30), min_size=2, max_size=30))
def test_turning_the_values_over_turns_the_chart_over(values):
    up, down = xmr(values), xmr([-value for value in values])
    assert up.lower == pytest.approx(-down.upper, nan_ok=True)
    assert rules(up) == rules(down)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: xmr([[1, 2]]), r"values\.shape == \(1, 2\), must be a list"),
        (lambda: xmr([1, math.inf]), r"values == \[1\.0, inf\], must be"),
        (lambda: p_chart([5], [4]), r"successes\[0\] == 5, must be a whole number, in 0\.\.4\."),
        (lambda: p_chart([0.5], [4]), r"successes == \[0\.5\], must be whole numbers"),
        (lambda: laney_p([1, 2], [4]), r"successes\.shape == \(2,\), must be a list of 1"),
        (lambda: laney_p([1], [-4]), r"n == \[-4\.0\], must be 0 or more"),
        (lambda: xmr([1, 2], constants="printed"), r"constants == 'printed', must be one of tables, exact"),
        (lambda: laney_p([1], [2], constants="no"), r"constants == 'no', must be one of tables, exact"),
        (lambda: p_chart([1], [2], limits="wald"), r"limits == 'wald', must be one of auto, normal, exact"),
        (lambda: laney_p([1], [2], limits="wald"), r"limits == 'wald', must be one of auto, normal, exact"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
