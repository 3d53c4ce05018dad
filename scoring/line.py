"""One line of an edition worked out on a unit's measures: what it achieved of its maximum, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from scoring.answers import Answers, moments_to_worth, read_answers
from scoring.edition import Edition
from scoring.edition_tree import EXTRA_RULES, SURVEY_RULES
from scoring.measures import Entered, Measures, Number, Ratio, Survey
from scoring.node import Node, weighted_total

__all__ = ["Basis", "Line", "State", "work_out"]

State = Literal["measured", "not_measured", "not_applicable", "too_few", "whole", "shown"]
"""whole: what is above it was entered whole; shown: without points by the edition."""

Basis: TypeAlias = tuple[Answers, ...] | Ratio | Number | Entered | None
"""What a leaf was read from, or a line that was entered whole; None for what is made of other lines."""

_NOTHING = Fraction(0)
_ALL = Fraction(1)


class Line(NamedTuple):  # not a dataclass: a country's sheets are a hundred thousand lines, made three times as fast
    """A node with its result. achieved: share of its maximum, exact; None unless measured. raw: the same before the curve.

    survey: whose answers are in it, None where nobody was asked. criteria, measured: leaves at and below the node that
    apply, and those that count.
    """

    node: Node
    state: State
    basis: Basis = None
    raw: Fraction | None = None
    achieved: Fraction | None = None
    survey: Survey | None = None
    reason: str = ""
    simulated: bool = False
    criteria: int = 1
    measured: int = 0
    below: tuple[Line, ...] = ()
    parts: tuple[tuple[Line, Fraction], ...] = ()
    """The lines below that count, each with its share of this line after those left out handed theirs on. Below a
    maximum, bonus or penalty the share says how much of this line the child can bring. Its own extras stand apart."""

    @property
    def extras(self) -> tuple[Line, ...]:
        """Bonus and penalty right below, where there are any points in them."""
        return tuple(line for line in self.below if line.node.rule in EXTRA_RULES and line.achieved is not None)

    @property
    def is_missing(self) -> bool:
        """Whether what is above it may not go without it, and has to."""
        counts = self.node.rule not in (*EXTRA_RULES, "shown")
        return self.node.required and counts and self.state in ("not_measured", "too_few")

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions whose answers are in it, in the order of the edition."""
        found: list[str] = []
        _collect_questions(self, found)
        return tuple(found)

    @property
    def n(self) -> int | None:
        """Distinct people who answered at least one of its questions; None where nobody was asked."""
        if self.survey is not None and (questions := self.questions):
            return self.survey.people(questions)
        if isinstance(self.basis, tuple):
            return max((answers.n for answers in self.basis), default=0)
        return max((line.n for line in self.below if line.n is not None), default=None)


def _collect_questions(line: Line, found: list[str]) -> None:
    if line.achieved is None or line.survey is None:
        return
    if isinstance(line.basis, tuple):
        found.extend(answers.question for answers in line.basis)
    for below in line.below:
        _collect_questions(below, found)


def work_out(edition: Edition, measures: Measures) -> Line:
    """The line of the total, with all lines below it.

    Raises:
        ValueError: a measure that the edition does not know, or of another kind than its node asks for; a ratio above
            1 or points above the maximum where the node refuses them; points that are none of the options; points
            both for a whole and for what is below it; a survey on another scale, or of several questions with
            moments of other values than the rule of its criteria asks for.
    """
    _check_codes(edition, measures)
    return _line(edition, edition.root, measures)


def _check_codes(edition: Edition, measures: Measures) -> None:
    asked = measures.survey.criteria.values() if measures.survey else ()
    for name, given, rules in (
        ("survey.criteria", set(asked), "survey"),
        ("ratios", measures.ratios.keys(), "ratio"),
        ("numbers", measures.numbers.keys(), "number"),
        ("points", measures.points.keys(), "points"),
        ("not_applicable", measures.not_applicable.keys(), "any"),
    ):
        known = edition.codes_by_kind[rules]
        if given - known:
            raise ValueError(f"{name} == {sorted(given - known)}, must be of {sorted(known)} in {edition.code}.")
    _check_moments(edition, measures)


def _check_moments(edition: Edition, measures: Measures) -> None:
    """Moments, where there are any, are those of what the rule makes of the answers."""
    if measures.survey is None or measures.survey.tally.moments is None:
        return
    readings = edition.readings
    read = Counter(id(readings[criterion]) for criterion in measures.survey.criteria.values())
    for reading in readings.values():
        if read.pop(id(reading), 0) > 1:
            moments_to_worth(measures.survey.tally, reading)


