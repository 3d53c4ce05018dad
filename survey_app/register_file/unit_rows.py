"""Rows of units: each found in the register or made new, under its parent, with what it takes the place of."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from survey_app.catalogue_links import RANK
from survey_app.dossiers.register_words import RegisterWords
from survey_app.register import CITY, LEVELS, Catalogue, Successor, Unit
from survey_app.register_file.cell import Cells, days_told, slug
from survey_app.register_file.fault import Faults
from survey_app.register_file.file_table import FileTable
from survey_app.register_file.stated import Known, Stated, certain, name_kept
from survey_app.register_file.unit_checks import check_units
from survey_app.register_rule import DIGITS, kind_said, official_code, overlap, says_other_kind
from survey_app.table_file.words import same_word, without_accents

KINDS = {without_accents(kind): kind for kind in LEVELS}
"""A word without its accents → kind of unit."""
_SHOWN = ", ".join(LEVELS)
PREFIX = {"province": "tinh", "district": "huyen", "commune": "xa"}
_CALLED = ("name", "code", "official_code")
"""Columns that a row is called by."""
_PART = re.compile(r"^(.*?)\s*(?:\((?P<part>[^()]*)\))?$")
_PARTS = {"mot phan": "partial", "partial": "partial", "phan chinh": "main", "chinh": "main", "main": "main"}


@dataclass(slots=True)
class Draft:
    """A row of a unit, read and not yet placed. told: what it says, by the keys of `Unit`."""

    cells: Cells
    kind: str
    told: dict[str, Any]
    code: str
    parent: str
    sound: bool = True


def judge_units(table: FileTable, known: Known, faults: Faults, *, source: str) -> Stated:
    """Every unit that a table states.

    Args:
        table: its rows; kinds decide the order: provinces, districts, communes.
        known: the register before.
        faults: where everything that is wrong goes.
        source: what stands as source of what is new and names none.
    """
    stated = Stated()
    read = [(row, _draft(Cells(row, faults), known, stated)) for row in table.rows]
    drafts = [draft for _, draft in read if draft is not None]
    placing = _Placing(known, stated, faults, source)
    for row in (row for row, draft in read if draft is None):
        placing.failed |= {same_word(row.cells[column]) for column in _CALLED if row.cells.get(column)}
    for level in RANK:
        placing.place([draft for draft in drafts if LEVELS[draft.kind] == level], has_parent=table.has("parent"))
    if table.has("replaces"):
        placing.link(drafts)
    check_units(stated, known, faults)
    return stated


def _draft(cells: Cells, known: Known, stated: Stated) -> Draft | None:
    """None without a kind or a name: nothing else can be said of it."""
    name, kind = _name_and_kind(cells, known)
    code, parent, source = cells.code("code", "xa.29926"), cells.text("parent"), cells.text("source", longest=1_000)
    official = _official(cells, kind, stated)
    if not name or not kind:
        return None
    told: dict[str, Any] = {"name": name, "kind": kind, **cells.period()}
    if cells.has("official_code"):
        told["official_code"] = official
    if source:
        told["source"] = source
    return Draft(cells, kind, told, code, parent)


def _name_and_kind(cells: Cells, known: Known) -> tuple[str, str]:
    """The kind may stand before the name («Xã Tân Hồng») or, for a unit told by its code, be the one that it has."""
    name = cells.text("name", needed=True)
    kind = cells.chosen("kind", KINDS, _SHOWN)
    before = kind_said(name)
    if not kind and not cells.row.cells.get("kind"):
        kept = known.register.unit.get(cells.row.cells.get("code", "").strip().lower())
        kind = kept.kind if kept else "" if before == CITY else before
        if not kind:
            cells.fault("kind", "one_of", _SHOWN)
    if kind and says_other_kind(name, kind):
        cells.fault("name", "other_kind", kind)
    elif kind and before:
        name = name[len(before) :].strip()
    return name, kind


def _official(cells: Cells, kind: str, stated: Stated) -> str | None:
    """The official code, with the zeros before it that a spreadsheet took away."""
    found = cells.text("official_code")
    if not found:
        return None
    code = official_code(found, kind or "xã")  # the longest where the kind is told to be missing
    if code is None:
        lengths = [DIGITS[LEVELS[kind]]] if kind else sorted(DIGITS.values())
        cells.fault("official_code", "official_code", ", ".join(map(str, lengths)))
        return None
    stated.notes["zeros"] += len(found) < len(code)
    return code


@dataclass(slots=True)
class _Placing:
    """Units find their parents among the register's and those placed before."""

    known: Known
    stated: Stated
    faults: Faults
    source: str
    failed: set[str] = field(default_factory=set)
    """What rows are called that are faulty already: whoever names them is not told again."""

    def place(self, drafts: Iterable[Draft], *, has_parent: bool) -> None:
        """Those of one level, all above them being placed."""
        drafts = list(drafts)
        if not drafts:
            return
        words = RegisterWords(after(self.known.register, self.stated))
        by_name, by_official = _by_name(self.known.register), _by_official(self.known.register)
        made: dict[str, Draft] = {}
        for draft in drafts:
            if has_parent:
                draft.told["parent"] = self._parent(draft, words)
            if not draft.sound:
                self._fail(draft)
                continue
            kept = self._kept(draft, by_name, by_official)
            if not draft.sound:
                continue
            unit = self._unit(draft, kept)
            if other := made.get(unit.code):
                draft.cells.fault("code" if draft.code else "name", "twice", str(other.cells.row.row))
                continue
            made[unit.code] = draft
            draft.code = unit.code
            self.stated.units[unit.code] = certain(unit, draft.cells.row)
            self.stated.rows[unit.code] = draft.cells.row.row

    def _fail(self, draft: Draft) -> None:
        name, kind = draft.told["name"], draft.kind
        called = (name, f"{kind} {name}", f"{CITY} {name}", draft.code, draft.told.get("official_code"))
        self.failed |= {same_word(each) for each in called if each}

    def _parent(self, draft: Draft, words: RegisterWords) -> str | None:
        if not draft.parent:
            return None
        rank = RANK[LEVELS[draft.kind]]
        called = words.units_called(draft.parent)
        fitting = [unit for unit in called if RANK[unit.level] < rank]
        in_time = [unit for unit in fitting if _may_hold(unit, draft.told)]
        found = in_time or fitting
        if not in_time and found and _after_all(found, draft.told) and not self._unread(found):
            draft.sound = False
            draft.cells.fault("parent", "parent_ended", self._ended(found))
            return None
        if len(found) == 1:
            return found[0].code
        draft.sound = False
        if self._failed(draft.parent) or self._unread(found):
            return None
        if found:
            draft.cells.fault("parent", "unit_several", words.told(found))
        elif called:
            draft.cells.fault("parent", "parent_level", words.told(called))
        else:
            draft.cells.fault("parent", "unit_unknown")
        return None

    def _ended(self, units: Iterable[Unit]) -> str:
        """Units by name with their days, and who took each over by name and official code."""
        register = after(self.known.register, self.stated)
        told = []
        for unit in units:
            days = days_told(unit.valid_from, unit.valid_to)
            next_ones = [register.unit[link.new] for link in register.successors_of(unit.code)]
            then = ", ".join(f"{one.kind} {one.name} ({one.official_code or one.code})" for one in next_ones)
            told.append(f"{unit.kind} {unit.name} ({unit.code}, {days}){f' → {then}' if then else ''}")
        return "; ".join(told)

    def _failed(self, text: str) -> bool:
        """Whether a row that is called so, with or without its kind, is faulty already."""
        word = same_word(text)
        return any(word.removeprefix(f"{same_word(kind)} ") in self.failed for kind in ("", *LEVELS, CITY))

    def _unread(self, units: Iterable[Unit]) -> bool:
        """Whether a row of theirs is faulty already: what it would say is not known yet."""
        return any(self.stated.rows.get(unit.code) in self.faults.rows for unit in units)

    def _kept(
        self, draft: Draft, by_name: Mapping[Any, list[Unit]], by_official: Mapping[Any, list[Unit]]
    ) -> Unit | None:
        """The unit of the register that the row is about: by our code, by the official one, by its name and parent."""
        if draft.code:
            return self.known.register.unit.get(draft.code)
        level, like = LEVELS[draft.kind], _like(draft)
        official = [unit for unit in by_official[level, draft.told.get("official_code")] if overlap(unit, like)]
        if official:
            return self._one(draft, official)
        named = [unit for unit in by_name[level, same_word(draft.told["name"])] if overlap(unit, like)]
        named = [unit for unit in named if "parent" not in draft.told or unit.parent == draft.told["parent"]]
        if draft.told.get("official_code"):
            named = [unit for unit in named if unit.official_code is None]
        return self._one(draft, [unit for unit in named if unit.kind == draft.kind] or named)

    def _one(self, draft: Draft, found: list[Unit]) -> Unit | None:
        if len(found) > 1:  # a unit and the one that took it over under its name: the days say which
            found = [unit for unit in found if unit.valid_from == draft.told.get("valid_from")] or found
        if len(found) > 1:
            draft.sound = False
            draft.cells.fault("name", "unit_several", ", ".join(unit.code for unit in found))
        return found[0] if found else None

    def _unit(self, draft: Draft, kept: Unit | None) -> Unit:
        draft.told["name"] = name_kept(draft.told["name"], kept.name if kept else None, self.stated.notes)
        if kept is not None:
            self.stated.notes["ends_kept"] += draft.cells.leaves_end(kept.valid_to)
            return replace(kept, **draft.told)
        told = {"source": self.source, **draft.told}
        code = draft.code or self._made_code(told)
        return Unit(code=code, **told)

    def _made_code(self, told: Mapping[str, Any]) -> str:
        """As the shipped catalogue makes codes: the level and the official code; of units that ended, the year too."""
        level = LEVELS[told["kind"]]
        above = (told.get("parent") or "").partition(".")[2] or told.get("parent") or ""
        own = told.get("official_code") or ".".join(filter(None, (above, slug(told["name"]))))
        ended = told.get("valid_to")
        code = f"{PREFIX[level]}.{own}{f'-{ended - timedelta(days=1):%Y}' if ended else ''}"
        taken, number = {*self.known.register.unit, *self.stated.units}, 2
        if code not in taken or (code in self.stated.units and code not in self.known.register.unit):
            return code
        while f"{code}-{number}" in taken:
            number += 1
        return f"{code}-{number}"

    def link(self, drafts: Iterable[Draft]) -> None:
        """Which old units each takes the place of."""
        words = RegisterWords(after(self.known.register, self.stated))
        for draft in drafts:
            unit = self.stated.units.get(draft.code)
            for part in draft.cells.listed("replaces"):
                if unit is not None:
                    self._link(draft, unit, part, words)

    def _link(self, draft: Draft, unit: Unit, text: str, words: RegisterWords) -> None:
        found = _PART.match(text)
        name, said = (found[1], found["part"]) if found else (text, None)
        part = _PARTS.get(without_accents(said or ""), "") if said else "main"
        if not part:
            draft.cells.fault("replaces", "one_of", "«(một phần)», «(phần chính)»", value=text)
            return
        called = [each for each in words.units_called(name) if each.code != unit.code]
        # A unit that stood already may have taken another over (docs/units.md): a table that says so again changes nothing.
        known = {link.old: link for link in self.known.register.successors if link.new == unit.code}
        ended = [each for each in called if each.code in known or _ended_before(each, unit)]
        fitting = [each for each in ended if each.level == unit.level] or ended
        if len(fitting) == 1:
            link = known.get(fitting[0].code)
            if link is None or link.part != part or _ended_before(fitting[0], unit):
                link = Successor(fitting[0].code, unit.code, part, draft.told.get("source") or self.source)
            self.stated.successors[link.old, link.new] = link
            self.stated.rows.setdefault(f"{link.old} {link.new}", draft.cells.row.row)
        elif self._failed(name) or self._unread(called):
            return
        elif fitting:
            draft.cells.fault("replaces", "unit_several", words.told(fitting), value=text)
        elif called:
            draft.cells.fault("replaces", "replaced_open", words.told(called), value=text)
        else:
            draft.cells.fault("replaces", "unit_unknown", value=text)


