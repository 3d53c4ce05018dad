"""Editions as TOML files: parsed to an `Edition` that adds up, or to the list of everything wrong with the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, cast

from scoring.edition import (
    CONFIDENCE,
    AboveOne,
    Band,
    Confidence,
    Definition,
    Edition,
    Empty,
    Node,
    Scale,
    Text,
    Thresholds,
)
from scoring.edition_tree import LEAF_RULES, PARENT_RULES, SURVEY_RULES, Draft, grow_tree
from scoring.toml_table import Fault, TomlTable, toml_table

__all__ = ["EditionFaults", "edition_codes", "load_edition", "parse_edition"]

RULES = (*LEAF_RULES, *PARENT_RULES, "edition")
SHELF = Path(__file__).parent / "editions"
NOTHING = Text("", "")


class EditionFaults(ValueError):
    """Everything wrong with an edition file, all at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class _Said(NamedTuple):
    """What the edition says once for all its nodes."""

    source: Text
    confidence: Confidence
    scale: Scale | None
    definitions: tuple[Definition, ...]


Find = Callable[[str], Edition]


def edition_codes() -> tuple[str, ...]:
    """Codes of the editions that come with the package, sorted."""
    return tuple(sorted(file.stem for file in SHELF.glob("*.toml")))


@cache
def load_edition(code: str, *, definition: str | None = None) -> Edition:
    """An edition that comes with the package, under its first definition or the one named. Its file is read once.

    Raises:
        ValueError: no such edition, or it does not offer this definition.
        EditionFaults: its file is broken.

    >>> load_edition("qd766-2022").total
    Fraction(100, 1)
    """
    edition = _load(code, above=())
    return edition.defined_by(definition) if definition else edition


def parse_edition(text: str, *, file: str, find: Find = load_edition) -> Edition:
    """An edition from its TOML text.

    Args:
        text: the file's content.
        file: its name, for the faults.
        find: gives the edition that a node of rule "edition" names; raises ValueError if there is none.

    Returns:
        The edition: one tree, every weight and maximum adding up exactly to the declared total.

    Raises:
        EditionFaults: anything wrong, all at once, each with file, key, value and what was expected.
    """
    top = toml_table(text, file=file)
    if top.faults:
        raise EditionFaults(tuple(top.faults))
    edition = _read_edition(top, find)
    if top.faults:
        raise EditionFaults(tuple(top.faults))
    return edition


def _load(code: str, *, above: tuple[str, ...]) -> Edition:
    if code not in edition_codes():
        raise ValueError(f"edition == {code!r}, must be one of {', '.join(edition_codes())}.")
    if code in above:
        raise ValueError(f"edition == {code!r}, must not include itself: {' → '.join((*above, code))}.")
    file = SHELF / f"{code}.toml"
    return parse_edition(
        file.read_text(encoding="utf-8"), file=file.name, find=lambda other: _load(other, above=(*above, code))
    )


def _read_edition(top: TomlTable, find: Find) -> Edition:
    total = top.number("total", positive=True)
    said = _Said(
        source=top.text("source"),
        confidence=_confidence(top),
        scale=_read_scale(top.table("scale")) if "scale" in top.content else None,
        definitions=tuple(_read_definition(table) for table in top.tables("definition")),
    )
    drafts = [_read_node(table, said, find) for table in top.tables("node")]
    included = next((draft.included.definition for draft in drafts if draft.included), None)
    begins, ends = _read_in_force(top.table("in_force"))
    edition = Edition(
        code=top.word("code"),
        name=top.text("name"),
        source=said.source,
        in_force_from=begins,
        in_force_to=ends,
        confidence=said.confidence,
        note=top.text("note", default=NOTHING),
        total=total or Fraction(1),
        decimals=_read_decimals(top.table("rounding")),
        near_cut="low" if top.choice("near_cut", ("value", "low")) == "low" else "value",
        thresholds=_read_thresholds(top.table("thresholds")),
        definition=said.definitions[0] if said.definitions else included,
        definitions=said.definitions,
        bands=_read_bands(top, total),
        nodes=grow_tree(top, drafts, total),
    )
    top.close()
    return edition


