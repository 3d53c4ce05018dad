"""Funnel limits: exact, mirrored, stretched by what varies beyond chance; and honest where all are alike."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.funnel import binomial_limits, funnel_limits, share_limits

# R 4.2.2, Spiegelhalter (2005), appendix A.1:
# lim <- function(p, n, t) {r <- qbinom(p, n, t); (r - (pbinom(r, n, t) - p) / (pbinom(r, n, t) - pbinom(r - 1, n, t))) / n}
# lower lim(.025, n, t), his upper lim(.975, n, t), mirrored upper 1 - lim(.025, n, 1 - t); then with .001 and .999
LIMITS = [
    (50, 0.9, 0.95, 0.800277272376636, 0.966137073042656, 0.986137073042656),
    (50, 0.9, 0.998, 0.739871581247611, 0.996119349565035, 1.0),
    (200, 0.9, 0.95, 0.854028285630114, 0.937309277976268, 0.942309277976268),
    (100, 0.9, 0.998, 0.791643281497114, 0.975821134991565, 0.985821134991565),
    (20, 0.95, 0.95, 0.807635234983096, 0.996513112728105, 1.0),
    (7, 0.8, 0.95, 0.386997767857143, 0.982970101492746, 1.0),
    (7, 0.8, 0.998, 0.16374362244898, 0.99931880405971, 1.0),
    (500, 0.1, 0.95, 0.0734475283117622, 0.126014898891818, 0.128014898891818),
    (1000, 0.5, 0.998, 0.450652195996334, 0.548347804003666, 0.549347804003666),
]

SUCCESSES = [45, 180, 60, 33, 88, 120, 19, 70, 150, 41]
N = [50, 200, 100, 40, 90, 150, 20, 80, 200, 60]


@pytest.mark.parametrize("row", LIMITS)
def test_the_limits_are_spiegelhalters_interpolated_quantiles(row):
    n, target, level, lower, printed, mirrored = row
    assert (lower, mirrored) == pytest.approx([end[0] for end in binomial_limits(target, [n], level=level)], rel=1e-9)
    as_printed = binomial_limits(target, [n], level=level, ends="Spiegelhalter")
    assert (lower, printed) == pytest.approx([end[0] for end in as_printed], rel=1e-9)


def test_z_and_overdispersion_are_those_of_the_formulas_in_r():
    # R 4.2.2: z <- (x / n - t) / sqrt(t * (1 - t) / n); q <- quantile(z, c(.1, .9)); mean(pmin(pmax(z, q[1]), q[2])^2)
    funnel = funnel_limits(SUCCESSES, N)
    assert pytest.approx(funnel.target, rel=1e-12) == 0.814141414141414
    assert pytest.approx(funnel.z[:3], rel=1e-9) == [1.56072898337365, 3.12145796674731, -5.50502668518669]
    assert pytest.approx(funnel.phi, rel=1e-9) == 4.77028153021784
    assert pytest.approx(funnel_limits(SUCCESSES, N, winsorise=0.2).phi, rel=1e-9) == 3.09140062464057
    assert pytest.approx(funnel_limits(SUCCESSES, N, winsorise=0).phi, rel=1e-9) == 7.52610010518934


def test_multiplicative_overdispersion_stretches_the_limits_and_calls_fewer_units_out():
    plain, wide = funnel_limits(SUCCESSES, N), funnel_limits(SUCCESSES, N, overdispersion="multiplicative")
    root = math.sqrt(4.77028153021784)
    assert wide.stretch == pytest.approx(root)
    # unit 3, by hand: the plain lower limit of 100 answers, √φ times as far from the target
    low = 0.814141414141414 - root * (0.814141414141414 - plain.lower[0, 2])
    assert low == pytest.approx(wide.lower[0, 2])
    # |z| above 1.96: units 2, 3, 5, 9, 10; above 1.96 √φ = 4.28: unit 3 alone
    assert np.flatnonzero(plain.outside[0]).tolist() == [1, 2, 4, 8, 9]
    assert np.flatnonzero(wide.outside[0]).tolist() == [2]


def test_for_many_answers_the_stretched_limits_are_spiegelhalters_normal_ones():
    n, yes = np.full(8, 100_000), 100_000 * np.array([0.79, 0.8, 0.81, 0.78, 0.82, 0.8, 0.79, 0.81])
    funnel = funnel_limits(yes, n, target=0.8, overdispersion="multiplicative")
    half = 1.959964 * math.sqrt(funnel.phi * 0.8 * 0.2 / 100_000)
    assert (0.8 - half, 0.8 + half) == pytest.approx((funnel.lower[0, 0], funnel.upper[0, 0]), abs=1e-4)


def test_less_variation_than_chance_never_narrows_the_limits():
    for yes in ([80] * 6, [80, 81, 79, 82, 78, 80]):
        alike = funnel_limits(yes, [100] * 6, overdispersion="multiplicative")
        assert alike.phi < 1
        assert alike.stretch == 1
        assert (alike.lower == funnel_limits(yes, [100] * 6).lower).all()


def test_all_units_at_a_hundred_percent_get_limits_of_some_width_and_nobody_is_outside():
    funnel = funnel_limits([7, 30, 12], [7, 30, 12])
    assert (funnel.lower < 1).all()
    assert (funnel.upper == 1).all()
    assert not funnel.outside.any()
    assert "all alike" in funnel.method
    mirrored = funnel_limits([0, 0, 0], [7, 30, 12])
    assert (1 - mirrored.upper) == pytest.approx(funnel.lower)
    assert not mirrored.outside.any()


def test_units_at_a_hundred_percent_are_outside_only_where_chance_would_rarely_bring_them_there():
    # 0.95^20 = 0.358: Spiegelhalter's upper limit lies below 100 %, ours does not. 0.95^80 = 0.0165 < 0.025.
    assert not funnel_limits([20], [20], target=0.95).outside[0, 0]
    assert funnel_limits([20], [20], target=0.95, ends="Spiegelhalter").above[0, 0]
    assert funnel_limits([80], [80], target=0.95).above[0, 0]
    assert not funnel_limits([80], [80], target=0.95).above[1, 0]


@given(st.integers(1, 300), st.floats(0.02, 0.98), st.sampled_from([0.8, 0.95, 0.998]), st.data())
def test_a_unit_is_outside_exactly_where_its_tail_is_no_larger_than_promised(n, target, level, data):
    yes = data.draw(st.integers(0, n))
    tail = (1 - level) / 2
    lower, upper = stats.binom.cdf(yes, n, target), stats.binom.sf(yes - 1, n, target)
    if min(abs(lower - tail), abs(upper - tail)) < 1e-9:
        return
    funnel = funnel_limits([yes], [n], target=target, levels=[level])
    assert (lower < tail, upper < tail) == (funnel.below[0, 0], funnel.above[0, 0])


@given(
    st.lists(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8),
    st.sampled_from(["none", "multiplicative"]),
)
def test_swapping_yes_and_no_mirrors_the_funnel_and_every_limit_has_its_order(pairs, overdispersion):
    yes, n = np.array(pairs).T
    funnel = funnel_limits(yes, n, overdispersion=overdispersion)
    swapped = funnel_limits(n - yes, n, overdispersion=overdispersion)
    assert funnel.lower == pytest.approx(1 - swapped.upper, abs=1e-9, nan_ok=True)
    assert (funnel.below == swapped.above).all()
    counted = n > 0
    if counted.any():
        assert (funnel.lower[1, counted] >= 0).all()
        assert (funnel.lower[1, counted] <= funnel.lower[0, counted]).all()
        assert (funnel.lower[0, counted] <= funnel.target).all()
        assert (funnel.lower[:, counted] < funnel.upper[:, counted]).all()


def test_the_curve_passes_through_the_limits_of_the_units():
    for funnel in (funnel_limits(SUCCESSES, N, overdispersion="multiplicative"), funnel_limits([7, 9], [7, 9])):
        lower, upper = funnel.curve(funnel.n)
        assert (lower == funnel.lower).all()
        assert (upper == funnel.upper).all()


def test_a_unit_without_answers_is_nan_and_never_outside():
    funnel = funnel_limits([0, 8, 9], [0, 10, 10])
    assert np.isnan([funnel.values[0], funnel.z[0], *funnel.lower[:, 0], *funnel.upper[:, 0]]).all()
    assert not funnel.outside[:, 0].any()
    assert funnel.phi == pytest.approx(funnel_limits([8, 9], [10, 10]).phi)


def test_nobody_anywhere_is_nan_throughout():
    funnel = funnel_limits([0, 0], [0, 0])
    assert math.isnan(funnel.target)
    assert np.isnan(funnel.lower).all()
    assert np.isnan(share_limits(0, 0, [5], level=0.95)).all()


def test_one_unit_has_limits_but_no_overdispersion():
    funnel = funnel_limits([8], [10], overdispersion="multiplicative")
    assert math.isnan(funnel.phi)
    assert funnel.stretch == 1
    assert funnel.lower[0, 0] < 0.8 < funnel.upper[0, 0]


def test_one_person_is_inside_whatever_the_answer():
    assert not funnel_limits([0, 1], [1, 1], target=0.5).outside.any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: funnel_limits([5, 3], [4, 4]), r"successes\[0\] == 5, must be a whole number, in 0\.\.4\."),
        (lambda: funnel_limits([-1], [4]), r"successes == \[-1\.0\], must be 0 or more"),
        (lambda: funnel_limits([1.5], [4]), r"successes == \[1\.5\], must be whole numbers"),
        (lambda: funnel_limits([1], [math.nan]), r"n == \[nan\], must be"),
        (lambda: funnel_limits([1, 2], [4]), r"successes\.shape == \(2,\), must be a list of 1"),
        (lambda: funnel_limits([1], [4], target=1), r"target == 1, must be in \(0, 1\)"),
        (lambda: funnel_limits([1], [4], levels=[0.95, 1]), r"level == 1, must be in \(0, 1\)"),
        (
            lambda: funnel_limits([1], [4], levels=0.95),
            r"levels == 0\.95, must be a list of levels, such as \(0\.95,\)",
        ),
        (lambda: funnel_limits([1], [4], levels="0.95"), r"levels == '0\.95', must be a list of levels"),
        (lambda: funnel_limits([1], [4], winsorise="0.1"), r"winsorise == '0\.1', must be in \[0, 0\.5\)"),
        (lambda: funnel_limits([1], [4], winsorise=None), r"winsorise == None, must be in \[0, 0\.5\)"),
        (lambda: funnel_limits([1], [4], winsorise=0.5), r"winsorise == 0\.5, must be in \[0, 0\.5\)"),
        (lambda: funnel_limits([1], [4], overdispersion="additive"), r"overdispersion == 'additive', must be one of"),
        (lambda: funnel_limits([1], [4], ends="both"), r"ends == 'both', must be one of"),
        (lambda: funnel_limits([1], [4]).curve([0.5]), r"n == \[0\.5\], must be whole numbers"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
