"""The register's values: units, desks, procedures, pilots, and what the documents leave open."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from scoring.office_hours import OfficeBook
from scoring.pilot import Participation, PilotRule, Session, plan_sessions

LEVELS = {
    "tỉnh": "province",
    "thành phố trực thuộc trung ương": "province",
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "thành phố thuộc tỉnh": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
}
"""Level by kind of unit."""

CITY = "thành phố"


def without_kind(name: str, kind: str) -> str:
    """A unit's name as it is kept, when it was written with its kind before it.

    >>> without_kind("Xã  Tân Hồng", "xã"), without_kind("Thành phố Huế", "thành phố trực thuộc trung ương")
    ('Tân Hồng', 'Huế')
    >>> without_kind("Xá Lợi", "xã"), without_kind("Xã", "xã")
    ('Xá Lợi', 'Xã')
    """
    words = unicodedata.normalize("NFC", name).split()
    for first in (kind.split(), CITY.split() if kind.startswith(CITY) else []):
        if first and [word.casefold() for word in words[: len(first)]] == first and words[len(first) :]:
            return " ".join(words[len(first) :])
    return " ".join(words)


Simulable = TypeVar("Simulable", "Unit", "Field", "Desk", "Procedure", Participation)


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency's locality, from–to. `valid_to` is the first day it no longer exists; None is open or not known."""

    code: str
    kind: str
    name: str
    source: str
    parent: str | None = None
    official_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    simulated: bool = False

    @property
    def level(self) -> str:
        """province, district or commune."""
        return LEVELS[self.kind]

    @property
    def starts(self) -> date:
        """First day; the earliest date there is when not known."""
        return self.valid_from or date.min

    @property
    def ends(self) -> date:
        """First day no longer; the latest date there is when open."""
        return self.valid_to or date.max


@dataclass(frozen=True, slots=True)
class Successor:
    """Which unit took over which: its "main" part or a "partial" one."""

    old: str
    new: str
    part: str
    source: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of administration (lĩnh vực), named in each language."""

    code: str
    names: Mapping[str, str]
    source: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk of a one-stop shop. `place` is the shop's name in its period; `demo` marks the one of the demonstration.

    kind: `counter`, or `online` for all who apply to the unit from afar. followed_by: the desk that took over its codes.
    """

    code: str
    unit: str
    name: str
    place: str
    source: str
    fields: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    simulated: bool = False
    demo: bool = False
    kind: str = "counter"
    followed_by: str | None = None

    @property
    def starts(self) -> date:
        """First day; the earliest date there is when not known."""
        return self.valid_from or date.min

    @property
    def ends(self) -> date:
        """First day no longer; the latest date there is when open."""
        return self.valid_to or date.max


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure (TTHC) and the code of its field."""

    code: str
    name: str
    field: str
    source: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ProcedureCount:
    """How many procedures, in how many fields, a document promises at one level of units."""

    level: str
    procedures: int
    fields: int


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot: its rule and everything else that its document says, or leaves unsaid.

    `procedures` is "named" (all in `named`), "chosen" (each unit chooses a field), "described" (in words only, see
    `notes`) or "unconfirmed" (the list is not among the documents; `stand_in` is simulated). `before` is
    "contaminated" where the pilot continues earlier measures. `document` is the catalogue's own entry, ready for JSON.
    """

    rule: PilotRule
    names: Mapping[str, str]
    locality: str
    source: str
    units: tuple[str, ...] = ()
    procedures: str = "unconfirmed"
    procedure_counts: tuple[ProcedureCount, ...] = ()
    named: tuple[str, ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    stand_in: tuple[str, ...] = ()
    before: str = "clean"
    channel: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code


@dataclass(frozen=True, slots=True)
class Measure:
    """What shows a task done: an answer on the form ("question"), a service record ("service") or a paper ("evidence")."""

    code: str
    kind: str
    names: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a checklist, with the codes of the measures that show it."""

    code: str
    unit: str
    names: Mapping[str, str]
    measures: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no document settles, said in each language; `about` is the code of a unit or pilot."""

    about: str
    names: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Catalogue:
    """All of the register, checked: every code that one entry names is the code of another."""

    units: tuple[Unit, ...] = ()
    successors: tuple[Successor, ...] = ()
    fields: tuple[Field, ...] = ()
    desks: tuple[Desk, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    pilots: tuple[Pilot, ...] = ()
    participations: tuple[Participation, ...] = ()
    measures: tuple[Measure, ...] = ()
    tasks: tuple[Task, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def unit(self) -> Mapping[str, Unit]:
        """Units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def pilot(self) -> Mapping[str, Pilot]:
        """Pilots by code."""
        return {pilot.code: pilot for pilot in self.pilots}

    @property
    def demo_desk(self) -> Desk | None:
        """The desk of the demonstration, if the catalogue has one."""
        return next((desk for desk in self.desks if desk.demo), None)

    def documented(self) -> "Catalogue":
        """Only what the documents say: without what is simulated, nor any mention of it."""
        fields = _documented(self.fields)
        known = {field.code for field in fields}
        return replace(
            self,
            units=_documented(self.units),
            fields=fields,
            desks=tuple(
                replace(desk, fields=tuple(code for code in desk.fields if code in known))
                for desk in _documented(self.desks)
            ),
            procedures=_documented(self.procedures),
            pilots=tuple(_without_stand_ins(pilot) for pilot in self.pilots),
            participations=_documented(self.participations),
        )

    def as_of(self, day: date) -> "Catalogue":
        """The register as a day knows it: a unit that is to end later stands, and nobody has taken it over yet."""
        ahead = {unit.code for unit in self.units if unit.valid_to is not None and unit.valid_to > day}
        if not ahead:
            return self
        units = (replace(unit, valid_to=None) if unit.code in ahead else unit for unit in self.units)
        successors = (link for link in self.successors if link.old not in ahead)
        return replace(self, units=tuple(units), successors=tuple(successors))

    def successors_of(self, unit: str) -> tuple[Successor, ...]:
        """Links to the units that took over this one."""
        return tuple(link for link in self.successors if link.old == unit)

    def participations_in(self, pilot: str) -> tuple[Participation, ...]:
        """Who takes part in a pilot, in the catalogue's order."""
        return tuple(one for one in self.participations if one.pilot == pilot)

    def planned_sessions(self, book: OfficeBook, *, until: date) -> Iterator[Session]:
        """The planned sessions of every pilot and unit, each to before `until` and the unit's own end."""
        for one in self.participations:
            ends = min(self.unit[one.unit].ends, until)
            yield from plan_sessions(self.pilot[one.pilot].rule, one, book=book, until=ends)


def _documented(entries: tuple[Simulable, ...]) -> tuple[Simulable, ...]:
    return tuple(entry for entry in entries if not entry.simulated)


def _without_stand_ins(pilot: Pilot) -> Pilot:
    document = {key: value for key, value in pilot.document.items() if key != "stand_in"}
    return replace(pilot, stand_in=(), document=document)
