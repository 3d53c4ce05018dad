"""A change of the register as it is looked at before it is made: the same for a page and for a command."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection, Engine

from survey_app.reading import read_register
from survey_app.reading.register_change import read_facts
from survey_app.reading.state import read_register_version
from survey_app.recording.register import hold_register
from survey_app.register import Catalogue
from survey_app.register_change import ChangeFault, Facts, Planned, Steps, UnitChange, plan_units

Plan = Callable[[Catalogue, Facts], Planned]


@dataclass(frozen=True, slots=True)
class SeenRegister:
    """The register, and which version of it this is."""

    version: str | None
    register: Catalogue


def see_register(connection: Connection, before: SeenRegister | None = None) -> SeenRegister:
    """The register as it stands. before: as it was seen, which is not read again where nothing changed."""
    version = read_register_version(connection)
    return before if before and before.version == version else SeenRegister(version, read_register(connection))


def hold_seen_register(connection: Connection, before: SeenRegister | None = None) -> SeenRegister:
    """The register, which nobody else changes until the transaction ends.

    It is read before it is held: meanwhile no answer is stored where the database is SQLite, and a country's takes a second.
    """
    seen = before or see_register(connection)
    hold_register(connection)
    return see_register(connection, seen)


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


def prepare_change(
    connection: Connection, seen: SeenRegister, plan: Plan, *, units: Collection[str], today: date
) -> PreparedChange:
    """Plan a change on the register. units: those that it touches."""
    facts = read_facts(connection, seen.register, units, today=today)
    steps, faults = plan(seen.register, facts)
    return PreparedChange(seen.register, facts, steps, faults)


def prepare_units(connection: Connection, seen: SeenRegister, asked: UnitChange, *, today: date) -> PreparedChange:
    """Plan what becomes of units and of their desks."""
    plan: Plan = lambda register, facts: plan_units(register, asked, facts=facts, today=today)  # noqa: E731
    units = {*asked.old, *(to for _, to, _ in asked.links)}
    return prepare_change(connection, seen, plan, units=units, today=today)


def make_confirmed(
    engine: Engine,
    seen: SeenRegister,
    prepare: Callable[[Connection, SeenRegister], PreparedChange],
    store: Callable[[Connection, PreparedChange, Steps], None],
    *,
    confirmed: str | None,
) -> tuple[PreparedChange, bool]:
    """Plan a change, and store it if it is the one that was confirmed; what was planned, and whether it was stored.

    Nothing is held while it is planned: who only looks keeps nobody waiting. What is stored is planned again when nobody
    else can change the register, and stored only if that comes to the same.

    Args:
        engine: the database.
        seen: the register.
        prepare: plans the change.
        store: keeps its steps.
        confirmed: the fingerprint of what somebody looked at and confirmed; None for nothing.
    """
    with engine.connect() as connection:
        found = prepare(connection, seen)
    if found.steps is None or found.fingerprint != confirmed:
        return found, False
    with engine.begin() as connection:
        found = prepare(connection, hold_seen_register(connection, seen))
        if found.steps is None or found.fingerprint != confirmed:
            return found, False
        store(connection, found, found.steps)
    return found, True


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
