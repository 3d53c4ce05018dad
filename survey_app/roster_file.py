"""A roster out of a spreadsheet: every fault at once by row and column, or what taking it over would change."""

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import polars as pl
import xlsxwriter

from survey_app.register import Catalogue, Desk
from survey_app.register_file.cell import days_told
from survey_app.register_file.columns import EXAMPLE
from survey_app.register_file.fault import Faults, UnreadableRegister
from survey_app.register_file.file_table import is_example
from survey_app.register_file.template import MOST_LISTED, add_lists, as_csv
from survey_app.roster import (
    FIRST_DAY,
    HALVES,
    Overlap,
    Roster,
    Shift,
    StaffMember,
    Who,
    member_faults,
    overlaps,
    shift_faults,
    stands_already,
)
from survey_app.table_file.bounds import SMALL_TABLES
from survey_app.table_file.known_headings import recogniser
from survey_app.table_file.moments import parse_moments
from survey_app.table_file.opened_file import OpenedFile
from survey_app.table_file.opening import open_table
from survey_app.table_file.words import clean, same_word, without_accents
from survey_app.zone import ZONE

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("Mã cán bộ", "mã", "code"),
    "name": ("Tên hiển thị", "tên", "họ tên", "name"),
    "unit": ("Đơn vị", "mã đơn vị", "unit"),
    "desk": ("Quầy", "mã quầy", "desk"),
    "starts": ("Từ ngày", "from"),
    "ends": ("Đến hết ngày", "đến ngày", "to"),
    "half": ("Buổi", "half"),
}
NEEDED = ("code", "unit", "desk", "starts")
HALF_WORDS = {
    "": "day", "cả ngày": "day", "ngày": "day", "day": "day", "sáng": "morning", "buổi sáng": "morning",
    "morning": "morning", "chiều": "afternoon", "buổi chiều": "afternoon", "afternoon": "afternoon",
}  # fmt: skip
EXAMPLES = (
    (f"{EXAMPLE}CB-01", "Cán bộ 01", "Xã Tân Hồng", "Quầy 1 – Hộ tịch", "05/01/2026", "30/06/2026", "Cả ngày"),
    (f"{EXAMPLE}CB-02", "Cán bộ 02", "Xã Tân Hồng", "Quầy 1 – Hộ tịch", "01/07/2026", "", "Sáng"),
)
HALVES_OFFERED = ("Cả ngày", "Sáng", "Chiều")
SOURCE = "file"
MOST_ROWS = 20_000
HALF = {same_word(word): half for word, half in HALF_WORDS.items()}


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says. newcomers: people whose number the unit does not know; renamed: the others that are called otherwise,
    before and after; shifts: those that are new or other than before; unchanged: as before; overlaps: of the roster as it
    would be, of the desks and people that the file names.
    """

    rows: int
    faults: Faults
    newcomers: tuple[StaffMember, ...] = ()
    renamed: tuple[tuple[StaffMember, StaffMember], ...] = ()
    shifts: tuple[Shift, ...] = ()
    new: int = 0
    unchanged: int = 0
    overlaps: tuple[Overlap, ...] = ()

    @property
    def members(self) -> tuple[StaffMember, ...]:
        """Those that are new or other than before."""
        return (*self.newcomers, *(after for _, after in self.renamed))

    @property
    def mark(self) -> str:
        """What stands for the whole change: another roster beneath the same file is another change."""
        return repr((self.newcomers, self.renamed, self.shifts, self.faults.total))

    @property
    def changes(self) -> bool:
        """Whether taking it over would change anything."""
        return bool(self.members or self.shifts) and not self.faults.total


def template_csv() -> bytes:
    """The template as CSV that a spreadsheet opens with its letters whole."""
    return as_csv([_headings(), *EXAMPLES])


def template_workbook(desks: Sequence[Desk] = ()) -> bytes:
    """The template as a workbook. desks: that are offered to choose."""
    return _workbook(EXAMPLES, desks)


def roster_csv(roster: Roster) -> bytes:
    """Every shift as such a file: what is brought back unchanged changes nothing."""
    return as_csv([_headings(), *_rows_of(roster)])


def roster_workbook(roster: Roster, desks: Sequence[Desk] = ()) -> bytes:
    """Every shift as such a workbook. desks: that are offered to choose."""
    return _workbook(_rows_of(roster), desks)


def _headings() -> list[str]:
    return [names[0] for names in HEADINGS.values()]


def _rows_of(roster: Roster) -> list[tuple[str, ...]]:
    words = dict(zip(HALVES, HALVES_OFFERED, strict=True))
    return [
        (
            shift.member, roster.members[shift.who].shown_name, shift.unit, shift.desk, f"{shift.starts:%d/%m/%Y}",
            f"{shift.ends - timedelta(days=1):%d/%m/%Y}" if shift.ends else "", words[shift.half],
        )
        for shift in roster.shifts
    ]  # fmt: skip


def _workbook(rows: Iterable[Sequence[str]], desks: Sequence[Desk]) -> bytes:
    """A workbook whose cells are texts, so that no day is turned round."""
    lists = {
        "unit": list(dict.fromkeys(desk.unit for desk in desks)),
        "desk": [desk.code for desk in desks],
        "half": HALVES_OFFERED,
    }
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("Ca trực"), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(HEADINGS), 20, text)
        for at, cells in enumerate([_headings(), *rows]):
            for place, cell in enumerate(cells):
                sheet.write_string(at, place, cell, text)
        add_lists(book, sheet, list(HEADINGS), {name: words[:MOST_LISTED] for name, words in lists.items() if words})
    return out.getvalue()


def read_roster_file(
    path: Path, register: Catalogue, roster: Roster, *, seen: Collection[str] | None, today: date
) -> RosterFile:
    """What a CSV file or a workbook would change in the roster. seen: the units that may be named; None for all.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    recognise = recogniser(HEADINGS)
    opened = open_table(path, recognise, SMALL_TABLES)
    places = recognise(opened.headings)
    lacking = [HEADINGS[column][0] for column in NEEDED if column not in places]
    if lacking:
        there = ", ".join(f"«{clean(each)}»" for each in opened.headings if each)
        raise UnreadableRegister("columns", columns=", ".join(f"«{each}»" for each in lacking), there=there)
    faults = Faults({column: opened.headings[place] for column, place in places.items()})
    for odd in opened.odd(places.values()):
        faults.add(odd.row, next(name for name, place in places.items() if place == odd.place), "", odd.kind)
    rows = list(islice(_rows(opened, places, faults), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise UnreadableRegister("too_many", most=f"{MOST_ROWS:,}")
    return _Judge(register, roster.of(seen), seen, faults, today).judge(rows)


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    cells: Mapping[str, str]
    days: Mapping[str, date | None]


def _rows(opened: OpenedFile, places: Mapping[str, int], faults: Faults) -> Iterator[_Row]:
    for piece in opened.pieces(places):
        for row, cells in piece.uneven:
            faults.add(row, "", cells, "fields", str(len(opened.headings)))
        frame = piece.frame
        days = {name: _days(frame, name, faults) for name in ("starts", "ends") if name in places}
        for at, values in enumerate(frame.iter_rows(named=True)):
            cells = {name: clean(values.get(name) or "") for name in HEADINGS}
            if is_example(cells["code"]):
                continue
            yield _Row(values["row"], cells, {name: found[at] for name, found in days.items()})


def _days(frame: pl.DataFrame, column: str, faults: Faults) -> list[date | None]:
    moments = parse_moments(frame[column])
    local = pl.from_epoch(moments["seconds"], time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE.key)
    found: list[date | None] = []
    for row, cell, day, timed in zip(frame["row"], frame[column], local.dt.date(), moments["timed"], strict=True):
        wrong = cell is not None and (day is None or bool(timed))
        if wrong:
            faults.add(row, column, cell, "day")
        found.append(None if wrong else day)
    return found


class _Judge:
    """Rows one after the other, each beside those before."""

    def __init__(
        self, register: Catalogue, roster: Roster, seen: Collection[str] | None, faults: Faults, today: date
    ) -> None:
        self.register, self.roster, self.seen, self.faults, self.today = register, roster, seen, faults, today
        self.known = {shift.key: shift for shift in roster.shifts}
        self.units: dict[str, set[str]] = {}
        for unit in register.units:
            for word in (unit.code, unit.name, f"{unit.kind} {unit.name}", unit.official_code or ""):
                if word:
                    self.units.setdefault(same_word(word), set()).add(unit.code)
        self.desks: dict[tuple[str, str], set[str]] = {}
        for desk in register.desks:
            for word in (desk.code, desk.name):
                self.desks.setdefault((desk.unit, same_word(word)), set()).add(desk.code)
        self.desk = {desk.code: desk for desk in register.desks}
        self.members: dict[Who, StaffMember] = {}
        self.shifts: dict[tuple[Who, str, date, str], Shift] = {}
        self.first_row: dict[object, int] = {}

    def judge(self, rows: Sequence[_Row]) -> RosterFile:
        """Every fault of all rows, or every change."""
        for row in rows:
            self._row(row)
        self._check_again()
        if self.faults.total:
            return RosterFile(len(rows), self.faults)
        known, before = self.known, self.roster.members
        changed = tuple(shift for shift in self.shifts.values() if not self._is_known(shift))
        renamed = ((before[who], one) for who, one in self.members.items() if who in before)
        after = Roster(self.roster.members | self.members, tuple((known | self.shifts).values()))
        touched = [
            each for each in overlaps(after.shifts) if each.one.key in self.shifts or each.other.key in self.shifts
        ]
        return RosterFile(
            len(rows),
            self.faults,
            tuple(one for who, one in self.members.items() if who not in before),
            tuple((old, new) for old, new in renamed if old.shown_name != new.shown_name),
            changed,
            new=sum(shift.key not in known for shift in changed),
            unchanged=len(self.shifts) - len(changed),
            overlaps=tuple(touched),
        )

    def _is_known(self, shift: Shift) -> bool:
        known = self.known.get(shift.key)
        return known is not None and known.ends == shift.ends

    def _row(self, row: _Row) -> None:
        """Every fault of one row: what cannot be read keeps nothing else of it from being looked at."""
        for column in (each for each in NEEDED if not row.cells[each]):
            self.faults.add(row.row, column, "", "needed")
        unit, half = self._unit(row), HALF.get(same_word(row.cells["half"]))
        if half is None:
            self.faults.add(row.row, "half", row.cells["half"], "half")
        if row.cells["code"]:
            self._member(row, unit)
        if unit is not None and row.cells["desk"]:
            self._shift(row, unit, half)

    def _unit(self, row: _Row) -> str | None:
        """The unit that is meant: of several of a name, the one that may be named and stands on the day."""
        found = self.units.get(same_word(row.cells["unit"]), set())
        if self.seen is not None and found & set(self.seen):
            found = found & set(self.seen)
        starts = row.days.get("starts")
        if len(found) > 1 and starts is None:  # told already, and nobody can say which is meant
            return None
        if len(found) > 1 and starts is not None:
            found = {
                code for code in found if self.register.unit[code].starts <= starts < self.register.unit[code].ends
            }
        if len(found) != 1:
            if row.cells["unit"]:
                self.faults.add(row.row, "unit", row.cells["unit"], "unit_unknown")
            return None
        return next(iter(found))

    def _desk(self, row: _Row, unit: str, starts: date | None) -> str:
        """The desk that is meant; of several of a name, the one that stands on the day. What is none is a fault later."""
        foreign = self.seen is not None and unit not in self.seen
        found = sorted(set() if foreign else self.desks.get((unit, same_word(row.cells["desk"])), set()))
        standing = [code for code in found if starts and self.desk[code].starts <= starts < self.desk[code].ends]
        if len(standing) > 1:
            self.faults.add(row.row, "desk", row.cells["desk"], "desk_several", ", ".join(standing))
        return next(iter(standing or found), row.cells["desk"])

    def _member(self, row: _Row, unit: str | None) -> None:
        who = Who(unit or "", row.cells["code"])
        before = (
            self.members.get(who) or self.roster.members.get(who) or StaffMember(who.code, who.unit, who.code, SOURCE)
        )
        made = replace(before, shown_name=row.cells["name"] or before.shown_name)
        if who in self.members and without_accents(before.shown_name) != without_accents(made.shown_name):
            self.faults.add(row.row, "name", made.shown_name, "member_names", str(self.first_row[who]))
            return
        for column, kind in member_faults(made, self.register):
            if column != "unit" or unit is not None:
                self.faults.add(row.row, column, row.cells[column], kind)
        if unit is not None:
            self.first_row.setdefault(who, row.row)
            self.members[who] = made

    def _shift(self, row: _Row, unit: str, half: str | None) -> None:
        starts, last = row.days.get("starts"), row.days.get("ends")
        ends = None if last is None or last == date.max else last + timedelta(days=1)
        desk = self._desk(row, unit, starts)
        shift = Shift(unit, row.cells["code"], desk, starts or FIRST_DAY, half or "day", ends, SOURCE)
        unread = (
            {"starts", "ends"} if starts is None else {"ends"} if last is None and row.cells["ends"] else set[str]()
        )
        known = not unread and half is not None and self._is_known(shift)  # taken once, whatever its desk did since
        for column, kind in () if known else shift_faults(shift, self.desk.get(desk), seen=self.seen, today=self.today):
            if column not in unread:
                self.faults.add(row.row, column, row.cells[column], kind)
        if unread or half is None or not shift.member:
            return
        if shift.key in self.shifts:
            self.faults.add(row.row, "code", shift.member, "twice", str(self.first_row[shift.key]))
        self.first_row.setdefault(shift.key, row.row)
        self.shifts.setdefault(shift.key, shift)

    def _check_again(self) -> None:
        """Nobody stands twice at one desk in one half-day: neither by two rows, nor by a row and a shift that is known."""
        kept = [shift for shift in self.roster.shifts if shift.key not in self.shifts]
        by_place = defaultdict[tuple[Who, str], list[Shift]](list)
        for shift in kept:
            by_place[shift.who, shift.desk].append(shift)
        for shift in self.shifts.values():
            before = by_place[shift.who, shift.desk]
            if (other := stands_already(shift, before)) is not None:
                row = self.first_row.get(other.key)
                told = str(row) if row else days_told(other.starts, other.ends)
                kind = "again" if row else "again_known"
                self.faults.add(self.first_row[shift.key], "starts", f"{shift.starts:%d/%m/%Y}", kind, told)
            before.append(shift)
