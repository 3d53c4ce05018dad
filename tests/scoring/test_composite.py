import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring.composite import Composite, difference
from scoring.estimate import effective_wilson, mean_estimate, wilson
from scoring.tally import count_answers

QUESTIONS = ("polite", "posted", "result")
SHARE, MEAN = (0, 0, 0, 1, 1), (1, 2, 3, 4, 5)
WEIGHTS = Composite.of({"polite": "0.5", "posted": "1/3", "result": Fraction(1, 6)})

answer = st.one_of(st.none(), st.integers(1, 5))
people = st.lists(st.tuples(answer, answer, answer), min_size=1, max_size=30)


def tally(rows, *, values=SHARE):
    return count_answers(
        pl.DataFrame(rows, schema=dict.fromkeys(QUESTIONS, pl.Int8), orient="row"), QUESTIONS, values=values
    )


def two_groups():
    frame = pl.DataFrame({"unit": ["a", "b"], **dict.fromkeys(QUESTIONS, 5)})
    return count_answers(frame, QUESTIONS, by=["unit"], values=SHARE)


def from_raw_rows(rows, values, weights):
    """Weighted mean of the questions' means and the variance of its influence values, person by person."""
    scored = np.array([[math.nan if a is None else values[a - 1] for a in row] for row in rows])
    measured = ~np.isnan(scored).all(axis=0)
    scored, kept = scored[:, measured], np.array(weights)[measured]
    kept = kept / kept.sum()
    means = np.nanmean(scored, axis=0)
    influence = np.nan_to_num((scored - means) / (~np.isnan(scored)).sum(axis=0)) @ kept
    return means @ kept, (influence**2).sum()


@given(people.filter(lambda rows: any(a is not None for row in rows for a in row)), st.sampled_from([SHARE, MEAN]))
@example([(None, 1, None), (1, None, 1)], MEAN)  # the mean is a last digit below the end of the scale
@settings(max_examples=60, deadline=None)
def test_value_and_variance_are_those_computed_from_every_persons_answers(rows, values):
    value, variance = from_raw_rows(rows, values, [0.5, 1 / 3, 1 / 6])
    index = WEIGHTS.index(tally(rows, values=values))
    assert value == pytest.approx(index.estimate.value)
    assert variance == pytest.approx(index.variance, abs=1e-12)
    assert sum(any(a is not None for a in row) for row in rows) == index.estimate.n
    assert index.estimate.low <= index.estimate.value <= index.estimate.high


def test_the_variance_agrees_with_a_bootstrap_of_people_with_blanks():
    random = np.random.default_rng(7)
    mood = random.normal(size=(150, 1))
    points = np.clip(np.round(4 + 0.7 * mood + 0.7 * random.normal(size=(150, 3))), 1, 5)
    points[random.random((150, 3)) < 0.25] = math.nan
    rows = [tuple(None if math.isnan(a) else int(a) for a in row) for row in points]
    index = WEIGHTS.index(tally(rows, values=MEAN))
    drawn = points[random.integers(0, 150, size=(4000, 150))]
    again = np.nanmean(drawn, axis=1) @ [0.5, 1 / 3, 1 / 6]
    assert again.std() == pytest.approx(math.sqrt(index.variance), rel=0.05)


def test_an_index_of_one_question_is_the_share_or_the_mean_of_that_question():
    rows = [(5, None, 1)] * 30 + [(2, None, 1)] * 12 + [(4, None, None)] * 3 + [(None, None, 1)] * 5
    only_polite = Composite.of({"polite": 1})
    share = only_polite.index(tally(rows), n=45).estimate
    expected = wilson(33, 45)
    assert expected.n == share.n
    assert (expected.value, expected.low, expected.high) == pytest.approx((share.value, share.low, share.high))
    mean = only_polite.index(tally(rows, values=MEAN), n=45).estimate
    expected = mean_estimate([0, 12, 0, 3, 30], (1, 2, 3, 4, 5))
    assert (expected.value, expected.low, expected.high) == pytest.approx((mean.value, mean.low, mean.high))


def test_seven_people_all_at_five_give_what_wilson_gives_for_seven_of_seven():
    estimate = WEIGHTS.index(tally([(5, 5, 5)] * 7)).estimate
    assert (wilson(7, 7).low, 1.0, 7) == pytest.approx((estimate.low, estimate.high, estimate.n))


def test_all_alike_where_few_answered_one_question_is_as_unsure_as_its_few_people():
    index = Composite.of({"polite": 1, "posted": 1}).index(tally([(5, None, None)] * 10 + [(None, 5, None)] * 1000))
    worth = 1 / (0.25 / 10 + 0.25 / 1000)
    expected = effective_wilson(1.0, 0.0, 1010, people=worth)
    assert expected.low == pytest.approx(index.estimate.low)
    assert wilson(1010, 1010).low > index.estimate.low


def test_a_question_that_nobody_answered_leaves_its_weight_to_the_others_and_is_named():
    index = WEIGHTS.index(tally([(5, None, 1), (4, None, 5)]))
    assert index.left_out == ("posted",)
    assert [(part.question, part.weight, part.mean, part.n) for part in index.parts] == [
        ("polite", Fraction(3, 4), 1.0, 2),
        ("result", Fraction(1, 4), 0.5, 2),
    ]
    assert index.estimate.value == pytest.approx(0.875)


