"""A series across a change of units, such as that of 1/7/2025, on the boundaries of after it or of before it.

Counts know no village: what an old unit answered cannot be divided among those that took it over, nor what a new one
answered among those it was made of. So nothing is divided, on either side.

On new boundaries an old unit's answers go to its successor. If it was split, they go to the successor of its main part
alone, so that nobody is counted twice, and the unit is named as moved only in part. With two main parts, or none, it
stays apart. On old boundaries units that share a successor are one group, before the change as after it, for what came
after belongs to all of them; whoever shares a successor with one of the group belongs to it too.

Source: the units' successors by main and partial part, as resolutions of the National Assembly's Standing Committee
give them (NQ 1663, 1683 and others of 2025). R: igraph::components(igraph::graph_from_data_frame(links)).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from scoring.panel import Panel, panel_of_moments
from scoring.tally import Tally

__all__ = ["Boundaries", "BoundaryKind", "Succession", "UnitSpan", "new_boundaries", "old_boundaries"]

BoundaryKind: TypeAlias = Literal["new", "old"]
MAIN, PARTIAL = "main", "partial"


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """A unit and the days on which it exists, half-open; None where an end is open or not known."""

    code: str
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """That one unit took over another: its "main" part or a "partial" one."""

    old: str
    new: str
    part: str


@dataclass(frozen=True)
class Boundaries:
    """Where each unit's answers are counted.

    kind: "new" or "old". place: unit → code of the series that holds all its answers; on old boundaries, of a group,
    its old units joined by "+". whole: units that ended and are counted with all that became of them. in_part: units
    that were split and are counted with their main part only. apart: units that ended without one main successor and
    stay by themselves. partial: links of which the part is not followed, since nobody knows how many answered there.
    """

    kind: BoundaryKind
    place: Mapping[str, str]
    whole: tuple[str, ...]
    in_part: tuple[str, ...]
    apart: tuple[str, ...]
    partial: tuple[Succession, ...]

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Code of a series → the units whose answers it holds, in order of code."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for unit, place in sorted(self.place.items()):
            found[place].append(unit)
        return {place: tuple(units) for place, units in found.items()}

    def regroup(self, tally: Tally) -> Tally:
        """The tally with each unit's answers in the series that holds them: every answer counted once.

        Args:
            tally: counted by "unit", and whatever else.

        Raises:
            ValueError: it was not counted by unit.
        """
        return tally.relabelled("unit", self.place)

    def regroup_panel(self, panel: Panel) -> Panel:
        """The panel with each unit's answers in the series that holds them: n, sums and squares added up."""
        units = [self.place.get(unit, unit) for unit in panel.units]
        groups = [(unit, month) for unit in units for month in panel.months]
        sums = (np.ravel(each) for each in (panel.n, panel.total, panel.squares))
        return panel_of_moments(groups, *sums, bounds=panel.bounds)


def new_boundaries(units: Iterable[UnitSpan], links: Iterable[Succession]) -> Boundaries:
    """Every unit's answers with the unit that has its main part today, from one successor to the next.

    Args:
        units: all units, each code once.
        links: which took over which; any number for each old and each new unit.

    Returns:
        The boundaries of after the changes. Where no unit ended, every unit is its own place.

    Raises:
        ValueError: a code or a link that comes twice, a link of a unit that is not among `units`, of one that did not
            end, to one that ended with it or before, or a part that is neither "main" nor "partial".

    >>> ended, began = date(2025, 7, 1), date(2025, 7, 1)
    >>> units = [UnitSpan("a", ends=ended), UnitSpan("b", ends=ended), UnitSpan("x", began), UnitSpan("y", began)]
    >>> links = [Succession("a", "x", "main"), Succession("b", "x", "main"), Succession("b", "y", "partial")]
    >>> found = new_boundaries(units, links)
    >>> dict(found.members), found.whole, found.in_part
    ({'x': ('a', 'b', 'x'), 'y': ('y',)}, ('a',), ('b',))
    """
    spans, followed = _checked(units, links)
    main_of = {old: _main(taken) for old, taken in followed.items()}
    place, split = {}, set()
    for code in spans:
        at = code
        while (main := main_of.get(at)) is not None:
            if len(followed[at]) > 1:
                split.add(code)
            at = main
        place[code] = at
    ended = sorted(code for code, span in spans.items() if span.ends is not None)
    moved = [code for code in ended if place[code] != code]
    return Boundaries(
        "new",
        place,
        whole=tuple(code for code in moved if code not in split),
        in_part=tuple(code for code in moved if code in split),
        apart=tuple(code for code in ended if place[code] == code),
        partial=tuple(link for taken in followed.values() for link in taken if main_of[link.old] != link.new),
    )


