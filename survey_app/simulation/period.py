"""Which units are simulated in which months."""

from collections.abc import Iterator, Mapping
from datetime import date

from survey_app.register import Catalogue, Pilot, Unit

__all__ = ["is_over", "locality_of", "months_between", "next_month", "shifted", "simulated_months"]

LOOKED_AT = 12
"""Months before a pilot's start, after the start of the last to join it, and before today's month."""


def shifted(month: date, by: int) -> date:
    """The first day of the month so many months later."""
    year, number = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(year, number + 1, 1)


def next_month(day: date) -> date:
    """The first day of the month after the one in which a day lies."""
    return shifted(day, 1)


def months_between(starts: date, ends: date) -> Iterator[date]:
    """First days of the months from that of `starts` to before `ends`."""
    month = starts.replace(day=1)
    while month < ends:
        yield month
        month = next_month(month)


def is_over(month: date, *, today: date) -> bool:
    """Whether a month is over, so that its service records are closed."""
    return next_month(month) <= today


def locality_of(catalogue: Catalogue, unit: str) -> str:
    """The district of a unit, or its province where there is no district: whose months are good or bad together."""
    found = catalogue.unit[unit]
    return unit if found.level == "district" or found.parent is None else found.parent


def simulated_months(catalogue: Catalogue, *, today: date) -> Mapping[str, tuple[date, ...]]:
    """Unit code → first days of its simulated months, ascending; units in the catalogue's order.

    For each pilot all units of its locality, from twelve months before its start to twelve after the last unit joined;
    and all units that stand today, the last twelve full months and this one. Units without a desk have nothing, and no
    unit has a month in which it does not stand from the first to the last day.
    """
    found: dict[str, set[date]] = {desk.unit: set() for desk in catalogue.desks}
    recent = set(months_between(shifted(today, -LOOKED_AT), next_month(today)))
    for code, months in found.items():
        unit = catalogue.unit[code]
        for pilot in catalogue.pilots:
            if pilot.locality in (code, unit.parent):
                months.update(_months_around(catalogue, pilot))
        if unit.starts <= today < unit.ends:
            months.update(recent)
    return {
        unit.code: tuple(sorted(month for month in found[unit.code] if month <= today and _stands(unit, month)))
        for unit in catalogue.units
        if found.get(unit.code)
    }


def _months_around(catalogue: Catalogue, pilot: Pilot) -> Iterator[date]:
    joined = [one.starts for one in catalogue.participations_in(pilot.code)] or [pilot.rule.starts]
    last = max(joined)
    after = last if last.day == 1 else next_month(last)
    return months_between(shifted(min(joined), -LOOKED_AT), shifted(after, LOOKED_AT))


def _stands(unit: Unit, month: date) -> bool:
    return unit.starts <= month and next_month(month) <= unit.ends
