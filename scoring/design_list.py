"""Every comparison that a pilot allows, the best first, with the reason: chosen before any answer is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from scoring.design import Design, DesignKind, Excluded, allowed_designs
from scoring.pilot import Participation

__all__ = ["DesignChoice", "DesignReason", "list_designs", "rank_designs"]

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
    only; each unit with itself, inside the pilot against outside; and triple differences of both. Comparisons with
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
    found += [_without_other_kinds(design, pool, alike) for design in allowed(alike)] if alike else []
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
