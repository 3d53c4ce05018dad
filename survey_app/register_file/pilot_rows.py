"""Rows of pilots, one for each unit that takes part: turned into the entries of a pilot file and judged as one.

The pilot's own columns stand in its first row; a table of units for a pilot that the register has leaves them out. What a
spreadsheet cannot carry (a dose, a promise, what units choose) takes a TOML file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from scoring.pilot import WEEKDAYS
from survey_app.catalogue_keys import KEYS
from survey_app.catalogue_links import Entries
from survey_app.dossiers.register_words import RegisterWords
from survey_app.entry import NOTHING, CatalogueFault, CatalogueFaults, read_entry
from survey_app.pilot_file import RegisterChange, judge_pilot_entries
from survey_app.register import Catalogue
from survey_app.register_file.cell import Cells
from survey_app.register_file.columns import COLUMNS, DAY_KINDS, PILOT_KINDS, PILOTS
from survey_app.register_file.fault import Faults
from survey_app.register_file.file_table import FileTable
from survey_app.table_file.words import without_accents

_VIETNAMESE = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
_SHORT = ("t2", "t3", "t4", "t5", "t6", "t7", "cn")
DAYS_OF_WEEK = {
    without_accents(word): day
    for words in (_VIETNAMESE, _SHORT, WEEKDAYS)
    for word, day in zip(words, WEEKDAYS, strict=True)
}
WINDOWS = {
    without_accents(word): window
    for window, words in {
        "morning": ("sáng", "buổi sáng", "morning"),
        "afternoon": ("chiều", "buổi chiều", "afternoon"),
        "whole-day": ("cả ngày", "whole-day"),
        "start-of-morning": ("đầu giờ sáng", "start-of-morning"),
        "end-of-morning": ("cuối giờ sáng", "end-of-morning"),
        "start-of-afternoon": ("đầu giờ chiều", "start-of-afternoon"),
        "end-of-afternoon": ("cuối giờ chiều", "end-of-afternoon"),
    }.items()
    for word in words
}
_KINDS = {without_accents(word): kind for kind, words in PILOT_KINDS.items() for word in words}
_DAYS = {without_accents(word): kind for kind, words in DAY_KINDS.items() for word in words}
_OURS = {
    "code": "pilot", "names": "name", "starts": "valid_from", "ends": "last_day", "source": "source", "unit": "unit",
    "locality": "locality", "kind": "kind", "days": "days", "weekdays": "weekdays", "windows": "windows", "named": "named",
    "pilot": "pilot",
}  # fmt: skip
"""Key of an entry → our column; a pilot's own days are `pilot_from` and `pilot_last`."""
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DAYS_OF_FILE = frozenset(column.name for column in COLUMNS[PILOTS] if column.day)
_ROW = re.compile(r"^row (\d+) (pilot|participation)\.(\w+)")
_PILOTS_OWN = (
    "name",
    "name_en",
    "locality",
    "kind",
    "pilot_from",
    "pilot_last",
    "days",
    "weekdays",
    "windows",
    "named",
)

_TOLD = CatalogueFault("", "", NOTHING, "")
"""Stands for cells that are told already: nothing is made of such a table."""
_COLUMNS_OF = {"pilot": ("pilot", *_PILOTS_OWN), "participation": ("pilot", "unit", "valid_from", "last_day")}
"""Kind of entry → the columns that it is made of."""


def judge_pilots(table: FileTable, register: Catalogue, faults: Faults, *, today: date) -> RegisterChange | None:
    """What a table of pilots would change; None where anything is wrong with it, which stands in `faults`.

    A participation that the table leaves out stays.
    """
    turning = _Turning(RegisterWords(register), register, faults, today)
    for row in table.rows:
        turning.take(Cells(row, faults))
    entries: Entries = {kind: [] for kind in KEYS}
    found: list[CatalogueFault] = []
    for kind, row, raw in turning.raw:
        entry, wrong = read_entry(raw, KEYS[kind], file="", key=f"row {row} {kind}")
        whole = not any((row, column) in faults.cells for column in _COLUMNS_OF.get(kind, ()))
        entries[kind].append(replace(entry, sound=entry.sound and whole))
        found += wrong
    told = [_TOLD] if faults.total else []
    try:
        return judge_pilot_entries(entries, [*found, *told], "", register, today=today, adding=True)
    except CatalogueFaults as refused:
        cells = {row.row: row.cells for row in table.rows}
        for fault in refused.faults:
            if fault not in told:
                _tell(fault, faults, cells)
        return None


def _tell(fault: CatalogueFault, faults: Faults, cells: Mapping[int, Mapping[str, str]]) -> None:
    """A fault of an entry at the cell that it came from, unless that cell is told to be faulty already."""
    place = _ROW.match(fault.key)
    expected = _ISO.sub(r"\3/\2/\1", fault.expected)
    if place is None:
        if fault.key != "pilot" or not faults.total:  # where no row is left to judge, the rows say why
            faults.add(0, "pilot", fault.found, "pilot_rule", expected)
        return
    row, of_pilot = int(place[1]), place[2] == "pilot"
    own = {"starts": "pilot_from", "ends": "pilot_last"}.get(place[3]) if of_pilot else None
    column = own or _OURS.get(place[3], "pilot")
    if (row, column) in faults.cells:
        return
    typed = cells[row].get(column, "") if column in _DAYS_OF_FILE else ""
    faults.add(row, column, typed or ("" if fault.found is NOTHING else fault.found), "pilot_rule", expected)


