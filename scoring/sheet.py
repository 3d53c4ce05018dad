"""The score sheet: an edition applied to one unit's measures; every line with value, points, formula and evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from scoring.edition import Band, Definition, Edition, Simulation
from scoring.estimate import Estimate
from scoring.explain import evidence_of, explain, explain_doubt
from scoring.line import Line, State, work_out
from scoring.line_interval import Doubt, Interval, doubt_of
from scoring.measures import Measures
from scoring.node import Confidence, Text, round_half_up

__all__ = ["Gate", "ScoreSheet", "SheetNode", "score"]


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


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition for having a class at all: whether it is met, and the sentence that says so."""

    code: Literal["measured", "enough_answers", "precise"]
    passed: bool
    text: Text


@dataclass(frozen=True, eq=False)
class ScoreSheet:
    """One unit's sheet under one edition.

    band: the class, None where the edition has none or a gate is not passed ("chưa đủ dữ liệu"). other_bands: further
    classes that the interval reaches («sát ngưỡng»), best first. judged_on: which counts then, the value or the low end.
    """

    edition: str
    edition_name: Text
    edition_digest: str
    confidence: Confidence
    definition: Definition | None
    unit: str
    period: str
    snapshot: str
    decimals: int
    judged_on: Literal["value", "low"]
    total: SheetNode
    gates: tuple[Gate, ...]
    band: Band | None
    other_bands: tuple[Band, ...]

    @cached_property
    def nodes(self) -> tuple[SheetNode, ...]:
        """Every line before those below it, the total first."""
        return (self.total, *_nodes_below(self.total))

    @property
    def points(self) -> Decimal | None:
        """Total as printed: rounded half up by the edition's rule. None where it must not be shown."""
        return None if self.total.points is None else round_half_up(self.total.points, self.decimals)

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """Both ends of the total as printed; None where nothing was sampled."""
        return _printed_ends(self.total, self.decimals)

    @property
    def near_cut(self) -> bool:
        """Whether the interval crosses a cut: «sát ngưỡng»."""
        return bool(self.other_bands)

    @property
    def enough(self) -> bool:
        """Whether every gate is passed."""
        return all(gate.passed for gate in self.gates)

    @property
    def simulated(self) -> bool:
        """Whether any number of it comes from simulated data."""
        return any(node.simulated for node in self.nodes)

    @property
    def coverage(self) -> Text:
        """How many criteria were measured, of those that apply."""
        measured, criteria = self.total.measured, self.total.criteria
        return Text(f"{measured}/{criteria} tiêu chí được đo", f"{measured} of {criteria} criteria measured")

    def node(self, code: str) -> SheetNode:
        """The line of this code.

        Raises:
            KeyError: the edition has no such line.
        """
        found = next((node for node in self.nodes if node.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def children(self, code: str) -> Iterator[SheetNode]:
        """The lines right below this one."""
        return (node for node in self.nodes if node.parent == code)

    def to_json(self) -> dict[str, Any]:
        """Everything the sheet says, as JSON knows it: exact numbers as text, interval ends with six decimals."""
        return {
            "edition": self.edition,
            "edition_name": self.edition_name._asdict(),
            "edition_digest": self.edition_digest,
            "confidence": self.confidence,
            "definition": self.definition.rule if self.definition else None,
            "unit": self.unit,
            "period": self.period,
            "snapshot": self.snapshot,
            "points": _plain(self.points),
            "interval": [_plain(end) for end in self.interval] if self.interval else None,
            "class": self.band.name._asdict() if self.band else None,
            "other_classes": [band.name._asdict() for band in self.other_bands],
            "judged_on": self.judged_on,
            "gates": [{"code": gate.code, "passed": gate.passed, "text": gate.text._asdict()} for gate in self.gates],
            "coverage": self.coverage._asdict(),
            "simulated": self.simulated,
            "nodes": [_node_json(node) for node in self.nodes],
        }

    def canonical(self) -> bytes:
        """The sheet as bytes: the same inputs give the same bytes."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.canonical()).hexdigest()


def score(edition: Edition, measures: Measures) -> ScoreSheet:
    """The score sheet of one unit and period under an edition.

    What was not measured or does not apply is left out and its part goes to what stands beside it; where something
    required is missing, the line above has no value. A class is judged on the total as printed, and given only when
    everything required was measured, enough people answered, and the interval is narrow enough.

    Args:
        edition: the rule book.
        measures: of one unit in one period.

    Returns:
        The sheet; the same inputs give the same bytes.

    Raises:
        ValueError: a measure that the edition does not know, or of another kind than its line asks for; a ratio above
            1 or points above the maximum where the line refuses them; a survey on another scale or without the
            moments of the edition's definition.

    >>> from scoring.edition_file import load_edition
    >>> from scoring.measures import Entered
    >>> published = {"CKMB": "15.64", "TDGQ": "19.05", "CLGQ": "8.36", "TTTT": "10", "MDSH": "20.79", "MDHL": "17.86"}
    >>> points = {code: Entered(Decimal(number), "portal, October 2025") for code, number in published.items()}
    >>> sheet = score(load_edition("qd766-2022"), Measures("tinh.24", "2025", "portal, October 2025", points=points))
    >>> sheet.points, sheet.band.name.vi
    (Decimal('91.70'), 'Xuất sắc')
    """
    total = SheetNode(work_out(edition, measures), edition.total, edition.simulation)
    gates = tuple(_gates(edition, total))
    band, others = _bands(edition, total) if all(gate.passed for gate in gates) else (None, ())
    return ScoreSheet(
        edition=edition.code,
        edition_name=edition.name,
        edition_digest=edition.digest,
        confidence=edition.confidence,
        definition=edition.definition,
        unit=measures.unit,
        period=measures.period,
        snapshot=measures.snapshot,
        decimals=edition.decimals,
        judged_on=edition.near_cut,
        total=total,
        gates=gates,
        band=band,
        other_bands=others,
    )


def _nodes_below(above: SheetNode) -> Iterator[SheetNode]:
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
        yield from _nodes_below(node)


def _gates(edition: Edition, top: SheetNode) -> Iterator[Gate]:
    yield _measured_gate(top.line)
    bounds = edition.thresholds
    if top.n is not None:
        words = Text(
            f"{top.n} lượt đánh giá, cần ít nhất {bounds.evidence}",
            f"{top.n} answers, at least {bounds.evidence} needed",
        )
        yield Gate("enough_answers", top.n >= bounds.evidence, words)
    if top.interval is not None:
        half = Fraction((top.interval[1] - top.interval[0]) / 2)
        yield Gate("precise", half <= bounds.half_width, _width_text(edition, half))


_NOTHING_THERE = {
    "not_measured": Text("Chưa có số liệu", "Nothing was measured"),
    "too_few": Text("Quá ít lượt đánh giá", "Too few answers"),
    "not_applicable": Text("Không có tiêu chí nào áp dụng", "Nothing applies"),
}


def _measured_gate(top: Line) -> Gate:
    missing = [line.node.name for line in _missing(top)]
    if top.achieved is not None:
        return Gate("measured", passed=True, text=Text("Đủ các số liệu bắt buộc", "Everything required was measured"))
    if not missing:
        return Gate("measured", passed=False, text=_NOTHING_THERE[top.state])
    vi, en = "; ".join(name.vi for name in missing), "; ".join(name.en for name in missing)
    return Gate("measured", passed=False, text=Text(f"Thiếu số liệu: {vi}", f"Missing: {en}"))


def _missing(line: Line) -> Iterator[Line]:
    """What is required and missing, and so leaves the line without a value; not what is missing elsewhere."""
    required = [below for below in line.below if below.is_missing]
    for below in required or line.below:
        if below.is_missing:
            yield below
        if below.achieved is None:
            yield from _missing(below)


def _width_text(edition: Edition, half: Fraction) -> Text:
    width = str(round_half_up(half * edition.total, edition.decimals))
    bound = str(round_half_up(edition.thresholds.half_width * edition.total, edition.decimals))
    return Text(
        f"Khoảng tin cậy ± {width.replace('.', ',')} điểm, cần không quá ± {bound.replace('.', ',')}",
        f"Interval ± {width} points, at most ± {bound} allowed",
    )


def _printed_ends(total: SheetNode, decimals: int) -> tuple[Decimal, Decimal] | None:
    """Both ends rounded, the total between them: exact 89.995 is printed 90.00, the float beside it may be 89.99."""
    if total.points_interval is None or total.points is None:
        return None
    points = round_half_up(total.points, decimals)
    low, high = (round_half_up(end, decimals) for end in total.points_interval)
    return min(low, points), max(high, points)


def _bands(edition: Edition, total: SheetNode) -> tuple[Band | None, tuple[Band, ...]]:
    """The class that counts, and the others that the interval reaches."""
    if total.points is None:
        return None, ()
    points = round_half_up(total.points, edition.decimals)
    low, high = _printed_ends(total, edition.decimals) or (points, points)
    counts = edition.band_of(low if edition.near_cut == "low" else points)
    best, worst = edition.band_of(high), edition.band_of(low)
    if best is None or worst is None:
        return None, ()
    return counts, tuple(band for band in edition.bands if band != counts and worst.cut <= band.cut <= best.cut)


def _node_json(node: SheetNode) -> dict[str, Any]:
    interval = node.interval
    return {
        "code": node.code,
        "parent": node.parent,
        "name": node.name._asdict(),
        "rule": node.rule,
        "state": node.state,
        "achieved": _plain(node.achieved),
        "interval": [str(round_half_up(end, 6)) for end in interval] if interval else None,
        "uncertainty": node.uncertainty._asdict(),
        "n": node.n,
        "maximum": str(node.maximum),
        "maximum_used": str(node.maximum_used),
        "points": _plain(node.points),
        "formula": node.formula._asdict(),
        "source": node.source._asdict(),
        "confidence": node.confidence,
        "note": node.note._asdict(),
        "evidence": node.evidence,
        "simulated": node.simulated,
        "criteria": node.criteria,
        "measured": node.measured,
    }


def _plain(number: Fraction | Decimal | None) -> str | None:
    return None if number is None else str(number)
