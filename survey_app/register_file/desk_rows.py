"""Rows of desks: each found in its unit or made new, within the time of its unit."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from survey_app.dossiers.register_words import RegisterWords
from survey_app.register import Desk, Unit
from survey_app.register_file.cell import Cells, days_told, slug
from survey_app.register_file.columns import DESK_KINDS
from survey_app.register_file.fault import Faults
from survey_app.register_file.field_words import FieldWords
from survey_app.register_file.file_table import FileTable
from survey_app.register_file.stated import Known, Span, Stated, certain, name_kept
from survey_app.register_rule import desk_word, desks_by_name, overlap
from survey_app.table_file.words import without_accents

KINDS = {without_accents(word): kind for kind, words in DESK_KINDS.items() for word in words}
_SHOWN = ", ".join(words[0] for words in DESK_KINDS.values())
_NUMBERED = re.compile(r"^(?:quay|ban|cua|o)(?: so)? 0*(\d{1,3})(?: .*)?$")
_NUMBER = re.compile(r"^0*(\d{1,3})$")


def judge_desks(table: FileTable, known: Known, faults: Faults, *, source: str) -> Stated:
    """Every desk that a table states.

    A desk is known again by its code, or by its name among its unit's desks of the same time. Without a code a new one is
    made of its number: `xa.29926.quay-3`.
    """
    stated = Stated()
    judging = _Desks(known, stated, faults, RegisterWords(known.register), FieldWords(known, stated, source=source))
    for row in table.rows:
        cells = Cells(row, faults)
        before = faults.total
        told, code = judging.told(cells, source), cells.code("code", "xa.29926.quay-1")
        if faults.total == before:
            judging.state(cells, told, code)
        if faults.total > before and told["unit"] and told["name"]:
            judging.unsound.append((row.row, certain(_like(told), row)))
    _check_names(stated, judging.kept, faults)
    _check_unsound(stated, judging, faults)
    return stated


def _like(told: Mapping[str, Any]) -> Desk:
    """A desk of the row's name and period, to compare with."""
    return Desk(
        "", told["unit"], told["name"], "", "", valid_from=told.get("valid_from"), valid_to=told.get("valid_to")
    )


def _check_unsound(stated: Stated, judging: "_Desks", faults: Faults) -> None:
    """A row that is faulty otherwise has its name for itself too, among the rows of the file."""
    rows = [(stated.rows[code], desk) for code, desk in stated.desks.items()]
    for at, (row, desk) in enumerate(judging.unsound):
        for other_row, other in (*rows, *judging.unsound[:at]):
            same = desk_word(desk.unit, desk.name) == desk_word(other.unit, other.name)
            if same and overlap(desk, other) and row not in judging.twice:
                later, name, earlier = max((row, desk.name, other_row), (other_row, other.name, row))
                faults.add(later, "name", name, "same_name_row", str(earlier))
                break


def _check_names(stated: Stated, kept: Mapping[str, Desk], faults: Faults) -> None:
    """Two desks of a unit have one name only one after the other."""
    named = desks_by_name((kept | stated.desks).values())
    for code, desk in stated.desks.items():
        if desk != kept.get(code) and (other := named.other(desk)) is not None:
            faults.add(stated.rows[code], "name", desk.name, *stated.taken_by(other, "same_name"))


