"""Requests counted by group and class of status, and how long they took; those of citizens are told slot by slot only.

A counter that is read every fifteen seconds would tell the minute of an answer. So what citizens' pages count is held until
their slot is over, as an answer itself is, and joins what may be read all at once; what the staff does is told at once.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

GROUPS: Final[Mapping[str, str]] = {
    "r": "form",
    "k": "tablet",
    "s": "screen",
    "c": "case",
    "static": "tablet",
    "api": "api",
    "office": "office",
    "sign-in": "sign_in",
    "sign-out": "sign_in",
    "first-run": "sign_in",
    "dashboards": "dashboards",
    "fonts": "dashboards",
    "health": "",
    "metrics": "",
}
"""First word of a path → its group; "" is not counted. Nothing else of a path is ever looked at: it may hold a code."""
OTHER: Final = "other"
TOLD_AT_ONCE: Final = frozenset({"office", "sign_in", "dashboards"})
BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper ends of what waits are counted by, in seconds."""
_ROW = [0, 0.0, *([0] * (len(BOUNDS) + 1))]

Rows = dict[tuple[str, int], list[float]]
"""Group and class of status (2 for 200…299) → requests, seconds in all, and requests by wait."""


def group_of(path: str) -> str:
    """The group of a path; "" for what is not counted.

    >>> group_of("/R/AB12-CD34"), group_of("/"), group_of("/health")
    ('form', 'other', '')
    """
    return GROUPS.get(path[1:].partition("/")[0].lower(), OTHER)


class RequestCounts:
    """What may be read (`told`), and what waits for the end of its slot. Used from one thread."""

    def __init__(self) -> None:
        self.told: Rows = {}
        self._held: Rows = {}
        self.failed = self.refused = self.sign_ins_failed = 0

    def count(self, group: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        rows = self.told if group in TOLD_AT_ONCE else self._held
        row = rows.get((group, status // 100))
        if row is None:
            row = rows[group, status // 100] = list(_ROW)
        row[0] += 1
        row[1] += seconds
        row[2 + bisect_left(BOUNDS, seconds)] += 1
        if status >= 400:  # noqa: PLR2004 - of HTTP
            self._count_bad(group, status)

    def _count_bad(self, group: str, status: int) -> None:
        self.failed += status >= 500  # noqa: PLR2004 - of HTTP
        self.refused += status == 429  # noqa: PLR2004 - of HTTP
        self.sign_ins_failed += group == "sign_in" and status in {401, 429}

    def release(self) -> None:
        """The slot is over: what was held may be read."""
        for key, held in self._held.items():
            told = self.told.setdefault(key, list(_ROW))
            for place, number in enumerate(held):
                told[place] += number
        self._held = {}