def _ended_before(one: Unit, unit: Unit) -> bool:
    return one.valid_to is not None and unit.valid_from is not None and one.valid_to <= unit.valid_from


def after(register: Catalogue, stated: Stated) -> Catalogue:
    """The register with what is stated in place."""
    units = {unit.code: unit for unit in register.units} | stated.units
    links = {(link.old, link.new): link for link in register.successors} | stated.successors
    return replace(register, units=tuple(units.values()), successors=tuple(links.values()))


def _like(draft: Draft) -> Unit:
    """A unit of the row's period, to compare days with."""
    return Unit(
        "",
        draft.kind,
        draft.told["name"],
        "",
        valid_from=draft.told.get("valid_from"),
        valid_to=draft.told.get("valid_to"),
    )


def _may_hold(unit: Unit, told: Mapping[str, Any]) -> bool:
    """Whether a unit exists on the first day of what is told, or on its last where the first is not known."""
    first, end = told.get("valid_from"), told.get("valid_to")
    if first is None and end is None:
        return unit.valid_to is None
    day: date = first if first is not None else end - timedelta(days=1)  # type: ignore[operator]
    return unit.starts <= day < unit.ends


def _after_all(units: Iterable[Unit], told: Mapping[str, Any]) -> bool:
    """Whether the first day told, or the last, lies after the end of every unit."""
    day = told.get("valid_from") or told.get("valid_to")
    return day is not None and all(unit.ends <= day for unit in units)


def _by_name(register: Catalogue) -> Mapping[Any, list[Unit]]:
    found = defaultdict(list)
    for unit in register.units:
        found[unit.level, same_word(unit.name)].append(unit)
    return found


def _by_official(register: Catalogue) -> Mapping[Any, list[Unit]]:
    found = defaultdict(list)
    for unit in register.units:
        if unit.official_code:
            found[unit.level, unit.official_code].append(unit)
    return found
