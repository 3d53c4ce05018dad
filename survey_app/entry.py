"""One entry of a catalogue file: its keys, the type of each, and every fault told with its place."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()
LONGEST_SHOWN = 200
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Of any date that somebody can mean; what looks years ahead of one needs room before the calendar's end."""


@dataclass(frozen=True, slots=True)
class CatalogueFault:
    """One thing wrong in a catalogue file: where, what stands there, what was expected."""

    file: str
    key: str
    found: object = field(hash=False)  # a table or a list has none
    expected: str

    @property
    def shown(self) -> str:
        """What stands there, as far as a reader needs it."""
        found = repr(self.found)
        return found if len(found) <= LONGEST_SHOWN else found[:LONGEST_SHOWN] + "…"

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: found {self.shown}, expected {self.expected}"


class CatalogueFaults(ValueError):
    """Everything wrong with a catalogue, at once, in `faults`."""

    def __init__(self, faults: Iterable[CatalogueFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Key:
    """A key's type: `read` makes the value or raises ValueError; `keys` instead where the value is itself a table."""

    expected: str
    read: Callable[[Any], Any] = lambda found: found
    required: bool = False
    keys: Mapping[str, "Key"] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as read: where it stands, and its values by key; `sound` if none of its keys has a fault."""

    file: str
    key: str
    values: Mapping[str, Any]
    sound: bool

    @property
    def place(self) -> str:
        """Where it stands, as a fault of another entry names it."""
        return ", ".join(filter(None, (self.file, self.key)))

    def fault(self, key: str, found: object, expected: str) -> CatalogueFault:
        """A fault of one of this entry's keys."""
        return CatalogueFault(self.file, f"{self.key}.{key}", found, expected)


def read_entry(raw: object, keys: Mapping[str, Key], *, file: str, key: str) -> tuple[Entry, list[CatalogueFault]]:
    """The entry's values by key, and what is wrong with it; a faulty value is left out."""
    if not isinstance(raw, Mapping):
        return Entry(file, key, {}, sound=False), [CatalogueFault(file, key, raw, "a table")]
    values: dict[str, Any] = {}
    faults = [
        CatalogueFault(file, f"{key}.{name}", raw[name], f"no such key; known are {', '.join(sorted(keys))}")
        for name in raw
        if name not in keys
    ]
    for name, wanted in keys.items():
        if name not in raw:
            if wanted.required:
                faults.append(CatalogueFault(file, f"{key}.{name}", NOTHING, wanted.expected))
            continue
        values[name], found = _read_value(raw[name], wanted, file=file, key=f"{key}.{name}")
        faults += found
        if found:
            del values[name]
    return Entry(file, key, values, sound=not faults), faults


def _read_value(raw: object, wanted: Key, *, file: str, key: str) -> tuple[Any, list[CatalogueFault]]:
    if wanted.keys is not None:
        entry, faults = read_entry(raw, wanted.keys, file=file, key=key)
        return entry.values, faults
    try:
        return wanted.read(raw), []
    except ValueError:
        return None, [CatalogueFault(file, key, raw, wanted.expected)]


def required(key: Key) -> Key:
    """The same key, but an entry without it is faulty."""
    return Key(key.expected, key.read, required=True, keys=key.keys)


def _refuse(unless: object) -> None:
    if not unless:
        raise ValueError


def _text(found: Any) -> str:
    _refuse(isinstance(found, str) and found.strip())
    return unicodedata.normalize("NFC", found.strip())


def _date(found: Any) -> date:
    day = date.fromisoformat(found) if isinstance(found, str) else found
    _refuse(isinstance(day, date) and not isinstance(day, datetime))
    _refuse(FIRST_YEAR <= day.year <= LAST_YEAR)
    return day


def _time(found: Any) -> time:
    if isinstance(found, str):
        return time.fromisoformat(found)
    _refuse(isinstance(found, time))
    return found


def _flag(found: Any) -> bool:
    _refuse(isinstance(found, bool))
    return found


def _whole(found: Any) -> int:
    _refuse(isinstance(found, int) and not isinstance(found, bool))
    return found


def several(read: Callable[[Any], Any], found: Any) -> tuple[Any, ...]:
    """A list of which each item is read."""
    _refuse(isinstance(found, list | tuple))
    return tuple(read(item) for item in found)


def _pair(found: Any) -> tuple[str, str]:
    _refuse(isinstance(found, list | tuple) and len(found) == 2)  # noqa: PLR2004 -- a pair
    return _text(found[0]), _text(found[1])


def one_of(*allowed: str) -> Key:
    """A text out of a few."""

    def read(found: Any) -> str:
        text = _text(found)
        _refuse(text in allowed)
        return text

    return Key("one of " + ", ".join(allowed), read)


TEXT = Key("a text that is not blank", _text)
DATE = Key("a date such as 2025-07-01", _date)
TIME = Key("a time such as 15:30:00", _time)
FLAG = Key("true or false", _flag)
WHOLE = Key("a whole number", _whole)
TEXTS = Key("a list of texts", lambda found: several(_text, found))
WHOLES = Key("a list of whole numbers", lambda found: several(_whole, found))
PAIRS = Key("a list of pairs of texts", lambda found: several(_pair, found))
NAMES = Key("a table with vi and en", keys={"vi": required(TEXT), "en": required(TEXT)})
SOURCE = required(Key("a source: the code of a [[document]]", _text))