@dataclass
class _Desks:
    known: Known
    stated: Stated
    faults: Faults
    words: RegisterWords
    fields: FieldWords
    unsound: list[tuple[int, Desk]] = field(default_factory=list)
    twice: set[int] = field(default_factory=set)
    """Faulty rows that name a unit and a desk, and those that are told to be about a desk of another row."""

    def __post_init__(self) -> None:
        self.kept = {desk.code: desk for desk in self.known.register.desks}
        self.followed = {desk.followed_by: desk for desk in self.known.register.desks if desk.followed_by}
        self.named: dict[str, list[Desk]] = defaultdict(list)
        for desk in self.known.register.desks:
            self.named[desk_word(desk.unit, desk.name)].append(desk)
        self.asked = frozenset(self.known.questionnaires)

    def told(self, cells: Cells, source: str) -> dict[str, Any]:
        """What a row says, by the keys of `Desk`; `asks` is its questionnaire."""
        told: dict[str, Any] = {
            "name": cells.text("name", needed=True), "place": cells.text("place", needed=True), **cells.period(),
        }  # fmt: skip
        told["unit"] = self._unit(cells, told)
        if cells.has("fields"):
            told["fields"] = self._fields(cells)
        if kind := cells.chosen("kind", KINDS, _SHOWN):
            told["kind"] = kind
        if asks := cells.text("questionnaire"):
            told["asks"] = asks
            if asks not in self.asked:
                cells.fault("questionnaire", "questionnaire", ", ".join(sorted(self.asked)))
        said = cells.text("source", longest=1_000)
        return told | {"source": said or source, "said": bool(said)}

    def _unit(self, cells: Cells, told: Mapping[str, Any]) -> str:
        name = cells.text("unit", needed=True)
        called = self.words.units_called(name) if name else ()
        day = told.get("valid_from") or self.known.today
        at = [unit for unit in called if unit.starts <= day < unit.ends]
        found = at or [unit for unit in called if told.get("valid_to") and unit.starts < told["valid_to"]] or called
        if len(found) == 1:
            return found[0].code
        if found:
            cells.fault("unit", "unit_several", self.words.told(found))
        elif name:
            near = self.words.units_like(name)
            cells.fault("unit", "unit_near" if near else "unit_unlisted", self.words.told(near))
        return ""

    def _fields(self, cells: Cells) -> tuple[str, ...]:
        """Fields parted by semicolons; by commas where every part is known, since some names have commas."""
        found: list[str] = []
        for part in cells.listed("fields"):
            pieces = [each.strip() for each in part.split(",") if each.strip()]
            several = self.fields.known(part) is None and all(self.fields.known(each) for each in pieces)
            found += [self.fields.code(each) for each in (pieces if several else [part])]
        return tuple(dict.fromkeys(found))

    def state(self, cells: Cells, told: dict[str, Any], code: str) -> None:
        """The desk of a row without faults of its own, held against the register and the file."""
        asks, said, before = told.pop("asks", None), told.pop("said"), self.faults.total
        unit = self.words.register.unit[told["unit"]]
        old = self.kept.get(code) if code else self._old(cells, told)
        told["name"] = name_kept(told["name"], old.name if old else None, self.stated.notes)
        if old is not None:
            self.stated.notes["ends_kept"] += cells.leaves_end(old.valid_to)
            desk = replace(old, **(told if said else {key: value for key, value in told.items() if key != "source"}))
        else:
            desk = Desk(code=code or self._made_code(told), **told)
        if desk != old:
            self._check(cells, desk, old, unit)
        if desk.code in self.stated.desks:
            self.twice.add(cells.row.row)
            cells.fault("code" if code else "name", "twice", str(self.stated.rows[desk.code]))
        if self.faults.total > before:
            return
        self.stated.desks[desk.code], self.stated.rows[desk.code] = certain(desk, cells.row), cells.row.row
        if asks or old is None:
            self.stated.asks[desk.code] = asks or "desk"

    def _old(self, cells: Cells, told: Mapping[str, Any]) -> Desk | None:
        like = _like(told)
        found = [desk for desk in self.named[desk_word(told["unit"], told["name"])] if overlap(desk, like)]
        if len(found) > 1:  # a desk and the one that took it over under its name: the days say which
            found = [desk for desk in found if desk.valid_from == told.get("valid_from")] or found
        if len(found) > 1:
            cells.fault("name", "desk_several", ", ".join(desk.code for desk in found))
        return found[0] if found else None

    def _made_code(self, told: Mapping[str, Any]) -> str:
        plain = without_accents(told["name"])
        numbered = _NUMBERED.match(plain) or _NUMBER.match(plain)
        tail = "online" if told.get("kind") == "online" else f"quay-{numbered[1]}" if numbered else slug(told["name"])
        code, number = f"{told['unit']}.{tail}", 2
        if code not in self.kept and code not in self.stated.desks:
            return code
        while f"{code}-{number}" in self.kept or f"{code}-{number}" in self.stated.desks:
            number += 1
        return f"{code}-{number}"

    def _check(self, cells: Cells, desk: Desk, old: Desk | None, unit: Unit) -> None:
        span = f"{unit.code} ({days_told(unit.valid_from, unit.valid_to)})"
        if desk.ends <= desk.starts:
            cells.fault("last_day", "reversed", f"{desk.valid_from:%d/%m/%Y}")
        elif desk.valid_from is not None and not unit.starts <= desk.valid_from < unit.ends:
            cells.fault("valid_from", "outside", span)
        elif desk.valid_to is not None and not unit.starts < desk.valid_to <= unit.ends:
            cells.fault("last_day", "outside", span)
        elif old is None and desk.valid_to is None and unit.valid_to is not None:
            cells.fault("unit", "unit_ends", self.words.told([unit]))
        if old is not None:
            self._check_answers(cells, desk, old, self.known.desk_days.get(desk.code))
            self._check_followed(cells, desk, old)

    def _check_followed(self, cells: Cells, desk: Desk, old: Desk) -> None:
        """A desk that another followed ends when it ended, and the other begins when it began: printed codes lead on."""
        if old.followed_by is not None:
            next_one = self.kept[old.followed_by]
            ends = old.valid_to or next_one.valid_from  # an end that it has lost may be given back
            if desk.valid_to not in {old.valid_to, ends}:
                cells.fault("last_day", "followed", f"{days_told(None, ends)[2:]} → {next_one.code}")
        if desk.valid_from != old.valid_from and old.code in self.followed:
            before = self.followed[old.code]
            cells.fault("valid_from", "followed", f"{before.code} → {days_told(old.valid_from, None)[:-2]}")

    def _check_answers(self, cells: Cells, desk: Desk, old: Desk, span: Span | None) -> None:
        if span is None:
            return
        for column in ("unit", "kind"):
            if getattr(desk, column) != getattr(old, column):
                cells.fault(column, "answered", getattr(old, column))
        starts, ends = desk.starts, desk.ends
        if span[0] < starts or span[1] >= ends:
            column = "valid_from" if span[0] < starts else "last_day"
            cells.fault(column, "answered_days", f"{_day(span[0])}–{_day(span[1])}")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
