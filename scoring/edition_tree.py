"""The tree of an edition's nodes: who is below whom, and whether weights and maxima add up to the declared total."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.edition import Edition
from scoring.fault import Fault
from scoring.node import Node
from scoring.toml_table import TomlTable

__all__ = ["EXTRA_RULES", "LEAF_RULES", "PARENT_RULES", "SURVEY_RULES", "Draft", "grow_tree"]

SURVEY_RULES = ("share", "mean")
LEAF_RULES = (*SURVEY_RULES, "ratio", "number", "points", "shown")
PARENT_RULES = ("sum", "weighted_sum", "maximum")
EXTRA_RULES = ("bonus", "penalty")
"""Beside what a sum adds up to its maximum: entered points, or the sum of what is below, held at their own maximum."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A node as the file has it, before it is known to fit the others. included: the edition that it brings in."""

    table: TomlTable
    node: Node
    maximum: Fraction | None
    included: Edition | None

    @property
    def is_leaf(self) -> bool:
        """Whether no node of this file may stand below it."""
        return self.included is not None or self.node.rule in LEAF_RULES

    @property
    def counts(self) -> bool:
        """Whether its maximum is part of its parent's."""
        return self.node.rule not in (*EXTRA_RULES, "shown")

    def refuse(self, *keys: str, because: str) -> None:
        """Note that these keys, if they stand there, have no place there."""
        for key in keys:
            if key in self.table.content:
                self.table.refuse(key, because)


def grow_tree(top: TomlTable, drafts: list[Draft], total: Fraction | None) -> tuple[Node, ...]:
    """The nodes in reading order, each with its maximum; faults of the tree are noted."""
    codes = _check_codes(drafts)
    roots = [draft for draft in drafts if draft.node.parent is None]
    if len(roots) != 1:
        found = ", ".join(draft.node.code for draft in roots) or "(none)"
        top.faults.append(Fault(top.file, "node", found, "exactly one node without a parent: the total"))
    for draft in roots:
        draft.refuse("weight", "max", because="none for the total: its maximum is the edition's total")
        if draft.node.rule in (*EXTRA_RULES, "shown"):
            draft.table.refuse("rule", "a rule that brings points of its own, for the total")
    nodes: list[Node] = []
    for draft in roots[:1]:
        _grow(draft, [other for other in drafts if other is not draft], total, nodes)
    lost = [draft for draft in drafts if draft.node.parent is not None and draft.node.parent not in codes]
    for draft in roots[1:] + lost:
        _grow(draft, [other for other in drafts if other is not draft], draft.maximum, [])  # for the faults below it
    for draft in drafts:
        if draft.node.rule == "weighted_sum" and not draft.included:
            children = [other for other in drafts if other.node.parent == draft.node.code and other is not draft]
            _check_sum(draft, [child for child in children if child.counts], Fraction(1), "weight")
        parent = draft.node.parent
        if parent is not None and parent not in codes:
            draft.table.refuse("parent", f"the code of a node: {', '.join(sorted(codes))}")
        elif parent is not None and _in_cycle(draft, drafts):
            draft.table.refuse("parent", "a node above it: these parents go round in a circle")
    return tuple(nodes)


def _check_codes(drafts: list[Draft]) -> set[str]:
    codes: set[str] = set()
    for draft in drafts:
        own = [draft.node.code] if draft.node.code else []
        inner = [node.code for node in draft.included.nodes[1:]] if draft.included else []
        for code in own + inner:
            if code in codes:
                draft.table.refuse("code", f"a code that no other node has; {code!r} is there twice")
            codes.add(code)
    return {draft.node.code for draft in drafts}


def _in_cycle(draft: Draft, drafts: list[Draft]) -> bool:
    parents = {other.node.code: other.node.parent for other in drafts}
    code, steps = draft.node.parent, 0
    while code is not None and code != draft.node.code and steps <= len(drafts):
        code, steps = parents.get(code), steps + 1
    return code == draft.node.code


def _grow(draft: Draft, others: list[Draft], maximum: Fraction | None, nodes: list[Node]) -> None:
    """Add the node with this maximum (None: refused already), then what is below it; note what does not add up."""
    own = maximum or Fraction(0)
    included = draft.included
    node = draft.node.times(own / included.total) if included else dataclasses.replace(draft.node, maximum=own)
    nodes.append(node)
    children = [other for other in others if other.node.parent == node.code]
    others = [other for other in others if other.node.parent != node.code]
    if draft.included:
        nodes.extend(_graft(draft.included, node))
    _check_place(draft, children)
    _check_options(draft, maximum)
    for child in children:
        _grow(child, others, _part_of(draft, child, maximum), nodes)
    if draft.included or maximum is None:
        return
    if node.rule == "sum":
        _check_sum(draft, [child for child in children if child.counts], maximum, "max")
    elif node.rule in ("maximum", *EXTRA_RULES) and children:
        _check_reached(draft, children, maximum)


