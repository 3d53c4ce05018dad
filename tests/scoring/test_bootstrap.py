import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.bootstrap import bootstrap
from scoring.estimate import mean_estimate, wilson

POINTS = np.arange(1, 6)
ANSWERS = [2, 4, 8, 12, 16]
UNSEEN = "Wilson bound for people not seen, at each point in turn: resamples do not vary"


def mean(answers):
    return (answers * np.arange(1, answers.shape[-1] + 1)).sum(axis=-1) / answers.sum(axis=-1)


def top_share(answers):
    return answers[..., -1] / answers.sum(axis=-1)


def deviation(answers):
    n, total, squares = answers.sum(axis=-1), (answers * POINTS).sum(axis=-1), (answers * POINTS**2).sum(axis=-1)
    return np.sqrt(np.maximum(squares - total**2 / n, 0) / (n - 1))


# R 4.2.2, boot 1.3.28.1, set.seed(1): boot.ci(boot(rep(1:5, c(2, 4, 8, 12, 16)), function(x, i) s(x[i]), 99999),
# type = c("perc", "bca", "basic")), s = mean and sd. Its bca of the mean, where one resample in nine ties, counts
# ties as not below: there ours is SciPy 1.17.1's bootstrap(…, method="BCa")
@pytest.mark.parametrize(
    ("statistic", "method", "level", "ends", "within"),
    [
        (mean, "percentile", 0.95, (3.500000, 4.190476), 1 / 42),
        (mean, "percentile", 0.9, (3.547619, 4.142857), 1 / 42),
        (mean, "basic", 0.95, (3.523810, 4.214286), 1 / 42),
        (mean, "bca", 0.95, (3.476190, 4.190476), 1 / 42),
        (deviation, "percentile", 0.95, (0.916046, 1.387894), 0.01),
        (deviation, "percentile", 0.9, (0.957882, 1.353148), 0.01),
        (deviation, "bca", 0.95, (0.977089, 1.452300), 0.01),
        (deviation, "bca", 0.9, (1.010973, 1.415240), 0.01),
        (deviation, "basic", 0.95, (0.973232, 1.445079), 0.01),
    ],
)
def test_the_interval_is_rs_but_for_the_chance_of_the_draw(statistic, method, level, ends, within):
    estimate = bootstrap(ANSWERS, statistic, seed=3, level=level, resamples=99_999, method=method, vectorised=True)

    assert ends == pytest.approx((estimate.low, estimate.high), abs=within * 1.01)
    assert estimate.value == statistic(np.array(ANSWERS))
    assert estimate.method == f"bootstrap {method}, 99,999 resamples, seed 3"


# Three of four at the top: resamples have binomial(4, 3/4) there, with P(0) = 0.0039, P(≤ 1) = 0.0508,
# P(≤ 2) = 0.2617, P(≤ 3) = 0.6836. bca at 0.9: bias −0.0686, acceleration −0.0962, so tails of 0.017 and 0.903
@pytest.mark.parametrize(
    ("method", "level", "low", "high"),
    [
        ("percentile", 0.95, 0.25, 1),
        ("percentile", 0.8, 0.5, 1),
        ("percentile", 0.4, 0.75, 1),
        ("basic", 0.95, 0.5, 1.25),
        ("bca", 0.9, 0.25, 1),
        ("bca", 0.4, 0.5, 0.75),
    ],
)
def test_four_people_worked_by_hand(method, level, low, high):
    estimate = bootstrap([1, 3], top_share, seed=1, level=level, method=method)

    assert (estimate.value, estimate.low, estimate.high) == (0.75, low, high)
    assert estimate.n == 4


def test_the_same_seed_draws_the_same_and_another_seed_another_interval():
    first, again, other = (bootstrap(ANSWERS, deviation, seed=seed) for seed in (7, 7, 8))

    assert (first.low, first.high) == (again.low, again.high)
    assert (first.low, first.high) != (other.low, other.high)


def test_a_vectorised_statistic_gives_what_it_gives_row_by_row():
    for method in ("percentile", "bca", "basic"):
        together = bootstrap(ANSWERS, deviation, seed=7, method=method, vectorised=True)
        assert together == bootstrap(ANSWERS, deviation, seed=7, method=method)


def test_a_statistic_of_one_row_may_be_plain():
    estimate = bootstrap(ANSWERS, lambda answers: answers @ POINTS / answers.sum(), seed=7)

    assert estimate == bootstrap(ANSWERS, mean, seed=7)


@pytest.mark.parametrize("method", ["percentile", "bca", "basic"])
@pytest.mark.parametrize("n", [1, 7, 200])
def test_all_at_one_end_have_wilsons_interval(method, n):
    estimate, expected = bootstrap([0, 0, 0, 0, n], mean, seed=1, method=method), mean_estimate([0, 0, 0, 0, n], POINTS)

    assert (expected.value, expected.low, expected.high) == pytest.approx((estimate.value, estimate.low, estimate.high))
    assert (estimate.n, estimate.method) == (n, UNSEEN)


def test_all_in_the_middle_may_have_missed_people_on_either_side():
    estimate = bootstrap([0, 0, 7, 0, 0], mean, seed=1)

    share = wilson(0, 7).high
    assert (3 - 2 * share, 3 + 2 * share) == pytest.approx((estimate.low, estimate.high))


