"""Shrinking: R's numbers, and honest where there is nothing to learn from the others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.estimate import wilson
from scoring.shrinkage import shrink

Y = [78.2, 85.1, 80.4, 91.3, 69.9, 83.3, 88.0, 74.5]
V = [4.1, 2.2, 9.3, 1.4, 16.2, 3.3, 2.9, 7.7]
# R 4.2.2, metafor 3.8.1: m <- rma(y, v, method = "DL", "PM" or "REML", control = list(tol = 1e-14, threshold = 1e-14,
# maxiter = 10000)); m$tau2, m$beta, m$ci.lb, m$ci.ub; b <- blup(m); b$pred, b$pi.lb, b$pi.ub (first three units)
METAFOR = {
    "DerSimonian-Laird": (
        (34.8170418801, 81.9307490865, 77.5355705011, 86.3259276718),
        (78.5930430093, 84.9116448086, 80.7226863338),
        (74.8108356592, 82.0801841453, 75.332607786),
        (82.3752503595, 87.7431054719, 86.1127648817),
    ),
    "Paule-Mandel": (
        (42.3929253123, 81.8437315418, 77.0491494908, 86.6383135927),
        (78.5213241417, 84.9393514093, 80.6597396695),
        (74.7082109546, 82.0950203136, 75.178655215),
        (82.3344373288, 87.7836825049, 86.1408241241),
    ),
    "REML": (
        (40.7866149909, 81.8599584251, 77.1471471934, 86.5727696567),
        (78.5343052165, 84.9341788143, 80.6710826706),
        (74.7268564648, 82.0921966441, 75.2068494228),
        (82.3417539682, 87.7761609846, 86.1353159184),
    ),
}

X = [19, 160, 450, 88, 70, 33, 195, 28]
N = [20, 200, 600, 90, 100, 40, 210, 40]
# R 4.2.2: a and b by Newton's method on the beta-binomial score (digamma, trigamma), to 14 digits;
# VGAM 1.1.7: Coef(vglm(cbind(x, n - x) ~ 1, betabinomialff, epsilon = 1e-12)) gives 9.77551118 and 2.03085267.
# Estimates are (a + x) / (a + b + n), ends qbeta(c(.025, .975), a + x, b + n - x).
BETA = (9.7755116719096, 2.0308527985515)
SHARES = [0.90470923511657, 0.80156001023089, 0.75150495054078, 0.96040667182727]
SHARES += [0.71351494210319, 0.82568063034609, 0.9232174746689, 0.72916739203826]
LOW = [0.783159374208, 0.745383992893, 0.716530129134, 0.915045439191]
HIGH = [0.978999154742, 0.852344857964, 0.784922430734, 0.988926823736]


@pytest.mark.parametrize("method", METAFOR)
def test_numbers_are_shrunk_as_metafor_does(method):
    (between, *centre), values, low, high = METAFOR[method]
    shrunken = shrink(Y, V, method=method, interval="plug-in")
    assert pytest.approx(shrunken.between, rel=1e-9) == between
    ends = [shrunken.centre.value, shrunken.centre.low, shrunken.centre.high]
    assert pytest.approx(ends, rel=1e-9) == centre
    first = shrunken.estimates[:3]
    assert pytest.approx([each.value for each in first], rel=1e-9) == list(values)
    assert pytest.approx([each.low for each in first], rel=1e-9) == list(low)
    assert pytest.approx([each.high for each in first], rel=1e-9) == list(high)
    assert shrunken.weights[0] == pytest.approx(between / (between + 4.1))
    assert [each.value for each in shrink(Y, V, method=method).estimates] == [each.value for each in shrunken.estimates]


@pytest.mark.parametrize("method", METAFOR)
def test_nothing_between_units_gives_every_unit_the_centre(method):
    # metafor 3.8.1: tau2 0, pooled 80.1879310345 (78.6437957584 to 81.7320663105), blup the same for each
    shrunken = shrink([80, 80.5, 79.8, 80.2], [4, 4, 9, 1], method=method, interval="plug-in")
    assert shrunken.between == 0
    assert shrunken.weights == (0, 0, 0, 0)
    for each in (shrunken.centre, *shrunken.estimates):
        assert pytest.approx([each.value, each.low, each.high], rel=1e-9) == [
            80.1879310345,
            78.6437957584,
            81.7320663105,
        ]
    wider = shrink([80, 80.5, 79.8, 80.2], [4, 4, 9, 1], method=method)
    assert all(each.half_width > 1.6 for each in wider.estimates)


def test_shares_are_shrunk_by_the_beta_distribution_of_largest_likelihood():
    shrunken = shrink(X, N)
    assert pytest.approx(shrunken.beta, rel=1e-9) == BETA
    a, b = BETA
    assert pytest.approx(shrunken.between, rel=1e-9) == a * b / (a + b) ** 2 / (a + b + 1)
    assert pytest.approx(shrunken.centre.value, rel=1e-9) == 0.82798660810171
    assert pytest.approx([each.value for each in shrunken.estimates], rel=1e-9) == SHARES
    assert pytest.approx(shrunken.weights, rel=1e-9) == [n / (a + b + n) for n in N]
    assert [each.n for each in shrunken.estimates] == N


def test_the_plug_in_interval_of_a_share_is_that_of_its_beta_distribution():
    first = shrink(X, N, interval="plug-in").estimates[:4]
    assert pytest.approx([each.low for each in first], rel=1e-6) == LOW
    assert pytest.approx([each.high for each in first], rel=1e-6) == HIGH


def test_the_integrated_interval_averages_over_all_likely_variances():
    # R 4.2.2, sums over 20,001 and 40,001 even steps of tau and of the root of the correlation within a unit:
    # half intervals of units 3 and 4 and of the centre; ends of units 1 and 5; low ends where nothing is between units
    four = shrink([80, 80.5, 79.8, 80.2], [4, 4, 9, 1], method="REML")
    halves = [four.estimates[2].half_width, four.estimates[3].half_width, four.centre.half_width]
    assert pytest.approx(halves, rel=2e-3) == [2.70218, 1.688175, 2.089291]
    shares = shrink(X, N).estimates
    ends = [shares[0].low, shares[0].high, shares[4].low, shares[4].high]
    assert pytest.approx(ends, abs=2e-7) == [0.7724618, 0.9822646, 0.6249528, 0.7945600]
    alike = shrink([40, 41, 39], [50, 50, 50]).estimates
    assert pytest.approx([each.low for each in alike], abs=2e-4) == [0.7131982, 0.7124700, 0.7103149]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 50)), min_size=2, max_size=8),
    st.sampled_from(["DerSimonian-Laird", "Paule-Mandel", "REML"]),
)
def test_no_number_is_less_sure_than_from_its_own_answers(units, method):
    values, variances = zip(*units, strict=True)
    for variance, each in zip(variances, shrink(values, variances, method=method).estimates, strict=True):
        assert 0 < each.half_width <= 1.9599641 * math.sqrt(variance)
        assert min(values) - 1e-9 <= each.value <= max(values) + 1e-9


def test_the_integrated_interval_covers_where_the_plug_in_one_fails():
    generator = np.random.default_rng(6)
    hits = {"integrated": 0, "plug-in": 0}
    for _ in range(60):
        n = generator.choice([10, 30, 100, 500], 20)
        truth = generator.beta(900, 100, 20)
        yes = generator.binomial(n, truth)
        for interval in hits:
            estimates = shrink(yes, n, interval=interval).estimates
            hits[interval] += sum(each.low <= true <= each.high for each, true in zip(estimates, truth, strict=True))
    assert hits["integrated"] / 1200 > 0.92
    assert hits["plug-in"] / 1200 < 0.88


def test_everybody_satisfied_everywhere_leaves_each_unit_wilsons_interval():
    shrunken = shrink([7, 30], [7, 30])
    assert shrunken.estimates == (wilson(7, 7), wilson(30, 30))
    assert shrunken.centre == wilson(37, 37)
    assert math.isnan(shrunken.between)
    assert "all alike" in shrunken.method
    assert shrink([0, 0], [7, 30]).estimates == (wilson(0, 7), wilson(0, 30))


def test_one_unit_keeps_its_own_number():
    assert shrink([8, 0], [10, 0]).estimates[0] == wilson(8, 10)
    for method in METAFOR:
        one = shrink([80], [4], method=method)
        assert pytest.approx((80, 80 - 1.959963985 * 2, 80 + 1.959963985 * 2)) == (
            one.estimates[0].value,
            one.estimates[0].low,
            one.estimates[0].high,
        )
        assert math.isnan(one.between)


def test_units_that_are_all_or_nothing_stay_as_they_are():
    assert shrink([0, 20], [20, 20]).estimates == (wilson(0, 20), wilson(20, 20))


def test_equal_shares_are_all_the_centre_with_some_width():
    shrunken = shrink([40, 41, 39], [50, 50, 50])
    assert (shrunken.between, shrunken.beta) == (0, None)
    assert [each.value for each in shrunken.estimates] == [0.8, 0.8, 0.8]
    assert all(each.half_width > 0.05 for each in shrunken.estimates)


def test_a_unit_without_answers_is_nan_with_n_zero_and_changes_nothing_else():
    shares = shrink([0, *X], [0, *N])
    assert shares.estimates[0].n == 0
    assert math.isnan(shares.weights[0])
    assert [each.value for each in shares.estimates[1:]] == pytest.approx(
        [each.value for each in shrink(X, N).estimates]
    )
    numbers = shrink([math.nan, *Y], [1, *V], method="REML")
    assert numbers.estimates[0].n == 0
    assert numbers.estimates[1:] == shrink(Y, V, method="REML").estimates
    assert shrink(Y, V, method="REML", n=[0, *[9] * 7]).estimates[0].n == 0
    assert shrink(Y, V, method="REML", n=[5, *[9] * 7]).estimates[0].n == 5


def test_nobody_anywhere_is_nan():
    for nothing in (shrink([0, 0], [0, 0]), shrink([], []), shrink([math.nan], [1], method="REML")):
        assert nothing.centre.n == 0
        assert all(each.n == 0 for each in nothing.estimates)
        assert math.isnan(nothing.between)


@given(
    st.lists(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=9),
    st.sampled_from(["integrated", "plug-in"]),
)
def test_a_share_moves_towards_the_centre_never_past_it_and_its_interval_has_width(pairs, interval):
    yes, n = zip(*pairs, strict=True)
    shrunken = shrink(yes, n, interval=interval)
    for own, size, each, weight in zip(yes, n, shrunken.estimates, shrunken.weights, strict=True):
        if size == 0:
            assert each.n == 0
            continue
        assert each.value == pytest.approx(weight * own / size + (1 - weight) * shrunken.centre.value, abs=1e-9)
        assert 0 <= weight <= 1
        assert 0 <= each.low <= each.value <= each.high <= 1
        assert each.half_width > 1e-4


@given(st.lists(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=7))
def test_swapping_yes_and_no_mirrors_the_shares(pairs):
    yes, n = np.array(pairs).T
    plain, swapped = shrink(yes, n), shrink(n - yes, n)
    for each, other in zip(plain.estimates, swapped.estimates, strict=True):
        assert (each.value, each.low) == pytest.approx((1 - other.value, 1 - other.high), abs=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shrink([5], [4]), r"successes\[0\] == 5, must be a whole number, in 0\.\.4\."),
        (lambda: shrink([0.8, 0.9], [0.1, 0.2]), r"n == \[0\.1, 0\.2\], must be whole numbers"),
        (lambda: shrink([1, 2], [4]), r"successes\.shape == \(2,\), must be a list of 1"),
        (lambda: shrink([1], [4], n=[4]), r"n given, must be the second argument"),
        (lambda: shrink([1, 2], [1, 0], method="REML"), r"variances\[1\] == 0, must be above 0"),
        (lambda: shrink([1, 2], [1, -1], method="REML"), r"variances == \[1\.0, -1\.0\], must be 0 or more"),
        (lambda: shrink([1, 2], [1], method="REML"), r"variances\.shape == \(1,\), must be a list of 2"),
        (lambda: shrink([1, 2], [1, 1], method="REML", n=[1]), r"n\.shape == \(1,\), must be a list of 2"),
        (lambda: shrink([1], [4], method="DL"), r"method == 'DL', must be one of beta-binomial, "),
        (lambda: shrink([1], [4], interval="none"), r"interval == 'none', must be one of integrated, plug-in"),
        (lambda: shrink([1], [4], level=1), r"level == 1, must be in \(0, 1\)"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
