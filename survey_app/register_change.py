"""What becomes of units and desks from a day on, as steps: nothing of the past is rewritten.

A desk belongs to one unit for its whole life. One that moves to another unit, or whose unit ends, ends that day, and
another begins that day; so each answer keeps the desk and the unit that it was given at. `followed_by` says which desk the
printed codes of the old one open from then on.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scoring import Participation
from survey_app.register import LEVELS, Catalogue, Desk, Successor, Unit
from survey_app.register_rule import (
    DIGITS,
    LONGEST_NAME,
    desk_word,
    desks_by_name,
    official_code,
    outside_parent,
    says_other_kind,
    text_fault,
    units_by_name,
    units_by_official_code,
)

OFFICE = "office"
"""The source of what the office itself put into the register."""
MAIN, PARTIAL = "main", "partial"
EARLIEST, FARTHEST_AHEAD = date(2000, 1, 1), timedelta(days=731)
UNIT_CODE = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


@dataclass(frozen=True, slots=True)
class ChangeFault:
    """Why a change cannot be made: a word of `register_change_words.FAULTS`; about: code or name; day, n: where they help."""

    reason: str
    about: str = ""
    day: date | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record holds that a change touches.

    answers, last: of each desk, how many answers and the last day with one; codes: open codes and cards' batches of each
    desk; shifts: people of the roster at each desk now; cases, accounts: of each unit, open cases and names of accounts.
    """

    answers: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, date] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    shifts: Mapping[str, int] = field(default_factory=dict)
    cases: Mapping[str, int] = field(default_factory=dict)
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskEnd:
    """A desk ends on a day, the first that no longer counts. followed_by: who takes over its codes; None: nobody."""

    code: str
    on: date
    followed_by: str | None = None


