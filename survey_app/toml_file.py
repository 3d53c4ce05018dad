"""A TOML file that somebody brings, read within bounds: whatever stands in it, it takes no more than its length.

`tomllib` keeps every beginning of a dotted key, so one key of 50,000 dots takes gigabytes; it calls itself for each list in a
list; and Python turns whole numbers of more than 4,300 digits neither out of text nor into it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from survey_app.entry import CatalogueFault

MOST_BYTES = 1_000_000
MOST_PARTS = 10
"""Of a dotted key."""
DEEPEST, MOST_TABLES = 20, 10_000
GREATEST = 10**9
"""Below it every whole number lies; more than any count of people, minutes or points needs."""
_LONG_KEY = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}""",
    re.ASCII,
)
_LONG_NUMBER = re.compile(r"(?<!\w)[0-9][0-9_]{4000}", re.ASCII)
WHOLE_FILE, LONGEST_PLACE = "(whole file)", 80


def read_toml(path: Path, *, name: str) -> tuple[str, dict[str, Any]]:
    """A file's text, and what it says.

    Raises:
        UnreadableToml: it is no TOML in UTF-8, or larger, deeper or longer anywhere than a file that a person wrote.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableToml(CatalogueFault(name, WHOLE_FILE, size, f"at most {MOST_BYTES:,} bytes"))
    try:
        text = path.read_text(encoding="utf-8-sig")  # a mark that Windows' editor sets before a text is none of it
    except UnicodeDecodeError as error:
        raise UnreadableToml(CatalogueFault(name, WHOLE_FILE, str(error), "TOML in UTF-8")) from error
    return text, _parse(text, name)


class UnreadableToml(Exception):
    """Nothing of the file can be judged; `fault` says why and, where that can be told, in which line."""

    def __init__(self, fault: CatalogueFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _parse(text: str, name: str) -> dict[str, Any]:
    if long_key := _LONG_KEY.search(text):
        raise UnreadableToml(
            CatalogueFault(name, _line(text, long_key), long_key[0], f"keys of fewer than {MOST_PARTS} parts")
        )
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line \d+", str(error))
        raise UnreadableToml(
            CatalogueFault(name, line[0] if line else WHOLE_FILE, str(error), "TOML in UTF-8")
        ) from error
    except RecursionError as error:
        raise UnreadableToml(_too_deep(name, WHOLE_FILE)) from error
    except ValueError as error:  # int() of more digits than it reads
        long = _LONG_NUMBER.search(text)
        place, found = (_line(text, long), f"{long[0][:20]}…") if long else (WHOLE_FILE, str(error))
        raise UnreadableToml(_too_great(name, place, found)) from error
    _refuse_monsters(raw, name)
    return raw


def _line(text: str, found: re.Match[str]) -> str:
    before = text.count("\n", 0, found.start())
    return f"line {before + 1}"


def _too_deep(name: str, place: str) -> CatalogueFault:
    return CatalogueFault(name, place, "…", f"values nested at most {DEEPEST} deep")


def _too_great(name: str, place: str, found: object) -> CatalogueFault:
    return CatalogueFault(name, place, found, f"whole numbers below {GREATEST:,}")


def _refuse_monsters(raw: dict[str, Any], name: str) -> None:
    """What tomllib reads, but what judges it, shows it or keeps it would stumble over."""
    tables, left = 0, [("", 0, raw)]
    while left:
        key, depth, value = left.pop()
        tables += 1
        if depth > DEEPEST:
            raise UnreadableToml(_too_deep(name, key))
        if tables > MOST_TABLES:
            raise UnreadableToml(CatalogueFault(name, WHOLE_FILE, "…", f"at most {MOST_TABLES:,} tables and lists"))
        for place, part in _parts(value):
            here = f"{key}.{place}".removeprefix(".")[:LONGEST_PLACE]
            if isinstance(part, dict | list):
                left.append((here, depth + 1, part))
            elif isinstance(part, int) and abs(part) >= GREATEST:
                raise UnreadableToml(_too_great(name, here, "…"))


def _parts(value: Mapping[str, Any] | list[Any]) -> Iterator[tuple[object, Any]]:
    return iter(value.items()) if isinstance(value, Mapping) else enumerate(value)
