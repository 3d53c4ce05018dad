"""The score sheet: an edition applied to one unit's measures; every line with value, points, formula and evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from scoring.answers import Interval
from scoring.edition import Band, Confidence, Definition, Edition, Text, round_half_up
from scoring.estimate import Estimate
from scoring.line import Line, State, work_out
from scoring.measures import Measures

__all__ = ["Gate", "ScoreSheet", "SheetNode", "score"]


@dataclass(frozen=True, slots=True)
class SheetNode:
    """One line of a sheet, explained.

    achieved: share of its maximum, 0–1, exact; None unless measured. interval: 95 %, same unit; None where every
    dossier was counted or points were entered: nothing was sampled. n: at least so many people answered; None where
    nobody was asked. maximum: points it can bring by the edition; maximum_used: after what is not measured or does not
    apply has gone to the others, 0 if it is left out itself. The maxima used, and the points, of the lines right below
    a line add up to its own.
    """

    code: str
    parent: str | None
    name: Text
    rule: str
    state: State
    achieved: Fraction | None
    interval: Interval | None
    n: int | None
    maximum: Fraction
    maximum_used: Fraction
    formula: Text
    source: Text
    confidence: Confidence
    note: Text
    evidence: str
    simulated: bool
    criteria: int
    measured: int

    @property
    def value(self) -> Estimate | Fraction | None:
        """Share of the maximum: with its interval where people were asked, else the exact number; None unmeasured."""
        if self.achieved is None or self.interval is None:
            return self.achieved
        return Estimate(float(self.achieved), *self.interval, self.n or 0)

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


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """One unit's sheet under one edition. nodes: every line before those below it, the total first.

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
    nodes: tuple[SheetNode, ...]
    gates: tuple[Gate, ...]
    band: Band | None
    other_bands: tuple[Band, ...]

    @property
    def total(self) -> SheetNode:
        """The line of the total."""
        return self.nodes[0]

    @property
    def points(self) -> Decimal | None:
        """Total as printed: rounded half up by the edition's rule. None where it must not be shown."""
        return None if self.total.points is None else round_half_up(self.total.points, self.decimals)

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """Both ends of the total as printed; None where nothing was sampled."""
        ends = self.total.points_interval
        return None if ends is None else (round_half_up(ends[0], self.decimals), round_half_up(ends[1], self.decimals))

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
    top = work_out(edition, measures)
    nodes = tuple(_sheet_nodes(top, edition.total))
    gates = tuple(_gates(edition, top))
    band, others = _bands(edition, nodes[0]) if all(gate.passed for gate in gates) else (None, ())
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
        nodes=nodes,
        gates=gates,
        band=band,
        other_bands=others,
    )


def _sheet_nodes(line: Line, maximum: Fraction) -> Iterator[SheetNode]:
    """The line and those below it; what is left out hands its maximum to its neighbours."""
    node = line.node
    yield SheetNode(
        code=node.code,
        parent=node.parent,
        name=node.name,
        rule=node.rule,
        state=line.state,
        achieved=line.achieved,
        interval=line.interval,
        n=line.n,
        maximum=node.maximum,
        maximum_used=maximum,
        formula=line.formula,
        source=node.source,
        confidence=node.confidence,
        note=node.note,
        evidence=line.evidence,
        simulated=line.simulated,
        criteria=line.criteria,
        measured=line.measured,
    )
    counted = sum((below.node.maximum for below in line.below if below.achieved is not None), Fraction(0))
    for below in line.below:
        if below.achieved is None:
            yield from _sheet_nodes(below, Fraction(0))
        elif line.achieved is None:  # nothing is handed on to those beside something required that is missing
            yield from _sheet_nodes(below, below.node.maximum)
        else:
            yield from _sheet_nodes(below, maximum * below.node.maximum / counted)


def _gates(edition: Edition, top: Line) -> Iterator[Gate]:
    yield _measured_gate(top)
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


def _measured_gate(top: Line) -> Gate:
    missing = [line.node.name for line in _required_missing(top)]
    if top.achieved is not None:
        return Gate("measured", passed=True, text=Text("Đủ các số liệu bắt buộc", "Everything required was measured"))
    if not missing:
        return Gate("measured", passed=False, text=Text("Chưa có số liệu", "Nothing was measured"))
    vi, en = "; ".join(name.vi for name in missing), "; ".join(name.en for name in missing)
    return Gate("measured", passed=False, text=Text(f"Thiếu số liệu: {vi}", f"Missing: {en}"))


def _required_missing(line: Line) -> Iterator[Line]:
    for below in line.below:
        if below.node.required and below.state in ("not_measured", "too_few"):
            yield below
        yield from _required_missing(below)


def _width_text(edition: Edition, half: Fraction) -> Text:
    width = str(round_half_up(half * edition.total, edition.decimals))
    bound = str(round_half_up(edition.thresholds.half_width * edition.total, edition.decimals))
    return Text(
        f"Khoảng tin cậy ± {width.replace('.', ',')} điểm, cần không quá ± {bound.replace('.', ',')}",
        f"Interval ± {width} points, at most ± {bound} allowed",
    )


def _bands(edition: Edition, total: SheetNode) -> tuple[Band | None, tuple[Band, ...]]:
    """The class that counts, and the others that the interval reaches."""
    if total.points is None:
        return None, ()
    points = round_half_up(total.points, edition.decimals)
    low, high = (round_half_up(end, edition.decimals) for end in total.points_interval or (points, points))
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
