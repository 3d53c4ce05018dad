"""One node of an edition's file: its rule, its curve, what may be entered for it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, cast

from scoring.curve import Bands, Curve, Saturation, Steps
from scoring.edition import Definition, Edition
from scoring.edition_tree import EXTRA_RULES, LEAF_RULES, PARENT_RULES, SURVEY_RULES, Draft
from scoring.fault import FileFaults
from scoring.node import (
    CONFIDENCE,
    AboveOne,
    Confidence,
    Empty,
    Node,
    Option,
    OverMaximum,
    Scale,
    Text,
)
from scoring.toml_table import TomlTable

__all__ = ["NOTHING", "EditionFaults", "Said", "read_confidence", "read_node", "read_scale"]

CURVED = ("bands", "steps")
RULES = (*LEAF_RULES, *PARENT_RULES, *EXTRA_RULES, *CURVED, "edition")
OF = (*SURVEY_RULES, "ratio", "number", *PARENT_RULES, "edition")
"""What bands and steps may be laid over."""
NOTHING = Text("", "")

Find = Callable[[str], Edition]


class EditionFaults(FileFaults):
    """Everything wrong with an edition file, all at once."""


class Said(NamedTuple):
    """What the edition says once for all its nodes."""

    source: Text
    confidence: Confidence
    scale: Scale | None
    definitions: tuple[Definition, ...]


def read_node(table: TomlTable, said: Said, find: Find) -> Draft:
    """A node as its table has it; what is wrong with the table is noted there.

    Args:
        table: one of the file's [[node]].
        said: what holds for all nodes unless they say otherwise.
        find: gives the edition that a node of rule "edition" names; raises ValueError if there is none.
    """
    curved = table.choice("rule", RULES)
    rule = table.choice("of", OF) if curved in CURVED else curved
    rule = rule if rule == table.content.get("of" if curved in CURVED else "rule") else ""
    included = _find_included(table, find) if rule == "edition" else None
    _check_survey(table, rule, said)
    maximum = table.number("max", positive=True) if "max" in table.content else None
    node = Node(
        code=table.word("code"),
        parent=table.word("parent") if "parent" in table.content else None,
        name=table.text("name"),
        rule=rule,
        source=table.text("source", default=said.source),
        confidence=read_confidence(table, default=said.confidence),
        note=table.text("note", default=NOTHING),
        maximum=Fraction(0),
        weight=table.number("weight", positive=True) if "weight" in table.content else None,
        required=table.flag("required"),
        scale=said.scale if rule in SURVEY_RULES else None,
        curve=_read_curve(table, curved, rule, maximum),
        empty_denominator=cast("Empty", _read_empty(table, rule)),
        above_one=cast("AboveOne", _only_for(table, rule == "ratio", "above_one", ("refuse", "cap"))),
        options=_read_options(table, maximum) if rule in ("points", "") else (),
        parts=tuple(_read_part(part) for part in table.tables("part")) if rule in ("points", "") else (),
        enterable=table.flag("enterable") if rule in PARENT_RULES or included else False,
        over=cast("OverMaximum", _only_for(table, rule == "sum", "over", ("cap", "keep"))),
    )
    table.known.update({"parent", "weight", "max"})
    table.close()
    return Draft(table, _as_total_of(included, node, table) if included else node, maximum, included)


def _as_total_of(included: Edition, node: Node, table: TomlTable) -> Node:
    """The node in place of the included edition's total: what that is made of, under this one's name and source."""
    root = included.root
    if node.curve is not None and root.curve is not None:
        table.refuse("of", f"an edition whose total has no curve of its own; {included.code} has one")
    return dataclasses.replace(
        root,
        code=node.code,
        parent=node.parent,
        name=node.name,
        source=node.source,
        confidence=node.confidence,
        note=node.note,
        weight=node.weight,
        required=node.required,
        enterable=node.enterable,
        curve=node.curve or root.curve,
        over="cap",  # only a total of its own may keep what is over it
    )


def read_confidence(table: TomlTable, default: str | None = None) -> Confidence:
    """How surely the table's content is known."""
    return cast("Confidence", table.choice("confidence", tuple(CONFIDENCE), default=default))


def read_scale(table: TomlTable) -> Scale:
    """The scale that people answer on."""
    points, satisfied = table.wholes("points"), table.wholes("satisfied")
    zero = table.number("zero") or Fraction(0)
    if points and not set(satisfied) <= set(points):
        table.refuse("satisfied", f"points of the scale {list(points)}")
    if points and satisfied and points[-len(satisfied) :] != satisfied:
        table.refuse("satisfied", "the best points of the scale, so that a better answer never lowers the index")
    if len(points) == 1:
        table.refuse("points", "two points or more")
    if points and zero > points[0]:
        table.refuse("zero", f"at most the lowest point, {points[0]}")
    table.close()
    return Scale(points, satisfied, zero)