def test_a_question_with_fewer_answers_than_asked_is_left_out():
    index = WEIGHTS.index(tally([(5, 1, 1), (4, 1, None)]), at_least=2)
    assert index.left_out == ("result",)


def test_nobody_is_nan_with_n_zero():
    for rows in ([], [(None, None, None)]):
        index = WEIGHTS.index(tally(rows))
        assert index.estimate.n == 0
        assert math.isnan(index.estimate.value)
        assert math.isnan(index.variance)
        assert index.left_out == QUESTIONS
        assert index.parts == ()


def test_each_group_of_a_tally_gets_its_own_index():
    frame = pl.DataFrame({"unit": list("aabbc"), "polite": [5, 1, 4, 4, None], "posted": [5, 5, 1, None, None]})
    both = count_answers(frame, ["polite", "posted"], by=["unit"], values=SHARE)
    composite = Composite.of({"polite": 1, "posted": 3})
    of_each = composite.indices(both)
    assert [index.estimate.value for index in of_each[:2]] == [0.875, 0.25]
    assert of_each[2].estimate.n == 0
    for unit, index in zip("ab", of_each, strict=False):
        assert index == composite.index(both.only(unit=unit))


def test_weights_of_elements_and_criteria_flatten_exactly():
    nested = Composite.nested([("0.3", {"a": 1, "b": 1, "c": 1}), (Fraction(7, 10), {"d": "0.25", "e": "0.75"})])
    assert dict(nested.weights) == {
        **dict.fromkeys("abc", Fraction(1, 10)),
        "d": Fraction(7, 40),
        "e": Fraction(21, 40),
    }


@given(people, st.integers(0, 29), st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_one_person_up_a_point_never_lowers_an_index(rows, who, question):
    who %= len(rows)
    if rows[who][question] in (None, 5):
        return
    better = tuple(a + 1 if q == question else a for q, a in enumerate(rows[who]))
    after = [*rows[:who], better, *rows[who + 1 :]]
    for values in (SHARE, MEAN):
        before_value = WEIGHTS.index(tally(rows, values=values)).estimate.value
        assert before_value <= WEIGHTS.index(tally(after, values=values)).estimate.value + 1e-12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Composite(()), r"weights == \(\), must be at least one\."),
        (lambda: Composite.of({"polite": 0}), r"weight of polite == 0, must be above 0\."),
        (lambda: Composite.of({"polite": 0.1}), r"weight of polite == 0\.1, must be exact"),
        (
            lambda: Composite((("a", Fraction(1)), ("a", Fraction(1)))),
            r"questions == \['a', 'a'\], must name each once",
        ),
        (lambda: WEIGHTS.index(tally([]).asking("polite")), r"questions == \['posted', 'result'\], must be of"),
        (lambda: WEIGHTS.index(tally([], values=None)), r"moments == None, must be counted"),
        (lambda: WEIGHTS.index(tally([]), at_least=0), r"at_least == 0, must be 1 or more\."),
        (lambda: WEIGHTS.indices(tally([]), n=[1, 2]), r"len\(n\) == 2, must be 1"),
        (lambda: WEIGHTS.index(tally([(5, 5, 5)], values=(1, 1, 1, 1, 1))), r"values == 1\.0 to 1\.0, must differ\."),
        (lambda: WEIGHTS.index(two_groups()), r"groups == 2, must be 1"),
    ],
)
def test_a_wrong_argument_is_refused_with_name_value_and_bound(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_answers_of_the_same_people_combined_as_if_independent_cover_70_percent_and_ours_what_is_promised():
    random = np.random.default_rng(20240101)
    runs, n, questions, correlation, share = 1500, 60, 9, 0.5, 0.8
    codes = [f"q{i}" for i in range(questions)]
    mood = random.normal(size=(runs * n, 1))
    latent = math.sqrt(correlation) * mood + math.sqrt(1 - correlation) * random.normal(size=(runs * n, questions))
    points = np.where(latent < stats.norm.ppf(share), 5, 2).astype(np.int8)
    frame = pl.DataFrame(points, schema=codes).with_columns(run=np.repeat(np.arange(runs), n))
    counted = count_answers(frame, codes, by=["run"], values=SHARE)

    ours = [index.estimate for index in Composite.of(dict.fromkeys(codes, 1)).indices(counted)]
    covered = sum(estimate.low <= share <= estimate.high for estimate in ours) / runs

    shares = counted.satisfied() / counted.answered
    alone = [
        effective_wilson(float(each.mean()), float((each * (1 - each)).sum()) / n / questions**2, n, people=1.0)
        for each in shares
    ]
    covered_alone = sum(estimate.low <= share <= estimate.high for estimate in alone) / runs

    assert covered >= 0.93
    assert covered_alone == pytest.approx(0.70, abs=0.06)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_difference_of_two_shares_is_newcombes(a, b, low, high):
    change = difference(wilson(*a), wilson(*b))
    assert (low, high) == pytest.approx((change.low, change.high), abs=5.1e-5)


def test_a_difference_with_nobody_is_nan_and_its_n_is_the_smaller_one():
    assert difference(wilson(0, 0), wilson(3, 9)).n == 0
    assert math.isnan(difference(wilson(3, 9), wilson(0, 0)).value)
    assert difference(wilson(3, 9), wilson(30, 90)).n == 9
