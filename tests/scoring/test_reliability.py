"""Alpha to the digit of R, and what is said where it cannot be known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scoring.reliability import cronbach_alpha
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

# R 4.2.2, psych 2.2.9: a <- alpha(x); of BLANKS "complete": alpha(na.omit(x))
# a$total$raw_alpha, a$total$std.alpha; a$alpha.drop$raw_alpha; …$std.alpha; a$item.stats$r.drop
TABLE = [
    (
        (0.91358024691358, 0.913322867847785),
        (0.850418410041841, 0.903394255874674, 0.899446494464945, 0.893496701225259),
        (0.851439416971466, 0.902952040401352, 0.900405843252833, 0.893170426999456),
        (0.904132657768288, 0.758985949147869, 0.769445203025664, 0.787215273012522),
        10, WHOLE, "pairwise",
    ),
    (
        (0.938365044325309, 0.937879826594485),
        (0.895759355367386, 0.950704225352113, 0.928264373992477, 0.895465272019899),
        (0.894187705606743, 0.952092253588142, 0.931223166661761, 0.893566258819772),
        (0.926953068753113, 0.749722457252033, 0.825385158153199, 0.926849426309431),
        7, BLANKS, "pairwise",
    ),
    (
        (0.938640132669983, 0.942089770188554),
        (0.900763358778626, 0.931640625, 0.94375, 0.898047722342733),
        (0.904955550314336, 0.934020136681792, 0.954749432729274, 0.89977070058749),
        (0.92479433255975, 0.82615277587799, 0.777817459305202, 0.927640293729199),
        6, BLANKS, "complete",
    ),
]  # fmt: skip

# the same: a$total$ase; a$feldt; a$total$raw_alpha ± qnorm(.975) · ase; a$item.stats$raw.r
# BLANKS pairwise: with n = 7, the weakest pair, as alpha(cov(x, use = "pairwise"), n.obs = 7)$total$ase and
# psych:::alpha.ci(0.938365044325309, 7, 4); psych itself takes all 10 rows, blank or not
INTERVALS = [
    (0.0441483658005174, (0.772642109685683, 0.975890388163748), (0.827051039968266, 1.00010945385889), WHOLE, "pairwise"),
    (
        0.0389096605305546, (0.801479027790929, 0.988151987396854),
        (0.938365044325309 - 1.95996398454005 * 0.0389096605305546,
         0.938365044325309 + 1.95996398454005 * 0.0389096605305546), BLANKS, "pairwise",
    ),
    (0.0411052257406472, (0.780551628651202, 0.990453879545764), (0.858075370641926, 1.01920489469804), BLANKS, "complete"),
]  # fmt: skip

tables = arrays.arrays(np.int64, st.tuples(st.integers(3, 20), st.integers(2, 6)), elements=st.integers(1, 5))


def moments_of(answers):
    table = np.array(answers, dtype=float)
    inside = np.isfinite(table).astype(float)
    values = np.nan_to_num(table)
    parts = (inside.T @ inside, values.T @ inside, values.T @ values)
    return Moments((1.0, 2.0, 3.0, 4.0, 5.0), *(part[np.newaxis] for part in parts))


@pytest.mark.parametrize(("alpha", "raw_dropped", "standard_dropped", "rest", "n", "answers", "missing"), TABLE)
def test_alpha_and_its_questions_are_those_of_psych(alpha, raw_dropped, standard_dropped, rest, n, answers, missing):  # noqa: PLR0917 - a row of the table
    found = cronbach_alpha(answers, missing=missing)

    assert (found.raw, found.standardised) == pytest.approx(alpha, rel=1e-12)
    assert [question.raw_if_dropped for question in found.questions] == pytest.approx(raw_dropped, rel=1e-12)
    assert [question.standardised_if_dropped for question in found.questions] == pytest.approx(
        standard_dropped, rel=1e-12
    )
    assert [question.rest_correlation for question in found.questions] == pytest.approx(rest, rel=1e-12)
    assert (found.n, found.missing) == (n, missing)


@pytest.mark.parametrize(("error", "feldt", "duhachek", "answers", "missing"), INTERVALS)
def test_the_intervals_are_those_of_psych_with_the_people_of_the_weakest_pair(error, feldt, duhachek, answers, missing):
    found = cronbach_alpha(answers, missing=missing)

    assert found.standard_error == pytest.approx(error, rel=1e-12)
    assert (found.feldt.low, found.feldt.high) == pytest.approx(feldt, rel=1e-11)
    assert (found.duhachek.low, found.duhachek.high) == pytest.approx(duhachek, rel=1e-11)
    assert (found.feldt.value, found.feldt.n, found.feldt.method) == (found.raw, found.n, "Feldt")


def test_total_correlations_count_the_question_itself():
    # R 4.2.2, psych 2.2.9: alpha(x)$item.stats$raw.r
    expected = (0.951288486628513, 0.857141142344418, 0.871285385617428, 0.883308689727179)

    assert [question.total_correlation for question in cronbach_alpha(WHOLE).questions] == pytest.approx(
        expected, rel=1e-12
    )


def test_the_distribution_free_interval_comes_from_what_each_person_adds():
    # R 4.2.2: d <- sweep(x, 2, colMeans(x)); own <- rowSums(d^2); whole <- rowSums(d)^2
    # sd(4/3 * (mean(own) / mean(whole) * whole - own) / mean(whole)) / sqrt(10), times qt(.975, 9)
    found = cronbach_alpha(WHOLE).distribution_free

    assert found.high - found.value == pytest.approx(0.0349226376468819 * 2.2621571627409915, rel=1e-10)
    assert found.value - found.low == pytest.approx(found.high - found.value, rel=1e-10)


def test_the_distribution_free_interval_needs_whole_answers():
    assert math.isnan(cronbach_alpha(BLANKS).distribution_free.low)
    assert math.isnan(cronbach_alpha(moments_of(WHOLE)).distribution_free.low)
    assert cronbach_alpha(BLANKS, missing="complete").distribution_free.low < 0.93


@given(tables)
def test_moments_give_the_alpha_of_the_answers(answers):
    from_answers, from_moments = cronbach_alpha(answers), cronbach_alpha(moments_of(answers))

    assert from_answers.raw == pytest.approx(from_moments.raw, rel=1e-9, abs=1e-9, nan_ok=True)
    assert from_answers.feldt.low == pytest.approx(from_moments.feldt.low, rel=1e-6, nan_ok=True)


@given(tables, st.randoms(use_true_random=False))
def test_neither_the_order_of_people_nor_of_questions_changes_alpha(answers, random):
    people, questions = (random.sample(range(size), size) for size in answers.shape)

    one, other = cronbach_alpha(answers), cronbach_alpha(answers[people][:, questions])

    assert one.raw == pytest.approx(other.raw, nan_ok=True)
    assert one.standardised == pytest.approx(other.standardised, nan_ok=True)


@given(tables)
def test_no_interval_is_of_width_zero(answers):
    found = cronbach_alpha(answers)

    for interval in (found.feldt, found.duhachek):
        assert math.isnan(interval.low) or interval.low < interval.high
    assert found.raw <= 1 + 1e-12 or math.isnan(found.raw)


def test_seven_people_all_at_five_say_nothing_of_what_varies_together():
    found = cronbach_alpha(np.full((7, 3), 5))

    assert math.isnan(found.raw)
    assert math.isnan(found.standardised)
    assert math.isnan(found.feldt.low)
    assert found.n == 7


def test_people_who_answer_all_questions_alike_give_one_without_a_claim_to_know_it_exactly():
    found = cronbach_alpha([[5, 5, 5], [4, 4, 4], [5, 5, 5], [2, 2, 2]])

    assert found.raw == pytest.approx(1)
    assert all(math.isnan(each.low) for each in (found.feldt, found.duhachek, found.distribution_free))


def test_a_question_that_does_not_vary_counts_in_raw_alpha_only():
    # R 4.2.2: C <- cov(cbind(WHOLE, 5)); 5/4 * (1 - sum(diag(C)) / sum(C)) = 5/4 · 3/4 · psych's alpha without it
    found = cronbach_alpha([[*row, 5] for row in WHOLE])

    assert found.raw == pytest.approx(5 / 4 * 3 / 4 * 0.91358024691358, rel=1e-12)
    assert math.isnan(found.standardised)
    assert math.isnan(found.questions[4].rest_correlation)


@pytest.mark.parametrize(
    ("n", "answers"), [(0, np.empty((0, 3))), (1, [[5, 4, 3]]), (3, [[5], [4], [3]]), (0, [[1, BLANK], [BLANK, 2]])]
)
def test_too_little_is_nan_with_the_people_there_are(n, answers):
    found = cronbach_alpha(answers)

    assert math.isnan(found.raw)
    assert math.isnan(found.feldt.low)
    assert found.n == found.feldt.n == n


def test_two_questions_have_no_alpha_without_one_of_them():
    found = cronbach_alpha([[1, 2], [2, 2], [4, 5]])

    assert all(math.isnan(question.raw_if_dropped) for question in found.questions)
    # R 4.2.2: cor(c(1, 2, 4), c(2, 2, 5))
    assert found.questions[0].rest_correlation == pytest.approx(0.944911182523068)


def test_questions_that_point_opposite_ways_give_a_negative_alpha():
    # C = [[1, -1/2], [-1/2, 1]]: 2 (1 − 2/1) = −2
    assert cronbach_alpha([[1, 2], [2, 3], [3, 1]]).raw == pytest.approx(-2)


def test_exact_opposites_leave_a_sum_that_does_not_vary():
    assert math.isnan(cronbach_alpha([[1, 3], [2, 2], [3, 1]]).raw)


def test_a_wider_level_gives_a_wider_interval():
    narrow, wide = cronbach_alpha(WHOLE, level=0.9), cronbach_alpha(WHOLE, level=0.99)

    assert wide.feldt.low < narrow.feldt.low < narrow.feldt.high < wide.feldt.high
    assert wide.distribution_free.low < narrow.distribution_free.low


@pytest.mark.parametrize("level", [0, 1, 95, BLANK])
def test_a_level_outside_its_range_is_refused(level):
    with pytest.raises(ValueError, match=r"level == .*, must be in"):
        cronbach_alpha(WHOLE, level=level)


def test_complete_cases_cannot_be_asked_of_moments():
    with pytest.raises(ValueError, match="missing == 'complete', must be 'pairwise' for moments"):
        cronbach_alpha(moments_of(WHOLE), missing="complete")


def test_a_million_people_who_answer_as_five_hundred_do_have_their_alpha_and_say_they_are_a_million():
    rng = np.random.default_rng(1)
    small = moments_of(np.clip(np.round(3 + rng.normal(size=(500, 1)) + rng.normal(size=(500, 22))), 1, 5))
    million = Moments(small.values, small.n * 2000, small.total * 2000, small.product * 2000)

    found = cronbach_alpha(million)

    assert found.n == 1_000_000
    # n − 1 divides every covariance, and cancels
    assert found.raw == pytest.approx(cronbach_alpha(small).raw, rel=1e-12)
    assert found.feldt.high - found.feldt.low < 0.001
