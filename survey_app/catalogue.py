"""The catalogue: TOML files that name units, desks, procedures and pilots, each entry with its source document."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, time
from pathlib import Path
from typing import Any

from scoring.pilot import Dose, Participation, PilotFaults, PilotRule, SameDayPromise
from survey_app.catalogue_keys import KEYS, RULE
from survey_app.catalogue_links import Entries, link_faults, pilot_faults
from survey_app.entry import CatalogueFault, CatalogueFaults, Entry, read_entry
from survey_app.register import (
    Catalogue,
    Desk,
    Field,
    Gap,
    Measure,
    Pilot,
    Procedure,
    ProcedureCount,
    Successor,
    Task,
    Unit,
)
from survey_app.toml_file import UnreadableToml, read_toml

__all__ = [
    "PACKAGED",
    "CatalogueFault",
    "CatalogueFaults",
    "as_document",
    "participation_of",
    "pilot_of",
    "read_catalogue",
]

PACKAGED = Path(__file__).parent / "catalogue"


def read_catalogue(folder: Path = PACKAGED) -> Catalogue:
    """The catalogue in the TOML files of a folder.

    Raises:
        CatalogueFaults: everything wrong in any of the files, each with file, key and what was expected.
    """
    entries, faults = _read_folder(folder)
    faults += link_faults(entries)
    rules = values_of(entries["pilot"], rule_from, faults)
    participations = values_of(entries["participation"], participation_from, faults)
    faults += pilot_faults(entries, rules, participations)
    if faults:
        raise CatalogueFaults(faults)
    catalogue = catalogue_from(entries)
    faults += _desks_twice(catalogue)
    if faults:
        raise CatalogueFaults(faults)
    return catalogue


def _desks_twice(catalogue: Catalogue) -> list[CatalogueFault]:
    """Desks that two entries make; only known once the sets are laid out over the units."""
    count = Counter(desk.code for desk in catalogue.desks)
    expected = "one entry that makes this desk; a desk_set leaves out the units under `except`"
    return [CatalogueFault("*.toml", "desk", code, expected) for code, times in count.items() if times > 1]


def _read_folder(folder: Path) -> tuple[Entries, list[CatalogueFault]]:
    entries: Entries = {kind: [] for kind in KEYS}
    faults: list[CatalogueFault] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        faults.append(CatalogueFault(str(folder), "*.toml", "no file", "at least one catalogue file"))
    for file in files:
        faults += read_file(file, entries)
    return entries, faults


def read_file(file: Path, entries: Entries) -> list[CatalogueFault]:
    """Add a file's entries to those of their kinds; returns what is wrong with it."""
    try:
        _, raw = read_toml(file, name=file.name)
    except UnreadableToml as refused:
        return [refused.fault]
    faults: list[CatalogueFault] = []
    for kind, items in raw.items():
        if kind not in KEYS:
            faults.append(CatalogueFault(file.name, kind, items, f"no such key; known are {', '.join(KEYS)}"))
        elif not isinstance(items, list):
            faults.append(CatalogueFault(file.name, kind, items, f"a list of tables, [[{kind}]]"))
        else:
            for position, item in enumerate(items):
                entry, found = read_entry(item, KEYS[kind], file=file.name, key=f"{kind}[{position}]")
                entries[kind].append(entry)
                faults += found
    return faults


def values_of(entries: Iterable[Entry], make: Any, faults: list[CatalogueFault]) -> list[tuple[Entry, Any]]:
    """Each sound entry with the value made of it; what the value itself refuses is added to `faults`."""
    made = []
    for entry in entries:
        if not entry.sound:
            continue
        try:
            made.append((entry, make(entry.values)))
        except PilotFaults as error:
            faults += [entry.fault(fault.key, fault.found, fault.expected) for fault in error.faults]
    return made


def rule_from(values: Mapping[str, Any]) -> PilotRule:
    """The rule of a pilot's entry.

    Raises:
        PilotFaults: it contradicts itself.
    """
    parts = {key: values[key] for key in RULE if key in values}
    if "dose" in parts:
        parts["dose"] = Dose(**parts["dose"])
    if "promise" in parts:
        parts["promise"] = SameDayPromise(**parts["promise"])
    return PilotRule(**parts)