@dataclass
class _Turning:
    """Rows into raw entries: kind, place, values."""

    words: RegisterWords
    register: Catalogue
    faults: Faults
    today: date
    raw: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    pilots: dict[str, Cells] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def take(self, cells: Cells) -> None:
        """One row."""
        code, row = cells.code("pilot", "thu-nam-hen-gio"), cells.row.row
        own, told = any(cells.row.cells.get(column) for column in _PILOTS_OWN), bool(code)
        if not code:  # nobody can say which pilot: what else is wrong with the row is told all the same
            code = f"row-{row}"
            if not cells.row.cells.get("pilot"):
                cells.fault("pilot", "needed")
        source = self._source(cells, code)
        if own and code not in self.pilots:
            self.pilots[code] = cells
            self.raw.append(("pilot", row, self._pilot(cells, code, source)))
        elif own:
            self._same_again(cells, self.pilots[code])
        elif told and code not in self.pilots and code not in self.register.pilot:
            cells.fault("pilot", "pilot_unknown")
        self.raw.append(("participation", row, self._participation(cells, code, source)))

    def _same_again(self, cells: Cells, first: Cells) -> None:
        """A pilot's own columns may stand in every row of it, but only as in the first."""
        for column in _PILOTS_OWN:
            said, before = cells.row.cells.get(column, ""), first.row.cells.get(column, "")
            if said and said != before:
                cells.fault(column, "twice", str(first.row.row))

    def _source(self, cells: Cells, pilot: str) -> str:
        """The code of the document that a row names; of one that names none, the pilot's before it or its own in the register."""
        text = cells.text("source", longest=1_000)
        if not text:
            kept = self.register.pilot.get(pilot)
            text = kept.source if kept else ""
            if not text and pilot in self.pilots:
                return self.sources[pilot]
            if not text:
                cells.fault("source", "needed")
        code = f"tep-{len({*self.sources.values()}) + 1}"
        known = self.sources.setdefault(text, code)
        if known == code:
            self.raw.append(("document", cells.row.row, {"code": code, "text": text or "–"}))
        return self.sources.setdefault(pilot, known)

    def _pilot(self, cells: Cells, code: str, source: str) -> dict[str, Any]:
        name = cells.text("name", needed=True)
        told: dict[str, Any] = {
            "code": code, "names": {"vi": name, "en": cells.text("name_en") or name}, "source": source,
            "locality": self._unit(cells, "locality", cells.row.days.get("pilot_from")),
            "kind": cells.chosen("kind", _KINDS, _shown(PILOT_KINDS)),
            "starts": cells.row.days.get("pilot_from"), "ends": _after(cells.row.days.get("pilot_last")),
            "days": cells.chosen("days", _DAYS, _shown(DAY_KINDS)),
            "weekdays": self._listed(cells, "weekdays", DAYS_OF_WEEK, ", ".join(_VIETNAMESE)),
            "windows": self._listed(cells, "windows", WINDOWS, "sáng, chiều, cả ngày"),
            "named": cells.listed("named"),
        }  # fmt: skip
        for column, value in (("kind", told["kind"]), ("pilot_from", told["starts"])):
            if not value and not cells.row.cells.get(column):
                cells.fault(column, "needed")
        procedures = "named" if told["named"] else "unconfirmed"
        return {key: value for key, value in told.items() if value} | {"procedures": procedures}

    def _participation(self, cells: Cells, code: str, source: str) -> dict[str, Any]:
        first = cells.row.days.get("valid_from")
        if first is None and not cells.row.cells.get("valid_from"):
            cells.fault("valid_from", "needed")
        told = {
            "pilot": code, "unit": self._unit(cells, "unit", first), "starts": first,
            "ends": _after(cells.row.days.get("last_day")), "source": source,
        }  # fmt: skip
        return {key: value for key, value in told.items() if value}

    def _unit(self, cells: Cells, column: str, day: date | None) -> str:
        name = cells.text(column, needed=True)
        called = self.words.units_called(name) if name else ()
        at = day or self.today
        found = [unit for unit in called if unit.starts <= at < unit.ends] or called
        if len(found) == 1:
            return found[0].code
        if found:
            cells.fault(column, "unit_several", self.words.told(found))
        elif name:
            cells.fault(column, "unit_unknown")
        return ""

    def _listed(self, cells: Cells, column: str, words: Mapping[str, str], shown: str) -> list[str]:
        found = []
        for part in (each for text in cells.listed(column) for each in re.split(r"\s*,\s*", text) if each):
            ours = words.get(without_accents(part))
            if ours is None:
                cells.fault(column, "one_of", shown, value=part)
            else:
                found.append(ours)
        return found


def _shown(words: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(each[0] for each in words.values())


def _after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last else None
