"""The tree of an edition's nodes: who is below whom, and whether weights and maxima add up to the declared total."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.edition import Edition, Node
from scoring.toml_table import Fault, TomlTable

__all__ = ["LEAF_RULES", "PARENT_RULES", "SURVEY_RULES", "Draft", "grow_tree"]

SURVEY_RULES = ("share", "mean")
LEAF_RULES = (*SURVEY_RULES, "ratio", "points")
PARENT_RULES = ("sum", "weighted_sum")


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
    nodes: list[Node] = []
    for draft in roots[:1]:
        _grow(draft, [other for other in drafts if other is not draft], total, nodes)
    for draft in drafts:
        if draft.node.rule == "weighted_sum" and not draft.included:
            children = [other for other in drafts if other.node.parent == draft.node.code and other is not draft]
            _check_sum(draft, children, Fraction(1), "weight")
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
    node = dataclasses.replace(draft.node, maximum=maximum or Fraction(0))
    nodes.append(node)
    children = [other for other in others if other.node.parent == node.code]
    others = [other for other in others if other.node.parent != node.code]
    if draft.included:
        nodes.extend(_graft(draft.included, node))
    if draft.is_leaf == bool(children) and (draft.is_leaf or node.rule in PARENT_RULES):
        no_child = "nodes below it, for a rule that adds them"
        draft.table.refuse("rule", "no node below a leaf" if draft.is_leaf else no_child)
    if node.rule not in PARENT_RULES or draft.included:
        return
    weighted = node.rule == "weighted_sum"
    for child in children:
        if weighted:
            child.refuse("max", because=f"weight alone, below the weighted_sum {node.code!r}")
            part = maximum * child.node.weight if maximum and child.node.weight else None
        else:
            child.refuse("weight", because=f"max alone, below the sum {node.code!r}")
            part = child.maximum
        _grow(child, others, part, nodes)
    if not weighted and maximum is not None:
        _check_sum(draft, children, maximum, "max")


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
        dataclasses.replace(
            inner, parent=node.code if inner.parent == root else inner.parent, maximum=inner.maximum * factor
        )
        for inner in included.nodes[1:]
    )
