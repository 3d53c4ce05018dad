"""One line of an edition worked out on a unit's measures: what it achieved of its maximum, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from scoring.answers import Interval, Reading, interval_of, read_answers
from scoring.edition import Edition, Node, Text
from scoring.edition_tree import SURVEY_RULES
from scoring.formula import (
    Part,
    spell_entered,
    spell_excluded,
    spell_mean_of,
    spell_ratio,
    spell_sum,
    spell_weighted_sum,
)
from scoring.measures import Measures

__all__ = ["Line", "State", "work_out"]

State = Literal["measured", "not_measured", "not_applicable", "too_few"]


@dataclass(frozen=True, slots=True)
class Line:
    """A node with its result, 0–1 of its maximum.

    achieved: exact; None unless measured. interval: 95 %, None where nothing was sampled. n: people who answered at
    least; None where nobody was asked. weights: question → its part in achieved, so that a line above can combine
    answers of the same people; constant: the rest of achieved, exactly known. criteria, measured: leaves at and below
    the node that apply, and those that count.
    """

    node: Node
    state: State
    formula: Text
    achieved: Fraction | None = None
    interval: Interval | None = None
    n: int | None = None
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)
    reading: Reading | None = None
    evidence: str = ""
    simulated: bool = False
    criteria: int = 1
    measured: int = 0
    below: tuple[Line, ...] = ()


def work_out(edition: Edition, measures: Measures) -> Line:
    """The line of the total, with all lines below it.

    Raises:
        ValueError: a measure that the edition does not know, or of another kind than its node asks for; a ratio
            above 1 or points above the maximum where the node refuses them; a survey on another scale or without the
            moments that a composite needs.
    """
    _check_codes(edition, measures)
    return _line(edition, edition.root, measures)


def _check_codes(edition: Edition, measures: Measures) -> None:
    codes = {node.code for node in edition.nodes}
    by_rule = {rule: {node.code for node in edition.nodes if node.rule == rule} for rule in ("ratio", "points")}
    criteria = {node.code for node in edition.nodes if node.rule in SURVEY_RULES}
    asked = measures.survey.criteria.values() if measures.survey else ()
    for name, given, known in (
        ("survey.criteria", set(asked), criteria),
        ("ratios", set(measures.ratios), by_rule["ratio"]),
        ("points", set(measures.points), by_rule["points"]),
        ("not_applicable", set(measures.not_applicable), codes),
    ):
        if given - known:
            raise ValueError(f"{name} == {sorted(given - known)}, must be of {sorted(known)} in {edition.code}.")


def _line(edition: Edition, node: Node, measures: Measures) -> Line:
    if node.code in measures.not_applicable:
        reason = measures.not_applicable[node.code]
        return Line(node, "not_applicable", spell_excluded("not_applicable", reason), evidence=reason, criteria=0)
    if node.rule in SURVEY_RULES:
        return _survey_line(edition, node, measures)
    if node.rule == "ratio":
        return _ratio_line(node, measures)
    if node.rule == "points":
        return _entered_line(node, measures)
    return _parent_line(node, tuple(_line(edition, child, measures) for child in edition.children(node.code)), measures)


def _survey_line(edition: Edition, node: Node, measures: Measures) -> Line:
    survey = measures.survey
    questions = survey.questions_of(node.code) if survey else ()
    reading = Reading.of(node)
    if survey is None or reading is None or not questions:
        return Line(node, "not_measured", spell_excluded("not_measured"))
    read = {question: read_answers(survey.tally, question, reading) for question in questions}
    least = max(edition.thresholds.privacy, 1)
    enough = {question: answers for question, answers in read.items() if answers and answers.n >= least}
    if not enough:
        n = max((answers.n for answers in read.values() if answers), default=0)
        return Line(node, "too_few", spell_excluded("too_few"), n=n, simulated=survey.simulated)
    achieved = sum((answers.achieved for answers in enough.values()), Fraction(0)) / len(enough)
    weights = {question: Fraction(1, len(enough)) for question in enough}
    texts = [(question, answers.formula) for question, answers in enough.items()]
    return Line(
        node,
        "measured",
        texts[0][1] if len(texts) == 1 else spell_mean_of(texts, achieved),
        achieved=achieved,
        interval=interval_of(survey.tally, weights, reading),
        n=max(answers.n for answers in enough.values()),
        weights=weights,
        reading=reading,
        evidence=f"{survey.source} ({', '.join(enough)})".strip(),
        simulated=survey.simulated,
        measured=1,
    )


def _ratio_line(node: Node, measures: Measures) -> Line:
    ratio = measures.ratios.get(node.code)
    if ratio is None:
        return Line(node, "not_measured", spell_excluded("not_measured"))
    if ratio.numerator > ratio.denominator and node.above_one == "refuse":
        raise ValueError(f"ratios[{node.code!r}] == {ratio.numerator}/{ratio.denominator}, must be at most 1.")
    achieved: Fraction | None
    if ratio.denominator:
        achieved = min(Fraction(1), Fraction(ratio.numerator, ratio.denominator) / node.full_at)
    else:
        achieved = {"zero": Fraction(0), "full": Fraction(1), "not_applicable": None}[node.empty_denominator]
    return Line(
        node,
        "not_applicable" if achieved is None else "measured",
        spell_ratio(node, ratio, achieved),
        achieved=achieved,
        constant=achieved or Fraction(0),
        evidence=ratio.source,
        simulated=ratio.simulated,
        criteria=0 if achieved is None else 1,
        measured=0 if achieved is None else 1,
    )


def _entered_line(node: Node, measures: Measures) -> Line:
    entered = measures.points.get(node.code)
    if entered is None:
        return Line(node, "not_measured", spell_excluded("not_measured"))
    if Fraction(entered.points) > node.maximum:
        raise ValueError(f"points[{node.code!r}] == {entered.points}, must be at most {node.maximum}.")
    achieved = Fraction(entered.points) / node.maximum
    return Line(
        node,
        "measured",
        spell_entered(entered, node.maximum),
        achieved=achieved,
        constant=achieved,
        evidence=entered.evidence,
        simulated=entered.simulated,
        measured=1,
    )


def _parent_line(node: Node, below: tuple[Line, ...], measures: Measures) -> Line:
    """What the children make together; those that do not count are left out and their part goes to the others."""
    state = _state_of(below)
    parts = [line for line in below if line.achieved is not None]
    criteria, measured = sum(line.criteria for line in below), sum(line.measured for line in below)
    n = max((line.n for line in below if line.n is not None), default=None)
    if state != "measured":
        formula = spell_excluded(state)
        return Line(node, state, formula, n=n, criteria=criteria, measured=measured, below=below)
    used = sum((line.node.maximum for line in parts), Fraction(0))
    shares = [(line, line.node.maximum / used) for line in parts]
    achieved = sum((share * (line.achieved or 0) for line, share in shares), Fraction(0))
    constant = sum((share * line.constant for line, share in shares), Fraction(0))
    weights: dict[str, Fraction] = {}
    for line, share in shares:
        for question, weight in line.weights.items():
            weights[question] = weights.get(question, Fraction(0)) + share * weight
    reading = _one_reading(node, parts)
    return Line(
        node,
        "measured",
        _spell_parent(node, parts, used, rescaled=len(parts) < len(below)),
        achieved=achieved,
        interval=_combined(weights, constant, reading, measures),
        n=n,
        weights=weights,
        constant=constant,
        reading=reading,
        simulated=any(line.simulated for line in parts),
        criteria=criteria,
        measured=measured,
        below=below,
    )


def _state_of(below: Iterable[Line]) -> State:
    """Measured if something is and nothing required is missing; else why not."""
    missing = {line.state for line in below if line.node.required} & {"not_measured", "too_few"}
    states = missing or {line.state for line in below}
    order: tuple[State, ...] = ("measured", "too_few", "not_measured")
    return next((state for state in order if state in states), "not_applicable")


def _one_reading(node: Node, parts: Iterable[Line]) -> Reading | None:
    readings = {line.reading for line in parts if line.reading is not None}
    if len(readings) > 1:
        raise ValueError(f"{node.code} combines answers read as {readings}, must be one rule and one scale.")
    return next(iter(readings), None)


def _combined(
    weights: Mapping[str, Fraction], constant: Fraction, reading: Reading | None, measures: Measures
) -> Interval | None:
    """The interval of the answers in a line, moved by what is exactly known; None if there are no answers in it."""
    if reading is None or measures.survey is None:
        return None
    low, high = interval_of(measures.survey.tally, weights, reading)
    return float(constant) + low, float(constant) + high


def _spell_parent(node: Node, parts: list[Line], used: Fraction, *, rescaled: bool) -> Text:
    shown = [_part(line, line.node.maximum / used) for line in parts]
    if node.rule == "sum":
        return spell_sum(shown, node.maximum, used)
    return spell_weighted_sum(
        shown, sum((part.weight * part.achieved for part in shown), Fraction(0)), rescaled=rescaled
    )


def _part(line: Line, weight: Fraction) -> Part:
    achieved = line.achieved or Fraction(0)
    return Part(line.node.code, weight, achieved, achieved * line.node.maximum)