@dataclass(frozen=True, slots=True)
class NewDesk:
    """A desk that begins; it asks the questionnaire of the desk `like`."""

    desk: Desk
    like: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything that one change does to the register.

    shortened: participations before and after; gone: those that would have begun later in a unit that is no more.
    undone: desks whose end, planned for a later day, does not come; removed: those that would have begun with it.
    """

    units: tuple[Unit, ...] = ()
    ended_units: Mapping[str, date] = field(default_factory=dict)
    links: tuple[Successor, ...] = ()
    desks: tuple[NewDesk, ...] = ()
    ended_desks: tuple[DeskEnd, ...] = ()
    shortened: tuple[tuple[Participation, Participation], ...] = ()
    gone: tuple[Participation, ...] = ()
    undone: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskMove:
    """A desk goes to a unit, a place or a name from a day on. codes_go_on: its printed codes open the new desk."""

    code: str
    on: date
    unit: str
    name: str
    place: str
    codes_go_on: bool = True


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Units end on a day, and others take them over.

    old: those that end; new: units that begin then; links: (old, successor, "main" or "partial"), the successor a new
    unit or one that stands; desks: code of each desk that ends → the unit that it goes on in, "" for none.
    """

    on: date
    old: tuple[str, ...]
    new: tuple[Unit, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    desks: Mapping[str, str] = field(default_factory=dict)
    codes_go_on: bool = True


Planned = tuple[Steps | None, tuple[ChangeFault, ...]]
"""The steps; or None and everything that stands against them."""


def plan_closing(register: Catalogue, code: str, *, on: date, facts: Facts, today: date) -> Planned:
    """A desk takes no more answers from a day on; its codes say so to whoever scans them."""
    desk = _desk(register, code)
    if desk is None:
        return None, (ChangeFault("no_desk", code),)
    faults = (*_day_faults(on, today), *_desk_faults(desk, on, facts))
    return (None, faults) if faults else (Steps(ended_desks=(DeskEnd(code, on),)), ())


def plan_move(register: Catalogue, move: DeskMove, *, facts: Facts, today: date) -> Planned:
    """The desk ends, and another begins the same day where it went; answers stay with the desk that they were given at."""
    desk, unit = _desk(register, move.code), register.unit.get(move.unit)
    if desk is None or unit is None:
        return None, (ChangeFault("no_desk", move.code) if desk is None else ChangeFault("no_unit", move.unit),)
    faults = [*_day_faults(move.on, today), *_desk_faults(desk, move.on, facts), *name_faults(move.name, move.place)]
    if not unit.starts <= move.on < unit.ends:
        faults.append(ChangeFault("unit_not_there", f"{unit.kind} {unit.name}", move.on))
    if move.unit == desk.unit:
        faults += desk_name_faults(register.desks, replace(desk, name=move.name, valid_from=move.on))
    if (desk.unit, desk.name, desk.place) == (move.unit, move.name, move.place):
        faults.append(ChangeFault("nothing_changes", desk.name))
    if faults:
        return None, tuple(faults)
    return _moved(register, [(desk, move.unit, move.name, move.place)], move.on, codes_go_on=move.codes_go_on), ()


def plan_reopening(register: Catalogue, code: str, *, on: date, facts: Facts, today: date) -> Planned:
    """A desk that closed begins again: another of its name in its unit, which its printed codes open.

    Where it has not closed yet, its end is called off, and the desk that would have begun then never does.
    """
    desk = _desk(register, code)
    if desk is None:
        return None, (ChangeFault("no_desk", code),)
    if desk.valid_to is not None and desk.valid_to > today:
        return _called_off(register, desk, facts)
    unit = register.unit[desk.unit]
    faults = [*_day_faults(on, today)]
    if desk.valid_to is None:
        faults.append(ChangeFault("not_closed", desk.name))
    elif on < desk.valid_to:
        faults.append(ChangeFault("before_closing", desk.name, desk.valid_to))
    if desk.followed_by is not None:
        faults.append(ChangeFault("goes_on", desk.followed_by))
    if not unit.starts <= on < unit.ends:
        faults.append(ChangeFault("unit_not_there", f"{unit.kind} {unit.name}", on))
    faults += desk_name_faults(register.desks, replace(desk, valid_from=on, valid_to=None))
    if faults or desk.valid_to is None:
        return None, tuple(faults)
    steps = _moved(register, [(desk, desk.unit, desk.name, desk.place)], on, codes_go_on=True)
    return replace(steps, ended_desks=(replace(steps.ended_desks[0], on=desk.valid_to),)), ()


def _called_off(register: Catalogue, desk: Desk, facts: Facts) -> Planned:
    if register.unit[desk.unit].ends <= desk.ends:
        unit = register.unit[desk.unit]
        return None, (ChangeFault("unit_ends", f"{unit.kind} {unit.name}", unit.valid_to),)
    next_one = _desk(register, desk.followed_by or "")
    others_there = (each for each in register.desks if each != next_one)
    if taken := (*desk_name_faults(others_there, replace(desk, valid_to=None)),):
        return None, taken
    if next_one is None:
        return Steps(undone=(desk.code,)), ()
    others = sum(each.followed_by == next_one.code for each in register.desks) > 1
    if others or next_one.valid_to or facts.codes.get(next_one.code) or facts.shifts.get(next_one.code):
        return None, (ChangeFault("in_use", next_one.code),)
    return Steps(undone=(desk.code,), removed=(next_one.code,)), ()


def plan_units(register: Catalogue, change: UnitChange, *, facts: Facts, today: date) -> Planned:
    """Units merge, split or close: they end, their successors take over, their desks end and begin anew there."""
    faults = [*_day_faults(change.on, today), *_unit_faults(register, change, facts), *_link_faults(register, change)]
    faults += _place_faults(register, change)
    if faults:
        return None, tuple(dict.fromkeys(faults))
    going = desks_of(register, change.old, change.on)
    moved = [
        (desk, change.desks[desk.code], desk.name, desk.place) for desk in going if change.desks.get(desk.code, "")
    ]
    steps = _moved(register, moved, change.on, codes_go_on=change.codes_go_on)
    closed = tuple(DeskEnd(desk.code, change.on) for desk in going if not change.desks.get(desk.code, ""))
    shortened, gone = _participations(register, change)
    links = tuple(Successor(old, new, part, OFFICE) for old, new, part in change.links)
    return (
        replace(
            steps,
            units=change.new,
            ended_units=dict.fromkeys(change.old, change.on),
            links=links,
            ended_desks=(*steps.ended_desks, *closed),
            shortened=shortened,
            gone=gone,
        ),
        (),
    )


def desks_of(register: Catalogue, units: Collection[str], on: date) -> tuple[Desk, ...]:
    """The desks of units that would still stand on a day."""
    return tuple(desk for desk in register.desks if desk.unit in units and desk.ends > on)


def name_faults(name: str, *places: str) -> list[ChangeFault]:
    """A name, and places, that say nothing, are too long to be shown, or hold what no name holds."""
    found = [("name_empty", name), *(("place_empty", place) for place in places)]
    return [fault for empty, text in found if (fault := _name_fault(empty, text)) is not None]


def _name_fault(empty: str, text: str) -> ChangeFault | None:
    if not text.strip():
        return ChangeFault(empty)
    fault = text_fault(text)
    return None if fault is None else ChangeFault(_TEXT_FAULTS[fault[0]], text[:_SHOWN], n=len(text))


_TEXT_FAULTS = {"too_long": "name_long", "letters": "name_letters", "formula": "name_formula"}
_SHOWN = 40


def desk_name_faults(desks: Iterable[Desk], desk: Desk) -> Iterator[ChangeFault]:
    """Another desk of the unit that has the name on some day of this one's."""
    other = desks_by_name(desks).other(desk)
    if other is not None:
        yield ChangeFault("same_name", f"{other.name} ({other.code})")


def called_faults(units: Iterable[Unit], unit: Unit) -> Iterator[ChangeFault]:
    """What is wrong with a unit's kind, name and official code: in themselves, or because another unit has them."""
    units = tuple(units)
    yield from name_faults(unit.name)
    if unit.kind not in LEVELS:
        yield ChangeFault("kind", unit.kind[:_SHOWN])
        return
    if says_other_kind(unit.name, unit.kind):
        yield ChangeFault("other_kind", unit.name[:_SHOWN])
    if (other := units_by_name(units).other(unit)) is not None:
        yield ChangeFault("same_name", f"{other.kind} {other.name} ({other.code})")
    if unit.official_code and official_code(unit.official_code, unit.kind) != unit.official_code:
        yield ChangeFault("official_code", unit.official_code, n=DIGITS[unit.level])
    elif (other := units_by_official_code(units).other(unit)) is not None:
        yield ChangeFault("same_official", f"{other.kind} {other.name} ({other.code})")


def unit_faults(register: Catalogue, unit: Unit, *, others: Collection[Unit] = ()) -> Iterator[ChangeFault]:
    """What keeps a unit from being taken up: its code, its kind, its name, the unit above it. others: taken up with it."""
    if not UNIT_CODE.fullmatch(unit.code):
        yield ChangeFault("unit_code", unit.code[:_SHOWN])
    elif unit.code in register.unit or sum(unit.code == other.code for other in others) > 1:
        yield ChangeFault("unit_known", unit.code)
    yield from called_faults((*register.units, *others), unit)
    parent = register.unit.get(unit.parent) if unit.parent else None
    if unit.parent and parent is None:
        yield ChangeFault("no_unit", unit.parent)
    elif parent is not None and outside_parent(unit, parent):
        early = unit.valid_from is not None and unit.valid_from < parent.starts
        reason, day = ("parent_later", parent.valid_from) if early else ("parent_ends", parent.valid_to)
        yield ChangeFault(reason, f"{parent.kind} {parent.name}", day)
    elif parent is not None and unit.kind in LEVELS and _rank(parent.level) >= _rank(unit.level):
        yield ChangeFault("parent_level", f"{parent.kind} {parent.name}")


def _rank(level: str) -> int:
    return ("province", "district", "commune").index(level)


def _desk(register: Catalogue, code: str) -> Desk | None:
    return next((desk for desk in register.desks if desk.code == code), None)


def _day_faults(on: date, today: date) -> Iterator[ChangeFault]:
    if not EARLIEST <= on <= today + FARTHEST_AHEAD:
        yield ChangeFault("far", day=on)


def ahead_faults(starts: date | None, today: date) -> Iterator[ChangeFault]:
    """A first day farther ahead than any change may be: whatever begins then could not be ended."""
    if starts is not None and starts > today + FARTHEST_AHEAD:
        yield ChangeFault("far_ahead", day=starts)


def _desk_faults(desk: Desk, on: date, facts: Facts) -> Iterator[ChangeFault]:
    if desk.valid_to is not None:
        yield ChangeFault("ended", f"{desk.name} ({desk.code})", desk.valid_to)
    if on <= desk.starts:
        yield ChangeFault("before_start", f"{desk.name} ({desk.code})", desk.starts)
    if desk.code in facts.last and facts.last[desk.code] >= on:
        yield ChangeFault("answered", desk.name, facts.last[desk.code])


def _unit_faults(register: Catalogue, change: UnitChange, facts: Facts) -> Iterator[ChangeFault]:
    if not change.old or len(set(change.old)) < len(change.old):
        yield ChangeFault("which_units")
    for code in change.old:
        unit = register.unit.get(code)
        if unit is None:
            yield ChangeFault("no_unit", code)
            continue
        if unit.valid_to is not None:
            yield ChangeFault("ended", f"{unit.kind} {unit.name}", unit.valid_to)
        if change.on <= unit.starts:
            yield ChangeFault("before_start", f"{unit.kind} {unit.name}", unit.starts)
        below = [one for one in register.units if one.parent == code and one.ends > change.on]
        if below:
            yield ChangeFault("units_below", f"{unit.kind} {unit.name}", n=len(below))
        yield from _desks_against(register, unit, change.on, facts)


def _desks_against(register: Catalogue, unit: Unit, on: date, facts: Facts) -> Iterator[ChangeFault]:
    for desk in register.desks:
        if desk.unit == unit.code and desk.code in facts.last and facts.last[desk.code] >= on:
            yield ChangeFault("answered", f"{desk.name}, {unit.kind} {unit.name}", facts.last[desk.code])
        if desk.unit == unit.code and on <= desk.starts and desk.valid_from is not None:
            before = next((each for each in register.desks if each.followed_by == desk.code), None)
            about = f"{desk.name}, {unit.kind} {unit.name} ({desk.code})"
            yield (
                ChangeFault("moved_here", f"{about} ← {before.name} ({before.code})", desk.valid_from)
                if before
                else ChangeFault("begins_later", about, desk.valid_from)
            )
        elif desk.unit == unit.code and on < desk.ends < date.max:
            yield ChangeFault("ends_later", f"{desk.name}, {unit.kind} {unit.name} ({desk.code})", desk.valid_to)


def _link_faults(register: Catalogue, change: UnitChange) -> Iterator[ChangeFault]:
    new = {unit.code: unit for unit in change.new}
    ended = (replace(unit, valid_to=change.on) if unit.code in change.old else unit for unit in register.units)
    after = replace(register, units=tuple(ended))
    for unit in change.new:
        yield from unit_faults(after, unit, others=change.new)
    taken = {old: [link for link in change.links if link[0] == old] for old in change.old}
    for old, links in taken.items():
        if sum(part == MAIN for _, _, part in links) > 1 or len({to for _, to, _ in links}) < len(links):
            yield ChangeFault("one_main", old)
    for link in change.links:
        yield from _one_link_faults(register, change, link, new)
    for code in new:
        if code not in {to for _, to, _ in change.links}:
            yield ChangeFault("takes_nobody", code)


def _one_link_faults(
    register: Catalogue, change: UnitChange, link: tuple[str, str, str], new: Mapping[str, Unit]
) -> Iterator[ChangeFault]:
    old, to, part = link
    into = new.get(to) or register.unit.get(to)
    if old not in change.old or to in change.old or part not in {MAIN, PARTIAL}:
        yield ChangeFault("which_units", to)
    elif into is None:
        yield ChangeFault("no_unit", to)
    elif not into.starts <= change.on < into.ends:
        yield ChangeFault("unit_not_there", f"{into.kind} {into.name}", change.on)
    elif old in register.unit and into.kind in LEVELS and into.level != register.unit[old].level:
        yield ChangeFault("level", f"{into.kind} {into.name}")
    elif into.valid_to is not None:
        yield ChangeFault("ended", f"{into.kind} {into.name}", into.valid_to)


def _place_faults(register: Catalogue, change: UnitChange) -> Iterator[ChangeFault]:
    going = {desk.code: desk for desk in desks_of(register, change.old, change.on)}
    for code, to in change.desks.items():
        if code not in going:
            yield ChangeFault("no_desk", code[:_SHOWN])
        elif to and (going[code].unit, to) not in {(old, new) for old, new, _ in change.links}:
            yield ChangeFault("not_successor", code)


def _participations(
    register: Catalogue, change: UnitChange
) -> tuple[tuple[tuple[Participation, Participation], ...], tuple[Participation, ...]]:
    """Those that end with their units, before and after; those that would have begun later."""
    touched = [one for one in register.participations if one.unit in change.old]
    running = [one for one in touched if one.starts < change.on and (one.ends or date.max) > change.on]
    return (
        tuple((one, replace(one, ends=change.on)) for one in running),
        tuple(one for one in touched if one.starts >= change.on),
    )


def _moved(register: Catalogue, going: Iterable[tuple[Desk, str, str, str]], on: date, *, codes_go_on: bool) -> Steps:
    """Each desk ends, and one begins in a unit under a name and a place; desks online of one unit become one."""
    codes = {desk.code for desk in register.desks}
    names = {desk_word(desk.unit, desk.name) for desk in register.desks if desk.ends > on}
    standing = {desk.code for desk in register.desks if desk.starts <= on < desk.ends and desk.valid_to is None}
    began, ended = [], []
    for desk, unit, name, place in going:
        code = f"{unit}.online" if desk.kind == "online" else _free(_candidate(desk, unit), codes)
        if desk.kind == "online" and desk.unit == unit:
            code = _free(code, codes)
        if code not in standing and code not in {new.desk.code for new in began}:
            code = _free(code, codes)
            shown = _distinct(name, desk, unit, names, register)
            names.add(desk_word(unit, shown))
            codes.add(code)
            values = {"code": code, "unit": unit, "name": shown, "place": place, "valid_from": on, "valid_to": None}
            began.append(NewDesk(replace(desk, **values, source=OFFICE, demo=False, followed_by=None), desk.code))
        ended.append(DeskEnd(desk.code, on, code if codes_go_on else None))
    return Steps(desks=tuple(began), ended_desks=tuple(ended))


def _candidate(desk: Desk, unit: str) -> str:
    """The old code under the new unit: `a.quay-1` in b is `b.quay-1`."""
    own = desk.code.removeprefix(f"{desk.unit}.")
    return f"{unit}.{own if own != desk.code else own.rpartition('.')[2]}"


def _free(code: str, codes: Collection[str]) -> str:
    """A code that no desk has: the code itself, or with the first number that is free."""
    if code not in codes:
        return code
    stem = re.sub(r"_\d+$", "", code)
    return next(found for number in range(2, len(codes) + 3) if (found := f"{stem}_{number}") not in codes)


def _distinct(name: str, desk: Desk, unit: str, names: Collection[str], register: Catalogue) -> str:
    """The name; where a desk that goes on in the unit has it too, with the name of the unit that it comes from, and then with
    the first number that is free.
    """
    if desk.unit == unit or desk_word(unit, name) not in names:
        return name
    whence = register.unit[desk.unit].name[:_SHOWN]
    tails = (f" ({whence})", *(f" ({whence} {number})" for number in range(2, len(names) + 3)))
    found = (f"{name[: LONGEST_NAME - len(tail)]}{tail}" for tail in tails)
    return next(each for each in found if desk_word(unit, each) not in names)
