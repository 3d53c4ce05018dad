"""What an edition is applied to: one unit's answers, ratios from its registers, points entered with evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from numbers import Integral
from types import MappingProxyType
from typing import Literal

from scoring.argument import choice
from scoring.tally import Tally

__all__ = ["Entered", "Measures", "Number", "Ratio", "Survey"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share counted on every dossier of a register, or sessions held of those planned. source: where it was read."""

    numerator: int
    denominator: int
    source: str = ""
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no count, and a numerator over nothing."""
        whole = isinstance(self.numerator, Integral) and isinstance(self.denominator, Integral)
        if not whole:
            raise ValueError(f"Ratio == {self.numerator}/{self.denominator}, both must be whole numbers.")
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError(f"Ratio == {self.numerator}/{self.denominator}, both must be 0 or more.")
        if self.denominator == 0 and self.numerator > 0:
            raise ValueError(f"Ratio == {self.numerator}/0, the numerator must be 0 where nothing was counted.")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is neither a share nor points: a rank, days, contacts. Exact, 0 or more."""

    value: Decimal
    evidence: str
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse floats (they are not what was typed) and anything below zero or not finite."""
        _check_exact("value", self.value)


@dataclass(frozen=True, slots=True)
class Entered:
    """Points that a person entered, with the evidence for them. points: exact, no binary float.

    unit: points, or percent of the line's maximum. parts: what the points are added up of, where the edition names
    parts, e.g. appraised and survey.
    """

    points: Decimal
    evidence: str
    simulated: bool = False
    unit: Literal["points", "percent"] = "points"
    parts: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        """Refuse floats (they are not what was typed), anything below zero or not finite, and parts that miss."""
        _check_exact("points", self.points)
        choice("unit", self.unit, ("points", "percent"))
        for part in self.parts:
            _check_exact("parts", part)
        if self.parts and sum(self.parts) != self.points:
            raise ValueError(f"points == {self.points}, must be the sum of the parts, {sum(self.parts)}.")


@dataclass(frozen=True)
class Survey:
    """Answers of one unit in one period. tally: one group; criteria: question code → criterion code.

    Several questions may measure one criterion: it is then the plain mean of theirs. Moments, where
    the tally has them, are of the values that the edition's definition asks for; without them an index of several
    questions has the widest interval that there can be.
    """

    tally: Tally
    criteria: Mapping[str, str]
    source: str = ""
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse several groups and questions that the tally does not hold."""
        if len(self.tally.groups) > 1:
            raise ValueError(f"len(tally.groups) == {len(self.tally.groups)}, must be at most 1: one unit, one period.")
        unknown = sorted(set(self.criteria) - set(self.tally.questions))
        if unknown:
            raise ValueError(f"criteria == {unknown}, must be questions of the tally: {list(self.tally.questions)}.")

    def questions_of(self, criterion: str) -> tuple[str, ...]:
        """The questions that measure this criterion, in the order of the tally."""
        return self._questions.get(criterion, ())

    @cached_property
    def _questions(self) -> dict[str, tuple[str, ...]]:
        return _by_criterion(tuple(self.criteria.items()), self.tally.questions)

    @cached_property
    def counts(self) -> dict[str, Sequence[int]]:
        """Question → people at each point of the scale; empty where nobody was asked."""
        if not self.tally.groups:
            return {}
        return dict(zip(self.tally.questions, self.tally.counts[0].tolist(), strict=True))

    def people(self, questions: Iterable[str]) -> int:
        """Distinct people who answered at least one of these questions.

        Where the tally did not count this set of questions, the most who answered one of them: at least so many.
        """
        asked = frozenset(questions)
        if not self.tally.groups:
            return 0
        known = self.tally.people(asked)
        return max(sum(self.counts[question]) for question in asked) if known is None else int(known[0])


@lru_cache(maxsize=8)
def _by_criterion(criteria: tuple[tuple[str, str], ...], questions: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Criterion → its questions; made once for all units of a survey."""
    criterion_of, found = dict(criteria), dict[str, tuple[str, ...]]()
    for question in questions:
        if question in criterion_of:
            criterion = criterion_of[question]
            found[criterion] = (*found.get(criterion, ()), question)
    return found


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything known of one unit in one period. snapshot: text that names the state of the data it was read from."""

    unit: str
    period: str
    snapshot: str
    survey: Survey | None = None
    ratios: Mapping[str, Ratio] = field(default_factory=lambda: MappingProxyType({}))
    points: Mapping[str, Entered] = field(default_factory=lambda: MappingProxyType({}))
    numbers: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))
    not_applicable: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Node code → why it does not apply to this unit."""


def _check_exact(name: str, number: Decimal) -> None:
    if not isinstance(number, Decimal) or not number.is_finite() or number < 0:
        raise ValueError(f"{name} == {number!r}, must be a finite Decimal, 0 or more.")
