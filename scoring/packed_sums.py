"""The sums that a tally asks an engine for, two packed into each 64-bit integer, and their unpacking.

A table of groups spends its time per sum and row, so half the sums is nearly half the time. The lower sum stays below 2³¹
and the upper below 2³² as long as no group has more rows than `check_size` allows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "check_size",
    "count_expressions",
    "helper_columns",
    "pair_expressions",
    "unpacked_counts",
    "unpacked_pairs",
    "whole_values",
]

Counts: TypeAlias = NDArray[np.int64]
Sums: TypeAlias = NDArray[np.float64]
Found: TypeAlias = dict[str, Counts]

_HALF = 1 << 31
_LARGEST = 1 << 16  # the square of a value has to fit the upper sum
_NONE, _ONE, _UPPER = (nw.lit(number, dtype=nw.Int64) for number in (0, 1, _HALF))


def count_expressions(questions: Sequence[str], points: Sequence[int]) -> Iterable[nw.Expr]:
    """Rows, respondents, and per question its answers and its points, two points to a sum."""
    answers = nw.col(*questions)
    yield nw.len().alias("rows counted")
    yield nw.coalesce(*(nw.col(code) for code in questions)).count().alias("respondents counted")
    yield answers.count().name.prefix("answers to ")
    if len(points) % 2:
        yield _sum((answers == points[-1]).cast(nw.Int8)).name.prefix(f"points {len(points) - 1} of ")
    for code, p in itertools.product(questions, range(0, len(points) - 1, 2)):
        first, second = (nw.col(code) == points[p]), (nw.col(code) == points[p + 1])
        yield _sum(nw.when(first).then(_ONE).when(second).then(_UPPER).otherwise(_NONE)).alias(f"points {p} of {code}")


def helper_columns(questions: Sequence[str], points: Sequence[int], whole: Sequence[int]) -> Iterable[nw.Expr]:
    """Per question: 1 for an answer, its value as a whole number, and both in one number; 0 where there is none."""
    for q, code in enumerate(questions):
        answered = nw.when(~nw.col(code).is_null()).then(_ONE).otherwise(_NONE)
        value = _NONE
        for point, worth in zip(points, whole, strict=True):
            value = nw.when(nw.col(code) == point).then(nw.lit(worth, dtype=nw.Int64)).otherwise(value)
        yield answered.alias(f"answered {q}")
        yield value.alias(f"value {q}")
        yield (answered + value * _HALF).alias(f"packed {q}")


def pair_expressions(questions: int) -> Iterable[nw.Expr]:
    """Per pair i < j: n with the total of i, and the total of j with the product, two sums in one number."""
    for i, j in itertools.combinations(range(questions), 2):
        yield _sum(nw.col(f"packed {i}") * nw.col(f"answered {j}")).alias(f"n and total {i} {j}")
        yield _sum(nw.col(f"packed {i}") * nw.col(f"value {j}")).alias(f"total and product {i} {j}")


def _sum(terms: nw.Expr) -> nw.Expr:
    return terms.sum().cast(nw.Int64)


def unpacked_counts(found: Found, questions: Sequence[str], points: int) -> Counts:
    """People of each group, question and point."""
    counts = np.zeros((len(found["rows counted"]), len(questions), points), dtype=np.int64)
    for (q, code), p in itertools.product(enumerate(questions), range(0, points, 2)):
        upper, counts[:, q, p] = np.divmod(found[f"points {p} of {code}"], _HALF)
        if p + 1 < points:
            counts[:, q, p + 1] = upper
    return counts


def unpacked_pairs(found: Found, counts: Counts, whole: Sequence[int], unit: int) -> tuple[Counts, Sums, Sums]:
    """n, total and product of all pairs, back in values; a question paired with itself needs its counts only."""
    worth = np.asarray(whole, dtype=np.int64)
    groups, questions, _ = counts.shape
    n, total, product = (np.zeros((groups, questions, questions), dtype=np.int64) for _ in range(3))
    for q in range(questions):
        n[:, q, q], total[:, q, q] = counts[:, q].sum(axis=1), counts[:, q] @ worth
        product[:, q, q] = counts[:, q] @ worth**2
    for i, j in itertools.combinations(range(questions), 2):
        total[:, i, j], n[:, i, j] = np.divmod(found[f"n and total {i} {j}"], _HALF)
        product[:, i, j], total[:, j, i] = np.divmod(found[f"total and product {i} {j}"], _HALF)
        n[:, j, i], product[:, j, i] = n[:, i, j], product[:, i, j]
    return n, total / unit, product / unit**2


def whole_values(values: Sequence[float] | None, points: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """The values as whole numbers of one unit 1/u, and u; nothing and 1 without values."""
    if values is None:
        return (), 1
    if len(values) != len(points):
        raise ValueError(f"values == {tuple(values)}, must be {len(points)} numbers, one for each point.")
    if not all(0 <= value < _LARGEST for value in values):
        raise ValueError(f"values == {tuple(values)}, must be 0 or more and below {_LARGEST:,}.")
    fractions = [Fraction(value).limit_denominator(1000) for value in values]
    unit = lcm(*(value.denominator for value in fractions))
    whole = tuple(int(value * unit) for value in fractions)
    if max(whole) >= _LARGEST or any(abs(w / unit - given) > 1e-12 for w, given in zip(whole, values, strict=True)):  # noqa: PLR2004 - what rounding leaves
        raise ValueError(f"values == {tuple(values)}, must be 0 or more, fractions of one denominator up to 1000.")
    return whole, unit


def check_size(rows: Counts, largest: int) -> None:
    """Refuses groups of so many rows that one sum would run into the other."""
    most = min(_HALF - 1, (2 * _HALF - 1) // max(largest, 1) ** 2)
    if rows.size and int(rows.max()) > most:
        raise ValueError(f"rows in one group == {int(rows.max())}, must be at most {most}.")
