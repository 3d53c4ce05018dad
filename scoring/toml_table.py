"""A table of a TOML file, read key by key: every fault is collected with its place, none stops the reading."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from scoring.fault import Fault
from scoring.node import Text

__all__ = ["TomlTable", "toml_table"]

_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30}|/[1-9][0-9]{0,29})?")
_LONGEST = 200  # characters of a value that a fault shows


@dataclass(frozen=True, slots=True)
class TomlTable:
    """One table with its place in the file. Reading a key marks it as known; `close` refuses the others."""

    file: str
    place: str
    content: dict[str, Any]
    faults: list[Fault]
    known: set[str] = field(default_factory=set)

    def refuse(self, key: str, expected: str) -> None:
        """Note a fault of this key."""
        value = _shown(self.content[key]) if key in self.content else "(missing)"
        self.faults.append(Fault(self.file, self.path(key), value, expected))

    def path(self, key: str) -> str:
        """The key with the tables around it."""
        return f"{self.place}.{key}" if self.place and key else self.place or key

    def close(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.content:
            if key not in self.known:
                self.refuse(key, f"no such key; the known ones are {', '.join(sorted(self.known))}")

    def word(self, key: str, *, default: str | None = None) -> str:
        """A text that is not empty; the empty text where it was refused."""
        value = self._get(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value
        self.refuse(key, "a text that is not empty")
        return ""

    def choice(self, key: str, options: tuple[str, ...], *, default: str | None = None) -> str:
        """One of the options; the first where it was refused."""
        value = self._get(key, default)
        if value in options:
            return str(value)
        self.refuse(key, f"one of {', '.join(options)}")
        return options[0]

    def text(self, key: str, *, default: Text | None = None) -> Text:
        """A text for people: {vi = "…", en = "…"}, neither empty."""
        value = self._get(key, None)
        if key not in self.content and default is not None:
            return default
        whole = isinstance(value, dict) and set(value) == {"vi", "en"}
        if whole and all(isinstance(part, str) and part.strip() for part in value.values()):
            return Text(value["vi"], value["en"])
        self.refuse(key, 'a table {vi = "…", en = "…"} with both texts')
        return Text("", "")

    def number(self, key: str, *, default: str | None = None, positive: bool = False) -> Fraction | None:
        """An exact number, 0 or more: a whole number, or text such as "0.9" or "1/5". None where it was refused."""
        value = self._get(key, default)
        spelled = _shown(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(spelled, str) and _NUMBER.fullmatch(spelled) and not (positive and Fraction(spelled) == 0):
            return Fraction(spelled)
        self.refuse(
            key, f'an exact number {"above 0" if positive else "0 or more"}: 5, "0.9" or "1/5" (text, no float)'
        )
        return None

    def whole(self, key: str, *, least: int = 0, most: int = 10**9) -> int:
        """A whole number; the least allowed where it was refused."""
        value = self._get(key, None)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.refuse(key, f"a whole number in {least}..{most}")
        return least

    def wholes(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers, ascending; empty where it was refused."""
        value = self._get(key, None)
        numbers = isinstance(value, list) and value and all(type(item) is int for item in value)
        if numbers and value == sorted(set(value)):
            return tuple(value)
        self.refuse(key, "whole numbers, ascending, none twice")
        return ()

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts that are not empty, ascending; empty where it was refused."""
        value = self._get(key, None)
        texts = isinstance(value, list) and value and all(isinstance(item, str) and item.strip() for item in value)
        if texts and value == sorted(set(value)):
            return tuple(value)
        self.refuse(key, "words, in the order of the alphabet, none twice")
        return ()

    def flag(self, key: str) -> bool:
        """True or false; false where it is missing."""
        value = self._get(key, default=False)
        if not isinstance(value, bool):
            self.refuse(key, "true or false")
        return value is True

    def day(self, key: str, *, optional: bool = False) -> date | None:
        """A day such as 2017-10-10; None where it is missing or was refused."""
        value = self._get(key, None)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if key in self.content or not optional:
            self.refuse(key, "a day such as 2017-10-10")
        return None

    def table(self, key: str) -> TomlTable:
        """The table under this key; an empty one where it was refused."""
        value = self._get(key, None)
        if not isinstance(value, dict):
            self.refuse(key, f"a table [{self.path(key)}]")
        content = value if isinstance(value, dict) else {}
        return TomlTable(self.file, self.path(key), content, self.faults)

    def tables(self, key: str) -> Iterator[TomlTable]:
        """The tables of the array [[key]], none where it is missing; a table with a code is placed by it."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(key, f"an array of tables [[{self.path(key)}]]")
            return
        for index, item in enumerate(value):
            code = item.get("code")
            mark = f'"{code}"' if isinstance(code, str) and code else str(index)
            yield TomlTable(self.file, f"{self.path(key)}[{mark}]", item, self.faults)

    def _get(self, key: str, default: Any) -> Any:
        self.known.add(key)
        return self.content.get(key, default)


def toml_table(text: str, *, file: str) -> TomlTable:
    """The outermost table of a TOML text; a slip of syntax is a fault with its line, and the table is then empty."""
    faults: list[Fault] = []
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as slip:
        found = re.search(r"line (\d+)", str(slip))
        line = int(found[1]) if found else text.count("\n") + 1
        lines = text.splitlines()
        value = repr(lines[line - 1].strip()) if line <= len(lines) else "(end of file)"
        faults.append(Fault(file, f"line {line}", value, f"TOML ({slip})"))
        content = {}
    except (ValueError, RecursionError) as slip:  # a number of thousands of digits, brackets thousands deep
        faults.append(Fault(file, "(whole file)", f"{len(text)} characters", f"TOML that can be read ({slip})"))
        content = {}
    return TomlTable(file, "", content, faults)


def _shown(value: object) -> str:
    """A value as a fault shows it: not longer than can be read, nor than Python spells a number."""
    try:
        spelled = repr(value)
    except ValueError:
        return "(a number of thousands of digits)"
    return spelled if len(spelled) <= _LONGEST else f"{spelled[:_LONGEST]}…"
