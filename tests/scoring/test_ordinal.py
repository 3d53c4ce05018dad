import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from scoring.ordinal import brunner_munzel, cliffs_delta, rank_sum
from scoring.proportion import share_difference

NAN = math.nan
SEVEN = [0, 0, 0, 0, 7]

DISTRICT = ([0, 1, 2, 10, 30], [2, 4, 8, 12, 16])
FIVE_POINTS = ([3, 0, 4, 3, 4], [12, 2, 6, 2, 0])
ALL_AT_TOP = (SEVEN, [0, 0, 1, 2, 4])
TWO_POINTS = ([3, 17], [9, 12])
THREE_POINTS = ([4, 1, 2, 0, 4], [11, 2, 0, 1, 0])
MANY = ([1200, 4100, 9000, 31000, 54700], [1100, 4000, 9300, 31000, 54600])
SAME = ([2, 3, 4, 3, 2], [2, 3, 4, 3, 2])


def single(group) -> np.ndarray:
    return np.repeat(np.arange(len(group)), np.asarray(group, dtype=int))


# R 4.2.2: wilcox.test(x, y, exact = FALSE, correct = FALSE), its W and p.value, and p.value of correct = TRUE
@pytest.mark.parametrize(
    ("groups", "u", "p", "p_corrected"),
    [
        (DISTRICT, 1244, 0.0009493864681580286, 0.0009659349495553848),
        (FIVE_POINTS, 237, 0.004585653745850235, 0.004836777997117243),
        (ALL_AT_TOP, 35, 0.06136882913940219, 0.07479137758694419),
        (TWO_POINTS, 268.5, 0.05292437137825029, 0.05498503678330015),
        (([0, 1, 1], [1, 1, 0]), 3.5, 0.2206713619198468, 0.414216178242525),
        (THREE_POINTS, 116, 0.01555216467631383, 0.01692915299322555),
        (MANY, 5004710000, 0.6844953375326233, 0.6844953692226057),
        (SAME, 98, 1, 1),
    ],
)
def test_the_rank_sum_is_rs(groups, u, p, p_corrected):
    test = rank_sum(*groups)

    assert (u, p, p_corrected) == pytest.approx((test.u, test.p, test.p_corrected), rel=1e-9)
    assert (sum(groups[0]), sum(groups[1])) == (test.n_a, test.n_b)
    assert u / (sum(groups[0]) * sum(groups[1])) == test.superiority


def test_the_rank_sum_of_two_against_two_worked_by_hand():
    # points 2, 3 against 1, 3: pairs 2>1, 2<3, 3>1, 3=3: U = 2.5 of 4, mean 2; of 4 answers two tie:
    # variance = 4/12 · ((64 − 4) − (8 − 2)) / (4 · 3) = 1.5; z = 0.5 / √1.5, corrected 0
    test = rank_sum([0, 1, 1], [1, 0, 1])

    assert (test.u, test.z, test.z_corrected) == pytest.approx((2.5, 0.5 / math.sqrt(1.5), 0))
    assert test.p_corrected == 1


# R 4.2.2, effectsize 0.8.3: cliffs_delta(x, y)$r_rank_biserial; the last by effsize's own example, −0.25
@pytest.mark.parametrize(
    ("groups", "delta"),
    [
        (DISTRICT, 0.3776301218161683),
        (FIVE_POINTS, 0.5389610389610389),
        (ALL_AT_TOP, 0.4285714285714286),
        (TWO_POINTS, 0.2785714285714285),
        (THREE_POINTS, 0.5064935064935066),
        (SAME, 0),
        (([2, 3, 3, 1, 1], [1, 1, 1, 2, 1]), -0.25),
    ],
)
def test_cliffs_delta_is_rs(groups, delta):
    estimate = cliffs_delta(*groups)

    assert delta == pytest.approx(estimate.value, rel=1e-12)
    assert min(map(sum, groups)) == estimate.n
    assert estimate.method == "square and add of Wilson scores of dominance"


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_on_two_points_the_interval_of_delta_is_newcombes(a, b, low, high):
    delta = cliffs_delta([a[1] - a[0], a[0]], [b[1] - b[0], b[0]])

    assert (low, high) == pytest.approx((delta.low, delta.high), abs=5.1e-5)


def test_delta_of_answers_all_alike_is_as_wide_as_wilsons_interval_leaves_it():
    top, middle = cliffs_delta(SEVEN, SEVEN), cliffs_delta([0, 0, 7, 0, 0], [0, 0, 7, 0, 0])

    share = 0.3543304350666874  # 1 − wilson(7, 7).low
    assert [0, -share, share] == pytest.approx([top.value, top.low, top.high], rel=1e-12)
    assert middle.value == 0
    assert -1 < middle.low < top.low  # in the middle people may move both ways
    assert top.high < middle.high < 1


