"""One TOML file with pilots, beside a register that has others: what it would change, or everything wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from scoring import Participation
from scoring.pilot import is_decided
from survey_app.catalogue import (
    PACKAGED,
    CatalogueFault,
    CatalogueFaults,
    as_document,
    catalogue_from,
    participation_from,
    read_catalogue,
    read_file,
    rule_from,
    values_of,
)
from survey_app.catalogue_keys import KEYS
from survey_app.catalogue_links import Entries, link_faults, pilot_faults
from survey_app.entry import Entry, read_entry
from survey_app.pilot_units import design_of
from survey_app.register import Catalogue, Pilot
from survey_app.wording import Translate

TAKEN = ("document", "field", "procedure", "pilot", "participation")
"""Kinds of entry that a file of pilots may hold; units and desks are the register's."""
KEPT = "(register)"


class PilotNote:
    """What is accepted of a pilot but must be known. kind: one of `_sentences`; detail: what fills its sentence."""

    def __init__(self, kind: str, pilot: str, **detail: object) -> None:
        self.kind, self.pilot, self.detail = kind, pilot, detail

    def said(self, _: Translate) -> str:
        """The note in a language, the pilot's code before it."""
        detail = {name: _decimal(each, _) if isinstance(each, float) else each for name, each in self.detail.items()}
        return f"{self.pilot}: {_sentences(_)[self.kind].format(**detail)}"


def _decimal(number: float, _: Translate) -> str:
    """A share with three digits that count, and the language's own mark."""
    whole, mark, part = f"{number:.3g}".partition(".")
    return _("{whole},{part}").format(whole=whole, part=part) if mark else whole