def old_boundaries(units: Iterable[UnitSpan], links: Iterable[Succession]) -> Boundaries:
    """Every unit's answers with those of all units that share a successor with it, directly or by way of others.

    Args:
        units: all units, each code once.
        links: which took over which; any number for each old and each new unit.

    Returns:
        The boundaries of before the changes, as far as they can still be told apart. A group bears the codes of its
        oldest units, those that took over nobody, joined by "+". Where no unit ended, every unit is its own place.

    Raises:
        ValueError: as `new_boundaries`.

    >>> ended, began = date(2025, 7, 1), date(2025, 7, 1)
    >>> units = [UnitSpan("a", ends=ended), UnitSpan("b", ends=ended), UnitSpan("x", began), UnitSpan("y", began)]
    >>> links = [Succession("a", "x", "main"), Succession("b", "x", "main"), Succession("b", "y", "partial")]
    >>> dict(old_boundaries(units, links).members)
    {'a+b': ('a', 'b', 'x', 'y')}
    """
    spans, followed = _checked(units, links)
    group = _components(spans, followed)
    took_over = {link.new for taken in followed.values() for link in taken}
    place = {
        code: "+".join(sorted(one for one in together if one not in took_over))
        for together in group
        for code in together
    }
    ended = sorted(code for code, span in spans.items() if span.ends is not None)
    return Boundaries(
        "old",
        place,
        whole=tuple(code for code in ended if code in followed),
        in_part=(),
        apart=tuple(code for code in ended if code not in followed and code not in took_over),
        partial=(),
    )


def _main(taken: list[Succession]) -> str | None:
    """The one successor of the main part; None where there are several or none."""
    mains = [link.new for link in taken if link.part == MAIN]
    return mains[0] if len(mains) == 1 else None


def _components(spans: Mapping[str, UnitSpan], followed: Mapping[str, list[Succession]]) -> list[list[str]]:
    """Units by the links between them, whichever way a link leads."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for taken in followed.values():
        for link in taken:
            beside[link.old].add(link.new)
            beside[link.new].add(link.old)
    seen: set[str] = set()
    found = []
    for code in spans:
        if code in seen:
            continue
        together, waiting = [], [code]
        seen.add(code)
        while waiting:
            one = waiting.pop()
            together.append(one)
            waiting += sorted(beside[one] - seen)
            seen |= beside[one]
        found.append(together)
    return found


def _checked(
    units: Iterable[UnitSpan], links: Iterable[Succession]
) -> tuple[dict[str, UnitSpan], dict[str, list[Succession]]]:
    """Units by code, and the links of each old unit; a link leads to a unit that outlived it, so no way leads round."""
    spans: dict[str, UnitSpan] = {}
    for span in units:
        if span.code in spans:
            raise ValueError(f"units has {span.code!r} twice, must have each code once.")
        spans[span.code] = span
    followed: defaultdict[str, list[Succession]] = defaultdict(list)
    for link in links:
        _check_link(link, spans)
        if any(link.new == other.new for other in followed[link.old]):
            raise ValueError(f"links has {link.old!r} → {link.new!r} twice, must have each once.")
        followed[link.old].append(link)
    return spans, dict(followed)


def _check_link(link: Succession, spans: Mapping[str, UnitSpan]) -> None:
    if link.part not in {MAIN, PARTIAL}:
        raise ValueError(f"part == {link.part!r} of {link.old!r} → {link.new!r}, must be 'main' or 'partial'.")
    for code in (link.old, link.new):
        if code not in spans:
            raise ValueError(f"links names {code!r}, must name codes of units.")
    ended = spans[link.old].ends
    if ended is None:
        raise ValueError(f"links follows {link.old!r}, must follow units that ended.")
    if (spans[link.new].ends or date.max) <= ended:
        raise ValueError(f"links leads from {link.old!r} to {link.new!r}, must lead to a unit that outlived it.")