def covered(a: list[float], b: list[float], n_a: int, n_b: int, *, runs: int) -> float:
    random = np.random.default_rng(20240101)
    truth = float(np.asarray(a) @ np.sign(np.subtract.outer(range(5), range(5))) @ np.asarray(b))
    drawn = zip(random.multinomial(n_a, a, runs), random.multinomial(n_b, b, runs), strict=True)
    return float(np.mean([e.low <= truth <= e.high for e in (cliffs_delta(x, y) for x, y in drawn)]))


def test_delta_covers_what_is_promised_where_nearly_everyone_is_at_the_top():
    skewed, top, bimodal = [0.005, 0.005, 0.02, 0.12, 0.85], [0, 0, 0.01, 0.04, 0.95], [0.2, 0.02, 0.03, 0.1, 0.65]

    assert covered(top, top, 10, 10, runs=1000) >= 0.94
    assert covered(skewed, skewed, 5, 50, runs=1000) >= 0.94
    assert covered(top, bimodal, 20, 20, runs=1000) >= 0.94


# R 4.2.2, as brunnermunzel 2.0 computes brunnermunzel.test(y, x): W, degrees of freedom, p, P(y < x) + ½ P(y = x)
@pytest.mark.parametrize(
    ("groups", "statistic", "freedom", "p", "superiority"),
    [
        (DISTRICT, 3.605897320543972, 74.10196710795371, 0.0005612485690017661, 0.6888150609080842),
        (FIVE_POINTS, 3.216547358437289, 18.53082622308408, 0.004652264089907799, 0.7694805194805194),
        (ALL_AT_TOP, 2.121320343559642, 6, 0.07814074941121582, 0.7142857142857143),
        (TWO_POINTS, 2.02334442246833, 36.41536273755361, 0.05042460294241845, 0.6392857142857143),
        (([0, 1, 1], [1, 1, 0]), 2.121320343559642, 2, 0.1679497056621563, 0.875),
        (THREE_POINTS, 2.673539745474575, 13.6148766528258, 0.01852515608207086, 0.7532467532467534),
        (SAME, 0, 26, 1, 0.5),
    ],
)
def test_brunner_and_munzel_is_rs(groups, statistic, freedom, p, superiority):
    test = brunner_munzel(*groups)

    assert (statistic, freedom, p, superiority) == pytest.approx(
        (test.statistic, test.degrees_of_freedom, test.p, test.superiority), rel=1e-9, abs=1e-15
    )
    assert test.method == "t approximation"


def test_the_pain_scores_of_brunner_and_munzel():
    # Brunner and Munzel (2000), table 1; lawstat's example: statistic 3.1375, df 17.683, p 0.005786, estimate 0.788961
    test = brunner_munzel([3, 1, 4, 2, 1], [11, 2, 0, 1, 0])

    printed = [round(each, 3 + (each < 1) * 3) for each in (test.degrees_of_freedom, test.p, test.superiority)]
    assert printed == [17.683, 0.005786, 0.788961]
    assert round(test.statistic, 4) == 3.1375


def permuted_p(a, b) -> float:
    """Share of all ways to deal the answers that leave superiority at least as far from a half."""
    everyone = np.concatenate([single(a), single(b)])

    def distance(chosen) -> float:
        first, second = everyone[list(chosen)], np.delete(everyone, list(chosen))
        return abs(float(np.sign(np.subtract.outer(first, second)).sum()))

    real = distance(range(int(sum(a))))
    dealt = [distance(chosen) for chosen in combinations(range(len(everyone)), int(sum(a)))]
    return float(np.mean([each >= real for each in dealt]))


@pytest.mark.parametrize(
    ("p", "a", "b", "statistic", "why"),
    [
        (1, [0, 0, 3], [0, 0, 4], 0, "all alike"),
        (2 / 35, [0, 0, 3], [3, 1, 0], math.inf, "no overlap"),  # the other way round is as far
        (1 / 35, [0, 3, 0], [0, 0, 4], -math.inf, "no overlap"),  # 3 of the 4 cannot be told apart
        (2 / 20, [3, 0, 0], [0, 2, 1], -math.inf, "no overlap"),
        (2 / 5, [1, 0, 0], [0, 3, 1], NAN, "one person in the first group"),
        (1, [1, 2, 1], [0, 1, 0], NAN, "one person in the second group"),
        (1, [1, 0, 0], [0, 0, 1], NAN, "one person in the first group"),
    ],
)
def test_without_a_variance_p_is_the_exact_one_of_all_permutations(p, a, b, statistic, why):
    test = brunner_munzel(a, b)

    assert p == pytest.approx(permuted_p(a, b))
    assert p == pytest.approx(test.p)
    assert test.statistic == pytest.approx(statistic, nan_ok=True)
    assert math.isnan(test.degrees_of_freedom)
    assert test.method == f"exact permutation: {why}"


def test_two_large_groups_that_do_not_overlap_leave_no_chance():
    test = brunner_munzel([0, 60_000], [50_000, 0])

    assert (test.p, test.superiority, test.statistic) == (0, 1, math.inf)


