"""What holds between a catalogue's entries: codes met once, names that lead somewhere, periods that fit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from scoring.calendar import OfficeHours, WorkingCalendar
from scoring.pilot import (
    Participation,
    PilotRule,
    fires,
    is_decided,
    overlapping,
    participation_faults,
    planned_sessions,
)
from survey_app.entry import CatalogueFault, Entry
from survey_app.register import LEVELS

Entries = dict[str, list[Entry]]
"""Entries by kind, in the order of files and of keys within them."""

LINKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "unit": {"parent": ("unit",)},
    "successor": {"old": ("unit",), "new": ("unit",)},
    "desk": {"unit": ("unit",), "fields": ("field",)},
    "desk_set": {"fields": ("field",), "except": ("unit",)},
    "procedure": {"field": ("field",)},
    "pilot": {
        "locality": ("unit",),
        "units": ("unit",),
        "named": ("procedure",),
        "together": ("procedure",),
        "stand_in": ("procedure",),
    },
    "participation": {"pilot": ("pilot",), "unit": ("unit",), "field": ("field",)},
    "task": {"unit": ("unit",), "measures": ("measure",)},
    "gap": {"about": ("unit", "pilot")},
}
"""For each kind of entry, the keys that name others, and the kinds that they may name. Every `source` is a document."""

NAMELESS = {"desk_set", "participation", "gap"}
RANK = {"province": 0, "district": 1, "commune": 2}
LOOK_AHEAD = timedelta(days=5 * 366)
CALENDAR = WorkingCalendar()


def link_faults(entries: Entries) -> list[CatalogueFault]:
    """Codes that stand twice, names that lead nowhere, and periods that do not fit."""
    units = {entry.values["code"]: entry for entry in entries["unit"] if "code" in entry.values}
    return [
        *_twice(entries),
        *_dangling(entries),
        *_unit_faults(units, entries["unit"]),
        *_successor_faults(units, entries["successor"]),
        *_desk_faults(units, entries["desk"]),
    ]


def _twice(entries: Entries) -> Iterator[CatalogueFault]:
    for kind in (kind for kind in entries if kind not in NAMELESS):
        keys = ("old", "new") if kind == "successor" else ("code",)
        first: dict[object, Entry] = {}
        for entry in entries[kind]:
            code = tuple(entry.values.get(key) for key in keys)
            other = first.setdefault(code, entry)
            if other is not entry and None not in code:
                yield entry.fault(keys[-1], code[-1], f"a {kind} met once; it stands in {other.place} too")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for part in value:
            yield from _texts(part)


def _dangling(entries: Entries) -> Iterator[CatalogueFault]:
    codes = {kind: {entry.values.get("code") for entry in found} for kind, found in entries.items()}
    for kind, found in entries.items():
        links = {"source": ("document",), **LINKS.get(kind, {})}
        for entry in found:
            for key in (key for key in links if key in entry.values):
                for code in _texts(entry.values[key]):
                    if not any(code in codes[target] for target in links[key]):
                        yield entry.fault(key, code, f"the code of a {' or '.join(links[key])} in the catalogue")


def _span(entry: Entry) -> tuple[date, date]:
    return entry.values.get("valid_from") or date.min, entry.values.get("valid_to") or date.max


def _reversed(entry: Entry) -> Iterator[CatalogueFault]:
    starts, ends = _span(entry)
    if ends <= starts:
        yield entry.fault("valid_to", str(ends), f"a date after valid_from ({starts})")


def _unit_faults(units: Mapping[str, Entry], entries: Iterable[Entry]) -> Iterator[CatalogueFault]:
    for entry in entries:
        yield from _reversed(entry)
        parent = units.get(entry.values.get("parent", ""))
        if parent is None:
            continue
        yield from _outside(entry, parent, open_end=False)
        above, level = (LEVELS.get(one.values.get("kind", "")) for one in (parent, entry))
        if above and level and RANK[above] >= RANK[level]:
            yield entry.fault("parent", parent.values["code"], f"a unit above a {level}")


def _outside(entry: Entry, holder: Entry, *, open_end: bool = True) -> Iterator[CatalogueFault]:
    """Validity that goes beyond that of the unit that holds the entry; an open end is the holder's if `open_end`."""
    starts, ends = _span(holder)
    name = holder.values.get("code")
    first, last = entry.values.get("valid_from"), entry.values.get("valid_to")
    if first is not None and not starts <= first < ends:
        yield entry.fault("valid_from", str(first), f"in the validity of {name}, {starts} to before {ends}")
    if (last or date.max) > ends and not (open_end and last is None):
        yield entry.fault("valid_to", str(last or "open"), f"not after {ends}, the end of {name}")


