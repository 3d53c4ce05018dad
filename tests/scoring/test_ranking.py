"""Places that cannot be ruled out, and bands: Holm's test of all pairs, exactly, and honest at the edges."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from scoring.adjustment import adjust
from scoring.estimate import NOBODY, Estimate, wilson
from scoring.ranking import rank_sets

# R 4.2.2: z <- outer(x, x, "-") / sqrt(outer(se^2, se^2, "+")); u <- upper.tri(z)
# and differ where p.adjust(2 * pnorm(-abs(z[u])), "holm" or "bonferroni") <= 0.05;
# best 1 + rowSums(differ & z < 0), worst n - rowSums(differ & z > 0), rank(-x, ties.method = "min")
VALUES = [523, 519.5, 500, 489, 478, 478, 495, 509, 421, 404]
ERRORS = [1.7, 1.9, 2.3, 3.2, 3.1, 1.6, 2.4, 2.0, 2.2, 3.9]
RANK = (1, 2, 4, 6, 7, 7, 5, 3, 9, 10)
HOLM = ((1, 1, 4, 5, 6, 7, 4, 3, 9, 10), (2, 2, 5, 7, 8, 8, 6, 3, 9, 10))
BONFERRONI = ((1, 1, 3, 4, 6, 6, 4, 3, 9, 10), (2, 2, 6, 8, 8, 8, 6, 4, 9, 10))


@pytest.mark.parametrize(("method", "best", "worst"), [("holm", *HOLM), ("bonferroni", *BONFERRONI)])
def test_the_sets_are_those_of_pairwise_tests_adjusted_in_r(method, best, worst):
    sets = rank_sets(VALUES, ERRORS, adjust=method)
    assert (RANK, best, worst) == (sets.rank, sets.best, sets.worst)


def test_the_bands_end_only_where_all_above_differ_from_all_below():
    # Holm: 523 ~ 519.5 | 509 | 500 ~ 495 ~ 489 ~ 478 = 478 | 421 | 404
    sets = rank_sets(VALUES, ERRORS)
    assert sets.tie_band == (1, 1, 3, 3, 3, 3, 3, 2, 4, 5)
    assert sets.tie_bands == ((0, 1), (7,), (2, 3, 4, 5, 6), (8,), (9,))


def brute_force(values, errors, method, level):
    """Best, worst and bands from every adjusted p value, without a shortcut."""
    pairs = list(itertools.combinations(range(len(values)), 2))
    z = [abs(values[i] - values[j]) / math.hypot(errors[i], errors[j]) for i, j in pairs]
    p = 2 * ndtr(-np.array(z))
    adjusted = adjust(p) if method == "holm" else np.minimum(p * len(p), 1)
    close = bool(len(p)) and np.abs(adjusted - (1 - level)).min() < 1e-9
    differ = {frozenset(pair) for pair, each in zip(pairs, adjusted, strict=True) if each <= 1 - level}
    apart = {(i, j) for i, j in itertools.permutations(range(len(values)), 2) if {i, j} in differ}
    best = tuple(
        1 + sum(values[j] > values[i] and (i, j) in apart for j in range(len(values)))
        for i in range(len(z) and len(values))
    )
    worst = tuple(
        len(values) - sum(values[j] < values[i] and (i, j) in apart for j in range(len(values)))
        for i in range(len(z) and len(values))
    )
    order = sorted(range(len(values)), key=lambda i: -values[i])
    band, bands = 1, {}
    for place, unit in enumerate(order):
        bands[unit] = band
        if all((a, b) in apart for a in order[: place + 1] for b in order[place + 1 :]):
            band += 1
    return best, worst, tuple(bands[i] for i in range(len(values))), close


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([0.5, 1, 2, 5, 9])), min_size=2, max_size=12),
    st.sampled_from(["holm", "bonferroni"]),
    st.sampled_from([0.5, 0.9, 0.95]),
)
def test_the_shortcuts_give_what_adjusting_every_p_value_gives(units, method, level):
    values, errors = zip(*units, strict=True)
    best, worst, bands, close = brute_force(values, errors, method, level)
    if close:
        return
    sets = rank_sets(values, errors, adjust=method, level=level)
    assert (best, worst, bands) == (sets.best, sets.worst, sets.tie_band)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3)), min_size=1, max_size=30))
def test_every_set_holds_the_rank_and_a_band_holds_its_own_ties(units):
    values, errors = zip(*units, strict=True)
    holm, bonferroni = (rank_sets(values, errors, adjust=each) for each in ("holm", "bonferroni"))
    for best, rank, worst in zip(holm.best, holm.rank, holm.worst, strict=True):
        assert 1 <= best <= rank <= worst <= len(values)
    for narrow, wide in zip(holm.best, bonferroni.best, strict=True):
        assert narrow >= wide
    for i, j in itertools.combinations(range(len(values)), 2):
        if values[i] == values[j]:
            assert holm.tie_band[i] == holm.tie_band[j]
        if holm.tie_band[i] < holm.tie_band[j]:
            assert values[i] > values[j]
            assert holm.worst[i] < holm.best[j]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=2, max_size=8), st.randoms())
def test_the_order_of_the_units_changes_nothing(units, random):
    mixed = list(range(len(units)))
    random.shuffle(mixed)
    plain = rank_sets(*zip(*units, strict=True))
    shuffled = rank_sets(*zip(*(units[i] for i in mixed), strict=True))
    assert [plain.tie_band[i] for i in mixed] == list(shuffled.tie_band)
    assert [plain.best[i] for i in mixed] == list(shuffled.best)


def test_symmetric_estimates_are_numbers_with_standard_errors():
    z = 1.959963984540054
    estimates = [Estimate(v, v - z * se, v + z * se, 50) for v, se in zip(VALUES, ERRORS, strict=True)]
    assert rank_sets(VALUES, ERRORS) == rank_sets(estimates)
    at_90 = [Estimate(v, v - 1.6448536 * se, v + 1.6448536 * se, 50) for v, se in zip(VALUES, ERRORS, strict=True)]
    assert rank_sets(VALUES, ERRORS) == rank_sets(at_90, interval_level=0.9)


def test_a_skew_interval_counts_on_the_side_that_faces_the_other_unit():
    # The upper one reaches 8 down and 1 up, the lower one 1 down and 2 up: 10 apart against hypot(8, 2) = 8.25 differ;
    # were the lower one to reach 8 up, hypot(8, 8) = 11.3, or were their sides swapped, they would not.
    above, below = Estimate(90, 82, 91, 50), Estimate(80, 79, 82, 50)
    assert rank_sets([above, below]).tie_band == (1, 2)
    assert rank_sets([below, above]).tie_band == (2, 1)
    assert rank_sets([above, Estimate(80, 79, 88, 50)]).tie_band == (1, 1)
    assert rank_sets([Estimate(90, 80, 91, 50), below]).tie_band == (1, 1)
    assert rank_sets([Estimate(90, 88, 99, 50), Estimate(80, 71, 82, 50)]).tie_band == (1, 2)


def test_units_all_at_the_top_are_one_band_whatever_their_numbers_of_answers():
    sets = rank_sets([wilson(7, 7), wilson(200, 200), wilson(30, 30)])
    assert (1, 1, 1) == sets.rank == sets.best == sets.tie_band
    assert sets.worst == (3, 3, 3)


def test_without_uncertainty_equal_values_tie_and_others_differ():
    sets = rank_sets([20, 21.5, 20, 7], [0, 0, 0, 0])
    assert (
        sets.rank,
        sets.best,
        sets.worst,
        sets.tie_band,
    ) == ((2, 1, 2, 4), (2, 1, 2, 4), (3, 1, 3, 4), (2, 1, 2, 3))


def test_a_unit_without_a_number_takes_no_place():
    sets = rank_sets([math.nan, 90, 50, 70], [1, 1, 1, math.nan])
    assert (sets.rank, sets.tie_band) == ((None, 1, 2, None), (None, 1, 2, None))
    assert rank_sets([NOBODY, wilson(90, 100), wilson(10, 100)]).rank == (None, 1, 2)


def test_one_unit_and_none_have_the_place_that_there_is():
    one = rank_sets([80], [2])
    assert (one.rank, one.best, one.worst, one.tie_band) == ((1,), (1,), (1,), (1,))
    assert rank_sets([], []).rank == rank_sets([]).rank == rank_sets([NOBODY] * 0).tie_bands == ()
    assert rank_sets([math.nan], [1]).tie_bands == ()


def test_equal_units_are_split_as_rarely_as_promised():
    # R 4.2.2: ptukey(qnorm(1 - 0.05 / 12 / 11) * sqrt(2), 12, Inf, lower.tail = FALSE) is 0.0365; 2,000 runs: 0.004 a sd
    generator = np.random.default_rng(5)
    runs = [rank_sets(generator.normal(0, 1, 12), np.ones(12)) for _ in range(2000)]
    assert pytest.approx(sum(max(sets.best) > 1 for sets in runs) / 2000, abs=0.0125) == 0.0365


def test_all_3321_communes_are_ranked_at_once():
    # three kinds of communes, each 15 or 20 standard errors below the last: alike within, apart between
    sets = rank_sets(np.repeat([95, 80, 60], [1000, 1321, 1000]), np.ones(3321))
    assert [sets.best[at] for at in (0, 999, 1000, 2320, 2321, 3320)] == [1, 1, 1001, 1001, 2322, 2322]
    assert [sets.worst[at] for at in (0, 999, 1000, 2320, 2321, 3320)] == [1000, 1000, 2321, 2321, 3321, 3321]
    assert [sets.tie_band.count(band) for band in (1, 2, 3)] == [1000, 1321, 1000]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rank_sets([1, 2]), r"standard_errors == None, must be given"),
        (lambda: rank_sets([1, 2], [1]), r"standard_errors\.shape == \(1,\), must be a list of 2"),
        (lambda: rank_sets([1, 2], [1, -1]), r"standard_errors == \[1\.0, -1\.0\], must be 0 or more"),
        (lambda: rank_sets([1, math.inf], [1, 1]), r"values == \[1\.0, inf\], must be"),
        (lambda: rank_sets([1], [1], level=1), r"level == 1, must be in \(0, 1\)"),
        (lambda: rank_sets([1], [1], interval_level=0), r"level == 0, must be in \(0, 1\)"),
        (lambda: rank_sets([1], [1], adjust="none"), r"adjust == 'none', must be one of holm, bonferroni"),
        (lambda: rank_sets([Estimate(1, 2, 3, 5)]), r"values\[0\] == Estimate.*, must lie in its interval"),
        (lambda: rank_sets([wilson(1, 2)], [1]), r"values == .*, must be numbers in a list"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()