def participation_from(values: Mapping[str, Any]) -> Participation:
    """The participation of an entry.

    Raises:
        PilotFaults: it contradicts itself.
    """
    return Participation(**values)


def _pilot(values: Mapping[str, Any]) -> Pilot:
    parts = {key: value for key, value in values.items() if key not in RULE}
    if "procedure_counts" in parts:
        parts["procedure_counts"] = tuple(ProcedureCount(**count) for count in parts["procedure_counts"])
    return Pilot(rule=rule_from(values), document=as_document(values), **parts)


def catalogue_from(entries: Entries) -> Catalogue:
    """The values of sound entries; the units of desks are among them."""
    documents = {entry.values["code"]: entry.values["text"] for entry in entries["document"]}

    def made(kind: str, make: Any) -> tuple[Any, ...]:
        sourced = ({**entry.values, "source": documents[entry.values["source"]]} for entry in entries[kind])
        return tuple(make(values) for values in sourced)

    units = made("unit", lambda values: Unit(**values))
    desks = (
        desk for several_desks in made("desk_set", lambda values: _desk_set(values, units)) for desk in several_desks
    )
    periods = {unit.code: unit for unit in units}
    return Catalogue(
        units=units,
        successors=made("successor", lambda values: Successor(**values)),
        fields=made("field", lambda values: Field(**values)),
        desks=(*made("desk", lambda values: _desk(values, periods[values["unit"]])), *desks),
        procedures=made("procedure", lambda values: Procedure(**values)),
        pilots=made("pilot", _pilot),
        participations=made("participation", participation_from),
        measures=made("measure", lambda values: Measure(**values)),
        tasks=made("task", lambda values: Task(**values)),
        gaps=made("gap", lambda values: Gap(**values)),
    )


def _desk(values: Mapping[str, Any], unit: Unit) -> Desk:
    """A desk; without dates of its own it stands as long as its unit."""
    return Desk(**{"valid_from": unit.valid_from, "valid_to": unit.valid_to, **values})


def _desk_set(values: Mapping[str, Any], units: Iterable[Unit]) -> tuple[Desk, ...]:
    """One desk for each unit of the set's levels that exists in its period, but for the units excepted."""
    starts, ends = values.get("valid_from", date.min), values.get("valid_to", date.max)
    keys = ("name", "place", "fields", "simulated", "source")
    shared = {key: values[key] for key in keys if key in values}
    return tuple(
        _desk({"code": f"{unit.code}.quay-{values['number']}", "unit": unit.code, **shared}, unit)
        for unit in units
        if unit.level in values["levels"] and unit.code not in values.get("except", ())
        if starts < unit.ends and unit.starts < ends
    )


def as_document(value: Any) -> Any:
    """A pilot's entry or a participation, ready for JSON: dates and times as ISO text, absent parts left out."""
    if isinstance(value, Participation):
        return as_document(asdict(value))
    if isinstance(value, Mapping):
        return {key: as_document(part) for key, part in value.items() if part is not None and part not in ((), "")}
    if isinstance(value, list | tuple):
        return [as_document(part) for part in value]
    return value.isoformat() if isinstance(value, date | time) else value


def pilot_of(document: Mapping[str, Any]) -> Pilot:
    """The pilot of a `Pilot.document` that was kept elsewhere.

    Raises:
        CatalogueFaults: the document is no longer sound.
        PilotFaults: its rule contradicts itself.
    """
    return _pilot(_kept(document, "pilot"))


def participation_of(document: Mapping[str, Any]) -> Participation:
    """The participation that `as_document` wrote.

    Raises:
        CatalogueFaults: the document is no longer sound.
        PilotFaults: the participation contradicts itself.
    """
    return participation_from(_kept(document, "participation"))


def _kept(document: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    entry, faults = read_entry(document, KEYS[kind], file="(kept)", key=kind)
    if faults:
        raise CatalogueFaults(faults)
    return entry.values
