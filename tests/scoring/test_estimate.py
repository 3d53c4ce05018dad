import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.estimate import Estimate, effective_wilson, mean_estimate, wilson

SCALE = (1, 2, 3, 4, 5)


# Newcombe (1998), Statistics in Medicine 17, table I, methods 3 and 4: printed to four decimals.
@pytest.mark.parametrize(
    ("successes", "n", "correct", "low", "high"),
    [
        (81, 263, False, 0.2553, 0.3662),
        (15, 148, False, 0.0624, 0.1605),
        (0, 20, False, 0.0000, 0.1611),
        (1, 29, False, 0.0061, 0.1718),
        (81, 263, True, 0.2535, 0.3682),
        (15, 148, True, 0.0598, 0.1644),
        (0, 20, True, 0.0000, 0.2005),
        (1, 29, True, 0.0018, 0.1963),
    ],
)
def test_wilson_gives_the_intervals_of_newcombes_table(successes, n, correct, low, high):
    estimate = wilson(successes, n, correct=correct)
    assert (low, high) == pytest.approx((estimate.low, estimate.high), abs=5.1e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.booleans())
def test_wilson_agrees_with_scipy_to_the_ninth_digit(pair, correct):
    successes, n = pair
    # scipy 1.17: binomtest(x, n).proportion_ci(method="wilson" or "wilsoncc"). R's prop.test, as ours, takes the
    # correction no further than to x = n/2, which scipy does not.
    if correct and abs(successes - n / 2) < 0.5:
        return
    expected = stats.binomtest(successes, n).proportion_ci(method="wilsoncc" if correct else "wilson")
    estimate = wilson(successes, n, correct=correct)
    assert (expected.low, expected.high) == pytest.approx((estimate.low, estimate.high), abs=1e-9)


def test_the_correction_stops_at_the_middle_as_in_r():
    assert wilson(10, 20) == wilson(10, 20, correct=True)


def test_nobody_answered_is_nan_with_n_zero():
    for estimate in (wilson(0, 0), mean_estimate([0, 0, 0, 0, 0], SCALE), effective_wilson(0.5, 0.1, 0)):
        assert estimate.n == 0
        assert all(math.isnan(number) for number in (estimate.value, estimate.low, estimate.high, estimate.half_width))


