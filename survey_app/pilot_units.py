"""Who could have taken part in a pilot, and what its dates allow to be said before any answer is looked at."""

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


def compared_until(register: Catalogue, pilot: Pilot, *, until: date) -> date:
    """First day that is not compared: the pilot's own end, the first end of a unit that could have taken part, or `until`."""
    return min([pilot.rule.ends or until, until, *(unit.ends for unit in units_that_could(register, pilot))])


def design_of(register: Catalogue, pilot: Pilot, *, until: date) -> Design:
    """The comparison that a pilot's dates allow, with its units looked at until a day and no longer than they exist."""
    units = units_that_could(register, pilot)
    return choose_design(
        pilot.code,
        [unit.code for unit in units],
        register.participations,
        until=compared_until(register, pilot, until=until),
        before_contaminated=pilot.before == "contaminated",
    )
