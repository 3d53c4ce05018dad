"""A change of the register as it is looked at before it is made: the same for a page and for a command."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection

from survey_app.reading import read_register
from survey_app.reading.register_change import read_facts
from survey_app.register import Catalogue
from survey_app.register_change import ChangeFault, Facts, Planned, Steps

Plan = Callable[[Catalogue, Facts], Planned]


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """The register as it is, what the record holds of what changes, and the steps or what stands against them."""

    register: Catalogue
    facts: Facts
    steps: Steps | None
    faults: tuple[ChangeFault, ...]

    @property
    def fingerprint(self) -> str:
        """Of the steps: what is made is what was looked at."""
        return sha256(repr(self.steps).encode()).hexdigest()


def prepare_change(connection: Connection, plan: Plan, *, units: Collection[str], today: date) -> PreparedChange:
    """Plan a change on the register as it stands. units: those that it touches."""
    register = read_register(connection)
    facts = read_facts(connection, register, units, today=today)
    steps, faults = plan(register, facts)
    return PreparedChange(register, facts, steps, faults)


def parse_day(text: str) -> date | None:
    """A day as a date field sends it or as people write it; None for what is no day.

    >>> parse_day("2026-12-01"), parse_day(" 1/12/2026 "), parse_day("31/02/2026"), parse_day("")
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 1), None, None)
    """
    parts = text.strip().split("/")
    try:
        if len(parts) == 3:  # noqa: PLR2004 - day, month, year
            day, month, year = map(int, parts)
            return date(year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
