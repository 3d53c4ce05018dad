"""Omega to the digit of R, and what is said where it cannot be known."""

import math

import numpy as np
import pytest

from scoring.omega import omega_total
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

# R 4.2.2: the least of sum((R - l %o% l)[lower.tri(R)]^2) by nlm(gradtol = 1e-13); psych 2.2.9 stops a little earlier:
# omega(cor(x), nfactors = 1, fm = "minres", flip = FALSE): omega.tot 0.915620917512792, loadings 0.978897573347332, …
MINRES = (0.978897576199784, 0.79506420298847, 0.808195725289132, 0.82764631942825)
# R 4.2.2: factanal(covmat = cor(x), factors = 1, control = list(opt = list(factr = 1, pgtol = 1e-14)))$uniquenesses
LIKELIEST = (0.035980235144478, 0.386926946175234, 0.309067887707616, 0.343155602805106)


def test_one_factor_by_minimum_residuals_is_that_of_psych():
    found = omega_total(WHOLE)

    assert found.loadings == pytest.approx(MINRES, abs=2e-8)
    # 1 - sum(u) / sum(R), and with cov(x): 1 - sum(u * diag(C)) / sum(C)
    assert (found.standardised, found.raw) == pytest.approx((0.915620919579599, 0.919260102055742), abs=1e-9)
    assert (found.converged, found.at_bound, found.not_fitted, found.n) == (True, (), "", 10)


def test_one_factor_by_maximum_likelihood_is_that_of_factanal():
    found = omega_total(WHOLE, fit="maximum likelihood")

    assert found.uniquenesses == pytest.approx(LIKELIEST, abs=1e-7)
    assert (found.standardised, found.raw) == pytest.approx((0.915331349887351, 0.919196688617236), abs=1e-8)
    assert found.converged


@pytest.mark.parametrize("fit", ["minimum residuals", "maximum likelihood"])
def test_correlations_made_of_one_factor_give_it_back(fit):
    loadings = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1)
    exact = Moments((), *(each[np.newaxis] for each in (np.full((5, 5), 101), np.zeros((5, 5)), correlation * 100)))

    found = omega_total(exact, fit=fit)

    assert found.loadings == pytest.approx(loadings, abs=1e-6)
    # (Σ loadings)² / ((Σ loadings)² + Σ uniquenesses), worked by hand: 12.25 / (12.25 + 2.45)
    assert found.standardised == pytest.approx(12.25 / 14.7, abs=1e-7)


def test_of_several_optima_the_best_is_taken():
    # hardly correlated answers have an optimum beside almost every question
    rng = np.random.default_rng(14)
    answers = rng.normal(size=(40, 5))
    correlation = np.corrcoef(answers.T)
    found = omega_total(answers)
    i, j = np.triu_indices(5, 1)
    most = math.sqrt(0.995)

    least = ((found.loadings[i] * found.loadings[j] - correlation[i, j]) ** 2).sum()

    ends = set()
    for tried in rng.uniform(-0.9, 0.9, (20, 5)):
        for k in np.tile(np.arange(5), 100):  # each loading in turn at its best, the others held
            others = np.arange(5) != k
            slope = correlation[k, others] @ tried[others] / (tried[others] @ tried[others])
            tried[k] = np.clip(slope, -most, most)
        ends.add(round(float(((tried[i] * tried[j] - correlation[i, j]) ** 2).sum()), 5))
    assert len(ends) > 1
    assert least <= min(ends) + 1e-5


@pytest.mark.parametrize("fit", ["minimum residuals", "maximum likelihood"])
def test_a_uniqueness_held_at_its_bound_is_named(fit):
    # r12 r13 / r23 = 0.8 · 0.8 / 0.5 > 1: the first question would need a loading above 1
    correlation = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    exact = Moments((), *(each[np.newaxis] for each in (np.full((3, 3), 50), np.zeros((3, 3)), correlation * 49)))

    found = omega_total(exact, fit=fit)

    assert found.at_bound == (0,)
    assert found.uniquenesses[0] == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("said", "answers", "fit"),
    [
        ("people == 1, too few", [[1, 2, 3]], "minimum residuals"),
        ("people == 0, too few", np.empty((0, 3)), "minimum residuals"),
        ("questions [1] do not vary", [[1, 5, 3], [2, 5, 1], [4, 5, 4]], "minimum residuals"),
        ("questions [0, 1, 2] do not vary", np.full((7, 3), 5), "minimum residuals"),
        ("contradict each other", BLANKS, "minimum residuals"),
        ("the sum does not vary", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "minimum residuals"),
        ("the sum does not vary", [[1, 5, 3], [2, 4, 3], [3, 1, 5], [4, 4, 1]], "minimum residuals"),
        ("the sum of standardised", [[2, 0, -1], [0, -1, 1], [-2, 1, 0]], "minimum residuals"),
        ("follows exactly from others", [[*row, row[0]] for row in WHOLE], "maximum likelihood"),
    ],
)
def test_what_cannot_be_fitted_is_nan_and_says_why(said, answers, fit):
    found = omega_total(answers, fit=fit)

    assert said in found.not_fitted
    assert math.isnan(found.standardised)
    assert math.isnan(found.raw)
    assert np.isnan(found.loadings).all()
    assert not found.converged


def test_two_questions_do_not_determine_a_factor():
    with pytest.raises(ValueError, match="questions == 2, must be 3 or more"):
        omega_total([[1, 2], [3, 4], [5, 3]])


def test_an_unknown_fit_is_refused():
    with pytest.raises(ValueError, match="fit == 'principal axis', must be one of"):
        omega_total(WHOLE, fit="principal axis")
