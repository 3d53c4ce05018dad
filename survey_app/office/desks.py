"""`/office/desks`: a desk is renamed, asks something else, closes, moves or opens again; what that does is said before."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Connection

from survey_app.name_order import by_name
from survey_app.office.words import in_words, page_not_found, show_day
from survey_app.prepared_change import (
    Plan,
    PreparedChange,
    SeenRegister,
    hold_seen_register,
    make_confirmed,
    parse_day,
    prepare_change,
    see_register,
)
from survey_app.reading import read_current_questionnaires, read_register
from survey_app.reading.register_change import read_desk_questionnaires, read_facts
from survey_app.recording.register_change import record_desk_values, record_steps
from survey_app.register import Catalogue, Desk, Unit
from survey_app.register_change import (
    ChangeFault,
    DeskMove,
    Steps,
    desk_name_faults,
    name_faults,
    plan_closing,
    plan_move,
    plan_reopening,
)
from survey_app.register_change_words import all_faults, step_words
from survey_app.register_rule import LONGEST_NAME
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.table_file.words import clean
from survey_app.wording import FIRST_LANGUAGE, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
ACT = "manage_register"
Manager = Annotated[User, Depends(allowed(ACT))]
guarded = [Depends(allowed(ACT))]
READ = ["GET", "HEAD"]
HERE = "/office/desks"
MOST_LISTED = 200
KINDS = {"close": "close_desk", "move": "move_desk", "reopen": "reopen_desk"}
"""What may be done to a desk from a day on → the act of its event."""


@router.api_route("/desks", methods=READ, dependencies=guarded)
def desks(request: Request, door: StaffDep, unit: str = "", q: str = "") -> responses.Response:
    """Desks of one unit, or those whose name, code or unit has the words asked for."""
    with door.engine.connect() as connection:
        register = read_register(connection)
        asks = read_desk_questionnaires(connection)
    found = [desk for desk in register.desks if _fits(register.unit[desk.unit], desk, unit, q)]
    today, unit_keys = door.today(), {one.code: by_name(one.name) for one in register.units}
    found.sort(key=lambda desk: (desk.ends <= today, unit_keys[desk.unit], desk.unit, by_name(desk.name)))
    return office_page(
        request,
        "desks.html",
        desks=found[:MOST_LISTED],
        more=max(len(found) - MOST_LISTED, 0),
        empty=not register.desks,
        units=register.unit,
        asks=asks,
        today=today,
        unit=unit,
        q=q,
        **in_words(page_language(request)),
    )


def _fits(unit: Unit, desk: Desk, wanted: str, words: str) -> bool:
    if wanted:
        return desk.unit == wanted
    said = f"{desk.code} {desk.name} {desk.place} {unit.kind} {unit.name} {unit.code}"
    return plain(words) in plain(said)


def plain(text: str) -> str:
    """Text as people look for it: small letters without marks."""
    split = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter)).strip()


@router.api_route("/desks/{code}", methods=READ, dependencies=guarded)
def desk(request: Request, door: StaffDep, code: str, done: str = "") -> responses.Response:
    """One desk, and everything that may be done to it."""
    return _desk_page(request, door, code, done=done in {"edited", *KINDS})


@router.post("/desks/{code}")
def edit(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, code: str) -> responses.Response:
    """Keep what the desk is called, where it stands, which fields it serves and what it asks, from now on."""
    with door.engine.begin() as connection:
        register, asks = hold_seen_register(connection).register, read_desk_questionnaires(connection)
        known = next((one for one in register.desks if one.code == code), None)
        if known is None:
            return page_not_found(request)
        edited, asked = desk_of_form(known, fields), fields.get("questionnaire", "")
        faults = edit_faults(connection, register, edited, asked)
        if not faults and (edited, asked) != (known, asks[code]):
            record_desk_values(connection, edited, questionnaire=asked, on=door.today())
            door.audit(connection, user, "edit_desk", code, **desk_differences(known, edited, asks[code], asked))
    if faults:
        return _desk_page(request, door, code, typed=fields, faults=faults)
    return responses.RedirectResponse(f"{HERE}/{code}?done=edited", status_code=303)


def desk_of_form(known: Desk, fields: Mapping[str, str]) -> Desk:
    """The desk as a form says it."""
    served = tuple(name.removeprefix("field.") for name in fields if name.startswith("field."))
    return replace(known, name=clean(fields.get("name", "")), place=clean(fields.get("place", "")), fields=served)


def edit_faults(connection: Connection, register: Catalogue, desk: Desk, asked: str) -> list[ChangeFault]:
    """What keeps a desk from being as it was filled in."""
    known = {field.code for field in register.fields}
    faults = [*name_faults(desk.name, desk.place), *desk_name_faults(register.desks, desk)]
    faults += [ChangeFault("field", code[:80]) for code in desk.fields if code not in known]
    if asked not in read_current_questionnaires(connection):
        faults.append(ChangeFault("questionnaire", asked[:80]))
    return faults


def desk_differences(before: Desk, after: Desk, asked_before: str, asked: str) -> dict[str, Any]:
    """What an event says of an edited desk: each value that changed, before and after."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in ("name", "place", "fields")}
    pairs["questionnaire"] = (asked_before, asked)
    return {name: {"before": one, "after": other} for name, (one, other) in pairs.items() if one != other}


