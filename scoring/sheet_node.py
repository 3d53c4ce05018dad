"""One line of a score sheet as a reader has it: points, interval, formula, source, and how surely each is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from scoring.edition import Simulation
from scoring.estimate import Estimate
from scoring.explain import evidence_of, explain, explain_doubt
from scoring.line import Line, State
from scoring.line_interval import Doubt, Interval, doubt_of
from scoring.node import Confidence, Text, round_half_up

__all__ = ["SheetNode", "node_json", "nodes_below", "plain"]


@dataclass(frozen=True, eq=False)
class SheetNode:
    """One line of a sheet, explained. line: its exact result.

    maximum_used: points it can bring after what is not measured or does not apply has gone to the others, 0 if it is
    left out itself. Right below a sum or weighted sum the maxima used, and the points, add up to the line's own, save
    bonus and penalty; below a line with a curve they are those before the curve.
    """

    line: Line
    maximum_used: Fraction
    simulation: Simulation

    @property
    def code(self) -> str:
        """Its code in the edition."""
        return self.line.node.code

    @property
    def parent(self) -> str | None:
        """The code of the line above; None for the total."""
        return self.line.node.parent

    @property
    def name(self) -> Text:
        """Its name for people."""
        return self.line.node.name

    @property
    def rule(self) -> str:
        """How its value comes about."""
        return self.line.node.rule

    @property
    def state(self) -> State:
        """Whether it counts, or why not."""
        return self.line.state

    @property
    def achieved(self) -> Fraction | None:
        """Share of its maximum, exact; None unless measured."""
        return self.line.achieved

    @cached_property
    def n(self) -> int | None:
        """Distinct people who answered; None where nobody was asked."""
        return self.line.n

    @property
    def maximum(self) -> Fraction:
        """Points that it can bring by the edition."""
        return self.line.node.maximum

    @property
    def source(self) -> Text:
        """The legal source."""
        return self.line.node.source

    @property
    def confidence(self) -> Confidence:
        """How surely the rule is known."""
        return self.line.node.confidence

    @property
    def note(self) -> Text:
        """What is to be known of the rule."""
        return self.line.node.note

    @property
    def simulated(self) -> bool:
        """Whether any number in it comes from simulated data."""
        return self.line.simulated

    @property
    def criteria(self) -> int:
        """Leaves at and below it that apply."""
        return self.line.criteria

    @property
    def measured(self) -> int:
        """Leaves at and below it that count."""
        return self.line.measured

    @property
    def evidence(self) -> str:
        """Where its numbers were read, or why it does not apply."""
        return evidence_of(self.line)

    @cached_property
    def formula(self) -> Text:
        """How it came about, in words and numbers."""
        return explain(self.line)

    @cached_property
    def doubt(self) -> Doubt:
        """Its interval, and how that came about."""
        return doubt_of(self.line, self.simulation)

    @property
    def interval(self) -> Interval | None:
        """95 % interval as shares of the maximum; None where nothing was sampled."""
        return self.doubt.interval

    @property
    def uncertainty(self) -> Text:
        """Why it has an interval, or has none."""
        return explain_doubt(self.doubt.how, self.simulation)

    @property
    def value(self) -> Estimate | Fraction | None:
        """Share of the maximum: with its interval where people were asked, else the exact number; None unmeasured."""
        if self.achieved is None or self.interval is None:
            return self.achieved
        return Estimate(float(self.achieved), *self.interval, self.n or 0, self.uncertainty.en)

    @property
    def points(self) -> Fraction | None:
        """Points towards the total, exact."""
        return None if self.achieved is None else self.achieved * self.maximum_used

    @property
    def points_interval(self) -> Interval | None:
        """Both ends in points towards the total; None where nothing was sampled."""
        if self.interval is None:
            return None
        low, high = self.interval
        return low * float(self.maximum_used), high * float(self.maximum_used)


def nodes_below(above: SheetNode) -> Iterator[SheetNode]:
    """The lines below a line, each before its own; what is left out hands its maximum to its neighbours."""
    line = above.line
    shares = {id(part): share for part, share in line.parts}
    for below in line.below:
        if below.achieved is None:
            used = Fraction(0)
        elif line.achieved is None:  # nothing is handed on to those beside something required that is missing
            used = below.node.maximum
        elif id(below) in shares:
            used = above.maximum_used * shares[id(below)]
        else:  # bonus and penalty
            used = above.maximum_used * below.node.maximum / line.node.maximum
        node = SheetNode(below, used, above.simulation)
        yield node
        yield from nodes_below(node)


def node_json(node: SheetNode) -> dict[str, Any]:
    """Everything the line says, as JSON knows it: exact numbers as text, interval ends with six decimals."""
    interval = node.interval
    return {
        "code": node.code,
        "parent": node.parent,
        "name": node.name._asdict(),
        "rule": node.rule,
        "state": node.state,
        "achieved": plain(node.achieved),
        "interval": [str(round_half_up(end, 6)) for end in interval] if interval else None,
        "uncertainty": node.uncertainty._asdict(),
        "n": node.n,
        "maximum": str(node.maximum),
        "maximum_used": str(node.maximum_used),
        "points": plain(node.points),
        "formula": node.formula._asdict(),
        "source": node.source._asdict(),
        "confidence": node.confidence,
        "note": node.note._asdict(),
        "evidence": node.evidence,
        "simulated": node.simulated,
        "criteria": node.criteria,
        "measured": node.measured,
    }


def plain(number: Fraction | Decimal | None) -> str | None:
    """An exact number as text; nothing where there is none."""
    return None if number is None else str(number)
