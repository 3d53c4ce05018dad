"""What an edition is applied to: one unit's answers, ratios from its registers, points entered with evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from scoring.tally import Tally

__all__ = ["Entered", "Measures", "Ratio", "Survey"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share counted on every dossier of a register, or sessions held of those planned. source: where it was read."""

    numerator: int
    denominator: int
    source: str = ""
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse negative counts, and a numerator over nothing."""
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError(f"Ratio == {self.numerator}/{self.denominator}, both must be 0 or more.")
        if self.denominator == 0 and self.numerator > 0:
            raise ValueError(f"Ratio == {self.numerator}/0, the numerator must be 0 where nothing was counted.")


@dataclass(frozen=True, slots=True)
class Entered:
    """Points that a person entered, with the evidence for them. points: exact, no binary float."""

    points: Decimal
    evidence: str
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse floats (they are not what was typed) and anything below zero or not finite."""
        if not isinstance(self.points, Decimal) or not self.points.is_finite() or self.points < 0:
            raise ValueError(f"points == {self.points!r}, must be a finite Decimal, 0 or more.")


@dataclass(frozen=True, slots=True)
class Survey:
    """Answers of one unit in one period. tally: one group; criteria: question code → criterion code.

    Several questions may measure one criterion: it is then the plain mean of theirs. A composite of several
    questions needs the tally's moments, of the values that the edition's definition asks for.
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
        return tuple(question for question in self.tally.questions if self.criteria.get(question) == criterion)


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything known of one unit in one period. snapshot: text that names the state of the data it was read from."""

    unit: str
    period: str
    snapshot: str
    survey: Survey | None = None
    ratios: Mapping[str, Ratio] = field(default_factory=lambda: MappingProxyType({}))
    points: Mapping[str, Entered] = field(default_factory=lambda: MappingProxyType({}))
    not_applicable: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Node code → why it does not apply to this unit."""