def test_a_share_that_nobody_is_in_has_wilsons_interval_though_the_others_differ():
    estimate = bootstrap([0, 3, 4], lambda answers: answers[0] / answers.sum(), seed=1)

    assert (0, wilson(0, 7).high) == pytest.approx((estimate.low, estimate.high))
    assert estimate.method == UNSEEN


def test_a_statistic_that_nothing_moves_keeps_its_value():
    estimate = bootstrap([3, 4, 6], lambda answers: (0.1 * answers).sum(), seed=1)  # 1.3, or nearly

    assert (estimate.low, estimate.high) == pytest.approx((1.3, 1.3))
    assert estimate.method == UNSEEN


def test_nobody_leaves_nothing_to_say():
    estimate = bootstrap([0, 0, 0], mean, seed=1)

    assert estimate.n == 0
    assert all(map(math.isnan, (estimate.value, estimate.low, estimate.high)))


def test_where_nearly_everyone_is_at_the_top_the_few_samples_that_vary_do_not_undo_the_coverage():
    shares, random = np.array([0, 0, 0.01, 0.04, 0.95]), np.random.default_rng(20240101)
    made = [
        bootstrap(answers, mean, seed=1, resamples=199, method="bca", vectorised=True)
        for answers in random.multinomial(10, shares, 500)
    ]

    assert np.mean([each.low <= mean(shares) <= each.high for each in made]) >= 0.95


answers_of_some = st.lists(st.integers(0, 12), min_size=2, max_size=5).filter(any)


@settings(max_examples=60)
@given(answers_of_some, st.sampled_from(["percentile", "bca"]), st.sampled_from([0.5, 0.8, 0.9]))
def test_a_mean_stays_on_its_scale_and_its_interval_grows_with_the_level(answers, method, level):
    def of(level):
        return bootstrap(answers, mean, seed=1, level=level, resamples=199, method=method, vectorised=True)

    inner, outer = of(level), of(0.95)

    assert 1 - 1e-9 <= outer.low <= inner.low + 1e-9
    assert inner.high - 1e-9 <= outer.high <= len(answers) + 1e-9
    assert outer.low < outer.high


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": [1, -1]}, r"answers == \[1\.0, -1\.0\], must be 0 or more; -1 is not\."),
        ({"answers": [1, 0.5]}, r"must be whole numbers, 0 or more; 0\.5 is not\."),
        ({"answers": [1, math.nan]}, r"must be 0 or more; nan is not\."),
        ({"answers": [[1, 2]]}, r"answers\.shape == \(1, 2\), must be a list\."),
        ({"answers": [7]}, r"len\(answers\) == 1, must be 2 or more points of the scale\."),
        ({"level": 1}, r"level == 1, must be in \(0, 1\)\."),
        ({"resamples": 38}, r"resamples == 38, must be a whole number, 39 or more\."),
        ({"resamples": 198, "level": 0.99}, r"resamples == 198, must be a whole number, 199 or more\."),
        ({"statistic": None}, r"statistic == None, must be a function of the counts\."),
        ({"statistic": 3.9, "answers": [0, 0]}, r"statistic == 3\.9, must be a function of the counts\."),
        ({"answers": [10**19, 1]}, r"must sum to at most 9007199254740992, not 1e\+19\."),
        ({"seed": -1}, r"seed == -1, must be a whole number, 0 or more\."),
        ({"seed": None}, r"seed == None, must be a whole number, 0 or more\."),
        ({"method": "normal"}, r"method == 'normal', must be one of percentile, bca, basic\."),
        ({"statistic": lambda _: math.nan}, r"statistic == nan for \[3\.0, 4\.0\], must be a finite number\."),
        ({"statistic": lambda _: [1, 2]}, r"statistic\.shape == \(1, 2\), must be \(1,\): one number for each resample\."),
        ({"statistic": lambda rows: rows[..., 0].sum(), "vectorised": True}, r"statistic\.shape == \(\), must be \(9999,\)"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_refused_with_name_value_and_bound(change, message):
    arguments = {"answers": [3, 4], "statistic": mean, "seed": 1} | change
    with pytest.raises(ValueError, match=message):
        bootstrap(**arguments)


def test_the_most_people_that_can_be_counted_are_drawn_again():
    estimate = bootstrap([2**52, 2**52], mean, seed=2**80, resamples=99)
    assert estimate.value == pytest.approx(bootstrap([1, 1], mean, seed=1).value)
    assert estimate.low < estimate.value < estimate.high


@pytest.mark.parametrize("resamples", [19, 39, 199])
def test_the_fewest_resamples_that_are_enough_have_the_farthest_ones_as_ends(resamples):
    seen = []

    def remembered(answers):
        seen.append(float(mean(answers)))
        return seen[-1]

    estimate = bootstrap(ANSWERS, remembered, seed=1, level=1 - 2 / (resamples + 1), resamples=resamples)

    value, *drawn = seen
    assert len(drawn) == resamples
    assert (value, min(drawn), max(drawn)) == pytest.approx((estimate.value, estimate.low, estimate.high), rel=1e-12)
