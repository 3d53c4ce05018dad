"""A roster that nobody kept: for each desk of some units people who take it by turns, marked simulated."""

from collections.abc import Iterator
from datetime import date

from survey_app.register import Catalogue
from survey_app.roster import Shift, StaffMember, Who
from survey_app.simulation.period import shifted

SOURCE = "mo-phong"
MONTHS, MOST_UNITS = 12, 6


def simulate_roster(catalogue: Catalogue, *, today: date) -> tuple[list[StaffMember], list[Shift]]:
    """People and shifts of the last twelve months in a few units: the demonstration's own and those beside it.

    At the first desk of a unit two take turns by months; at each other one stands all day. Codes and shown names are
    numbers: nobody is made up who might exist.
    """
    since = shifted(today.replace(day=1), -MONTHS)
    members: list[StaffMember] = []
    shifts: list[Shift] = []
    for unit in _units(catalogue, today):
        desks = [
            desk for desk in catalogue.desks
            if desk.unit == unit and desk.kind == "counter" and desk.starts <= since and today < desk.ends
        ]  # fmt: skip
        for number, desk in enumerate(desks, 1):
            people = 2 if number == 1 else 1
            numbers = [f"{number}{letter}" for letter in "AB"[:people]]
            members += [StaffMember(f"MP-{each}", unit, f"Cán bộ {each}", SOURCE, True) for each in numbers]
            shifts += _turns([one.who for one in members[-people:]], desk.code, since)
    return members, shifts


def _units(catalogue: Catalogue, today: date) -> list[str]:
    demo = catalogue.demo_desk
    own = demo.unit if demo else ""
    parent = catalogue.unit[own].parent if own in catalogue.unit else None
    beside = [unit.code for unit in catalogue.units if unit.parent == parent and unit.starts <= today < unit.ends]
    return sorted(beside, key=lambda code: (code != own, code))[:MOST_UNITS] if own else []


def _turns(people: list[Who], desk: str, since: date) -> Iterator[Shift]:
    """One person stands on; of two each has every second month, and the last of them goes on."""
    if len(people) == 1:
        yield Shift(*people[0], desk, since, "day", None, SOURCE)
        return
    for number in range(MONTHS + 1):
        ends = None if number == MONTHS else shifted(since, number + 1)
        yield Shift(*people[number % len(people)], desk, shifted(since, number), "day", ends, SOURCE)