@router.post("/desks/{code}/{kind}")
def change(
    code: str, kind: str, *, request: Request, door: StaffDep, fields: FieldsDep, user: Manager
) -> responses.Response:
    """Say what closing, moving or opening again would do; do it when what was said is confirmed."""
    if kind not in KINDS:
        return page_not_found(request)
    today = door.today()
    with door.engine.connect() as connection:
        seen = see_register(connection)
    known = next((one for one in seen.register.desks if one.code == code), None)
    if known is None:
        return page_not_found(request)
    on = today if kind == "reopen" and "on" not in fields else parse_day(fields.get("on", ""))
    if on is None:
        return _desk_page(request, door, code, typed=fields, faults=[ChangeFault("day", fields.get("on", "")[:40])])
    plan, units = _plan(known, kind, fields, on, today), {known.unit, fields.get("unit", known.unit)}

    def prepare(connection: Connection, seen: SeenRegister) -> PreparedChange:
        return prepare_change(connection, seen, plan, units=units, today=today)

    def store(connection: Connection, found: PreparedChange, steps: Steps) -> None:
        record_steps(connection, steps, on=today)
        door.audit(connection, user, KINDS[kind], code, on=on.isoformat(), steps=step_list(found))

    found, made = make_confirmed(door.engine, seen, prepare, store, confirmed=fields.get("confirm"))
    if made:
        return responses.RedirectResponse(f"{HERE}/{code}?done={kind}", status_code=303)
    if found.steps is None:
        return _desk_page(request, door, code, typed=fields, faults=found.faults)
    return _preview_page(request, found, known, kind, fields)


def step_list(found: PreparedChange) -> dict[str, Any]:
    """What an event says of the steps of a change: codes and days."""
    steps = found.steps
    if steps is None:
        return {}
    said: dict[str, Any] = {
        "begin": [new.desk.code for new in steps.desks],
        "end": {end.code: [end.on.isoformat(), end.followed_by] for end in steps.ended_desks},
        "units": [unit.code for unit in steps.units],
        "ended_units": {code: day.isoformat() for code, day in steps.ended_units.items()},
        "successors": [[link.old, link.new, link.part] for link in steps.links],
        "participations": len(steps.shortened) + len(steps.gone),
        "undone": list(steps.undone),
        "removed": list(steps.removed),
    }
    return {name: value for name, value in said.items() if value}


def _plan(known: Desk, kind: str, fields: Mapping[str, str], on: date, today: date) -> Plan:
    if kind == "close":
        return lambda register, facts: plan_closing(register, known.code, on=on, facts=facts, today=today)
    if kind == "reopen":
        return lambda register, facts: plan_reopening(register, known.code, on=on, facts=facts, today=today)
    move = DeskMove(
        known.code,
        on,
        fields.get("unit", known.unit),
        clean(fields.get("name", known.name)),
        clean(fields.get("place", known.place)),
        codes_go_on=fields.get("codes", "go_on") == "go_on",
    )
    return lambda register, facts: plan_move(register, move, facts=facts, today=today)


def preview_lines(found: PreparedChange, language: str) -> list[str]:
    """Everything that a change does and leaves, in words."""
    words = in_words(language)
    if found.steps is None:
        return []
    return step_words(
        found.register,
        found.steps,
        found.facts,
        translator(language),
        show_day=words["show_day"],
        show_count=words["show_count"],
    )


def _preview_page(
    request: Request, found: PreparedChange, known: Desk, kind: str, fields: Mapping[str, str]
) -> responses.Response:
    language = page_language(request)
    _ = translator(language)
    titles = {"close": _("Đóng quầy"), "move": _("Chuyển quầy"), "reopen": _("Mở lại quầy")}
    kept = ("on", "unit", "name", "place", "codes")
    return office_page(
        request,
        "change_preview.html",
        title=f"{titles[kind]}: {known.name}",
        lines=preview_lines(found, language),
        address=f"{HERE}/{known.code}/{kind}",
        back=f"{HERE}/{known.code}",
        kept={name: fields[name] for name in kept if name in fields},
        confirm=found.fingerprint,
    )


def _desk_page(
    request: Request,
    door: StaffDoor,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    faults: tuple[ChangeFault, ...] | list[ChangeFault] = (),
    done: bool = False,
) -> responses.Response:
    language, today = page_language(request), door.today()
    with door.engine.connect() as connection:
        register, asks = read_register(connection), read_desk_questionnaires(connection)
        questionnaires = read_current_questionnaires(connection)
        facts = None
        found = next((one for one in register.desks if one.code == code), None)
        if found is not None:
            facts = read_facts(connection, register, {found.unit}, today=today)
    if found is None or facts is None:
        return page_not_found(request)
    open_units = [one for one in register.units if one.level == register.unit[found.unit].level and one.ends > today]
    return office_page(
        request,
        "desk.html",
        path=f"{HERE}/{code}",
        status=422 if faults else 200,
        desk=found,
        unit=register.unit[found.unit],
        before=[one for one in register.desks if one.followed_by == code],
        after=next((one for one in register.desks if one.code == found.followed_by), None),
        answers=facts.answers.get(code, 0),
        last=facts.last.get(code),
        codes=facts.codes.get(code, 0),
        units=sorted(open_units, key=lambda one: (one.parent != register.unit[found.unit].parent, by_name(one.name))),
        fields=register.fields,
        asks=asks[code],
        questionnaires={
            key: one.name.get(language) or one.name.get(FIRST_LANGUAGE, key) for key, one in questionnaires.items()
        },
        longest=LONGEST_NAME,
        typed=typed or {},
        faults=all_faults(faults, translator(language), lambda day: show_day(day, language)),
        done=done,
        today=today,
        **in_words(language),
    )
