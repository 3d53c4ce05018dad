"""R² is divided as by averaging over all orders in R."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scoring.drivers import _bias_corrected, relative_importance
from scoring.estimate import Estimate
from scoring.tally import Moments

BLANK = math.nan
WHOLE = [
    [5, 4, 5, 4], [4, 4, 4, 5], [2, 3, 1, 2], [5, 5, 4, 4], [3, 2, 3, 3],
    [4, 3, 3, 2], [1, 2, 2, 1], [5, 5, 5, 4], [4, 5, 3, 4], [3, 4, 4, 2],
]  # fmt: skip
BLANKS = [
    [5, 4, 5, 4], [BLANK, 4, 4, 5], [2, 3, 1, 2], [5, 5, 4, 4], [3, 2, BLANK, 3],
    [4, 3, 3, 2], [1, 2, 2, 1], [5, 5, BLANK, 4], [4, 5, 3, 4], [3, 4, 4, BLANK],
]  # fmt: skip
FEW_BLANKS = [
    [5, 4, 5, 4], [4, BLANK, 4, 5], [2, 3, 1, 2], [5, 5, 4, 4], [3, 2, 3, 3],
    [4, 3, 3, BLANK], [1, 2, 2, 1], [5, 5, 5, 4], [4, 5, BLANK, 4], [3, 4, 4, 2],
]  # fmt: skip
TWICE = [[row[0], row[1], row[1], row[2]] for row in WHOLE]

# relaimpo is not at hand: R 4.2.2, r2 <- function(s) summary(lm(x[, 1] ~ x[, 1 + s]))$r.squared, gain of each criterion
# averaged over all orders, which is what calc.relimp(type = "lmg") of relaimpo 2.2 divides; pairwise from
# cov2cor(cov(x, use = "pairwise")); a criterion that is there twice by lm, which drops the second
LMG = [
    ((0.240841867307471, 0.316617295744602, 0.265039692399299), 10, WHOLE, "complete"),
    ((0.246850611228699, 0.341523010044224, 0.291910703455846), 6, BLANKS, "complete"),
    ((0.236404448014646, 0.319447390688718, 0.371470839562264), 8, FEW_BLANKS, "pairwise"),
    ((0.213900373850614, 0.213900373850614, 0.352288151318603), 10, TWICE, "complete"),
]

# R 4.2.2: cor(swiss[, c("Fertility", "Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality")]),
# below the diagonal by columns; 47 places
SWISS = (
    0.353079183619975, -0.645882706457288, -0.663788857035069, 0.463684700651794, 0.416556031434983,
    -0.686542208617137, -0.63952251894832, 0.40109505304874, -0.0608586084165816,
    0.698415296288483, -0.572741806064167, -0.114021596482034, -0.153858917090915, -0.0993218458213457,
    0.175495907596623,
)  # fmt: skip

tables = arrays.arrays(np.int64, st.tuples(st.integers(0, 25), st.integers(2, 5)), elements=st.integers(1, 5))


def moments_of_correlations(below, size, n):
    correlation = np.eye(size)
    for value, (j, i) in zip(below, itertools.combinations(range(size), 2), strict=True):
        correlation[i, j] = correlation[j, i] = value
    return Moments(
        (), *(part[np.newaxis] for part in (np.full((size, size), n), np.zeros((size, size)), correlation * (n - 1)))
    )


def shares(found):
    return [driver.share.value for driver in found.drivers]


@pytest.mark.parametrize(("expected", "n", "answers", "missing"), LMG)
def test_r_squared_is_divided_as_over_all_orders(expected, n, answers, missing):
    found = relative_importance(answers, outcome=0, missing=missing)

    assert shares(found) == pytest.approx(expected, rel=1e-12)
    assert found.r_squared.value == pytest.approx(sum(expected), rel=1e-12)
    assert [driver.relative.value for driver in found.drivers] == pytest.approx(np.array(expected) / sum(expected))
    assert (found.n, found.missing, found.not_divided) == (n, missing, "")


def test_the_fertility_of_swiss_districts_from_its_correlations_alone():
    found = relative_importance(moments_of_correlations(SWISS, 6, 47), outcome=0)

    # R 4.2.2, over all 120 orders of lm(Fertility ~ ., swiss)
    expected = (0.0570912207680911, 0.171173028900234, 0.260134678624384, 0.105570150373494, 0.112765922926522)
    assert shares(found) == pytest.approx(expected, rel=1e-11)
    # R 4.2.2: coef(lm(scale(Fertility) ~ scale(as.matrix(swiss[, -1]))))
    betas = (-0.31292128249992, -0.164778222539347, -0.670400780106075, 0.347600028144219, 0.251135976298711)
    assert [driver.coefficient for driver in found.drivers] == pytest.approx(betas, rel=1e-11)
    assert (found.n, found.missing) == (47, "pairwise")


def test_standardised_coefficients_are_those_of_lm():
    # R 4.2.2: coef(lm(scale(x[, 1]) ~ scale(x[, -1])))
    expected = (0.274339050562168, 0.445494662799594, 0.311259300442205)

    found = relative_importance(WHOLE, outcome=0)

    assert [driver.coefficient for driver in found.drivers] == pytest.approx(expected, rel=1e-11)
    assert not found.dependent


def test_a_criterion_that_is_there_twice_shares_equally_and_has_no_coefficient():
    found = relative_importance(TWICE, outcome=0)

    assert found.dependent
    assert all(math.isnan(driver.coefficient) for driver in found.drivers)


def test_outcome_and_criteria_are_columns_in_any_order():
    found = relative_importance(WHOLE, outcome=3, criteria=[2, 0])

    moved = relative_importance([[row[3], row[2], row[0]] for row in WHOLE], outcome=0)
    assert shares(found) == pytest.approx(shares(moved), rel=1e-12)
    assert [driver.question for driver in found.drivers] == [2, 0]


def test_blanks_in_a_column_that_is_not_asked_for_cost_nobody():
    assert relative_importance(BLANKS, outcome=1, criteria=[0]).n == 9


def test_one_criterion_has_the_squared_correlation():
    # worked by hand: 3² / (6 · 2)
    found = relative_importance([[5, 4], [4, 4], [2, 3], [5, 5]], outcome=0)

    assert shares(found) == pytest.approx([3 / 4])
    assert found.drivers[0].relative.value == pytest.approx(1)


@given(tables)
def test_shares_are_never_negative_and_sum_to_r_squared(answers):
    found = relative_importance(answers, outcome=0)

    if not found.not_divided:
        seen = [share for share in shares(found) if not math.isnan(share)]
        assert min(seen) >= -1e-9
        assert sum(seen) == pytest.approx(found.r_squared.value)
        assert found.r_squared.value <= 1 + 1e-9
    else:
        assert math.isnan(found.r_squared.value)
    assert found.n == len(answers)


@given(tables, st.randoms(use_true_random=False))
def test_criteria_in_another_order_keep_their_shares(answers, random):
    order = random.sample(range(1, answers.shape[1]), answers.shape[1] - 1)

    one, other = relative_importance(answers, outcome=0), relative_importance(answers, outcome=0, criteria=order)

    by_question = {driver.question: driver.share.value for driver in other.drivers}
    assert [by_question[driver.question] for driver in one.drivers] == pytest.approx(shares(one), abs=1e-9, nan_ok=True)


def test_sixteen_equal_criteria_share_equally():
    below = [0.5] * (17 * 16 // 2)

    found = relative_importance(moments_of_correlations(below, 17, 500), outcome=0)

    # R² = 16 · 0.25 / (1 + 15 · 0.5)
    assert shares(found) == pytest.approx([0.25 / 8.5] * 16, rel=1e-9)


def test_the_bootstrap_is_the_same_for_the_same_seed():
    answers = np.tile(WHOLE, (4, 1))

    first, again, other = (relative_importance(answers, outcome=0, draws=200, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert first.draws == 200
    for driver in first.drivers:
        assert driver.share.low < driver.share.value < driver.share.high
        assert driver.relative.low < driver.relative.value < driver.relative.high
    assert first.r_squared.low < first.r_squared.value < first.r_squared.high < 1


def test_the_bootstrap_redraws_people_not_kinds_of_answers():
    # 40 people, four kinds, one of them rare; as many draws by hand, each person apart
    answers = np.repeat([[5, 5], [4, 4], [5, 3], [1, 2]], (20, 16, 2, 2), axis=0)
    rng = np.random.default_rng(5)
    drawn = [answers[rng.integers(0, 40, 40)] for _ in range(4000)]
    by_hand = np.quantile([np.corrcoef(each.T)[0, 1] ** 2 for each in drawn], [0.025, 0.975])

    share = relative_importance(answers, outcome=0, draws=4000).drivers[0].share

    assert (share.low, share.high) == pytest.approx(by_hand, abs=0.02)


def test_the_percentiles_of_r_squared_move_by_the_draws_below_it():
    drawn = np.linspace(0, 1, 1001)

    # half of the draws below: no move. 0.3 of them: z = −0.5244, so Φ(−1.0488 ± 1.96) = 0.00131 and 0.8189
    assert _bias_corrected(0.5, drawn, 9, 0.95) == Estimate(
        pytest.approx(0.5), pytest.approx(0.025), pytest.approx(0.975), 9
    )
    moved = _bias_corrected(0.3, drawn, 9, 0.95)
    assert (moved.low, moved.high) == pytest.approx((0.0013, 0.819), abs=1e-3)


def test_a_criterion_that_follows_from_two_others_adds_nothing():
    with_sum = [[*row[:3], 0.1 * row[1] + 0.7 * row[2]] for row in WHOLE]

    found = relative_importance(with_sum, outcome=0)

    assert found.r_squared.value == pytest.approx(sum(shares(relative_importance(WHOLE, outcome=0, criteria=[1, 2]))))
    assert found.dependent


def test_without_draws_there_is_no_interval():
    found = relative_importance(WHOLE, outcome=0)

    assert math.isnan(found.r_squared.low)
    assert math.isnan(found.drivers[0].share.high)
    assert found.draws == 0


def test_criteria_that_explain_everything_get_no_interval_of_width_zero():
    found = relative_importance([[row[0], row[0]] for row in WHOLE], outcome=0, draws=100)

    assert shares(found) == pytest.approx([1])
    assert math.isnan(found.drivers[0].share.low)
    assert math.isnan(found.r_squared.low)


def test_a_criterion_at_which_all_are_alike_is_not_known():
    found = relative_importance([[*row, 5] for row in WHOLE], outcome=0, draws=50)

    assert math.isnan(shares(found)[3])
    assert math.isnan(found.drivers[3].relative.low)
    assert shares(found)[:3] == pytest.approx(LMG[0][0])
    assert not found.dependent


@pytest.mark.parametrize(
    ("said", "n", "answers"),
    [
        ("people == 0, too few for", 0, np.empty((0, 3))),
        ("people == 3, too few for 2 criteria", 3, [[1, 2, 3], [2, 1, 5], [4, 4, 1]]),
        ("the outcome does not vary", 7, [[5, 4, 3], [5, 2, 1], [5, 3, 3], [5, 4, 4], [5, 5, 1], [5, 1, 2], [5, 3, 2]]),
        ("no criterion varies", 3, [[1, 5], [2, 5], [4, 5]]),
        ("the outcome does not vary", 7, np.full((7, 3), 5)),
    ],
)
def test_what_cannot_be_divided_is_nan_and_says_why(said, n, answers):
    found = relative_importance(answers, outcome=0, draws=10)

    assert said in found.not_divided
    assert found.n == found.r_squared.n == n
    assert math.isnan(found.r_squared.value)
    assert all(math.isnan(share) for share in shares(found))


def test_pairwise_correlations_that_contradict_each_other_are_not_divided():
    # R 4.2.2 on cov2cor(cov(x, use = "pairwise")) gives shares that sum to 1.04
    assert "contradict each other" in relative_importance(BLANKS, outcome=0, missing="pairwise").not_divided


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        (r"outcome == 4, must be a whole number, in 0\.\.3", {"outcome": 4}),
        (r"criteria == 7, must be a whole number, in 0\.\.3", {"outcome": 0, "criteria": [7]}),
        (r"== \[0, 1, 1\], must name each column once", {"outcome": 0, "criteria": [1, 1]}),
        (r"== \[0, 0\], must name each column once", {"outcome": 0, "criteria": [0]}),
        (r"number of criteria == 0, must be a whole number, in 1\.\.22", {"outcome": 0, "criteria": []}),
        (r"draws == 5, must be 0 for pairwise moments", {"outcome": 0, "draws": 5, "missing": "pairwise"}),
        (r"draws == -1, must be a whole number", {"outcome": 0, "draws": -1}),
        (r"draws == 1000001, must be a whole number, in 0\.\.1000000", {"outcome": 0, "draws": 1_000_001}),
        (r"criteria == 3, must be a list of columns", {"outcome": 0, "criteria": 3}),
        (r"seed == 1\.5, must be a whole number, 0 or more", {"outcome": 0, "seed": 1.5}),
        (r"seed == 'now', must be a whole number, 0 or more", {"outcome": 0, "draws": 5, "seed": "now"}),
        (r"level == 1, must be in", {"outcome": 0, "level": 1}),
    ],
)
def test_a_wrong_argument_is_refused(said, arguments):
    with pytest.raises(ValueError, match=said):
        relative_importance(WHOLE, **arguments)


def test_more_criteria_than_can_be_divided_exactly_are_refused():
    with pytest.raises(ValueError, match=r"number of criteria == 23, must be a whole number, in 1\.\.22"):
        relative_importance(np.ones((30, 24)), outcome=0)


def test_complete_cases_cannot_be_asked_of_moments():
    with pytest.raises(ValueError, match="must be 'pairwise' for moments"):
        relative_importance(moments_of_correlations(SWISS, 6, 47), outcome=0, missing="complete")
