"""What a table would change in the register: what is new, what is other than before and how, what stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from survey_app.register import Desk, Field, Procedure, Successor, Unit
from survey_app.register_file.stated import Known, Stated

_COLUMNS = {
    "unit": ("kind", "name", "parent", "official_code", "valid_from", "valid_to", "source"),
    "desk": ("unit", "name", "place", "fields", "kind", "valid_from", "valid_to", "source"),
    "procedure": ("name", "field", "source"),
    "field": ("names",),
    "successor": ("part", "source"),
}
Entry = Unit | Desk | Procedure | Field | Successor


@dataclass(frozen=True, slots=True)
class Altered:
    """One column of an entry. old, new: as people write them, "" for nothing."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that is new (altered is empty) or other than before. what: unit, desk, procedure, field or successor; name:
    what people call it, None where its code says it. row: of the file, 0 where it stands in none of its own. filled: of a new
    one, everything that is told of it.
    """

    what: str
    code: str
    name: str
    row: int
    entry: Entry
    altered: tuple[Altered, ...] = ()
    filled: tuple[Altered, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """Everything that a table changes. same: entries that the register has as the file says them; asks: desk → questionnaire,
    of the desks that are new or other than before.
    """

    new: tuple[Change, ...]
    altered: tuple[Change, ...]
    same: int
    asks: Mapping[str, str]

    def __bool__(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.new or self.altered)

    def entries(self, what: str) -> list[Any]:
        """The values to store of one kind."""
        return [change.entry for change in (*self.new, *self.altered) if change.what == what]


def compare(stated: Stated, known: Known) -> RegisterChange:
    """What is stated against what is known."""
    register = known.register
    pairs: tuple[tuple[str, Mapping[Any, Any], Mapping[Any, Any]], ...] = (
        ("field", stated.fields, {one.code: one for one in register.fields}),
        ("unit", stated.units, register.unit),
        ("successor", stated.successors, {(one.old, one.new): one for one in register.successors}),
        ("procedure", stated.procedures, {one.code: one for one in register.procedures}),
        ("desk", stated.desks, {one.code: one for one in register.desks}),
    )
    new: list[Change] = []
    altered: list[Change] = []
    same = 0
    for what, come, kept in pairs:
        for key, entry in come.items():
            found = tuple(_altered(what, entry, kept[key])) if key in kept else ()
            if what == "desk" and key in kept:
                found += tuple(_asks_otherwise(key, stated, known))
            if key in kept and not found:
                same += 1
            else:
                change = _change(what, entry, stated, found)
                (altered if key in kept else new).append(change if key in kept else _filled(change, stated))
    touched = {change.code for change in (*new, *altered) if change.what == "desk"}
    asks = {code: stated.asks.get(code) or known.asking.get(code, "desk") for code in sorted(touched)}
    return RegisterChange(tuple(new), tuple(altered), same, asks)


def _change(what: str, entry: Any, stated: Stated, altered: tuple[Altered, ...]) -> Change:
    if isinstance(entry, Successor):
        row = stated.rows.get(entry.new, 0)
        return Change(what, f"{entry.old} → {entry.new}", entry.part, row, entry, altered)
    name = (
        f"{entry.kind} {entry.name}"
        if isinstance(entry, Unit)
        else entry.names["vi"]
        if isinstance(entry, Field)
        else entry.name
    )
    return Change(what, entry.code, name, stated.rows.get(entry.code, 0), entry, altered)


def _filled(change: Change, stated: Stated) -> Change:
    """A new entry with everything that is told of it beside its name."""
    said = [_shown(column, None, getattr(change.entry, column)) for column in _COLUMNS[change.what] if column != "name"]
    if isinstance(change.entry, Desk):
        said = [each for each in said if (each.column, each.new) != ("kind", "counter")]  # what nearly all are
        said.append(Altered("questionnaire", "", stated.asks.get(change.code, "desk")))
    beside = {"unit": {"kind"}, "field": {"names"}, "successor": {"part"}}.get(change.what, set())
    return replace(change, filled=tuple(each for each in said if each.new and each.column not in beside))


def _altered(what: str, come: Any, kept: Any) -> Iterator[Altered]:
    if come != kept:
        for column in _COLUMNS[what]:
            old, new = getattr(kept, column), getattr(come, column)
            if old != new:
                yield _shown(column, old, new)


def _asks_otherwise(desk: str, stated: Stated, known: Known) -> Iterator[Altered]:
    old = known.asking.get(desk, "desk")
    if stated.asks.get(desk, old) != old:
        yield Altered("questionnaire", old, stated.asks[desk])


def _shown(column: str, old: Any, new: Any) -> Altered:
    if column == "valid_to":
        return Altered("last_day", _last(old), _last(new))
    return Altered(column, _text(old), _text(new))


def _last(end: date | None) -> str:
    return _text(end - timedelta(days=1)) if end else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value["vi"]) if isinstance(value, Mapping) else str(value)