def test_one_person_gives_a_wide_interval_not_a_point():
    estimate = wilson(1, 1)
    assert (estimate.value, estimate.high) == (1.0, 1.0)
    assert pytest.approx(estimate.low, abs=5e-5) == 0.2065


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson(5, 4), r"successes == 5, must be a whole number, in 0\.\.4\."),
        (lambda: wilson(-1, 4), r"successes == -1, must be"),
        (lambda: wilson(1.5, 4), r"successes == 1\.5, must be"),
        (lambda: wilson(1, -4), r"n == -4, must be a whole number, 0 or more\."),
        (lambda: wilson(math.nan, 4), r"successes == nan, must be"),
        (lambda: wilson(1, 4, level=1.0), r"level == 1\.0, must be in \(0, 1\)\."),
        (lambda: effective_wilson(1.2, 0.1, 4), r"value == 1\.2, must be in \[0, 1\]\."),
        (lambda: effective_wilson(0.2, -0.1, 4), r"variance == -0\.1, must be"),
        (lambda: effective_wilson(0.2, 0.1, 4, people=0), r"people == 0, must be above 0"),
        (lambda: mean_estimate([1, 2], SCALE), r"counts\.shape == \(2,\), must be a list of 5"),
        (lambda: mean_estimate([1, -2], (0, 1)), r"counts == \[1\.0, -2\.0\], must be 0 or more"),
        (lambda: mean_estimate([1, 2], (1, 0)), r"points == \(1, 0\), must be"),
        (lambda: mean_estimate([0, 0], (0, 1), level=0), r"level == 0, must be"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_seven_people_all_at_five_get_an_interval_of_some_length():
    estimate = mean_estimate([0, 0, 0, 0, 7], SCALE)
    seven_of_seven = wilson(7, 7)
    assert (estimate.value, estimate.high) == (5.0, 5.0)
    assert 1 + 4 * seven_of_seven.low == pytest.approx(estimate.low)


@pytest.mark.parametrize(
    ("value", "low", "high", "answers"),
    [
        (5.0, 3.58267825973325, 5.0, [0, 0, 0, 0, 7]),
        (3.857142857142857, 3.460924851394027, 4.185133970791298, [2, 4, 8, 12, 16]),
        (4.8, 4.278935230640363, 4.950240625721845, [0, 0, 1, 2, 17]),
    ],
)
def test_the_mean_has_wilsons_interval_of_the_answers_it_is_worth(value, low, high, answers):
    # R 4.2.2: 1 + 4 * prop.test(p * m, m, correct = FALSE)$conf.int, m as in the docstring
    estimate = mean_estimate(answers, SCALE)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((value, low, high), rel=1e-12)


def test_only_people_who_are_all_alike_are_said_to_be():
    methods = [mean_estimate(answers, (1, 2, 3)).method for answers in ([0, 0, 7], [1, 2, 3], [9, 0, 41], [0, 10, 20])]

    assert methods == [
        "Wilson score as of yes or no: all alike",
        "Wilson score as of yes or no",  # three points, but no more variation than the few people could show
        "Wilson score as of yes or no",
        "Wilson score on effective answers",
    ]


def test_the_variance_seen_makes_the_interval_of_a_mean_and_its_own_uncertainty_widens_it():
    # By hand: 10 people at 4, 20 at 5. Mean on 0..1 is 11/12, variance of one 1/72, of the mean 1/2160;
    # (11/144) / (1/2160) = 165 answers, 5.5 for each person. The mean of 5.5 such answers has an excess kurtosis of
    # (144/11 - 6)/5.5 = 1.28926, so the variance has 58/3.28926 = 17.633166 degrees of freedom; the discount is
    # (1.959964/2.104059)^2 * 29/30 (R 4.2.2: qnorm(.975), qt(.975, 17.633166)).
    estimate = mean_estimate([0, 0, 0, 10, 20], SCALE)
    answers = 165 * (1.959964 / 2.104059) ** 2 * 29 / 30
    half = 1.959964**2 / answers / 2
    middle = (11 / 12 + half) / (1 + 2 * half)
    reach = math.sqrt((11 / 144 + half / 2) * 2 * half) / (1 + 2 * half)
    assert estimate.value == pytest.approx(1 + 4 * 11 / 12)
    assert (estimate.low, estimate.high) == pytest.approx(
        (1 + 4 * (middle - reach), 1 + 4 * (middle + reach)), abs=1e-5
    )


def test_the_interval_of_a_mean_holds_its_promise_for_few_people():
    drawn = np.random.default_rng(2024).multinomial(12, [0.02, 0.03, 0.1, 0.35, 0.5], size=2000)
    truth = 4.28
    covered = sum(low.low <= truth <= low.high for low in (mean_estimate(counts, SCALE) for counts in drawn))
    assert covered / 2000 > 0.94


def test_the_interval_of_an_index_holds_its_promise_where_nearly_all_are_satisfied():
    """Twenty-two questions, correlated by 0.5, 95 of 100 satisfied, ten people: the variance hangs on one of them."""
    random, cut = np.random.default_rng(7), 1.6448536
    latent = np.sqrt(0.5) * random.standard_normal((2000, 10, 1)) + np.sqrt(0.5) * random.standard_normal(
        (2000, 10, 22)
    )
    people = (latent < cut).mean(axis=2)
    found = [effective_wilson(float(each.mean()), float(each.var()) / 10, 10) for each in people]
    assert np.mean([estimate.low <= 0.95 <= estimate.high for estimate in found]) > 0.94  # 0.89 with n - 1 throughout


def test_rounding_does_not_pass_for_variation():
    assert effective_wilson(0.3, 0.0, 7) == effective_wilson(0.3, 1e-20, 7)


@pytest.mark.parametrize("value", [1 - 2**-53, 2**-60])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 300])
def test_a_value_a_last_digit_from_the_end_is_inside_its_interval(value, n):
    estimate = effective_wilson(value, 0, n)

    assert estimate.low <= estimate.value <= estimate.high


def test_all_alike_inside_the_scale_has_length_on_both_sides():
    estimate = mean_estimate([0, 0, 0, 7, 0], SCALE)
    assert 1 < estimate.low < 4 < estimate.high < 5


@given(st.integers(0, 400), st.integers(0, 400))
def test_on_two_points_the_mean_is_the_share(no, yes):
    mean, share = mean_estimate([no, yes], (0, 1)), wilson(yes, no + yes)
    assert share.n == mean.n
    assert (share.value, share.low, share.high) == pytest.approx((mean.value, mean.low, mean.high), nan_ok=True)


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(any), st.integers(0, 3))
def test_one_person_up_a_point_never_lowers_a_mean(counts, point):
    if counts[point] == 0:
        return
    moved = list(counts)
    moved[point] -= 1
    moved[point + 1] += 1
    before, after = mean_estimate(counts, SCALE), mean_estimate(moved, SCALE)
    assert before.value < after.value
    assert 1 <= after.low <= after.value <= after.high <= 5


def test_enough_asks_for_n_and_nothing_else():
    estimate = Estimate(0.5, 0.1, 0.9, 10)
    assert estimate.enough(at_least=10)
    assert not estimate.enough(at_least=11)
    assert pytest.approx(estimate.half_width) == 0.4


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_what_rounding_leaves_of_a_variance_where_all_are_at_one_end_is_none(value):
    assert effective_wilson(value, 1e-17, 50) == wilson(round(50 * value), 50)
