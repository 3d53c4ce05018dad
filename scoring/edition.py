"""A dated scoring rule book: criteria, exact weights, thresholds, bands, legal source; what is not confirmed says so."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, NamedTuple

from scoring.node import Confidence, Node, Reading, Text

__all__ = [
    "DEFAULT_SIMULATION",
    "Band",
    "Definition",
    "Edition",
    "Quota",
    "Simulation",
    "Thresholds",
]


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
class Quota:
    """How many of those in a class, or in it and better, may be in the best one, in a group that is judged together.

    share: of the units (people) that `of` counts; outstanding: the larger share that an outstanding group may have.
    """

    share: Fraction
    outstanding: Fraction
    of: Literal["second", "second_or_better"]
    confidence: Confidence
    note: Text


class Simulation(NamedTuple):
    """Seed and number of draws where an interval can only be simulated."""

    seed: int
    draws: int


DEFAULT_SIMULATION = Simulation(seed=1, draws=20_000)


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
    quota: Quota | None = None
    simulation: Simulation = DEFAULT_SIMULATION
    grafted: tuple[str, ...] = ()
    """Codes of the editions whose nodes it takes over."""
    leaves_out: tuple[str, ...] = ()
    """Flags of doubtful answers that its survey leaves out; those of the editions that it takes over, if it says none."""

    @property
    def includes(self) -> frozenset[str]:
        """Its own code and those of the editions whose criteria are also its own."""
        return frozenset((self.code, *self.grafted))

    @property
    def root(self) -> Node:
        """The node of the total."""
        return self.nodes[0]

    def children(self, code: str) -> Iterator[Node]:
        """The nodes right under this one, in the order of the file."""
        return iter(self.below.get(code, ()))

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

    def weighted(self, weights: Mapping[str, Fraction | int | str]) -> Edition:
        """The same edition with other weights of some nodes below a weighted sum; maxima below follow.

        Args:
            weights: node code → exact weight above 0: a Fraction, a whole number or text such as "0.6" or "32/51".

        Raises:
            ValueError: a node that has no weight, a weight that is not exact, or weights beside each other that do
                not add up to exactly 1; all at once.
        """
        given, faults = _exact_weights(self, weights)
        changed = tuple(dataclasses.replace(node, weight=given.get(node.code, node.weight)) for node in self.nodes)
        for parent in self.nodes:
            found = sum((node.weight for node in changed if node.parent == parent.code and node.weight), Fraction(0))
            if parent.rule == "weighted_sum" and found != 1:
                faults.append(f"weights below {parent.code} add up to {found}, must be exactly 1.")
        if faults:
            raise ValueError("\n".join(faults))
        maxima: dict[str | None, Fraction] = {}
        before = {node.code: node.maximum for node in self.nodes}
        nodes: list[Node] = []
        for node in changed:
            above = maxima.get(node.parent, node.maximum)
            whole = before.get(node.parent or "", node.maximum)
            part = node.weight or (node.maximum / whole if whole else whole)  # 0 below what is only shown
            maxima[node.code] = node.maximum if node.parent is None else above * part
            nodes.append(node.times(maxima[node.code] / node.maximum) if node.maximum else node)
        return dataclasses.replace(self, nodes=tuple(nodes))

    @cached_property
    def below(self) -> Mapping[str, tuple[Node, ...]]:
        """Node code → the nodes right under it, in the order of the file."""
        found: dict[str, list[Node]] = {node.code: [] for node in self.nodes}
        for node in self.nodes[1:]:
            found[node.parent or ""].append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    @cached_property
    def shares(self) -> Mapping[str, tuple[Fraction, ...]]:
        """Node code → what each node right under it has of it when all of them count."""
        apart = ("bonus", "penalty")
        found: dict[str, tuple[Fraction, ...]] = {}
        for node in self.nodes:
            counted = [below.maximum for below in self.below[node.code] if below.rule not in (*apart, "shown")]
            whole = node.maximum if node.rule in ("maximum", *apart) else sum(counted, Fraction(0))
            found[node.code] = tuple(maximum / whole for maximum in counted)
        return found

    def question_sets(self, criteria: Mapping[str, str]) -> tuple[frozenset[str], ...]:
        """The sets of questions whose answers meet in one line, for `count_answers(…, sets=…)`: a line's n is their people.

        Args:
            criteria: question code → criterion code, as in a `Survey`.
        """
        found: dict[str, frozenset[str]] = {}
        for node in reversed(self.nodes):
            own = frozenset(question for question, criterion in criteria.items() if criterion == node.code)
            found[node.code] = own.union(*(found[below.code] for below in self.below[node.code]))
        return tuple(dict.fromkeys(found[node.code] for node in self.nodes if len(found[node.code]) > 1))

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """Criterion → how its answers are read; criteria that are read alike share one value."""
        one: dict[Reading, Reading] = {}
        found = {node.code: Reading.of(node) for node in self.nodes}
        return {code: one.setdefault(reading, reading) for code, reading in found.items() if reading is not None}

    @cached_property
    def codes_by_kind(self) -> Mapping[str, frozenset[str]]:
        """Kind of measure (survey, ratio, number, points, any) → the nodes that take it."""
        rules = {"survey": ("share", "mean"), "ratio": ("ratio", "shown"), "number": ("number",)}
        found = {kind: frozenset(node.code for node in self.nodes if node.rule in of) for kind, of in rules.items()}
        return found | {"points": self._entered_codes, "any": frozenset(node.code for node in self.nodes)}

    @property
    def _entered_codes(self) -> frozenset[str]:
        """Nodes whose points a person may enter: points, a bonus or penalty made of nothing else, and wholes."""
        leaves = (
            node for node in self.nodes if node.rule in ("points", "bonus", "penalty") and not self.below[node.code]
        )
        own = (node for node in self.nodes if node.rule == "points")
        return frozenset(node.code for group in (leaves, own) for node in group) | frozenset(
            node.code for node in self.nodes if node.enterable
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the edition says, in one canonical spelling: comments and layout do not count.

        What an edition leaves at its default is not spelled, so that a rule that comes later changes no digest.
        """
        said = json.dumps(_said(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def _said(value: Any) -> Any:
    """A value as JSON knows it, without the fields that are at their default."""
    if isinstance(value, Fraction) or not (dataclasses.is_dataclass(value) or isinstance(value, tuple)):
        return value
    if isinstance(value, tuple):
        return [_said(each) for each in value]
    kept = {
        field.name: _said(getattr(value, field.name))
        for field in dataclasses.fields(value)
        if getattr(value, field.name) != field.default
    }
    return {"kind": type(value).__name__, **kept}


def _exact_weights(
    edition: Edition, weights: Mapping[str, Fraction | int | str]
) -> tuple[dict[str, Fraction], list[str]]:
    """The weights as fractions, and what is wrong with them."""
    known = [node.code for node in edition.nodes if node.weight is not None]
    given: dict[str, Fraction] = {}
    faults: list[str] = []
    for code, weight in weights.items():
        if code not in known:
            faults.append(f"weights == {code!r}, must be of {known} in {edition.code}.")
            continue
        try:
            given[code] = Fraction(weight) if isinstance(weight, Fraction | int | str) else Fraction(0)
        except (ValueError, ZeroDivisionError):
            given[code] = Fraction(0)
        if given[code] <= 0:
            faults.append(
                f'weights[{code!r}] == {weight!r}, must be exact and above 0: a Fraction, 3, "0.6" or "32/51".'
            )
    return given, faults
