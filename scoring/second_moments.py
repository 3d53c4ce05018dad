"""Covariances between questions, from the answers of people or from the moments of a tally."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.argument import choice, numbers
from scoring.tally import Moments

__all__ = ["Missing", "SecondMoments", "read_answers", "second_moments"]

Floats: TypeAlias = NDArray[np.float64]
Missing: TypeAlias = Literal["pairwise", "complete"]

_ROWS = 1 << 16  # people taken at once, so that a million of them need no second copy
_IMPOSSIBLE = -1e-9  # a smallest eigenvalue below this is more than rounding


@dataclass(frozen=True, slots=True, eq=False)
class SecondMoments:
    """Covariances between Q questions and how many people stand behind each.

    n: shape (Q, Q), people who answered both questions of a pair. covariance: shape (Q, Q), divisor n − 1 of the pair;
    NaN where fewer than two people answered both. missing: what was done about blanks.
    """

    n: NDArray[np.int64]
    covariance: Floats
    missing: Missing

    @property
    def people(self) -> int:
        """People behind the weakest pair: no covariance rests on fewer."""
        return int(self.n.min())

    @property
    def correlation(self) -> Floats:
        """Shape (Q, Q); NaN for a question that does not vary. R: cov2cor(cov(x, use = "pairwise")).

        With blanks each question keeps the variance of all its own answers, which is all that moments know of it;
        R's cor(x, use = "pairwise") takes for each pair the variances of those who answered both.
        """
        variances = np.diagonal(self.covariance)
        spread = np.sqrt(np.where(variances > 0, variances, np.nan))
        correlation: Floats = self.covariance / np.outer(spread, spread)
        correlation[np.diag_indices_from(correlation)] = np.where(variances > 0, 1.0, np.nan)
        return correlation

    def chosen(self, questions: NDArray[np.intp]) -> SecondMoments:
        """Those of some questions, in this order."""
        cut = np.ix_(questions, questions)
        return SecondMoments(self.n[cut], self.covariance[cut], self.missing)


def second_moments(answers: ArrayLike | Moments, *, missing: Missing) -> SecondMoments:
    """Covariances between questions, with what was done about blanks.

    Args:
        answers: shape (n_people, n_questions), NaN for a blank; or the moments of exactly one group.
        missing: "pairwise" takes for each pair the people who answered both; "complete" only the people who
            answered everything, whom moments no longer know.

    Returns:
        Covariances with divisor n − 1; NaN where n < 2.

    Raises:
        ValueError: no table of numbers, no question, moments of several groups, or complete cases asked of moments.

    Source:
        R: cov(x, use = "pairwise.complete.obs"), cov(x, use = "complete.obs")

    >>> second_moments([[1, 2], [2, 4], [3, float("nan")]], missing="pairwise").covariance.round(3).tolist()
    [[1.0, 1.0], [1.0, 2.0]]
    """
    choice("missing", missing, ("pairwise", "complete"))
    if isinstance(answers, Moments):
        n, total, product = _of_one_group(answers, missing)
    else:
        n, total, product = _sums(read_answers(answers, missing=missing))
    # whole answers keep their sums whole, so that a question all alike has a variance of exactly 0
    together = product * n - total * total.T
    covariance = np.divide(together, n * (n - 1), out=np.full(n.shape, np.nan), where=n > 1)
    return SecondMoments(n.astype(np.int64), covariance, missing)


def read_answers(answers: ArrayLike, *, missing: Missing) -> Floats:
    """The answers as a table; without the people who left a blank if complete cases are asked for.

    Raises:
        ValueError: no table of numbers, or no question.
    """
    given = numbers("answers", answers, dimensions=2, blank=True)
    if given.shape[1] == 0:
        raise ValueError(f"answers.shape == {given.shape}, must be people by questions, at least one question.")
    return given[~np.isnan(given).any(axis=1)] if missing == "complete" else given


def is_possible(correlation: Floats) -> bool:
    """Whether some people could have answered so: no eigenvalue below 0. Pairwise correlations may contradict."""
    return bool(np.linalg.eigvalsh(correlation)[0] > _IMPOSSIBLE)


def _of_one_group(moments: Moments, missing: Missing) -> tuple[Floats, Floats, Floats]:
    if missing == "complete":
        raise ValueError("missing == 'complete', must be 'pairwise' for moments: they no longer know who left a blank.")
    if len(moments.n) != 1 or moments.n.shape[1] == 0:
        raise ValueError(f"moments.n.shape == {moments.n.shape}, must be of one group and at least one question.")
    return moments.n[0].astype(np.float64), moments.total[0], moments.product[0]


def _sums(answers: Floats) -> tuple[Floats, Floats, Floats]:
    """Per pair (i, j): people who answered both, their sum of i, their sum of i times j; from each lowest answer."""
    questions = answers.shape[1]
    n, total, product = (np.zeros((questions, questions)) for _ in range(3))
    lowest = np.fmin.reduce(answers, axis=0, initial=np.inf)
    for start in range(0, len(answers), _ROWS):
        rows = answers[start : start + _ROWS] - np.where(np.isfinite(lowest), lowest, 0.0)
        given = np.isfinite(rows)
        inside = given.astype(np.float64)
        values = np.where(given, rows, 0.0)
        n += inside.T @ inside
        total += values.T @ inside
        product += values.T @ values
    return n, total, product
