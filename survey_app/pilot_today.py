"""Where the units of a pilot are today: a pilot that began before 1/7/2025 ran in units that are no more."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from survey_app.register import Catalogue, Pilot, Unit

Part = Literal["main", "partial"]


@dataclass(frozen=True, slots=True)
class UnitToday:
    """A unit of a pilot that ended. today: the units that took it over, each with its main part or only a part of it.

    Empty where no document names a successor, as for districts, whose level was abolished.
    """

    unit: Unit
    today: tuple[tuple[Unit, Part], ...]

    @property
    def split(self) -> bool:
        """Whether it went to more than one unit."""
        return len(self.today) > 1


def units_of_pilot_today(register: Catalogue, pilot: Pilot, *, on: date) -> tuple[UnitToday, ...]:
    """The units that take part in a pilot and had ended by a day, in the catalogue's order, and who has them that day."""
    codes = dict.fromkeys((*(one.unit for one in register.participations_in(pilot.code)), *pilot.units))
    ended = (register.unit[code] for code in codes if register.unit[code].ends <= on)
    return tuple(UnitToday(unit, _followed(register, unit, on=on)) for unit in ended)


def _followed(register: Catalogue, unit: Unit, *, on: date) -> tuple[tuple[Unit, Part], ...]:
    """The units that have a unit on a day; its main part only by way of main parts throughout."""
    parts: defaultdict[str, set[Part]] = defaultdict(set)
    waiting: list[tuple[str, Part]] = [(unit.code, "main")]
    while waiting:
        code, part = waiting.pop()
        for link in register.successors_of(code):
            taken: Part = "main" if part == link.part == "main" else "partial"
            if register.unit[link.new].ends <= on:
                waiting.append((link.new, taken))
            else:
                parts[link.new].add(taken)
    found: list[tuple[Unit, Part]] = [
        (register.unit[code], "main" if "main" in taken else "partial") for code, taken in parts.items()
    ]
    return tuple(sorted(found, key=lambda each: (each[1] != "main", each[0].code)))