def _part_of(draft: Draft, child: Draft, maximum: Fraction | None) -> Fraction | None:
    """The maximum of a child: its weight's part below a weighted sum, else its own."""
    if draft.node.rule == "weighted_sum" and child.counts and not draft.included:
        child.refuse("max", because=f"weight alone, below the weighted_sum {draft.node.code!r}")
        return maximum * child.node.weight if maximum and child.node.weight else None
    child.refuse("weight", because=f"max alone, below the {draft.node.rule} {draft.node.code!r}")
    if child.node.rule == "shown":
        child.refuse("max", because="none for what is only shown")
    return child.maximum


def _check_place(draft: Draft, children: list[Draft]) -> None:
    """What may stand below what."""
    rule = draft.node.rule
    counting = [child for child in children if child.node.rule != "shown"]
    if draft.is_leaf and counting:
        draft.table.refuse("rule", "no node below a leaf, but what is only shown")
    if not draft.is_leaf and rule in PARENT_RULES and not any(child.counts for child in children):
        draft.table.refuse("rule", "nodes below it, for a rule that adds them")
    if draft.node.over == "keep" and draft.node.parent is not None:
        draft.table.refuse("over", "cap below the total: what is above this line would pass its own maximum")
    for child in (child for child in children if child.node.rule in EXTRA_RULES):
        if rule != "sum" or draft.included:
            child.table.refuse("rule", f"a sum above it: nothing is added to or taken from {draft.node.code!r}")
        if "max" not in child.table.content:
            child.table.refuse("max", f"its max: the cap of a {child.node.rule}")


def _check_options(draft: Draft, maximum: Fraction | None) -> None:
    """Options of a line whose maximum follows from its weight or the total; where it has a max they were read with it."""
    best = max((option.points for option in draft.node.options), default=None)
    derived = "max" not in draft.table.content and not draft.included
    if derived and maximum is not None and best is not None and best != maximum:
        draft.table.refuse("option", f"a best option that brings the maximum, {maximum}")


def _check_reached(draft: Draft, children: list[Draft], maximum: Fraction) -> None:
    """The best child brings exactly the maximum of a `maximum`; those of a bonus or penalty reach its cap together."""
    parts = [child.maximum for child in children if child.counts]
    if any(part is None for part in parts):
        for child in children:
            if child.counts and "max" not in child.table.content:
                child.table.refuse("max", f"its max, below the {draft.node.rule} {draft.node.code!r}")
        return
    known = [part for part in parts if part is not None]
    best = max(known, default=maximum) if draft.node.rule == "maximum" else sum(known, Fraction(0))
    if (draft.node.rule == "maximum" and best != maximum) or best < maximum:
        expected = (
            f"children of which the best brings exactly {maximum}"
            if draft.node.rule == "maximum"
            else f"children that can reach its cap of {maximum} together"
        )
        draft.table.faults.append(Fault(draft.table.file, draft.table.path("rule"), str(best), expected))


def _check_sum(draft: Draft, children: list[Draft], target: Fraction, key: Literal["weight", "max"]) -> None:
    for child in children:
        if key not in child.table.content:
            child.table.refuse(key, f"its {key}, below the {draft.node.rule} {draft.node.code!r}")
    parts = [child.node.weight if key == "weight" else child.maximum for child in children]
    known = [part for part in parts if part is not None]
    found = sum(known, Fraction(0))
    if not children or len(known) < len(parts) or found == target:
        return  # adds up, or the missing or bad part is noted already
    miss = found - target
    expected = f"children whose {key} adds up to exactly {target} (off by {'+' if miss > 0 else ''}{miss})"
    draft.table.faults.append(Fault(draft.table.file, draft.table.path("rule"), str(found), expected))


def _graft(included: Edition, node: Node) -> tuple[Node, ...]:
    """The included edition's nodes below this one; its root becomes this node."""
    factor = node.maximum / included.total
    root = included.root.code
    return tuple(
        dataclasses.replace(inner.times(factor), parent=node.code if inner.parent == root else inner.parent)
        for inner in included.nodes[1:]
    )