def _read_in_force(table: TomlTable) -> tuple[date, date | None]:
    begins, ends = table.day("from"), table.day("to", optional=True)
    if begins and ends and ends <= begins:
        table.refuse("to", f"a day after {begins}")
    table.close()
    return begins or date.min, ends  # date.min where it was refused: such an edition is never handed out


def _read_decimals(table: TomlTable) -> int:
    decimals = table.whole("decimals")
    table.close()
    return decimals


def _confidence(table: TomlTable, default: str | None = None) -> Confidence:
    return cast("Confidence", table.choice("confidence", tuple(CONFIDENCE), default=default))


def _read_thresholds(table: TomlTable) -> Thresholds:
    thresholds = Thresholds(
        privacy=table.whole("privacy"),
        evidence=table.whole("evidence"),
        half_width=table.number("half_width", positive=True) or Fraction(1),
    )
    table.close()
    return thresholds


def _read_scale(table: TomlTable) -> Scale:
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


def _read_definition(table: TomlTable) -> Definition:
    rule: Literal["share", "mean"] = "mean" if table.choice("rule", SURVEY_RULES) == "mean" else "share"
    definition = Definition(rule, table.text("name"), _confidence(table), table.text("note", default=NOTHING))
    table.close()
    return definition


def _read_bands(top: TomlTable, total: Fraction | None) -> tuple[Band, ...]:
    bands: list[Band] = []
    tables = list(top.tables("band"))
    for table in tables:
        cut, name = table.number("from"), table.text("name")
        table.close()
        if cut is None:
            continue
        if total is not None and cut > total:
            table.refuse("from", f"at most the total, {total}")
        if bands and cut >= bands[-1].cut:
            table.refuse("from", f"below the band before it, {bands[-1].cut}")
        bands.append(Band(cut, name))
    if bands and bands[-1].cut != 0:
        tables[-1].refuse("from", '"0": the last band takes every total')
    return tuple(bands)


def _read_node(table: TomlTable, said: _Said, find: Find) -> Draft:
    rule = table.choice("rule", RULES)
    rule = rule if rule == table.content.get("rule") else ""  # refused: nothing that depends on it is judged
    included = _find_included(table, find) if rule == "edition" else None
    if rule in SURVEY_RULES and said.scale is None:
        table.refuse("rule", "a table [scale] in the file, for a rule on answers")
    if rule in SURVEY_RULES and said.definitions and rule != said.definitions[0].rule:
        table.refuse("rule", f"the rule of the first definition, {said.definitions[0].rule}")
    ratio = rule == "ratio"
    node = Node(
        code=table.word("code"),
        parent=table.word("parent") if "parent" in table.content else None,
        name=table.text("name"),
        rule=included.root.rule if included else rule,
        source=table.text("source", default=said.source),
        confidence=_confidence(table, default=said.confidence),
        note=table.text("note", default=NOTHING),
        maximum=Fraction(0),
        weight=table.number("weight", positive=True) if "weight" in table.content else None,
        required=table.flag("required"),
        scale=said.scale if rule in SURVEY_RULES else None,
        full_at=(table.number("full_at", default="1", positive=True) if ratio else None) or Fraction(1),
        empty_denominator=cast("Empty", _ratio_choice(table, "empty_denominator", ("not_applicable", "zero", "full"))),
        above_one=cast("AboveOne", _ratio_choice(table, "above_one", ("refuse", "cap"))),
    )
    table.known.update({"parent", "weight", "max"})
    maximum = table.number("max", positive=True) if "max" in table.content else None
    table.close()
    return Draft(table, node, maximum, included)


def _ratio_choice(table: TomlTable, key: str, options: tuple[str, ...]) -> str:
    """A key that only a ratio has; the empty-denominator rule must be stated, not assumed."""
    if table.content.get("rule") != "ratio":
        return options[0]
    return table.choice(key, options, default=None if key == "empty_denominator" else options[0])


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
