"""`/office/units`: units are added, renamed, merged, split and closed from a day on; what that does is said before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Connection

from survey_app.name_order import by_name
from survey_app.office.desks import plain, preview_lines, step_list
from survey_app.office.words import in_words, page_not_found, show_day
from survey_app.prepared_change import (
    PreparedChange,
    SeenRegister,
    hold_seen_register,
    make_confirmed,
    parse_day,
    prepare_units,
    see_register,
)
from survey_app.reading import read_register
from survey_app.reading.register_change import read_accounts_of
from survey_app.recording.register_change import record_steps, record_unit, record_unit_names
from survey_app.register import LEVELS, Catalogue, Desk, Unit, without_kind
from survey_app.register_change import (
    MAIN,
    OFFICE,
    PARTIAL,
    ChangeFault,
    Steps,
    UnitChange,
    ahead_faults,
    called_faults,
    desks_of,
    unit_faults,
)
from survey_app.register_change_words import all_faults
from survey_app.register_rule import LONGEST_NAME, official_code
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse)
ACT = "manage_register"
Manager = Annotated[User, Depends(allowed(ACT))]
guarded = [Depends(allowed(ACT))]
READ = ["GET", "HEAD"]
HERE = "/office/units"
MOST_LISTED = 200
SUCCESSORS = 4
"""Rows for units that take over: what is divided among more is divided in steps."""
Faults = tuple[ChangeFault, ...] | list[ChangeFault]


@router.api_route("/units", methods=READ, dependencies=guarded)
def units(request: Request, door: StaffDep, q: str = "") -> responses.Response:
    """Units whose name, code or the unit above has the words asked for; those that stand first."""
    return _list_page(request, door, q=q)


@router.post("/units")
def add(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """Take up a unit."""
    since = fields.get("since", "").strip()
    with door.engine.begin() as connection:
        register = hold_seen_register(connection).register
        unit = unit_of_form(fields, "", valid_from=parse_day(since), parent=fields.get("parent") or None)
        faults = [*unit_faults(register, unit), *ahead_faults(unit.valid_from, door.today())]
        if since and unit.valid_from is None:
            faults.append(ChangeFault("day", since[:40]))
        if not faults:
            record_unit(connection, unit, on=door.today())
            door.audit(connection, user, "add_unit", unit.code, **unit_values(unit))
    if faults:
        return _list_page(request, door, typed=fields, faults=faults)
    return responses.RedirectResponse(f"{HERE}/{unit.code}?done=added", status_code=303)


@router.api_route("/units/{code}", methods=READ, dependencies=guarded)
def unit(request: Request, door: StaffDep, code: str, done: str = "") -> responses.Response:
    """One unit: what it is called, its desks, who it took over from, and what may become of it."""
    return _unit_page(request, door, code, done=done in {"added", "renamed", "changed"})


@router.post("/units/{code}")
def rename(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, code: str) -> responses.Response:
    """Keep what a unit is called, from now on; it stays the same unit."""
    with door.engine.begin() as connection:
        register = hold_seen_register(connection).register
        known = register.unit.get(code)
        if known is None:
            return page_not_found(request)
        named, faults = rename_unit(register, known, fields)
        if not faults and named != known:
            record_unit_names(connection, named, on=door.today())
            before = {"kind": known.kind, "name": known.name, "official_code": known.official_code}
            after = {"kind": named.kind, "name": named.name, "official_code": named.official_code}
            door.audit(connection, user, "rename_unit", code, before=before, after=after)
    if faults:
        return _unit_page(request, door, code, typed=fields, faults=faults)
    return responses.RedirectResponse(f"{HERE}/{code}?done=renamed", status_code=303)


def rename_unit(register: Catalogue, known: Unit, fields: Mapping[str, str]) -> tuple[Unit, list[ChangeFault]]:
    """The unit under its new name and kind, of the level that it had; and what is wrong with them."""
    kind = fields.get("kind", "")
    official = _official_code(fields.get("official_code", ""), kind)
    named = replace(known, kind=kind, name=without_kind(fields.get("name", ""), kind), official_code=official)
    faults = [] if named == known else [*called_faults(register.units, named)]
    if named.kind in LEVELS and named.level != known.level:
        faults.append(ChangeFault("level", f"{named.kind} {named.name}"))
    return named, faults


@router.post("/units/{code}/change")
def change(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, code: str) -> responses.Response:
    """Say what the end of a unit and its successors would do; do it when what was said is confirmed."""
    today, on = door.today(), parse_day(fields.get("on", ""))
    with door.engine.connect() as connection:
        seen = see_register(connection)
    if code not in seen.register.unit:
        return page_not_found(request)
    if on is None:
        return _unit_page(request, door, code, typed=fields, faults=[ChangeFault("day", fields.get("on", "")[:40])])

    def prepare(connection: Connection, seen: SeenRegister) -> PreparedChange:
        return prepare_units(connection, seen, change_of_form(seen.register, code, fields, on), today=today)

    def store(connection: Connection, found: PreparedChange, steps: Steps) -> None:
        asked = change_of_form(found.register, code, fields, on)
        record_steps(connection, steps, on=today)
        act = "close_unit" if not asked.links else "split_unit" if len(asked.links) > len(asked.old) else "merge_units"
        door.audit(connection, user, act, ", ".join(asked.old), on=on.isoformat(), steps=step_list(found))

    found, made = make_confirmed(door.engine, seen, prepare, store, confirmed=fields.get("confirm"))
    if made:
        return responses.RedirectResponse(f"{HERE}/{code}?done=changed", status_code=303)
    if found.steps is None:
        return _unit_page(request, door, code, typed=fields, faults=found.faults)
    return _preview_page(request, found, change_of_form(found.register, code, fields, on), code, fields)


def change_of_form(register: Catalogue, code: str, fields: Mapping[str, str], on: date) -> UnitChange:
    """The change as a form says it: units that end with this one, up to four successors, where each desk goes."""
    old = (code, *(name.removeprefix("old.") for name in fields if name.startswith("old.")))
    parent = register.unit[code].parent
    new, links = [], []
    for row in range(1, SUCCESSORS + 1):
        into, part = fields.get(f"into.{row}", ""), fields.get(f"part.{row}", MAIN)
        if into == "new":
            begun = unit_of_form(fields, f"{row}.", valid_from=on, parent=parent)
            new.append(begun)
            links += [(each, begun.code, part if part in {MAIN, PARTIAL} else MAIN) for each in old]
        elif into:
            links += [(each, into, part if part in {MAIN, PARTIAL} else MAIN) for each in old]
    default = next((to for _, to, part in links if part == MAIN), links[0][1] if links else "")
    desks = {desk.code: fields.get(f"desk.{desk.code}", default) for desk in desks_of(register, old, on)}
    return UnitChange(on, old, tuple(new), tuple(links), desks, codes_go_on=fields.get("codes", "go_on") == "go_on")


def unit_of_form(fields: Mapping[str, str], row: str, *, valid_from: date | None, parent: str | None) -> Unit:
    """A new unit as a form says it. row: what stands before the names of its fields."""
    return Unit(
        code=fields.get(f"{row}code", "").strip().lower(),
        kind=fields.get(f"{row}kind", ""),
        name=without_kind(fields.get(f"{row}name", ""), fields.get(f"{row}kind", "")),
        source=OFFICE,
        parent=parent,
        official_code=_official_code(fields.get(f"{row}official_code", ""), fields.get(f"{row}kind", "")),
        valid_from=valid_from,
    )


def unit_values(unit: Unit) -> dict[str, str | None]:
    """What an event says of a new unit."""
    values = {name: getattr(unit, name) for name in ("kind", "name", "parent", "official_code")}
    return values | {"valid_from": unit.valid_from.isoformat() if unit.valid_from else None}


def _official_code(text: str, kind: str) -> str | None:
    """As it is kept; what is none stays as it was typed, to be told."""
    typed = text.strip()[:40]
    return (official_code(typed, kind) if kind in LEVELS else None) or typed or None


def _preview_page(
    request: Request, found: PreparedChange, asked: UnitChange, code: str, fields: Mapping[str, str]
) -> responses.Response:
    language = page_language(request)
    _ = translator(language)
    names = {one.code: f"{one.kind} {one.name}" for one in (*found.register.units, *asked.new)}
    choices = [
        {
            "code": desk.code,
            "name": desk.name,
            "unit_name": names[desk.unit],
            "chosen": asked.desks[desk.code],
            "offered": {to: names[to] for old, to, _ in asked.links if old == desk.unit} | {"": _("đóng cùng đơn vị")},
        }
        for desk in sorted(desks_of(found.register, asked.old, asked.on), key=lambda desk: by_name(desk.name))
        if asked.links
    ]
    kept = {name: value for name, value in fields.items() if name not in {"form_token", "confirm", "again"}}
    kept = {name: value for name, value in kept.items() if not name.startswith("desk.")}
    return office_page(
        request,
        "change_preview.html",
        title=_("Đổi đơn vị từ ngày {day}").format(day=show_day(asked.on, language)),
        lines=preview_lines(found, language),
        address=f"{HERE}/{code}/change",
        back=f"{HERE}/{code}",
        kept=kept,
        confirm=found.fingerprint,
        choices=choices,
    )


def _list_page(
    request: Request, door: StaffDoor, *, q: str = "", typed: Mapping[str, str] | None = None, faults: Faults = ()
) -> responses.Response:
    language, today = page_language(request), door.today()
    with door.engine.connect() as connection:
        register = read_register(connection)
    above = {one.code: one.name for one in register.units}
    found = [
        one for one in register.units
        if plain(q) in plain(f"{one.code} {one.kind} {one.name} {one.official_code or ''} {above.get(one.parent or '', '')}")
    ]  # fmt: skip
    found.sort(key=lambda one: (one.ends <= today, one.level == "province", by_name(one.name)))
    above_communes = [one for one in register.units if one.level != "commune" and one.ends > today]
    desks: dict[str, int] = {}
    for desk in register.desks:
        desks[desk.unit] = desks.get(desk.unit, 0) + (desk.starts <= today < desk.ends)
    return office_page(
        request,
        "units.html",
        path=HERE,
        status=422 if faults else 200,
        units=found[:MOST_LISTED],
        more=max(len(found) - MOST_LISTED, 0),
        empty=not register.units,
        above=above,
        desks=desks,
        longest=LONGEST_NAME,
        parents=sorted(above_communes, key=lambda one: by_name(one.name)),
        kinds=list(LEVELS),
        today=today,
        last_day=_last_day,
        q=q,
        typed=typed or {},
        faults=all_faults(faults, translator(language), lambda day: show_day(day, language)),
        **in_words(language),
    )


def _last_day(one: Unit | Desk) -> date | None:
    """The last day that counts, as people say it; None while there is no end."""
    return one.valid_to - timedelta(days=1) if one.valid_to else None


def _unit_page(
    request: Request,
    door: StaffDoor,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Faults = (),
    done: bool = False,
) -> responses.Response:
    language, today = page_language(request), door.today()
    with door.engine.connect() as connection:
        register = read_register(connection)
        accounts = read_accounts_of(connection, {code}).get(code, ())
    known = register.unit.get(code)
    if known is None:
        return page_not_found(request)
    beside = [one for one in register.units if one.level == known.level and one.code != code and one.valid_to is None]
    beside.sort(key=lambda one: (one.parent != known.parent, by_name(one.name)))
    names = {one.code: f"{one.kind} {one.name}" for one in register.units}
    return office_page(
        request,
        "unit.html",
        path=f"{HERE}/{code}",
        status=422 if faults else 200,
        unit=known,
        names=names,
        desks=sorted((desk for desk in register.desks if desk.unit == code), key=lambda desk: by_name(desk.name)),
        before=[link for link in register.successors if link.new == code],
        after=[link for link in register.successors if link.old == code],
        since={one.code: one.valid_to for one in register.units if today < one.ends < date.max},
        accounts=accounts,
        beside=[one for one in beside if one.parent == known.parent],
        successors=beside,
        rows=range(1, SUCCESSORS + 1),
        longest=LONGEST_NAME,
        kinds=[kind for kind, level in LEVELS.items() if level == known.level],
        typed=typed or {},
        faults=all_faults(faults, translator(language), lambda day: show_day(day, language)),
        done=done,
        today=today,
        last_day=_last_day,
        **in_words(language),
    )