def test_a_group_of_nobody_leaves_nothing_to_say():
    nobody = [0, 0, 0, 0, 0]
    test, other, delta = rank_sum(SEVEN, nobody), brunner_munzel(nobody, SEVEN), cliffs_delta(nobody, nobody)

    assert (test.n_a, test.n_b, delta.n) == (7, 0, 0)
    for each in (test.u, test.z, test.p, test.z_corrected, test.p_corrected, test.superiority):
        assert math.isnan(each)
    for each in (other.statistic, other.degrees_of_freedom, other.p, other.superiority, delta.value, delta.low):
        assert math.isnan(each)


def test_all_alike_leaves_one_possible_u_whose_p_is_one():
    test = rank_sum(SEVEN, [0, 0, 0, 0, 5])

    assert (test.u, test.z, test.p, test.z_corrected, test.p_corrected, test.superiority) == (17.5, 0, 1, 0, 1, 0.5)


def test_one_person_against_one_has_an_interval():
    delta = cliffs_delta([0, 1], [1, 0])

    assert (delta.value, delta.high) == (1, 1)
    assert -1 < delta.low < 0


def test_one_person_against_one_in_the_middle_of_the_scale_leaves_everything_open():
    delta = cliffs_delta([0, 1, 0], [0, 1, 0])

    assert (delta.value, delta.low, delta.high) == (0, -1, 1)


groups = st.integers(2, 6).flatmap(
    lambda points: st.tuples(*[st.lists(st.integers(0, 30), min_size=points, max_size=points)] * 2)
)


@given(groups)
def test_scipy_says_the_same(pair):
    a, b = pair
    assume(sum(a) > 1 and sum(b) > 1)
    test, other = rank_sum(a, b), brunner_munzel(a, b)
    x, y = single(a), single(b)
    if len(set(x) | set(y)) > 1:
        theirs = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=False)
        assert (theirs.statistic, theirs.pvalue) == pytest.approx((test.u, test.p), rel=1e-9)
    if other.method == "t approximation":
        theirs = stats.brunnermunzel(y, x)
        assert (theirs.statistic, theirs.pvalue) == pytest.approx((other.statistic, other.p), rel=1e-9, abs=1e-12)


@given(groups, st.floats(0.5, 0.999))
def test_changing_the_groups_or_the_scales_direction_changes_only_the_sign(pair, level):
    a, b = pair
    assume(sum(a) and sum(b))
    for first, second in ((b, a), (a[::-1], b[::-1])):
        assert rank_sum(first, second).z == pytest.approx(-rank_sum(a, b).z, abs=1e-12)
        assert brunner_munzel(first, second).p == pytest.approx(brunner_munzel(a, b).p, rel=1e-9)
        assert brunner_munzel(first, second).superiority == pytest.approx(1 - brunner_munzel(a, b).superiority)
        delta, turned = cliffs_delta(a, b, level=level), cliffs_delta(first, second, level=level)
        assert (-turned.high, -turned.low) == pytest.approx((delta.low, delta.high), abs=1e-9)


@given(groups)
def test_delta_holds_its_value_inside_its_range_with_some_width(pair):
    a, b = pair
    assume(sum(a) and sum(b))
    delta = cliffs_delta(a, b)

    assert -1 <= delta.low <= delta.value <= delta.high <= 1
    assert delta.high - delta.low > 0.01
    assert delta.value == pytest.approx(2 * rank_sum(a, b).superiority - 1, abs=1e-12)


SOMEBODY = st.tuples(st.integers(0, 40), st.integers(0, 40)).filter(any)


@given(SOMEBODY, SOMEBODY)
def test_on_two_points_delta_is_the_difference_of_shares(a, b):
    delta, change = cliffs_delta(a, b), share_difference((a[1], sum(a)), (b[1], sum(b)))

    assert (change.value, change.low, change.high) == pytest.approx((delta.value, delta.low, delta.high), abs=1e-9)


@pytest.mark.parametrize("compare", [rank_sum, cliffs_delta, brunner_munzel])
@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1, -1], [1, 1], r"a == \[1\.0, -1\.0\], must be 0 or more; -1 is not\."),
        ([1, 1], [1, 0.5], r"b == \[1\.0, 0\.5\], must be whole numbers, 0 or more; 0\.5 is not\."),
        ([1, 1], [1, NAN], r"must be 0 or more; nan is not\."),
        ([1, 1], [1, 1, 1], r"b\.shape == \(3,\), must be a list of 2\."),
        ([[1, 1]], [1, 1], r"a\.shape == \(1, 2\), must be a list\."),
        ([7], [7], r"len\(a\) == 1, must be 2 or more points of the scale\."),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(compare, a, b, message):
    with pytest.raises(ValueError, match=message):
        compare(a, b)


def test_a_level_outside_its_range_is_refused_even_of_nobody():
    with pytest.raises(ValueError, match=r"level == 95, must be in \(0, 1\)\."):
        cliffs_delta([0, 0], [0, 0], level=95)
