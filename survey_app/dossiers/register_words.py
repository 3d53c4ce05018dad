"""What an export calls units, desks, procedures and fields, found in the register."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from survey_app.register import CITY, Catalogue, Desk, Field, Procedure, Unit
from survey_app.register_rule import desk_word
from survey_app.staff import units_below
from survey_app.table_file.words import same_word, without_accents

_OFFICES = re.compile(
    "^(?:"
    + "|".join(
        re.escape(same_word(office))
        for office in (
            "ủy ban nhân dân", "ubnd", "văn phòng hđnd và ubnd", "trung tâm phục vụ hành chính công",
            "trung tâm hành chính công", "bộ phận tiếp nhận và trả kết quả", "bộ phận một cửa",
        )
    )
    + f")(?: {same_word('của')})? "
)  # fmt: skip
_PARTS = re.compile(r"\s*[,;–—]\s*|\s+[-\u2010\u2011]\s+")

Named = TypeVar("Named", Unit, Desk, Procedure, Field)


@dataclass(frozen=True)
class RegisterWords:
    """The register as exports name it. under: only the units at or below this one are meant; None for all."""

    register: Catalogue
    under: str | None = None
    _cache: dict[str, tuple[Unit, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _units(self) -> tuple[Unit, ...]:
        if self.under is None:
            return self.register.units
        scope = units_below(self.under, self._parents)
        return tuple(unit for unit in self.register.units if unit.code in scope)

    @cached_property
    def changes(self) -> tuple[date, ...]:
        """The days on which some unit came or went, in order."""
        return tuple(sorted({day for unit in self._units for day in (unit.starts, unit.ends)}))

    @cached_property
    def _parents(self) -> Mapping[str, str | None]:
        return {unit.code: unit.parent for unit in self.register.units}

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Unit, ...]]:
        """Units by their own and their official code, in one spelling."""
        return _grouped(
            (same_word(code), unit) for unit in self._units for code in (unit.code, unit.official_code) if code
        )

    @cached_property
    def _by_number(self) -> Mapping[str, tuple[Unit, ...]]:
        """Units by their official code as a spreadsheet leaves it: without the zeros before it."""
        return _grouped(
            (unit.official_code.lstrip("0"), unit)
            for unit in self._units
            if unit.official_code and unit.official_code.startswith("0")
        )

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Unit, ...]]:
        return _grouped((same_word(name), unit) for unit in self._units for name in _names(unit))

    def units_called(self, text: str) -> tuple[Unit, ...]:
        """The units that a code, an official code or a name may mean, at any time.

        A name may have its office before it («UBND xã …») and what it lies in after it («…, huyện …»).
        """
        if text not in self._cache:
            self._cache[text] = self._units_called(text)
        return self._cache[text]

    def _units_called(self, text: str) -> tuple[Unit, ...]:
        word = same_word(text)
        found = self._by_code.get(word) or self._by_number.get(word) or self._by_name.get(word)
        if found:
            return found
        name, *lies_in = map(same_word, _PARTS.split(text))
        found = self._by_name.get(_OFFICES.sub("", name), ())
        within = tuple(unit for unit in found if self._lies_in(unit, lies_in))
        return within or found

    def units_like(self, text: str) -> tuple[Unit, ...]:
        """The units whose name is the same but for its accents."""
        return self._by_plain_name.get(without_accents(text), ())

    @cached_property
    def _by_plain_name(self) -> Mapping[str, tuple[Unit, ...]]:
        return _grouped((without_accents(name), unit) for unit in self._units for name in _names(unit))

    def _lies_in(self, unit: Unit, names: list[str]) -> bool:
        """Whether all these names are of units above this one."""
        above, at = set[str](), self._parents.get(unit.code)
        while at is not None and at not in above:
            above.add(at)
            at = self._parents.get(at)
        return all(any(each.code in above for each in self._all_by_name.get(name, ())) for name in names)

    @cached_property
    def _all_by_name(self) -> Mapping[str, tuple[Unit, ...]]:
        return _grouped((same_word(name), unit) for unit in self.register.units for name in _names(unit))

    @cached_property
    def desks(self) -> Mapping[str, str]:
        """`desk_word` of a unit and a desk's code or name → the desk's code."""
        return _codes(
            (desk_word(desk.unit, name), desk) for desk in self.register.desks for name in (desk.code, desk.name)
        )

    @cached_property
    def procedures(self) -> Mapping[str, str]:
        """Code or name of a procedure, in one spelling → its code."""
        return _codes((same_word(name), each) for each in self.register.procedures for name in (each.code, each.name))

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Code or name of a field in any language, in one spelling → its code."""
        return _codes(
            (same_word(name), each) for each in self.register.fields for name in (each.code, *each.names.values())
        )

    @cached_property
    def field_of(self) -> Mapping[str, str]:
        """Procedure → its field."""
        return {each.code: each.field for each in self.register.procedures}

    def told(self, units: Iterable[Unit]) -> str:
        """Units by code, with the days from and to which each existed and who took over, for a fault's sentence."""
        return "; ".join(self._told(unit) for unit in units)

    def _told(self, unit: Unit) -> str:
        first = f"{unit.valid_from:%d/%m/%Y}" if unit.valid_from else ""
        last = f"{unit.valid_to - timedelta(days=1):%d/%m/%Y}" if unit.valid_to else ""
        after = ", ".join(link.new for link in self.register.successors_of(unit.code))
        return f"{unit.code}{f' ({first}–{last})' if first or last else ''}{f' → {after}' if after else ''}"


def _names(unit: Unit) -> tuple[str, ...]:
    """A name with and without its kind; of a city nobody says what it lies directly under."""
    city = (f"{CITY} {unit.name}", f"tp {unit.name}", f"tp. {unit.name}") if unit.kind.startswith(CITY) else ()
    return (unit.name, f"{unit.kind} {unit.name}", *city)


def _grouped(pairs: Iterable[tuple[str, Named]]) -> dict[str, tuple[Named, ...]]:
    """All that a word may mean, each once."""
    found: dict[str, dict[str, Named]] = {}
    for word, value in pairs:
        found.setdefault(word, {})[value.code] = value
    return {word: tuple(values.values()) for word, values in found.items()}


def _codes(pairs: Iterable[tuple[str, Named]]) -> dict[str, str]:
    """Word → the code of the one thing that it means; a word that means two is left out."""
    return {word: found[0].code for word, found in _grouped(pairs).items() if len(found) == 1}