def _line(edition: Edition, node: Node, measures: Measures) -> Line:
    if node.code in measures.not_applicable:
        return _line_not_applicable(edition, node, measures.not_applicable[node.code])
    if node.enterable and node.code in measures.points:
        return _whole_line(edition, node, measures)
    if node.rule in SURVEY_RULES:
        return _survey_line(edition, node, measures)
    below = tuple(_line(edition, child, measures) for child in edition.below[node.code])
    read = _LEAVES.get("points" if node.rule in EXTRA_RULES and not below else node.rule)
    return read(node, measures, below) if read else _parent_line(edition, node, below)


def _line_not_applicable(edition: Edition, node: Node, reason: str) -> Line:
    """A line that does not apply, and so nothing below it; whatever was measured of it does not count."""
    below = tuple(_line_not_applicable(edition, child, reason) for child in edition.below[node.code])
    return Line(node, "not_applicable", reason=reason, criteria=0, below=below)


def _survey_line(edition: Edition, node: Node, measures: Measures) -> Line:
    survey = measures.survey
    questions = survey.questions_of(node.code) if survey else ()
    if survey is None or not questions:
        return Line(node, "not_measured")
    reading = edition.readings[node.code]
    least = max(edition.thresholds.privacy, 1)
    read = tuple(answers for question in questions if (answers := read_answers(survey, question, reading)))
    enough = tuple(answers for answers in read if answers.n >= least)
    if not enough:
        return Line(node, "too_few", basis=read, simulated=survey.simulated)
    raw = enough[0].achieved
    if len(enough) > 1:
        raw = sum((answers.achieved for answers in enough), _NOTHING) / len(enough)
    return _measured(node, enough, raw, survey=survey, simulated=survey.simulated)


def _ratio_line(node: Node, measures: Measures, below: tuple[Line, ...]) -> Line:
    ratio = measures.ratios.get(node.code)
    if node.rule == "shown":
        return Line(node, "shown" if ratio else "not_measured", basis=ratio, criteria=0)
    if ratio is None:
        return Line(node, "not_measured", below=below)
    if ratio.numerator > ratio.denominator and node.above_one == "refuse":
        raise ValueError(f"ratios[{node.code!r}] == {ratio.numerator}/{ratio.denominator}, must be at most 1.")
    if ratio.denominator:
        raw = Fraction(ratio.numerator, ratio.denominator)
        return _measured(node, ratio, raw, simulated=ratio.simulated, below=below)
    if node.empty_denominator in ("not_applicable", "not_measured"):
        state, criteria = node.empty_denominator, 0 if node.empty_denominator == "not_applicable" else 1
        return Line(node, state, basis=ratio, criteria=criteria, simulated=ratio.simulated, below=below)
    full = _ALL if node.empty_denominator == "full" else _NOTHING
    return Line(node, "measured", ratio, None, full, simulated=ratio.simulated, measured=1, below=below)


def _number_line(node: Node, measures: Measures, below: tuple[Line, ...]) -> Line:
    number = measures.numbers.get(node.code)
    if number is None:
        return Line(node, "not_measured", below=below)
    return _measured(node, number, Fraction(number.value), simulated=number.simulated, below=below)


def _entered_line(node: Node, measures: Measures, below: tuple[Line, ...]) -> Line:
    entered = measures.points.get(node.code)
    extra = node.rule in EXTRA_RULES  # not entered is no bonus and no penalty, and nothing is missing
    if entered is None:
        return Line(node, "not_measured", criteria=0 if extra else 1, below=below)
    line = _measured(node, entered, _entered_share(node, entered), simulated=entered.simulated, below=below)
    return line if not extra else Line(node, "measured", entered, line.raw, line.achieved, None, "", line.simulated, 0)


def _whole_line(edition: Edition, node: Node, measures: Measures) -> Line:
    """A line that was entered whole, instead of made of what is below it."""
    entered = measures.points[node.code]
    below = tuple(_left_out(edition, child, measures) for child in edition.below[node.code])
    share = _entered_share(node, entered)
    return Line(node, "measured", entered, share, share, simulated=entered.simulated, measured=1, below=below)


