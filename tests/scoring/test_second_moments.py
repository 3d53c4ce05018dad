"""Covariances are R's, from answers as from the moments of a tally."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scoring.second_moments import is_possible, read_answers, second_moments
from scoring.tally import Moments, count_answers

BLANK = math.nan
# ten people, four questions, four blanks
ANSWERS = [
    [5, 4, 5, 4], [BLANK, 4, 4, 5], [2, 3, 1, 2], [5, 5, 4, 4], [3, 2, BLANK, 3],
    [4, 3, 3, 2], [1, 2, 2, 1], [5, 5, BLANK, 4], [4, 5, 3, 4], [3, 4, 4, BLANK],
]  # fmt: skip
# R 4.2.2: cov(x, use = "pairwise") and cov2cor of it
COVARIANCE = [
    [2.02777777777778, 1.33333333333333, 1.5952380952381, 1.57142857142857],
    [1.33333333333333, 1.34444444444444, 0.785714285714286, 1.20833333333333],
    [1.5952380952381, 0.785714285714286, 1.64285714285714, 1.47619047619048],
    [1.57142857142857, 1.20833333333333, 1.47619047619048, 1.69444444444444],
]
CORRELATION = [
    [1, 0.807527138397388, 0.874008049516861, 0.847755855865816],
    [0.807527138397388, 1, 0.528680532637681, 0.800574326426883],
    [0.874008049516861, 0.528680532637681, 1, 0.884766828549844],
    [0.847755855865816, 0.800574326426883, 0.884766828549844, 1],
]

answer_tables = arrays.arrays(np.int64, st.tuples(st.integers(0, 12), st.integers(1, 5)), elements=st.integers(0, 5))


def tallied(table):
    """The moments of a table of answers 1 to 5, 0 or NaN for a blank, as a tally counts them."""
    names = [f"q{i}" for i in range(table.shape[1])]
    whole = np.nan_to_num(table).astype(int).tolist()
    rows = [[None if answer == 0 else answer for answer in row] for row in whole]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int8), orient="row")
    return count_answers(frame, names, values=(1, 2, 3, 4, 5)).moments


def test_pairwise_covariances_are_those_of_r():
    found = second_moments(ANSWERS, missing="pairwise")

    assert found.covariance == pytest.approx(np.array(COVARIANCE), rel=1e-12)
    assert found.correlation == pytest.approx(np.array(CORRELATION), rel=1e-12)
    assert found.people == 7
    assert found.n[0].tolist() == [9, 9, 7, 8]


def test_complete_cases_leave_out_whoever_left_a_blank():
    complete = [row for row in ANSWERS if not any(map(math.isnan, row))]

    found = second_moments(ANSWERS, missing="complete")

    assert found.covariance == pytest.approx(np.cov(np.transpose(complete)), rel=1e-12)
    assert (found.n == 6).all()


@given(answer_tables)
def test_the_moments_of_a_tally_give_what_the_answers_give(table):
    answers = np.where(table == 0, np.nan, table)

    from_answers, from_moments = (second_moments(each, missing="pairwise") for each in (answers, tallied(table)))

    assert (from_answers.n == from_moments.n).all()
    assert from_answers.covariance == pytest.approx(from_moments.covariance, rel=1e-12, abs=1e-12, nan_ok=True)


def test_many_people_are_taken_in_parts_with_the_same_result():
    answers = np.tile(np.array(ANSWERS), (20_000, 1))

    found = second_moments(answers, missing="pairwise")

    assert found.n[0].tolist() == [180_000, 180_000, 140_000, 160_000]
    assert found.covariance[0, 0] == pytest.approx(2.02777777777778 * 8 / 9 * 180_000 / 179_999, rel=1e-12)


def test_a_question_all_alike_has_a_variance_of_exactly_zero_and_no_correlation():
    found = second_moments([[0.1, 1], [0.1, 2], [0.1, 4]], missing="pairwise")

    assert found.covariance[0].tolist() == [0, 0]
    assert np.isnan(found.correlation[0]).all()
    assert found.correlation[1, 1] == 1


@pytest.mark.parametrize("answers", [np.empty((0, 2)), [[1, 2]], [[BLANK, BLANK], [BLANK, BLANK]]])
def test_fewer_than_two_people_have_no_covariance(answers):
    found = second_moments(answers, missing="pairwise")

    assert np.isnan(found.covariance).all()
    assert found.people == np.isfinite(np.array(answers)).all(axis=1).sum()


def test_chosen_questions_come_in_the_order_asked():
    found = second_moments(ANSWERS, missing="pairwise").chosen(np.array([2, 0]))

    assert found.covariance == pytest.approx(np.array(COVARIANCE)[np.ix_([2, 0], [2, 0])], rel=1e-12)
    assert found.n.tolist() == [[8, 7], [7, 9]]


def test_correlations_that_contradict_each_other_are_not_possible():
    # 1 and 2 go together, 2 and 3 too, yet 1 and 3 are opposed
    contradictory = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])

    assert not is_possible(contradictory)
    assert is_possible(np.ones((3, 3)))


@pytest.mark.parametrize(
    ("answers", "missing", "said"),
    [
        ([1, 2], "pairwise", r"answers\.shape == \(2,\), must be a table"),
        (np.empty((3, 0)), "pairwise", r"answers\.shape == \(3, 0\), must be people by questions"),
        ([[math.inf, 1]], "pairwise", "finite"),
        ([["good"]], "pairwise", "must be numbers"),
        ([[1, 2]], "listwise", "missing == 'listwise', must be one of pairwise, complete"),
        (Moments((), *(np.ones((1, 2, 2)),) * 3), "complete", "must be 'pairwise' for moments"),
        (
            Moments((), *(np.ones((2, 2, 2)),) * 3),
            "pairwise",
            r"moments\.n\.shape == \(2, 2, 2\), must be of one group",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(answers, missing, said):
    with pytest.raises(ValueError, match=said):
        second_moments(answers, missing=missing)


def test_read_answers_keeps_blanks_unless_complete_cases_are_asked_for():
    assert len(read_answers(ANSWERS, missing="pairwise")) == 10
    assert len(read_answers(ANSWERS, missing="complete")) == 6
