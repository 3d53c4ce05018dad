"""`hailong desk rename|close|move|reopen`: desks that change, now or from a day on."""

import json
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer
from sqlalchemy import Connection

from survey_app.cli_questionnaire import COMMAND_LINE, desk
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date
from survey_app.door import local_now
from survey_app.office.desks import desk_differences, edit_faults, preview_lines, step_list
from survey_app.office.words import show_day
from survey_app.prepared_change import (
    Plan,
    PreparedChange,
    SeenRegister,
    hold_seen_register,
    parse_day,
    prepare_change,
    see_register,
)
from survey_app.reading.register_change import read_desk_questionnaires
from survey_app.recording.people import record_audit
from survey_app.recording.register_change import record_desk_values, record_steps
from survey_app.register import Catalogue, Desk
from survey_app.register_change import ChangeFault, DeskMove, plan_closing, plan_move, plan_reopening
from survey_app.register_change_words import all_faults
from survey_app.wording import translator

Code = Annotated[str, typer.Argument(metavar="DESK", help="The desk's code, as in desk list.")]
From = Annotated[str, typer.Option("--from", metavar="DATE", help="The first day of the change, 2026-12-01.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")]


def refuse(faults: tuple[ChangeFault, ...] | list[ChangeFault]) -> None:
    """End with every reason.

    Raises:
        Refused: there is any.
    """
    if faults:
        said = all_faults(faults, translator("en"), lambda day: show_day(day, "en"))
        raise Refused("\n".join([*said, "Nothing was changed."]))


def day_of(text: str) -> date:
    """The day that was written.

    Raises:
        Refused: it is no day.
    """
    on = parse_day(text)
    if on is None:
        refuse([ChangeFault("day", text[:40])])
    return on or date.min


def look_or_hold(connection: Connection, *, dry_run: bool) -> SeenRegister:
    """The register; held until the transaction ends, unless a change is only looked at: then nobody waits for it."""
    return see_register(connection) if dry_run else hold_seen_register(connection)


def make_change(
    connection: Connection, found: PreparedChange, *, act: str, about: str, dry_run: bool, as_json: bool
) -> None:
    """Make a change unless it is only looked at, and say what it does.

    Raises:
        Refused: something stands against it.
    """
    now = local_now()
    refuse(found.faults)
    if found.steps is not None and not dry_run:
        record_steps(connection, found.steps, on=now.date())
        record_audit(connection, now, COMMAND_LINE, act, about, detail={"steps": step_list(found)})
    _tell(found, dry_run=dry_run, as_json=as_json)


def _tell(found: PreparedChange, *, dry_run: bool, as_json: bool) -> None:
    lines = preview_lines(found, "en")
    if as_json:
        told = {"stored": not dry_run, "steps": step_list(found), "said": lines}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in lines:
        print(line)
    if dry_run:
        print("Nothing was changed; without --dry-run it would be.")


def _known(register: Catalogue, code: str) -> Desk:
    found = next((each for each in register.desks if each.code == code), None)
    if found is None:
        raise Refused(f"No desk {code!r}. See them with: hailong desk list. Nothing was changed.")
    return found


@desk.command("rename")
def desk_rename(
    code: Code,
    *,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    place: Annotated[str | None, typer.Option(help="Where it stands from now on.")] = None,
    fields: Annotated[str | None, typer.Option(help="Codes of the fields it serves, a comma between.")] = None,
) -> None:
    """Change a desk's name, place or fields from now on; it stays the same desk."""
    now = local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        register, asks = hold_seen_register(connection).register, read_desk_questionnaires(connection)
        known = _known(register, code)
        served = known.fields if fields is None else tuple(each.strip() for each in fields.split(",") if each.strip())
        edited = replace(known, name=name or known.name, place=place or known.place, fields=served)
        refuse(edit_faults(connection, register, edited, asks[code]))
        changed = desk_differences(known, edited, asks[code], asks[code])
        if changed:
            record_desk_values(connection, edited, questionnaire=asks[code], on=now.date())
            record_audit(connection, now, COMMAND_LINE, "edit_desk", code, detail=changed)
    print(f"{code}: {edited.name}, {edited.place}" if changed else f"{code}: nothing changed.")


@desk.command("close")
def desk_close(code: Code, *, since: From, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Close a desk from a day on: it takes no more answers, and its codes say so."""
    on, today = day_of(since), local_now().date()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        seen = look_or_hold(connection, dry_run=dry_run)
        unit = _known(seen.register, code).unit
        plan: Plan = lambda register, facts: plan_closing(register, code, on=on, facts=facts, today=today)  # noqa: E731
        found = prepare_change(connection, seen, plan, units={unit}, today=today)
        make_change(connection, found, act="close_desk", about=code, dry_run=dry_run, as_json=as_json)


@desk.command("move")
def desk_move(
    code: Code,
    *,
    since: From,
    unit: Annotated[str | None, typer.Option(help="The unit that it goes to.")] = None,
    place: Annotated[str | None, typer.Option(help="Where it stands then.")] = None,
    name: Annotated[str | None, typer.Option(help="What it is called then.")] = None,
    withdraw_codes: Annotated[
        bool, typer.Option("--withdraw-codes", help="Its printed codes open nothing from then on, not the new desk.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Move a desk from a day on: it ends there and another begins; answers stay where they were given."""
    on, today = day_of(since), local_now().date()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        seen = look_or_hold(connection, dry_run=dry_run)
        known = _known(seen.register, code)
        move = DeskMove(
            code, on, unit or known.unit, name or known.name, place or known.place, codes_go_on=not withdraw_codes
        )
        plan: Plan = lambda register, facts: plan_move(register, move, facts=facts, today=today)  # noqa: E731
        found = prepare_change(connection, seen, plan, units={known.unit, move.unit}, today=today)
        make_change(connection, found, act="move_desk", about=code, dry_run=dry_run, as_json=as_json)


@desk.command("reopen")
def desk_reopen(
    code: Code,
    *,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day; today if left out.")
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Open a closed desk again, or call its closing off where it has not come."""
    today = local_now().date()
    on = today if since is None else day_of(since)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        seen = look_or_hold(connection, dry_run=dry_run)
        unit = _known(seen.register, code).unit
        plan: Plan = lambda register, facts: plan_reopening(register, code, on=on, facts=facts, today=today)  # noqa: E731
        found = prepare_change(connection, seen, plan, units={unit}, today=today)
        make_change(connection, found, act="reopen_desk", about=code, dry_run=dry_run, as_json=as_json)
