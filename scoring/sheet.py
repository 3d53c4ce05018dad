"""The score sheet: an edition applied to one unit's measures; every line with value, points, formula and evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from scoring.edition import Band, Definition, Edition
from scoring.gate import Gate, pass_gates
from scoring.line import work_out
from scoring.measures import Measures
from scoring.node import Confidence, Text, round_half_up
from scoring.sheet_node import SheetNode, node_json, nodes_below, plain

__all__ = ["ScoreSheet", "score"]


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
        return (self.total, *nodes_below(self.total))

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
            "points": plain(self.points),
            "interval": [plain(end) for end in self.interval] if self.interval else None,
            "class": self.band.name._asdict() if self.band else None,
            "other_classes": [band.name._asdict() for band in self.other_bands],
            "judged_on": self.judged_on,
            "gates": [{"code": gate.code, "passed": gate.passed, "text": gate.text._asdict()} for gate in self.gates],
            "coverage": self.coverage._asdict(),
            "simulated": self.simulated,
            "nodes": [node_json(node) for node in self.nodes],
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
    gates = tuple(pass_gates(edition, total))
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
