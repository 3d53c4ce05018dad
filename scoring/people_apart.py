"""Whose answers may be told apart from those of others at the same desk, so that no subtraction reveals fewer than ten.

The release rule shows a desk's answers as batches of at least ten (`release.py`); somebody who looks often knows each. A
person's figure counts that person's answers in these batches, which are no whole batches where two took turns. So what a
person's sum reveals beside the batches is bounded here: for any group T of people whose sums are told, and any choice of
batches, the fewest answers that an addition or subtraction of those sums can leave over are

    sum over batches of min(answers of T in it, answers of others in it),

reached by taking from each batch the smaller side. It must be 0 (each batch is all theirs, or none of theirs: nothing is
left over) or at least ten. A combination with more than two different weights leaves no fewer over than one of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from itertools import combinations

__all__ = ["people_told"]

MOST_TOLD = 8
"""Groups double with each person more; nobody else at the same desk in the same month is told apart then."""

Atoms = Mapping[tuple[Hashable, str], int]


def people_told(atoms: Atoms, *, at_least: int = 10) -> frozenset[str]:
    """The people whose sum over all batches may be shown beside the batches themselves.

    Args:
        atoms: (batch, person) → answers, 0 or more; of one desk, month and question. The person is "" for answers that are
            nobody's alone.
        at_least: the fewest answers that anything shown may be about, 1 or more.

    Returns:
        Codes of people, chosen from those with most answers on; "" is never among them.

    Raises:
        ValueError: negative answers, or `at_least` below 1.

    >>> sorted(people_told({(1, "an"): 12, (2, "binh"): 15}))  # each batch is one person's
    ['an', 'binh']
    >>> sorted(people_told({(1, "an"): 9, (1, "binh"): 4, (2, "an"): 12}))  # 13 − 9 would tell of binh's 4
    []
    """
    if at_least < 1:
        raise ValueError(f"at_least == {at_least}, must be 1 or more.")
    if any(answers < 0 for answers in atoms.values()):
        raise ValueError(f"atoms has {min(atoms.values())}, must have answers of 0 or more.")
    batches: defaultdict[Hashable, dict[str, int]] = defaultdict(dict)
    totals: defaultdict[str, int] = defaultdict(int)
    for (batch, person), answers in atoms.items():
        batches[batch][person] = batches[batch].get(person, 0) + answers
        totals[person] += answers
    told: list[str] = []
    for person in sorted(totals, key=lambda each: (-totals[each], each)):
        if person == "" or totals[person] < at_least or len(told) == MOST_TOLD:
            continue
        if all(
            _safe({person, *others}, batches, at_least)
            for size in range(len(told) + 1)
            for others in combinations(told, size)
        ):
            told.append(person)
    return frozenset(told)


def _safe(group: set[str], batches: Mapping[Hashable, Mapping[str, int]], at_least: int) -> bool:
    left = 0
    for each in batches.values():
        theirs = sum(answers for person, answers in each.items() if person in group)
        left += min(theirs, sum(each.values()) - theirs)
    return left == 0 or left >= at_least
