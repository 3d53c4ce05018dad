"""One line of a rule book: a criterion or what is made of others; its scale, its curve, what is known of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from scoring.curve import Curve

__all__ = [
    "CONFIDENCE",
    "AboveOne",
    "Confidence",
    "Empty",
    "Node",
    "Option",
    "OverMaximum",
    "Reading",
    "Scale",
    "Text",
    "round_half_up",
    "weighted_total",
]

Confidence = Literal["seen", "seen-2nd", "verified", "inferred", "recalled", "ours"]
Empty = Literal["zero", "full", "not_applicable", "not_measured"]
AboveOne = Literal["refuse", "cap"]
OverMaximum = Literal["cap", "keep"]


class Text(NamedTuple):
    """A text for people, Vietnamese first."""

    vi: str
    en: str


CONFIDENCE: dict[str, Text] = {
    "seen": Text("đã đọc trong văn bản gốc", "read in the primary text"),
    "seen-2nd": Text("đọc qua nguồn thứ cấp", "read in a secondary source"),
    "verified": Text("đã kiểm lại trên số liệu công bố", "recomputed on published data"),
    "inferred": Text("suy ra, chưa có văn bản nêu", "inferred, stated by no source"),
    "recalled": Text("theo hiểu biết chung, chưa thấy văn bản", "general knowledge, source not seen"),
    "ours": Text("mẫu của bộ công cụ này", "this toolkit's own sample"),
}
"""What each confidence mark of an edition or a node means, surest first."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The answer scale of a criterion. points ascending, best last; satisfied: those that count for a share."""

    points: tuple[int, ...]
    satisfied: tuple[int, ...]
    zero: Fraction
    """The mean answer worth nothing: 0 for "mean ÷ 5", 1 for "(mean − 1) ÷ 4"."""


class Option(NamedTuple):
    """Points that may be entered, and what they mean."""

    points: Fraction
    name: Text


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the rule book: a criterion (leaf) or what is made of its children.

    maximum: points that it can bring to the total; below a sum or a weighted sum the children's maxima add up to their
    parent's, save bonus, penalty and what is only shown. weight: its part of the parent where the parent is a
    `weighted_sum`, else None. rule: how its value comes about; curve: what turns this value into a share of the
    maximum, None where it is one already. What stands below a line with a curve is counted before the curve.
    """

    code: str
    parent: str | None
    name: Text
    rule: str
    source: Text
    confidence: Confidence
    note: Text
    maximum: Fraction
    weight: Fraction | None = None
    required: bool = False
    scale: Scale | None = None
    curve: Curve | None = None
    empty_denominator: Empty = "not_applicable"
    above_one: AboveOne = "refuse"
    options: tuple[Option, ...] = ()
    """The only points that may be entered; any up to the maximum where there are none."""
    parts: tuple[Text, ...] = ()
    """What entered points are added up of, e.g. appraised and survey."""
    enterable: bool = False
    """Its points may be entered whole, instead of made of what is below it."""
    over: OverMaximum = "cap"
    """A sum with a bonus: held at its maximum, or not."""

    def times(self, factor: Fraction) -> Node:
        """The same line with so many times its maximum, and its options with it."""
        options = tuple(Option(option.points * factor, option.name) for option in self.options)
        return dataclasses.replace(self, maximum=self.maximum * factor, options=options)


class Reading(NamedTuple):
    """How answers become a share of the best, 0–1: the rule of a criterion and its scale."""

    rule: Literal["share", "mean"]
    scale: Scale

    @classmethod
    def of(cls, node: Node) -> Reading | None:
        """The reading that a criterion asks for; None if it does not ask people."""
        if node.scale is None:
            return None
        return cls("mean" if node.rule == "mean" else "share", node.scale)

    def worth(self, mean: Fraction) -> Fraction:
        """A mean answer as a share of the best."""
        return (mean - self.scale.zero) / (self.scale.points[-1] - self.scale.zero)

    @property
    def worths(self) -> tuple[float, ...]:
        """What each point of the scale is worth, 0–1."""
        if self.rule == "share":
            return tuple(float(point in self.scale.satisfied) for point in self.scale.points)
        return tuple(float(self.worth(Fraction(point))) for point in self.scale.points)


def round_half_up(number: Fraction | float | Decimal, decimals: int) -> Decimal:
    """The number with so many decimals, a five going away from zero, judged on the exact value.

    >>> round_half_up(Fraction("2.675"), 2), round_half_up(Fraction(1, 3), 2)
    (Decimal('2.68'), Decimal('0.33'))
    """
    exact = number if isinstance(number, Fraction) else Fraction(number)
    top, bottom = exact.numerator * 10**decimals, exact.denominator
    whole = (2 * abs(top) + bottom) // (2 * bottom)
    return Decimal(whole if top >= 0 else -whole).scaleb(-decimals)


def weighted_total(pairs: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """Σ weight × number, exact: brought to lowest terms once at the end instead of at every step.

    >>> weighted_total([(Fraction(1, 3), Fraction(1, 2)), (Fraction(2, 3), Fraction(1, 4))])
    Fraction(1, 3)
    """
    top, bottom = 0, 1
    for weight, number in pairs:
        term, of = weight.numerator * number.numerator, weight.denominator * number.denominator
        if bottom % of:
            top, bottom = top * of + term * bottom, bottom * of
        else:
            top += term * (bottom // of)
    return Fraction(top, bottom)
