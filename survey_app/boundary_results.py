"""A run of months across the change of units on 1/7/2025, on the boundaries of today or of before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scoring import (
    Boundaries,
    BoundaryKind,
    Estimate,
    Period,
    Succession,
    UnitSpan,
    new_boundaries,
    old_boundaries,
    period_of,
)
from survey_app.name_order import NameKey, by_name
from survey_app.register import Catalogue, Gap, Unit
from survey_app.results import MonthResult, read_index, score_group
from survey_app.snapshot import Snapshot

MONTHS_BEFORE, MONTHS_AFTER, MOST_MONTHS = 6, 6, 24
"""How many months of either side are shown at least, and of both together at most."""


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """One series of a run. before: its units that ended; after: those that stand today; by name."""

    before: tuple[Unit, ...]
    after: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class BoundarySeries:
    """A run of months across a change, all its units together.

    change: the first day of the new units. places: what was joined. in_part: units that were split, counted with their
    main part only. elsewhere: units of which a part came to these, and whose answers are not among theirs. apart: units
    asked for that ended without one successor, counted nowhere here. silent: units that ended and have no answer that may
    be shown in these months. gaps: what no document settles of the units that ended.
    """

    kind: BoundaryKind
    change: date
    months: tuple[MonthResult, ...]
    places: tuple[SeriesPlace, ...]
    in_part: tuple[Unit, ...]
    elsewhere: tuple[Unit, ...]
    apart: tuple[Unit, ...]
    silent: tuple[Unit, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def ended(self) -> tuple[Unit, ...]:
        """All units of before the change whose answers are in the run."""
        return tuple(unit for place in self.places for unit in place.before)


def read_boundaries(register: Catalogue, kind: BoundaryKind) -> Boundaries:
    """Where the register's units are counted on the boundaries of today ("new") or of before ("old")."""
    spans = [UnitSpan(unit.code, unit.valid_from, unit.valid_to) for unit in register.units]
    links = [Succession(link.old, link.new, link.part) for link in register.successors]
    return new_boundaries(spans, links) if kind == "new" else old_boundaries(spans, links)


def change_of(register: Catalogue, units: Iterable[Unit]) -> date | None:
    """The day on which any of these units last took over another, or was taken over; None where none did."""
    codes = {unit.code for unit in units}
    return max(
        (register.unit[link.old].ends for link in register.successors if codes & {link.old, link.new}), default=None
    )


def units_on(register: Catalogue, units: Iterable[Unit], kind: BoundaryKind) -> tuple[Unit, ...]:
    """The units whose answers, added up, are those of the given ones on these boundaries, whatever the day.

    A unit that ended without one main successor is left out: beside the others its answers would end with it.
    """
    return tuple(unit for place in _places(register, units, kind) for unit in (*place.before, *place.after))


def series_across(snapshot: Snapshot, units: Iterable[Unit], kind: BoundaryKind, *, until: date) -> BoundarySeries:
    """The index of units by month across their change, every figure a sum of what is released for single units.

    Args:
        snapshot: the record as of a moment.
        units: those asked for, of before or of after the change; at least one that changed.
        kind: boundaries of today ("new") or of before ("old").
        until: the first day after the months asked for; months around the change are shown in any case.

    Raises:
        ValueError: none of the units changed.
    """
    asked, register = tuple(units), snapshot.register
    places = _places(register, asked, kind)
    counted = [unit for place in places for unit in (*place.before, *place.after)]
    changes = [unit.ends for place in places for unit in place.before]
    if not changes:
        raise ValueError(f"units == {[unit.code for unit in asked]}, must have one that took over or was taken over.")
    found, change = read_boundaries(register, kind), max(changes)
    months = _months_around(change, until=until, running=snapshot.taken.date())
    codes = {unit.code for unit in counted}
    lost = dict.fromkeys(link.old for link in found.partial if link.new in codes and link.old not in codes)
    shown = {unit for unit, month in snapshot.by_unit.groups if month in months}
    return BoundarySeries(
        kind=kind,
        change=change,
        months=tuple(MonthResult(month, _index(snapshot, counted, month)) for month in months),
        places=places,
        in_part=tuple(unit for unit in counted if unit.code in found.in_part),
        elsewhere=tuple(register.unit[code] for code in lost),
        apart=tuple(unit for unit in asked if unit.code in found.apart),
        silent=tuple(unit for place in places for unit in place.before if unit.code not in shown),
        gaps=tuple(gap for gap in register.gaps if gap.about in codes),
    )


def _places(register: Catalogue, units: Iterable[Unit], kind: BoundaryKind) -> tuple[SeriesPlace, ...]:
    found = read_boundaries(register, kind)
    wanted = dict.fromkeys(found.place[unit.code] for unit in units if unit.code not in found.apart)
    members = [sorted((register.unit[code] for code in found.members[place]), key=_name) for place in wanted]
    places = (
        SeriesPlace(
            before=tuple(unit for unit in together if unit.valid_to is not None),
            after=tuple(unit for unit in together if unit.valid_to is None),
        )
        for together in members
    )
    return tuple(sorted(places, key=lambda place: _name((*place.after, *place.before)[0])))


def _name(unit: Unit) -> tuple[NameKey, str]:
    return by_name(unit.name), unit.code


def _months_around(change: date, *, until: date, running: date) -> tuple[date, ...]:
    """From half a year before a change to `until`, and half a year after it at least; never beyond the running month."""
    month = period_of(change, "month")
    for _ in range(MONTHS_BEFORE):
        month = month.previous
    after, months = 0, [month.starts]
    while len(months) < MOST_MONTHS:
        month = Period(month.ends, "month")
        after += month.starts >= change
        if month.starts > running or (month.starts >= until and after > MONTHS_AFTER):
            break
        months.append(month.starts)
    return tuple(months)


def _index(snapshot: Snapshot, units: Iterable[Unit], month: date) -> Estimate:
    return read_index(score_group(snapshot, units, Period(month, "month")))
