"""A dated scoring rule book: criteria, exact weights, thresholds, bands, legal source; what is not confirmed says so."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

__all__ = [
    "CONFIDENCE",
    "Band",
    "Confidence",
    "Definition",
    "Edition",
    "Node",
    "Scale",
    "Text",
    "Thresholds",
    "round_half_up",
]

Confidence = Literal["seen", "seen-2nd", "verified", "inferred", "recalled", "ours"]
Empty = Literal["zero", "full", "not_applicable"]
AboveOne = Literal["refuse", "cap"]


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


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the rule book: a criterion (leaf) or what is made of its children.

    maximum: points that it can bring to the total, so that children's maxima add up to their parent's. weight: its
    part of the parent where the parent is a `weighted_sum`, else None.
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
    full_at: Fraction = Fraction(1)
    empty_denominator: Empty = "not_applicable"
    above_one: AboveOne = "refuse"


@dataclass(frozen=True, slots=True)
class Band:
    """A class: from its cut (inclusive) up to the next one. The cut is in points of the total."""

    cut: Fraction
    name: Text


@dataclass(frozen=True, slots=True)
class Thresholds:
    """privacy: answers below which nothing is shown. evidence, half_width: below or above which there is no class.

    half_width is half the interval of the number that is classed, as a share of its maximum (0.05 = 5 points of 100).
    """

    privacy: int
    evidence: int
    half_width: Fraction


@dataclass(frozen=True, slots=True)
class Definition:
    """One of the readings of "satisfied" that an edition offers: the rule that its survey criteria follow."""

    rule: Literal["share", "mean"]
    name: Text
    confidence: Confidence
    note: Text


@dataclass(frozen=True)
class Edition:
    """A scoring rule book with its legal source and its dates of force. nodes: every parent before its children.

    Made by `scoring.edition_file`, which refuses a file with any fault; so an Edition adds up.
    """

    code: str
    name: Text
    source: Text
    in_force_from: date
    in_force_to: date | None
    confidence: Confidence
    note: Text
    total: Fraction
    decimals: int
    near_cut: Literal["value", "low"]
    thresholds: Thresholds
    definition: Definition | None
    definitions: tuple[Definition, ...]
    bands: tuple[Band, ...]
    nodes: tuple[Node, ...]

    @property
    def root(self) -> Node:
        """The node of the total."""
        return self.nodes[0]

    def children(self, code: str) -> Iterator[Node]:
        """The nodes right under this one, in the order of the file."""
        return (node for node in self.nodes if node.parent == code)

    def in_force(self, day: date) -> bool:
        """Whether the rule book was in force on that day; its last date is the first day after it."""
        return self.in_force_from <= day and (self.in_force_to is None or day < self.in_force_to)

    def band_of(self, points: Decimal) -> Band | None:
        """The class of a total as printed (rounded): its cut belongs to the higher class. None without bands."""
        return next((band for band in self.bands if Fraction(points) >= band.cut), None)

    def defined_by(self, rule: str) -> Edition:
        """The same edition under another of its definitions, "share" or "mean".

        Raises:
            ValueError: the edition does not offer it.
        """
        chosen = next((definition for definition in self.definitions if definition.rule == rule), None)
        if chosen is None:
            offered = ", ".join(definition.rule for definition in self.definitions) or "none"
            raise ValueError(f"definition == {rule!r}, must be one that {self.code} offers: {offered}.")
        survey = {definition.rule for definition in self.definitions}
        nodes = tuple(dataclasses.replace(node, rule=rule) if node.rule in survey else node for node in self.nodes)
        return dataclasses.replace(self, definition=chosen, nodes=nodes)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the edition says, in one canonical spelling: comments and layout do not count."""
        said = json.dumps(dataclasses.asdict(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def round_half_up(number: Fraction | float | Decimal, decimals: int) -> Decimal:
    """The number with so many decimals, a five going away from zero, judged on the exact value.

    >>> round_half_up(Fraction("2.675"), 2), round_half_up(Fraction(1, 3), 2)
    (Decimal('2.68'), Decimal('0.33'))
    """
    exact = Fraction(number)
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-decimals)
