"""Every comparison that a pilot allows, the best first, with the reason: chosen before any answer is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from scoring.design import Design, DesignKind, Excluded, allowed_designs, months_later
from scoring.pilot import Participation

__all__ = ["DesignChoice", "DesignReason", "PilotStarts", "list_designs", "list_starts", "rank_designs"]

Contrast = Literal["procedures", "weekdays"]
DesignReason = Literal["chosen", "cannot_conclude", "too_short", "weaker_comparison", "fewer_months", "fewer_units"]


@dataclass(frozen=True, slots=True)
class DesignChoice:
    """One comparison of a pilot, and why it was chosen or stands behind the chosen one.

    reason: `cannot_conclude`: its smallest p exceeds 1 − level; `too_short`: fewer months after the start than asked;
    `weaker_comparison`: within units, or a triple difference, where other units can be compared; `fewer_months`,
    `fewer_units`: less to go by.
    """

    design: Design
    reason: DesignReason


def list_designs(
    pilot: str,
    units: Iterable[str],
    participations: Iterable[Participation],
    *,
    contrasts: Iterable[Contrast] = (),
    kinds: Mapping[str, str] | None = None,
    months: int = 12,
    until: date | None = None,
    before_contaminated: bool = False,
) -> tuple[Design, ...]:
    """All comparisons that the dates and the pilot's own rule allow.

    With other units and with those not yet started (`allowed_designs`); the same among units of the treated ones' kind
    only, where that is another comparison; each unit with itself, inside the pilot against outside; and triple differences of both. Comparisons with
    itself need months before the start, and those are only looked for where the window has any.

    Args:
        pilot: its code.
        units: units that could have been chosen.
        participations: of every pilot.
        contrasts: what divides inside from outside in one unit: `procedures` where the pilot has a list of them,
            `weekdays` where it has days or hours of its own.
        kinds: of the units (xã, thị trấn), by code; also offers the comparison within the treated ones' kind.
        months: as in `choose_design`.
        until: as in `choose_design`.
        before_contaminated: as in `choose_design`.

    Raises:
        ValueError: no unit of `units` takes part in the pilot.

    >>> from scoring.pilot import Participation
    >>> begun = [Participation("p", unit, date(2024, 3, 1)) for unit in ("a", "b")]
    >>> found = list_designs("p", "abcdefg", begun, kinds=dict.fromkeys("abcdef", "xã") | {"g": "thị trấn"})
    >>> [(design.candidates, len(design.comparison)) for design in found]
    [(21, 5), (15, 4)]
    """
    pool, everything = tuple(units), tuple(participations)

    def allowed(among: Iterable[str], taking_part: Iterable[Participation] = everything) -> tuple[Design, ...]:
        return allowed_designs(
            pilot, among, taking_part, months=months, until=until, before_contaminated=before_contaminated
        )

    found = list(allowed(pool))
    alike = _of_one_kind(found[0], kinds or {}, pool)
    known = {(design.comparison, design.window) for design in found}
    narrower = [design for design in allowed(alike) if (design.comparison, design.window) not in known] if alike else []
    found += [_without_other_kinds(design, pool, alike) for design in narrower if design.comparison]
    compared = [design for design in found if design.comparison]
    waves = [
        allowed({each.unit for each in wave}, [*wave, *others])[0] for wave, others in _waves(pilot, pool, everything)
    ]
    for contrast in contrasts:
        found += [_within(wave, contrast) for wave in waves if wave.window.months_before]
        found += [replace(design, kind=_TRIPLE[contrast]) for design in compared if design.window.months_before]
    return tuple(dict.fromkeys(found))


def rank_designs(designs: Iterable[Design], *, least_months: int = 3, level: float = 0.95) -> tuple[DesignChoice, ...]:
    """The designs, the one to use first, each with its reason.

    Ranked by: can conclude at `level`; at least `least_months` after the start; other units before the same units'
    other matters, as people and dossiers move within a unit first; months after; units. Nothing but dates and lists
    is looked at.
    """

    def rank(design: Design) -> tuple[bool, bool, bool, int, int]:
        after = design.window.months_after
        strength = not design.needs_outside
        return (
            design.can_conclude(level=level),
            after >= least_months,
            strength,
            after,
            len(design.treated) + len(design.comparison),
        )

    ordered = sorted(designs, key=rank, reverse=True)
    best = rank(ordered[0]) if ordered else ()
    reasons: tuple[DesignReason, ...] = (
        "cannot_conclude",
        "too_short",
        "weaker_comparison",
        "fewer_months",
        "fewer_units",
    )

    def reason(design: Design) -> DesignReason:
        below = [code for code, own, top in zip(reasons, rank(design), best, strict=True) if own < top]
        return below[0] if below else "fewer_units"

    return tuple(DesignChoice(each, "chosen" if each is ordered[0] else reason(each)) for each in ordered)


@dataclass(frozen=True, slots=True)
class PilotStarts:
    """Who of a roll-out started when, for `compare_starts`. starts: first day of each unit that can be used, None if it
    does not begin in these months. excluded: units in no wave and in another pilot meanwhile. in_other_pilots: units of
    a wave that are. since, until: months compared, half-open; both the same where nobody starts.
    """

    starts: dict[str, date | None]
    excluded: tuple[Excluded, ...]
    in_other_pilots: tuple[Excluded, ...]
    since: date
    until: date

    @property
    def waves(self) -> int:
        """Days on which units start; a roll-out has two or more."""
        return len({start for start in self.starts.values() if start is not None})

    def months(self, months: Iterable[date]) -> tuple[date, ...]:
        """Those of the months that are compared."""
        return tuple(month for month in months if self.since <= month < self.until)


def list_starts(
    pilot: str, units: Iterable[str], participations: Iterable[Participation], *, until: date, months: int = 12
) -> PilotStarts:
    """Starts of a roll-out before `until`; only units in no other pilot meanwhile are left to compare with.

    A unit that stops before `until` counts as under way to the end: let `until` be the day on which the first stops.

    Args:
        pilot: its code.
        units: units that could have been chosen.
        participations: of every pilot; of a unit's several in this one the first counts.
        until: first day without data.
        months: months looked at before the first start.
    """
    pool, end = sorted(set(units)), until.replace(day=1)
    known = sorted(participations, key=lambda each: each.starts)
    starts: dict[str, date | None] = dict.fromkeys(pool)
    for each in reversed(known):
        if each.pilot == pilot and each.unit in starts and each.starts < end:
            starts[each.unit] = each.starts
    first = min((start for start in starts.values() if start is not None), default=None)
    since = end if first is None else months_later(first.replace(day=1), -months)
    busy = {
        each.unit: Excluded(each.unit, "other_pilot", each.pilot)
        for each in known
        if each.pilot != pilot and each.unit in starts and each.starts < end and (not each.ends or each.ends > since)
    }
    return PilotStarts(
        {unit: start for unit, start in starts.items() if start is not None or unit not in busy},
        tuple(busy[unit] for unit in pool if unit in busy and starts[unit] is None),
        tuple(busy[unit] for unit in pool if unit in busy and starts[unit] is not None),
        since,
        end,
    )


_WITHIN: dict[Contrast, DesignKind] = {"procedures": "other_procedures", "weekdays": "other_weekdays"}
_TRIPLE: dict[Contrast, DesignKind] = {"procedures": "triple_procedures", "weekdays": "triple_weekdays"}


def _within(wave: Design, contrast: Contrast) -> Design:
    return replace(wave, kind=_WITHIN[contrast], comparison=(), excluded=())


def _of_one_kind(first: Design, kinds: Mapping[str, str], pool: tuple[str, ...]) -> tuple[str, ...]:
    """Units of the treated ones' kind, where they have one and others have another; else none."""
    own = {kinds.get(unit, "") for unit in first.treated}
    if len(own) != 1 or "" in own:
        return ()
    alike = tuple(unit for unit in pool if kinds.get(unit) in own)
    return alike if len(alike) < len(pool) else ()


def _without_other_kinds(design: Design, pool: tuple[str, ...], alike: tuple[str, ...]) -> Design:
    others = tuple(Excluded(unit, "other_kind", "") for unit in sorted(set(pool) - set(alike)))
    return replace(design, excluded=(*design.excluded, *others))


def _waves(
    pilot: str, pool: tuple[str, ...], participations: tuple[Participation, ...]
) -> list[tuple[list[Participation], list[Participation]]]:
    """Participations by the date of their unit's first start, and those in other pilots beside each: where a unit is its
    own comparison, later starters count too.
    """
    own = [each for each in participations if each.pilot == pilot and each.unit in pool]
    others = [each for each in participations if each.pilot != pilot]
    earliest = {unit: min(each.starts for each in own if each.unit == unit) for unit in {each.unit for each in own}}
    starts = sorted(set(earliest.values()))
    return [([each for each in own if earliest[each.unit] == start], others) for start in starts]