def _left_out(edition: Edition, node: Node, measures: Measures) -> Line:
    asked = measures.survey.criteria.values() if measures.survey else ()
    twice = node.code in asked or any(
        node.code in given for given in (measures.ratios, measures.points, measures.numbers)
    )
    if twice and node.rule != "shown":
        raise ValueError(f"{node.code} is measured, must not be: its points were entered whole above it.")
    below = tuple(_left_out(edition, child, measures) for child in edition.below[node.code])
    if node.rule == "shown":
        return _ratio_line(node, measures, below)
    return Line(node, "whole", criteria=0, below=below)


def _entered_share(node: Node, entered: Entered) -> Fraction:
    """Entered points as a share of the line's maximum."""
    most = Fraction(100) if entered.unit == "percent" else node.maximum
    share = Fraction(entered.points) / most
    if share > 1:
        raise ValueError(f"points[{node.code!r}] == {entered.points}, must be at most {most}.")
    offered = [option.points for option in node.options]
    if offered and share * node.maximum not in offered:
        said = ", ".join(str(points) for points in offered)
        raise ValueError(f"points[{node.code!r}] == {entered.points}, must be one of {said}.")
    if entered.parts and len(entered.parts) != len(node.parts):
        names = ", ".join(part.en for part in node.parts) or "none"
        raise ValueError(f"parts of points[{node.code!r}] == {len(entered.parts)}, must be {len(node.parts)}: {names}.")
    return share


def _measured(  # the one place where a curve is applied
    node: Node,
    basis: Basis,
    raw: Fraction,
    *,
    survey: Survey | None = None,
    simulated: bool = False,
    below: tuple[Line, ...] = (),
) -> Line:
    achieved = node.curve.worth(raw) if node.curve else raw
    return Line(node, "measured", basis, raw, achieved, survey, simulated=simulated, measured=1, below=below)


def _parent_line(edition: Edition, node: Node, below: tuple[Line, ...]) -> Line:
    """What the children make together; those that do not count are left out and their part goes to the others."""
    extra = node.rule in EXTRA_RULES
    regular = [line for line in below if line.node.rule not in (*EXTRA_RULES, "shown")]
    state = _state_of(regular, required=not extra)
    criteria = 0 if extra else sum(line.criteria for line in below)
    measured = 0 if extra else sum(line.measured for line in below)
    if state != "measured":
        return Line(node, state, criteria=criteria, measured=measured, below=below)
    counted = [line for line in regular if line.achieved is not None]
    parts = tuple(zip(counted, _shares(edition, node, counted), strict=True))
    raw = _together(node, parts, [line for line in below if line.node.rule in EXTRA_RULES])
    return Line(
        node,
        "measured",
        raw=raw,
        achieved=node.curve.worth(raw) if node.curve else raw,
        survey=next((part.survey for part in below if part.survey is not None and part.achieved is not None), None),
        simulated=any(part.simulated for part in below if part.achieved is not None),
        criteria=criteria,
        measured=measured,
        below=below,
        parts=parts,
    )


def _shares(edition: Edition, node: Node, counted: list[Line]) -> tuple[Fraction, ...]:
    """What each line that counts has of the line above it."""
    full = edition.shares[node.code]
    if len(counted) == len(full):
        return full
    own = node.rule in ("maximum", *EXTRA_RULES)
    whole = node.maximum if own else sum((line.node.maximum for line in counted), _NOTHING)
    return tuple(line.node.maximum / whole for line in counted)


def _together(node: Node, parts: Iterable[tuple[Line, Fraction]], extras: Iterable[Line]) -> Fraction:
    """What the parts make by the rule of the line, before its curve."""
    worths = [(share, part.achieved or _NOTHING) for part, share in parts]
    if node.rule == "maximum":
        return max(share * achieved for share, achieved in worths)
    found = weighted_total(worths)
    if node.rule in EXTRA_RULES:
        return min(found, _ALL)
    added = [extra for extra in extras if extra.achieved is not None]
    for extra in added:
        points = (extra.achieved or _NOTHING) * extra.node.maximum / node.maximum
        found += points if extra.node.rule == "bonus" else -points
    if not added:
        return found
    return max(_NOTHING, found if node.over == "keep" else min(_ALL, found))


def _state_of(below: Iterable[Line], *, required: bool = True) -> State:
    """Measured if something is and nothing required is missing; else why not."""
    lines = list(below)
    missing = {line.state for line in lines if line.node.required and required} & {"not_measured", "too_few"}
    states = missing or {line.state for line in lines}
    order: tuple[State, ...] = ("measured", "too_few", "not_measured")
    return next((state for state in order if state in states), "not_applicable")


_LEAVES = {"ratio": _ratio_line, "shown": _ratio_line, "number": _number_line, "points": _entered_line}
