"""Which comparison the dates of a pilot allow, settled before any answer is looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from scoring.permutation import attainable_p, is_shown
from scoring.pilot import Participation
from scoring.sign_flips import attainable_flip_p

__all__ = [
    "Assumption",
    "Design",
    "DesignKind",
    "Excluded",
    "Window",
    "allowed_designs",
    "choose_design",
    "months_later",
]

DesignKind = Literal[
    "other_units",
    "not_yet_started",
    "none",
    "other_procedures",
    "other_weekdays",
    "triple_procedures",
    "triple_weekdays",
]
Assumption = Literal[
    "exchangeable",
    "either_way",
    "parallel_change",
    "parallel_within",
    "parallel_gap",
    "no_spillover",
    "no_shift",
    "no_shared_cause",
    "no_early_change",
    "same_answering",
    "start_kept",
    "starts_exchangeable",
    "line_goes_on",
    "nothing_else",
]

_WITHIN: tuple[DesignKind, ...] = ("other_procedures", "other_weekdays")
_TRIPLE: tuple[DesignKind, ...] = ("triple_procedures", "triple_weekdays")


class Window(NamedTuple):
    """Whole months compared, half-open: [before_from, before_until) with [after_from, after_until)."""

    before_from: date
    before_until: date
    after_from: date
    after_until: date

    def before(self, months: Iterable[date]) -> tuple[date, ...]:
        """Those of the months that lie before the start."""
        return tuple(month for month in months if self.before_from <= month < self.before_until)

    def after(self, months: Iterable[date]) -> tuple[date, ...]:
        """Those of the months that lie after the start."""
        return tuple(month for month in months if self.after_from <= month < self.after_until)

    @property
    def months_before(self) -> int:
        """Length of the first period."""
        return max(_month_number(self.before_until) - _month_number(self.before_from), 0)

    @property
    def months_after(self) -> int:
        """Length of the second period."""
        return max(_month_number(self.after_until) - _month_number(self.after_from), 0)


class Excluded(NamedTuple):
    """A unit that is no clean comparison: in another pilot meanwhile, started before the window ends, or (only where the
    comparison is kept to units of the treated ones' kind) of another kind; then `pilot` is empty.
    """

    unit: str
    reason: Literal["other_pilot", "started", "other_kind"]
    pilot: str


@dataclass(frozen=True, slots=True)
class Design:
    """Who is compared with whom, over which months, and what would need to be true.

    kind: `other_units` never take part; `not_yet_started` take part later; `none`: nobody is left to compare.
        `other_procedures`, `other_weekdays`: the same units' matters or days outside the pilot; no comparison units.
        `triple_…`: the treated units' change inside less their change outside, against the same in other units.
    treated, comparison: codes, sorted. in_other_pilots: treated units that are in another pilot meanwhile.
    before_contaminated: the pilot continues earlier measures. start_confirmed: the document settles all starts.
    """

    pilot: str
    kind: DesignKind
    treated: tuple[str, ...]
    comparison: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    in_other_pilots: tuple[Excluded, ...]
    window: Window
    before_contaminated: bool
    start_confirmed: bool

    @property
    def within(self) -> bool:
        """Whether the same units' matters or days outside the pilot are the comparison, and no other unit is."""
        return self.kind in _WITHIN

    @property
    def needs_outside(self) -> bool:
        """Whether a second panel is needed: the outcome of what lies outside the pilot, in the same units."""
        return self.within or self.kind in _TRIPLE

    @property
    def candidates(self) -> int:
        """What could have been instead: sets of as many units that could have been the treated ones, or, within units,
        ways in which each unit's gap could have gone up or down; 0 without a comparison.

        Two treated of thirteen: 78. Six units by themselves: 64.
        """
        if self.within:
            return 1 << len(self.treated)
        units = len(self.treated) + len(self.comparison)
        return math.comb(units, len(self.treated)) if self.comparison else 0

    @property
    def smallest_p(self) -> float:
        """Smallest two-sided p that the design can reach; NaN without a comparison."""
        if self.within:
            return attainable_flip_p(len(self.treated))
        return attainable_p(len(self.treated) + len(self.comparison), len(self.treated))

    def can_conclude(self, *, level: float = 0.95) -> bool:
        """Whether any result at all could count as shown at this level."""
        return is_shown(self.smallest_p, level=level)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What would need to be true for the difference to be the pilot's doing; empty without a comparison."""
        if self.kind == "none":
            return ()
        if self.within:
            return ("either_way", "no_shared_cause", "parallel_within", "no_shift", "no_early_change", "same_answering")
        parallel: Assumption = "parallel_gap" if self.needs_outside else "parallel_change"
        common: tuple[Assumption, ...] = ("exchangeable", parallel, "no_spillover", "no_early_change", "same_answering")
        shift: tuple[Assumption, ...] = ("no_shift",) if self.needs_outside else ()
        later: tuple[Assumption, ...] = ("start_kept",) if self.kind == "not_yet_started" else ()
        return (*common, *shift, *later)


def choose_design(
    pilot: str,
    units: Iterable[str],
    participations: Iterable[Participation],
    *,
    months: int = 12,
    until: date | None = None,
    least_months: int = 3,
    level: float = 0.95,
    before_contaminated: bool = False,
) -> Design:
    """The comparison to use: of those allowed, one that can conclude and lasts, and then the longest.

    Ranked by: can conclude at `level`; at least `least_months` after the start; months after; units compared.

    Args:
        pilot: its code.
        units: units that could have been chosen (the district's communes, say), whether they take part or not.
        participations: of every pilot, any unit; those of units outside `units` are passed over.
        months: months looked at before the start, and at most after it.
        until: first day without data, or on which the pilot's own rule has ended, whichever comes first.
        least_months: months after the start that a comparison should last.
        level: confidence level that a conclusion is to have.
        before_contaminated: the pilot continues earlier measures, so the before-period is no clean one.

    Returns:
        A design; of kind `none` where nobody is left to compare.

    Raises:
        ValueError: no unit of `units` takes part in the pilot.

    >>> from scoring.pilot import Participation
    >>> begun = date(2020, 10, 1)
    >>> taking_part = [Participation("zalo", "sa-rai", begun), Participation("hai-trong-mot", "an-phuoc", begun)]
    >>> design = choose_design("zalo", ["sa-rai", "an-phuoc", "binh-phu", "thong-binh", "tan-thanh-b"], taking_part)
    >>> design.kind, design.comparison, design.smallest_p, design.can_conclude()
    ('other_units', ('binh-phu', 'tan-thanh-b', 'thong-binh'), 0.25, False)
    """
    designs = allowed_designs(
        pilot,
        units,
        participations,
        months=months,
        until=until,
        before_contaminated=before_contaminated,
    )

    def rank(design: Design) -> tuple[bool, bool, int, int]:
        after = design.window.months_after
        return design.can_conclude(level=level), after >= least_months, after, len(design.comparison)

    compared = [design for design in designs if design.comparison]
    return max(compared, key=rank) if compared else designs[0]


def allowed_designs(
    pilot: str,
    units: Iterable[str],
    participations: Iterable[Participation],
    *,
    months: int = 12,
    until: date | None = None,
    before_contaminated: bool = False,
) -> tuple[Design, ...]:
    """Every comparison that the dates allow: units that never take part, and at each later start those still waiting.

    Arguments and errors as in `choose_design`. Never empty: the first uses only units that never take part, and is
    of kind `none` when there are none.
    """
    pool = sorted(set(units))
    taking_part = sorted((each for each in participations if each.unit in pool), key=lambda each: each.starts)
    first: dict[str, Participation] = {}
    for each in taking_part:
        if each.pilot == pilot:
            first.setdefault(each.unit, each)
    if not first:
        raise ValueError(f"pilot == {pilot!r}, must be one that a unit of units takes part in.")
    start = min(each.starts for each in first.values())
    treated = tuple(unit for unit in pool if unit in first and first[unit].starts == start)
    ends = [end for end in (until, *(first[unit].ends for unit in treated)) if end is not None]
    cuts: list[date | None] = [None, *sorted({each.starts for each in first.values()} - {start})]

    def design(cut: date | None) -> Design:
        window = _window(start, months, [*ends, cut] if cut else ends)
        others = tuple(each for each in taking_part if each.pilot != pilot and _meets(each, window))
        waiting = [unit for unit in pool if unit not in first or (cut is not None and first[unit].starts >= cut)]
        busy = {each.unit: each.pilot for each in others}
        comparison = tuple(unit for unit in waiting if unit not in busy)
        later = any(unit in first for unit in comparison)
        return Design(
            pilot,
            "none" if not comparison else "not_yet_started" if later else "other_units",
            treated,
            comparison,
            _excluded(pilot, pool, treated, waiting, busy),
            tuple(Excluded(each.unit, "other_pilot", each.pilot) for each in others if each.unit in treated),
            window,
            before_contaminated,
            all(first[unit].confirmed for unit in (*treated, *comparison) if unit in first),
        )

    return tuple(design(cut) for cut in cuts)


def _excluded(
    pilot: str, pool: Sequence[str], treated: Sequence[str], waiting: Sequence[str], busy: dict[str, str]
) -> tuple[Excluded, ...]:
    rest = [unit for unit in pool if unit not in treated]
    return tuple(
        Excluded(unit, "started", pilot) if unit not in waiting else Excluded(unit, "other_pilot", busy[unit])
        for unit in rest
        if unit not in waiting or unit in busy
    )


def _meets(each: Participation, window: Window) -> bool:
    return each.starts < window.after_until and (each.ends is None or each.ends > window.before_from)


def _window(start: date, months: int, ends: Sequence[date]) -> Window:
    """Whole months around the start; the month in which it falls is left out unless it is the first day."""
    before_until = start.replace(day=1)
    after_from = before_until if start.day == 1 else months_later(before_until, 1)
    after_until = min([months_later(after_from, months), *(end.replace(day=1) for end in ends)])
    return Window(months_later(before_until, -months), before_until, after_from, max(after_until, after_from))


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def months_later(day: date, months: int) -> date:
    """The first day of the month so many months later, or earlier where negative."""
    year, month = divmod(_month_number(day) + months, 12)
    return date(year, month + 1, 1)