def _successor_faults(units: Mapping[str, Entry], entries: Iterable[Entry]) -> Iterator[CatalogueFault]:
    for entry in entries:
        old, new = (units.get(entry.values.get(key, "")) for key in ("old", "new"))
        if old is None or new is None:
            continue
        ended, starts = old.values.get("valid_to"), new.values.get("valid_from")
        if ended is None:
            yield entry.fault("old", entry.values["old"], "a unit with a valid_to: one that ended")
        elif starts is None or starts < ended:
            yield entry.fault("new", entry.values["new"], f"a unit with a valid_from not before {ended}")


def _desk_faults(units: Mapping[str, Entry], entries: Sequence[Entry]) -> Iterator[CatalogueFault]:
    for entry in entries:
        yield from _reversed(entry)
        unit = units.get(entry.values.get("unit", ""))
        if unit is not None:
            yield from _outside(entry, unit)
    demo = [entry for entry in entries if entry.values.get("demo")]
    for entry in demo[1:]:
        yield entry.fault("demo", found=True, expected=f"one demo desk; {demo[0].key} is it already")


def pilot_faults(
    entries: Entries,
    rules: Sequence[tuple[Entry, PilotRule]],
    participations: Sequence[tuple[Entry, Participation]],
) -> list[CatalogueFault]:
    """Rules that never fire, and participations beside their rule, outside their unit's validity, or overlapping."""
    by_code = {rule.code: rule for _, rule in rules}
    units = {entry.values["code"]: entry for entry in entries["unit"] if "code" in entry.values}
    called = {entry.values["code"]: entry.values.get("units", ()) for entry, _ in rules}
    faults = [fault for entry, rule in rules for fault in _rule_faults(entry, rule)]
    for entry, one in participations:
        rule, unit = by_code.get(one.pilot), units.get(one.unit)
        if rule is not None and unit is not None:
            faults += _participation_faults(entry, one, rule, unit, called[one.pilot])
    return faults + list(_overlap_faults(participations, by_code))


def _rule_faults(entry: Entry, rule: PilotRule) -> Iterator[CatalogueFault]:
    if not fires(rule, calendar=CALENDAR, until=rule.ends or rule.starts + LOOK_AHEAD):
        yield entry.fault("days", rule.days, "a pattern that some day fits: this rule never fires")


def _participation_faults(
    entry: Entry, one: Participation, rule: PilotRule, unit: Entry, called: Sequence[str]
) -> Iterator[CatalogueFault]:
    starts, ends = _span(unit)
    yield from (entry.fault(fault.key, fault.found, fault.expected) for fault in participation_faults(rule, one))
    if called and one.unit not in called:
        yield entry.fault("unit", one.unit, f"one of the units of {rule.code}")
    inside = starts <= one.starts < ends
    if not inside:
        yield entry.fault("starts", str(one.starts), f"in the validity of {one.unit}, {starts} to before {ends}")
    if one.ends is not None and one.ends > ends:
        yield entry.fault("ends", str(one.ends), f"not after {ends}, the end of {one.unit}")
    until = min(ends, rule.starts + LOOK_AHEAD)
    if not inside or rule.kind != "sessions" or not is_decided(rule, one):
        return
    if not planned_sessions(rule, one, calendar=CALENDAR, hours=OfficeHours(), until=until):
        yield entry.fault("starts", str(one.starts), "dates and days that bring at least one session")


def _overlap_faults(
    participations: Sequence[tuple[Entry, Participation]], rules: Mapping[str, PilotRule]
) -> Iterator[CatalogueFault]:
    for first, second in overlapping([one for _, one in participations], rules):
        other, (entry, one) = participations[first], participations[second]
        yield entry.fault(
            "starts", str(one.starts), f"no overlap with {other[0].place} ({one.unit} in {other[1].pilot})"
        )
