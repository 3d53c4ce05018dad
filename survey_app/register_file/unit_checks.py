"""What holds between units once a file is taken over: parents, periods, names, successors, and days already answered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from survey_app.catalogue_links import RANK
from survey_app.register import Catalogue, Unit
from survey_app.register_file.cell import days_told
from survey_app.register_file.fault import Faults
from survey_app.register_file.stated import Known, Span, Stated
from survey_app.register_rule import Called, outside_parent, units_by_name, units_by_official_code

MOST_NAMED = 5


def check_units(stated: Stated, known: Known, faults: Faults) -> None:
    """Everything that contradicts the register, the file itself, or answers that were given.

    Rows that are faulty already are not judged, and no other is told to contradict what cannot be read of them.
    """
    faulty = faults.rows
    unsound = {code for code in stated.units if stated.rows[code] in faulty}
    units = {unit.code: unit for unit in known.register.units} | stated.units
    together = replace(known.register, units=tuple(units.values()))
    below = _held(together)
    names, officials = units_by_name(together.units), units_by_official_code(together.units)
    for code, unit in stated.units.items():
        row, old = stated.rows[code], known.register.unit.get(code)
        if unit == old or code in unsound:
            continue
        for column, value, kind, detail in (
            *_period_faults(unit),
            *(() if unit.parent in unsound else _parent_faults(unit, together)),
            *_taken_faults(unit, names, officials, stated),
            *_level_faults(unit, old, together),
            *_held_faults(unit, old, below.get(code, [])),
            *_answer_faults(unit, old, known.unit_days.get(code)),
        ):
            faults.add(row, column, value, kind, detail)
    _check_links(stated, known, together, faults, unsound)
    _check_taken_over(stated, known, together, faults, unsound)


Found = Iterator[tuple[str, object, str, str]]
"""Column, value, kind and detail of faults."""


def _period_faults(unit: Unit) -> Found:
    if unit.ends <= unit.starts:
        yield "last_day", days_told(None, unit.valid_to)[2:], "reversed", f"{unit.valid_from:%d/%m/%Y}"


def _parent_faults(unit: Unit, together: Catalogue) -> Found:
    parent = together.unit.get(unit.parent or "")
    if parent is None:
        return
    if _in_ring(unit, together):
        yield "parent", unit.parent, "ring", ""
    elif RANK[parent.level] >= RANK[unit.level]:
        yield "parent", unit.parent, "parent_level", parent.code
    span = f"{parent.code} ({days_told(parent.valid_from, parent.valid_to)})"
    column = outside_parent(unit, parent)
    if column == "valid_from":
        yield column, f"{unit.valid_from:%d/%m/%Y}", "outside", span
    elif column:
        yield column, days_told(None, unit.valid_to).partition("–")[2], "outside", span


def _in_ring(unit: Unit, together: Catalogue) -> bool:
    seen, at = {unit.code}, unit.parent
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        above = together.unit.get(at)
        at = above.parent if above else None
    return False


def _taken_faults(unit: Unit, names: Called[Unit], officials: Called[Unit], stated: Stated) -> Found:
    if (other := names.other(unit)) is not None:
        yield ("name", unit.name, *stated.taken_by(other, "same_name"))
    if (other := officials.other(unit)) is not None:
        yield ("official_code", unit.official_code, *stated.taken_by(other, "same_official"))


def _held(together: Catalogue) -> dict[str, list[tuple[str, date, date]]]:
    """Unit → code, first day and end of what belongs to it: units below, desks, participations with an end of their own."""
    found: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
    for unit in together.units:
        if unit.parent:
            found[unit.parent].append((unit.code, unit.starts, unit.ends))
    for desk in together.desks:
        found[desk.unit].append((desk.code, desk.starts, desk.valid_to or date.min))
    for one in together.participations:
        found[one.unit].append((one.pilot, one.starts, one.ends or one.starts + timedelta(days=1)))
    return found


def _level_faults(unit: Unit, old: Unit | None, together: Catalogue) -> Found:
    """A unit that goes to another level must still stand above what is under it."""
    if old is None or old.level == unit.level:
        return
    under = [each.code for each in together.units if each.parent == unit.code and RANK[each.level] <= RANK[unit.level]]
    if under:
        yield "kind", unit.kind, "holds", ", ".join(under[:MOST_NAMED]) + (", …" if len(under) > MOST_NAMED else "")


def _held_faults(unit: Unit, old: Unit | None, held: list[tuple[str, date, date]]) -> Found:
    """A period that was made shorter must still hold everything that it held."""
    if old is None or (unit.starts <= old.starts and unit.ends >= old.ends):
        return
    late = [code for code, first, end in held if end > unit.ends or first >= unit.ends]
    early = [code for code, first, _ in held if date.min < first < unit.starts]
    for column, codes in (("last_day", late), ("valid_from", early)):
        if codes:
            more = ", …" if len(codes) > MOST_NAMED else ""
            yield column, days_told(unit.valid_from, unit.valid_to), "holds", ", ".join(codes[:MOST_NAMED]) + more


def _answer_faults(unit: Unit, old: Unit | None, span: Span | None) -> Found:
    if old is None or span is None:
        return
    if unit.kind != old.kind:
        yield "kind", unit.kind, "answered", old.kind
    if span[0] < unit.starts or span[1] >= unit.ends:
        column = "valid_from" if span[0] < unit.starts else "last_day"
        yield (
            column,
            days_told(unit.valid_from, unit.valid_to),
            "answered_days",
            f"{span[0]:%d/%m/%Y}–{span[1]:%d/%m/%Y}",
        )


def _check_links(stated: Stated, known: Known, together: Catalogue, faults: Faults, unsound: set[str]) -> None:
    """An old unit has one successor of its main part, and none begins before it ended."""
    links = {(link.old, link.new): link for link in known.register.successors} | stated.successors
    mains: dict[str, list[str]] = defaultdict(list)
    for link in links.values():
        if link.part == "main":
            mains[link.old].append(link.new)
    known_links = {(link.old, link.new) for link in known.register.successors}
    for key, link in stated.successors.items():
        others = [code for code in mains[link.old] if code != link.new]
        if link.part == "main" and others:
            faults.add(stated.rows[link.new], "replaces", link.old, "two_mains", ", ".join(others))
        old, new = together.unit[link.old], together.unit[link.new]
        # Taken over by a unit that stood already (docs/units.md): known to be so, and said again by an exported table.
        if key not in known_links and not unsound & set(key) and (old.valid_to is None or new.starts < old.valid_to):
            faults.add(stated.rows[link.new], "replaces", key[0], "replaced_open", old.code)


def _check_taken_over(stated: Stated, known: Known, together: Catalogue, faults: Faults, unsound: set[str]) -> None:
    """The end of a unit that was taken over and the beginning of the one that took it over stay, or move together.

    An end that such a unit has lost may be given back, whatever day it is.
    """
    for link in known.register.successors:
        if {link.old, link.new} & unsound:
            continue
        old, new = known.register.unit[link.old], known.register.unit[link.new]
        ends, starts = together.unit[link.old].valid_to, together.unit[link.new].valid_from
        if (ends, starts) == (old.valid_to, new.valid_from) or ends == starts or old.valid_to is None:
            continue
        told = f"{days_told(None, old.valid_to)[2:]} → {new.code}"
        if ends != old.valid_to:
            faults.add(stated.rows[old.code], "last_day", days_told(None, ends)[2:], "taken_over", told)
        else:
            faults.add(stated.rows[new.code], "valid_from", days_told(starts, None)[:-2], "taken_over", told)
