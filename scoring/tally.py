"""Counts per group, question and scale point; on request the moments of pairs. Nobody's single answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from scoring import packed_sums

__all__ = ["Moments", "Tally", "count_answers"]

Counts: TypeAlias = NDArray[np.int64]
Sums: TypeAlias = NDArray[np.float64]
Group: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over the people who answered both questions of a pair, per group; arrays of shape (G, Q, Q).

    values: value of each scale point. n[g, i, j]: people of group g who answered both i and j; total[g, i, j]: their
    sum of the value of question i; product[g, i, j]: their sum of the values of i and j multiplied.
    """

    values: tuple[float, ...]
    n: Counts
    total: Sums
    product: Sums

    def __add__(self, other: Moments) -> Moments:
        if self.values != other.values:
            raise ValueError(f"values == {other.values}, must be {self.values}.")
        return Moments(self.values, self.n + other.n, self.total + other.total, self.product + other.product)

    def gathered(self, places: NDArray[np.intp], groups: int) -> Moments:
        """The moments of `groups` groups, where group i of these is added into group places[i]."""
        return Moments(self.values, *(_gathered(each, places, groups) for each in (self.n, self.total, self.product)))

    def chosen(self, groups: NDArray[np.intp], questions: NDArray[np.intp]) -> Moments:
        """The moments of some groups and some questions."""
        cut = np.ix_(groups, questions, questions)
        return Moments(self.values, self.n[cut], self.total[cut], self.product[cut])


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How many people of each group chose each point of each question; everything an index needs.

    by: the columns that make a group. groups: their values, sorted (a missing value first), G of them; without `by`
    there is exactly one group, (). questions: Q codes. points: P scale points, lowest first. counts: shape (G, Q, P).
    respondents: people of each group who answered at least one of the questions, shape (G,).
    moments: sums over pairs of questions, if they were asked for. sets: sets of questions, S of them; together: people of
    each group who answered at least one question of a set, shape (G, S).
    """

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    questions: tuple[str, ...]
    points: tuple[int, ...]
    counts: Counts
    respondents: Counts
    moments: Moments | None = None
    sets: tuple[frozenset[str], ...] = ()
    together: Counts = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    def __post_init__(self) -> None:
        shape = (len(self.groups), len(self.questions), len(self.points))
        if self.counts.shape != shape:
            raise ValueError(f"counts.shape == {self.counts.shape}, must be {shape} (groups, questions, points).")
        if self.respondents.shape != shape[:1]:
            raise ValueError(f"respondents.shape == {self.respondents.shape}, must be {shape[:1]} (groups).")
        if self.sets and self.together.shape != (shape[0], len(self.sets)):
            raise ValueError(f"together.shape == {self.together.shape}, must be {(shape[0], len(self.sets))}.")

    def people(self, questions: Iterable[str]) -> Counts | None:
        """Distinct people of each group who answered at least one of these; None if the tally did not count this set."""
        asked = frozenset(questions)
        if len(asked) == 1 and asked <= set(self.questions):
            return np.asarray(self.answered[:, self.questions.index(next(iter(asked)))])
        return np.asarray(self.together[:, self.sets.index(asked)]) if asked in self.sets else None

    @property
    def answered(self) -> Counts:
        """People who answered each question, shape (G, Q)."""
        answered: Counts = self.counts.sum(axis=2)
        return answered

    def satisfied(self, *, at_least: int = 4) -> Counts:
        """People whose answer is this point or a higher one, shape (G, Q)."""
        satisfied: Counts = self.counts[:, :, np.asarray(self.points) >= at_least].sum(axis=2)
        return satisfied

    def __add__(self, other: Tally) -> Tally:
        """Both tallies as one; a group that only one of them has is kept."""
        for name in ("by", "questions", "points", "sets"):
            if getattr(self, name) != getattr(other, name):
                raise ValueError(f"{name} == {getattr(other, name)}, must be {getattr(self, name)}.")
        if (self.moments is None) != (other.moments is None):
            raise ValueError("moments: one tally has them and the other has not, must be both or neither.")
        groups = _sorted({*self.groups, *other.groups})
        mine, others = self._gathered_as(groups, self.groups), other._gathered_as(groups, other.groups)
        return Tally(
            self.by,
            groups,
            self.questions,
            self.points,
            mine.counts + others.counts,
            mine.respondents + others.respondents,
            mine.moments + others.moments if mine.moments is not None and others.moments is not None else None,
            self.sets,
            mine.together + others.together,
        )

    def merged(self, by: Iterable[str] = ()) -> Tally:
        """The same answers by fewer columns: everything in one group, or e.g. months put together.

        Raises:
            ValueError: a column that this tally was not counted by.
        """
        kept = tuple(by)
        columns = [self._column(name) for name in kept]
        images = [tuple(group[column] for column in columns) for group in self.groups]
        return self._gathered_as(_sorted(set(images)) if kept else ((),), images, by=kept)

    def relabelled(self, column: str, labels: Mapping[Any, object]) -> Tally:
        """The same answers with other values in a column; groups that become the same are added up, others stay.

        Raises:
            ValueError: a column that this tally was not counted by.
        """
        place = self._column(column)
        images = [
            (*group[:place], labels.get(group[place], group[place]), *group[place + 1 :]) for group in self.groups
        ]
        return self._gathered_as(_sorted(set(images)), images)

    def only(self, **wanted: object) -> Tally:
        """The groups whose column has this value, or one of these values (set, frozenset, list or tuple).

        Raises:
            ValueError: a column that this tally was not counted by.
        """
        tests = [(self._column(name), _choices(value)) for name, value in wanted.items()]
        places = [i for i, group in enumerate(self.groups) if all(group[c] in choices for c, choices in tests)]
        return self._chosen(places, range(len(self.questions)))

    def at(self, places: Sequence[int]) -> Tally:
        """The groups at these positions, in this order."""
        return self._chosen(places, range(len(self.questions)))

    def asking(self, *questions: str) -> Tally:
        """Some of the questions, in this order; `respondents` stays who answered any question of the whole."""
        unknown = [code for code in questions if code not in self.questions]
        if unknown:
            raise ValueError(f"questions == {unknown}, must be of {self.questions}.")
        return self._chosen(range(len(self.groups)), [self.questions.index(code) for code in questions])

    def same_as(self, other: Tally) -> bool:
        """Whether all numbers agree: counts exactly, moments to the last digits."""
        if (self.by, self.groups, self.questions, self.points) != (
            other.by,
            other.groups,
            other.questions,
            other.points,
        ):
            return False
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("counts", "respondents", "together"))
        counts = self.sets == other.sets and all(np.array_equal(mine, others) for mine, others in pairs)
        if self.moments is None or other.moments is None:
            return counts and self.moments is other.moments
        a, b = self.moments, other.moments
        sums = all(np.allclose(x, y, rtol=1e-12, atol=1e-9) for x, y in ((a.total, b.total), (a.product, b.product)))
        return counts and a.values == b.values and np.array_equal(a.n, b.n) and sums

    def _column(self, name: str) -> int:
        if name not in self.by:
            raise ValueError(f"column == {name!r}, must be of {self.by}.")
        return self.by.index(name)

    def _gathered_as(
        self, groups: tuple[Group, ...], images: Sequence[Group], by: tuple[str, ...] | None = None
    ) -> Tally:
        place = {group: i for i, group in enumerate(groups)}
        places = np.array([place[image] for image in images], dtype=np.intp)
        return Tally(
            self.by if by is None else by,
            groups,
            self.questions,
            self.points,
            _gathered(self.counts, places, len(groups)),
            _gathered(self.respondents, places, len(groups)),
            None if self.moments is None else self.moments.gathered(places, len(groups)),
            self.sets,
            _gathered(self.together, places, len(groups)) if self.sets else self.together,
        )

    def _chosen(self, groups: Sequence[int], questions: Sequence[int]) -> Tally:
        g, q = np.array(groups, dtype=np.intp), np.array(questions, dtype=np.intp)
        return Tally(
            self.by,
            tuple(self.groups[i] for i in g),
            tuple(self.questions[i] for i in q),
            self.points,
            self.counts[np.ix_(g, q)],
            self.respondents[g],
            None if self.moments is None else self.moments.chosen(g, q),
            self.sets,
            self.together[g] if self.sets else self.together,
        )


def count_answers(
    frame: Any,
    questions: Iterable[str],
    *,
    points: Sequence[int] = (1, 2, 3, 4, 5),
    by: Iterable[str] = (),
    values: Sequence[float] | None = None,
    sets: Iterable[Iterable[str]] = (),
) -> Tally:
    """Tally of a table of responses, in one pass.

    Args:
        frame: one row per response; any table that Narwhals reads (Polars eager or lazy, DuckDB relation, PySpark,
            pandas, Arrow). One whole-number column per question, null = no answer.
        questions: columns to count, at least one.
        points: the scale, lowest first.
        by: columns that make the groups; a null is a group of its own.
        values: value of each scale point; asks for the moments of pairs, e.g. (0, 0, 0, 1, 1) for shares satisfied or
            (1, 2, 3, 4, 5) for means. Not negative, and fractions of one small denominator, so that sums are exact.
        sets: sets of questions whose distinct people are counted, e.g. those of an element; all of the questions always.

    Returns:
        The tally; G groups as found, sorted. An empty table has no groups, or without `by` one group of zeros.

    Raises:
        ValueError: an answer off the scale, a column that is missing, named twice or not of numbers, points that do
            not ascend, values that do not fit, or a group of more than 2³¹ rows (fewer, when values are large).

    >>> import polars
    >>> frame = polars.DataFrame({"unit": ["a", "a", "b"], "polite": [5, 4, 2], "posted": [5, None, 3]})
    >>> tally = count_answers(frame, ["polite", "posted"], by=["unit"], values=(0, 0, 0, 1, 1))
    >>> tally.groups, tally.satisfied().tolist(), tally.answered.tolist()
    ((('a',), ('b',)), [[2, 1], [0, 0]], [[2, 1], [1, 1]])
    """
    question_codes, scale, columns = tuple(questions), tuple(points), tuple(by)
    asked = _asked_sets(question_codes, sets)
    native = nw.from_native(frame)
    table = native.lazy(backend="polars") if isinstance(native, nw.DataFrame) else native
    _check_columns(table, question_codes, columns)
    if len(scale) < 2 or any(low >= high for low, high in itertools.pairwise(scale)):  # noqa: PLR2004, two ends
        raise ValueError(f"points == {scale}, must be two or more, ascending.")
    whole, unit = packed_sums.whole_values(values, scale)
    counted = _summed(table, question_codes, scale, columns, whole, sets=asked[1:])
    groups = list(counted.select(*columns).iter_rows()) if columns else [()]
    order = sorted(range(len(groups)), key=lambda i: _sort_key(groups[i]))
    found = {name: counted[name].to_numpy().astype(np.int64)[order] for name in counted.columns if name not in columns}
    counts = packed_sums.unpacked_counts(found, question_codes, len(scale))
    _check_scale(table, question_codes, scale, counts.sum(axis=2), found)
    packed_sums.check_size(found["rows counted"], max(whole, default=1))
    return Tally(
        columns,
        tuple(groups[i] for i in order),
        question_codes,
        scale,
        counts,
        found["respondents counted"],
        Moments(tuple(each / unit for each in whole), *packed_sums.unpacked_pairs(found, counts, whole, unit))
        if whole
        else None,
        asked,
        np.stack([found["respondents counted"], *(found[f"set {i}"] for i in range(len(asked) - 1))], axis=1),
    )


def _asked_sets(questions: tuple[str, ...], sets: Iterable[Iterable[str]]) -> tuple[frozenset[str], ...]:
    """The set of all questions, and the others once each; one question alone is counted anyway."""
    everything = frozenset(questions)
    given = [frozenset(each) for each in sets]
    unknown = sorted(frozenset().union(*given) - everything)
    if unknown:
        raise ValueError(f"sets == {unknown}, must be of {questions}.")
    return tuple(dict.fromkeys([everything, *(each for each in given if len(each) > 1)]))


def _summed(
    table: Any,
    questions: tuple[str, ...],
    scale: tuple[int, ...],
    by: tuple[str, ...],
    whole: tuple[int, ...],
    *,
    sets: tuple[frozenset[str], ...],
) -> Any:
    """One row per group, one column per sum; the only work that grows with the number of responses."""
    sums = list(packed_sums.count_expressions(questions, scale))
    sums += [
        nw.coalesce(*(nw.col(code) for code in sorted(each))).count().alias(f"set {i}") for i, each in enumerate(sets)
    ]
    narrow = table.select(*by, *questions)  # a filter before then reads these columns only
    if whole:
        sums += packed_sums.pair_expressions(len(questions))
        narrow = table.select(*by, *questions, *packed_sums.helper_columns(questions, scale, whole))
    return (narrow.group_by(*by).agg(*sums) if by else narrow.select(*sums)).collect()


def _check_columns(table: Any, questions: tuple[str, ...], by: tuple[str, ...]) -> None:
    schema = table.collect_schema()
    present = schema.names()
    missing = [name for name in (*questions, *by) if name not in present]
    if missing:
        raise ValueError(f"columns == {missing}, must be of {present}.")
    if not questions:
        raise ValueError("questions == (), must be at least one.")
    if len({*questions, *by}) < len(questions) + len(by):
        raise ValueError(f"questions and by == {(*questions, *by)}, must name each column once.")
    # the type of a column that is blank throughout is unknown
    wrong = {
        code: str(schema[code]) for code in questions if not (schema[code].is_numeric() or schema[code] == nw.Unknown)
    }
    if wrong:
        raise ValueError(f"types of columns == {wrong}, must be whole numbers.")


def _check_scale(
    table: Any, questions: Sequence[str], points: Sequence[int], counted: Counts, found: dict[str, Counts]
) -> None:
    """Every answer was counted at some point; else say which answer was not."""
    for q, code in enumerate(questions):
        if (counted[:, q] != found[f"answers to {code}"]).any():
            nowhere = nw.all_horizontal(*(nw.col(code) != point for point in points), ignore_nulls=False)
            stray = table.select(code).filter(nowhere).head(1).collect()  # a null is neither equal nor unequal
            raise ValueError(f"{code} == {stray[code][0]}, must be one of {tuple(points)} or null.")


def _gathered(sums: NDArray[Any], places: NDArray[np.intp], groups: int) -> NDArray[Any]:
    together = np.zeros((groups, *sums.shape[1:]), dtype=sums.dtype)
    np.add.at(together, places, sums)
    return together


def _choices(value: object) -> set[object]:
    return set(value) if isinstance(value, set | frozenset | list | tuple) else {value}


def _sorted(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=_sort_key))


def _sort_key(group: Group) -> list[tuple[bool, Any]]:
    return [(value is not None, value) for value in group]