def _check_survey(table: TomlTable, rule: str, said: Said) -> None:
    if rule in SURVEY_RULES and said.scale is None:
        table.refuse("rule", "a table [scale] in the file, for a rule on answers")
    if rule in SURVEY_RULES and said.definitions and rule != said.definitions[0].rule:
        table.refuse("rule", f"the rule of the first definition, {said.definitions[0].rule}")


def _only_for(table: TomlTable, applies: bool, key: str, options: tuple[str, ...]) -> str:  # noqa: FBT001 - two callers, one meaning
    """A key that only some rules have; its first option where it is missing."""
    return table.choice(key, options, default=options[0]) if applies else options[0]


def _read_empty(table: TomlTable, rule: str) -> str:
    """The empty-denominator rule of a ratio must be stated, not assumed."""
    options = ("not_applicable", "zero", "full", "not_measured")
    return table.choice("empty_denominator", options) if rule == "ratio" else options[0]


def _read_curve(table: TomlTable, curved: str, rule: str, maximum: Fraction | None) -> Curve | None:
    if curved == "bands":
        return _read_bands(table, maximum)
    if curved == "steps":
        return _read_steps(table, maximum)
    if rule == "number":
        table.refuse("rule", "bands or steps of a number: a number alone is worth no points")
    full_at = table.number("full_at", default="1", positive=True) if rule == "ratio" else None
    capped = rule == "ratio" and table.content.get("above_one") == "cap"
    return Saturation(full_at) if full_at is not None and (capped or full_at != 1) else None


def _read_bands(table: TomlTable, maximum: Fraction | None) -> Bands | None:
    cuts = [_read_cut(each) for each in table.tables("band")]
    known = [(cut, points) for cut, points in cuts if cut is not None and points is not None]
    if not cuts or len(known) < len(cuts):
        if not cuts:
            table.refuse("band", 'bands, the highest first: [[node.band]] from = "0.9", points = "2"')
        return None
    if any(higher[0] <= lower[0] for higher, lower in itertools.pairwise(known)) or known[-1][0] != 0:
        table.refuse("band", 'cuts that fall to a last one from "0"')
    best = max(points for _, points in known)
    if best == 0 or (maximum is not None and best != maximum):
        table.refuse("band", f"a best band that brings the maximum, {maximum or 'above 0'}")
        return None
    return Bands(tuple((cut, points / best) for cut, points in known))


def _read_cut(table: TomlTable) -> tuple[Fraction | None, Fraction | None]:
    cut = table.number("from"), table.number("points")
    table.close()
    return cut


def _read_steps(table: TomlTable, maximum: Fraction | None) -> Steps | None:
    start, base = table.number("start"), table.number("base")
    every, gain = table.number("every", positive=True), table.number("gain", positive=True)
    falls = table.choice("direction", ("up", "down"), default="up") == "down"
    if maximum is None:
        table.refuse("max", "its max: base and gain are points of it")
    if start is None or base is None or every is None or gain is None or maximum is None:
        return None
    if base > maximum:
        table.refuse("base", f"at most the maximum, {maximum}")
    if falls and base != maximum:
        table.refuse("base", f"the maximum, {maximum}, for steps that go down")
    return Steps(start, base / maximum, every, (-gain if falls else gain) / maximum)


def _read_options(table: TomlTable, maximum: Fraction | None) -> tuple[Option, ...]:
    options = [_read_option(each) for each in table.tables("option")]
    best = max((option.points for option in options), default=maximum)
    if options and maximum is not None and best != maximum:
        table.refuse("option", f"a best option that brings the maximum, {maximum}")
    if len({option.points for option in options}) < len(options):
        table.refuse("option", "options of different points")
    return tuple(options)


def _read_option(table: TomlTable) -> Option:
    option = Option(table.number("points") or Fraction(0), table.text("name"))
    table.close()
    return option


def _read_part(table: TomlTable) -> Text:
    name = table.text("name")
    table.close()
    return name


def _find_included(table: TomlTable, find: Find) -> Edition | None:
    code = table.word("edition")
    definition = table.word("definition") if "definition" in table.content else None
    table.known.add("definition")
    try:
        edition = find(code) if code else None
        return edition.defined_by(definition) if edition and definition else edition
    except EditionFaults as slip:
        table.faults.extend(slip.faults)
    except ValueError as slip:
        table.refuse("edition", str(slip))
    return None