def _sentences(_: Translate) -> dict[str, str]:
    return {
        "nobody": _("chưa đơn vị nào tham gia, nên chưa có buổi nào và chưa có tác động nào để xem."),
        "undecided": _("{unit} chưa chọn thứ hoặc buổi, nên chưa xếp được buổi nào của đơn vị này."),
        "two_pilots": _("{unit} cũng ở trong {other}; không tách được mỗi mô hình làm thay đổi gì."),
        "no_comparison": _("{unit} ở trong {other}, nên không phải chỗ so sánh sạch."),
        "nothing_left": _("không còn đơn vị nào để so sánh; chỉ trước và sau thì không cho thấy tác động."),
        "cannot_conclude": _("{n} trong {units} đơn vị tham gia; p nhỏ nhất đạt được là {p}, nên thiết kế này không thể kết luận."),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PilotChange:
    """One entry that is new (+), other than before (~) or gone (-). what: field, procedure, pilot or participation; altered:
    of one that is other, its keys with what stood there and what will, None for nothing.
    """

    sign: str
    what: str
    entry: Any
    altered: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def name(self) -> str:
        """The entry by its codes, and a participation by its first day too."""
        one = self.entry
        return f"{one.pilot}, {one.unit}, {one.starts:%d/%m/%Y}" if self.what == "participation" else str(one.code)

    @property
    def line(self) -> str:
        """For a command."""
        parts = (f"{key} {_or_nothing(old)} → {_or_nothing(new)}" for key, old, new in self.altered)
        return f"{self.sign} {self.what} {_named(self.entry)}" + (f": {'; '.join(parts)}" if self.altered else "")


def _or_nothing(value: Any) -> str:
    return repr("nothing" if value is None else value)


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What a file of pilots would change. file: all that it says; gone: participations of its pilots that it leaves out.

    changes: one for each entry that is not as before; same: how many are. notes: what is accepted but must be known, each
    with its reason. after: the register as it would be.
    """

    file: Catalogue
    gone: tuple[Participation, ...]
    changes: tuple[PilotChange, ...]
    same: int
    notes: tuple[PilotNote, ...]
    after: Catalogue

    @property
    def lines(self) -> tuple[str, ...]:
        """The changes as a command tells them; empty where nothing changes."""
        return tuple(change.line for change in self.changes)


def read_pilot_file(path: Path, register: Catalogue, *, today: date) -> RegisterChange:
    """What the file would change in the register.

    A pilot in the file is as the file says, with its participations: one that the register has and the file leaves out is
    gone. A participation of a pilot that is not in the file is added to it.

    Args:
        path: the TOML file.
        register: as it stands.
        today: up to which what a pilot allows is looked at.

    Raises:
        CatalogueFaults: everything wrong in the file, each with file, key, what stands there and what was expected.
    """
    entries: Entries = {kind: [] for kind in KEYS}
    faults = read_file(path, entries)
    return judge_pilot_entries(entries, faults, path.name, register, today=today)


def judge_pilot_entries(
    entries: Entries,
    faults: list[CatalogueFault],
    file: str,
    register: Catalogue,
    *,
    today: date,
    adding: bool = False,
) -> RegisterChange:
    """What entries read from a file would change in the register, or everything wrong with them.

    Args:
        entries: by kind, as the file gives them.
        faults: found as they were read.
        file: its name, for faults.
        register: as it stands.
        today: up to which what a pilot allows is looked at.
        adding: whether a participation that the register has and the file leaves out stays.

    Raises:
        CatalogueFaults: everything wrong.
    """
    faults += _out_of_place(entries, file)
    together = {
        kind: [*_kept(register, entries, adding=adding).get(kind, ()), *found] for kind, found in entries.items()
    }
    faults += link_faults(together)
    rules = values_of(together["pilot"], rule_from, faults)
    faults += pilot_faults(together, rules, values_of(together["participation"], participation_from, faults))
    if faults:
        raise CatalogueFaults(dict.fromkeys(faults))
    documents = {"document": [entry for entry in together["document"] if entry.values["code"] != KEPT]}
    return _change(register, catalogue_from(entries | documents), today=today, adding=adding)


def _out_of_place(entries: Entries, file: str) -> Iterator[CatalogueFault]:
    """Kinds that such a file may not hold, entries that are the shipped catalogue's, and a file without any pilot."""
    for kind in entries.keys() - set(TAKEN):
        for entry in entries[kind]:
            yield CatalogueFault(file, entry.key, kind, f"one of {', '.join(TAKEN)}")
    shipped = read_catalogue()
    for kind, known in (("field", shipped.fields), ("procedure", shipped.procedures), ("pilot", shipped.pilots)):
        codes = {one.code for one in known if not getattr(one, "simulated", False)}
        for entry in entries[kind]:
            if entry.values.get("code") in codes:
                expected = (
                    f"a code of its own: the shipped catalogue has this {kind}, and hailong init would restore it"
                )
                yield entry.fault("code", entry.values["code"], expected)
    if not entries["pilot"] and not entries["participation"]:
        yield CatalogueFault(file, "pilot", "nothing", "at least one [[pilot]] or [[participation]]")


def _kept(register: Catalogue, new: Entries, *, adding: bool) -> dict[str, list[Entry]]:
    """The register's entries as a file would hold them, but for those that the new ones replace."""
    replaced = {(kind, entry.values.get("code")) for kind in ("field", "procedure", "pilot") for entry in new[kind]}
    pilots = {code for kind, code in replaced if kind == "pilot"}
    again = {_key(entry.values) for entry in new["participation"]}
    documents: Entries = {kind: [] for kind in KEYS}
    read_file(PACKAGED / "documents.toml", documents)
    own = {entry.values.get("code") for entry in new["document"]}
    return {
        "document": [
            Entry(KEPT, KEPT, {"code": KEPT, "text": KEPT}, sound=True),
            *(entry for entry in documents["document"] if entry.values.get("code") not in own),
        ],
        "unit": [_entry("unit", unit.code, _plain(unit)) for unit in register.units],
        "field": [
            _entry("field", one.code, _plain(one)) for one in register.fields if ("field", one.code) not in replaced
        ],
        "procedure": [
            _entry("procedure", one.code, _plain(one))
            for one in register.procedures
            if ("procedure", one.code) not in replaced
        ],
        "pilot": [_entry("pilot", one.code, one.document) for one in register.pilots if one.code not in pilots],
        "participation": [
            _entry("participation", f"{one.pilot}, {one.unit}", as_document(one))
            for one in register.participations
            if (adding or one.pilot not in pilots) and (one.pilot, one.unit, one.starts) not in again
        ],
    }


def _key(values: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return values.get("pilot"), values.get("unit"), values.get("starts")


def _plain(value: Any) -> dict[str, Any]:
    """A value of the register by the keys of its kind of entry; what is not known is left out."""
    return {name: found for name in value.__slots__ if (found := getattr(value, name)) not in (None, "")}


def _entry(kind: str, code: str, values: Mapping[str, Any]) -> Entry:
    entry, _ = read_entry({**values, "source": KEPT}, KEYS[kind], file=KEPT, key=f"{kind} {code}")
    return entry


def _change(register: Catalogue, file: Catalogue, *, today: date, adding: bool) -> RegisterChange:
    mine = {pilot.code for pilot in file.pilots}
    said = {(one.pilot, one.unit, one.starts): one for one in file.participations}
    known = {(one.pilot, one.unit, one.starts): one for one in register.participations}
    gone = () if adding else tuple(one for key, one in known.items() if one.pilot in mine and key not in said)
    after = replace(
        register,
        fields=_merged(register.fields, file.fields),
        procedures=_merged(register.procedures, file.procedures),
        pilots=_merged(register.pilots, file.pilots),
        participations=tuple(({key: one for key, one in known.items() if one not in gone} | said).values()),
    )
    changes = [
        *_changed("field", register.fields, file.fields),
        *_changed("procedure", register.procedures, file.procedures),
        *_changed("pilot", register.pilots, file.pilots),
        *_changed("participation", register.participations, file.participations),
        *(PilotChange("-", "participation", one) for one in gone),
    ]
    told = len(file.fields) + len(file.procedures) + len(file.pilots) + len(file.participations)
    same = told - sum(change.sign != "-" for change in changes)
    touched = dict.fromkeys((*mine, *(one.pilot for one in file.participations)))
    notes = tuple(note for code in touched for note in _notes(after, after.pilot[code], today=today))
    return RegisterChange(file, gone, tuple(changes), same, notes, after)


def _merged(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(({one.code: one for one in old} | {one.code: one for one in new}).values())


def _changed(kind: str, old: Iterable[Any], new: Iterable[Any]) -> Iterator[PilotChange]:
    before = {_named(one): _shown(one) for one in old}
    for one in new:
        was, now = before.get(_named(one)), _shown(one)
        if was is None:
            yield PilotChange("+", kind, one)
        elif was != now:
            keys = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
            yield PilotChange("~", kind, one, tuple((key, was.get(key), now.get(key)) for key in keys))


def _named(one: Any) -> str:
    return f"{one.pilot}, {one.unit} from {one.starts}" if isinstance(one, Participation) else str(one.code)


def _shown(one: Any) -> Mapping[str, Any]:
    """What is compared of an entry: all that is kept of it."""
    if isinstance(one, Pilot):
        return one.document
    return as_document(one) if isinstance(one, Participation) else as_document(_plain(one))


def _notes(register: Catalogue, pilot: Pilot, *, today: date) -> Iterator[PilotNote]:
    """What the dates of a pilot mean for what can be said of it."""
    parts = register.participations_in(pilot.code)
    if not parts:
        yield PilotNote("nobody", pilot.code)
        return
    for one in parts:
        if not is_decided(pilot.rule, one):
            yield PilotNote("undecided", pilot.code, unit=one.unit)
    design = design_of(register, pilot, until=date(max(today, pilot.rule.starts).year + 1, 1, 1))
    for other in design.in_other_pilots:
        yield PilotNote("two_pilots", pilot.code, unit=other.unit, other=other.pilot)
    for other in design.excluded:
        if other.reason == "other_pilot":
            yield PilotNote("no_comparison", pilot.code, unit=other.unit, other=other.pilot)
    if design.kind == "none":
        yield PilotNote("nothing_left", pilot.code)
    elif not design.can_conclude():
        units = len(design.treated) + len(design.comparison)
        yield PilotNote("cannot_conclude", pilot.code, n=len(design.treated), units=units, p=design.smallest_p)
