"""Who could have taken part in a pilot, and what its dates allow to be said before any answer is looked at."""

from collections.abc import Collection
from datetime import date

from scoring import Design, choose_design
from survey_app.register import Catalogue, Pilot, Unit


def units_that_could(register: Catalogue, pilot: Pilot) -> tuple[Unit, ...]:
    """The communes of a pilot's locality at its start, and whoever takes part."""
    taking_part = {one.unit for one in register.participations_in(pilot.code)}
    return tuple(
        unit
        for unit in register.units
        if unit.code in taking_part
        or (unit.parent == pilot.locality and unit.level == "commune" and unit.starts <= pilot.rule.starts < unit.ends)
    )


def units_compared(register: Catalogue, pilot: Pilot, *, told_of: Collection[str] = ()) -> tuple[Unit, ...]:
    """Those of them that take part or can tell something: what nobody can answer at is no place that could have been chosen.

    told_of: units with answers or dossiers of what is compared. While nobody but those who take part has any, units with a
    desk; while no unit has a desk, all.
    """
    units = units_that_could(register, pilot)
    codes, taking_part = {unit.code for unit in units}, {one.unit for one in register.participations_in(pilot.code)}
    told = codes.intersection(told_of)
    known = told if told - taking_part else codes.intersection(desk.unit for desk in register.desks) or codes
    return tuple(unit for unit in units if unit.code in taking_part | known)


def compared_until(register: Catalogue, pilot: Pilot, *, until: date) -> date:
    """First day that is not compared: the pilot's own end, the first end of a unit that could have taken part, or `until`."""
    return min([pilot.rule.ends or until, until, *(unit.ends for unit in units_that_could(register, pilot))])


def design_of(register: Catalogue, pilot: Pilot, *, until: date, told_of: Collection[str] = ()) -> Design:
    """The comparison that a pilot's dates allow, with its units looked at until a day and no longer than they exist.

    told_of: as in `units_compared`.
    """
    units = units_compared(register, pilot, told_of=told_of)
    return choose_design(
        pilot.code,
        [unit.code for unit in units],
        register.participations,
        until=compared_until(register, pilot, until=until),
        before_contaminated=pilot.before == "contaminated",
    )
