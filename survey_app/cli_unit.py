"""`hailong unit list|add|rename|merge|split|close`: units that begin, change their name, or end and are taken over."""

from datetime import date, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from survey_app.cli_desk import DryRun, From, day_of, look_or_hold, make_change, refuse
from survey_app.cli_questionnaire import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.office.units import change_of_form, rename_unit, unit_of_form, unit_values
from survey_app.prepared_change import hold_seen_register, prepare_units
from survey_app.reading import read_register
from survey_app.recording.people import record_audit
from survey_app.recording.register_change import record_unit, record_unit_names
from survey_app.register import Catalogue, Unit
from survey_app.register_change import ahead_faults, unit_faults

unit = typer.Typer(no_args_is_help=True, help="Units: those that stand and those that ended.")

Code = Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code, as in unit list.")]
NewName = Annotated[str | None, typer.Option("--name", help="The name of the new unit, without its kind.")]
Kind = Annotated[str, typer.Option(help="Of a new unit: xã, phường, đặc khu, tỉnh …")]
SendDesk = Annotated[
    list[str], typer.Option("--desk", metavar="DESK=UNIT", help="Where a desk goes on; DESK= closes it. Any number.")
]
WithdrawCodes = Annotated[bool, typer.Option("--withdraw-codes", help="Printed codes open nothing from then on.")]
NO_DESKS: list[str] = []


@unit.command("list")
def unit_list(
    *,
    all_: Annotated[bool, typer.Option("--all", help="Those that ended too.")] = False,
    as_json: Json = False,
) -> None:
    """Every unit with its kind, its name, the unit above it, its first day and its last."""
    today = local_now().date()
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        register = read_register(connection)
    rows = [_row(register, each) for each in register.units if all_ or each.ends > today]
    print_rows(rows, as_json=as_json, line=_line)


def _row(register: Catalogue, one: Unit) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.kind,
        "name": one.name,
        "parent": one.parent,
        "official_code": one.official_code,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "successors": [{"unit": link.new, "part": link.part} for link in register.successors_of(one.code)],
    }


def _line(row: dict[str, Any]) -> str:
    last = row["valid_to"] - timedelta(days=1) if row["valid_to"] else ""
    days = f"{row['valid_from'] or '…'} – {last}".rstrip()
    taken = ", ".join(f"{each['unit']} ({each['part']})" for each in row["successors"])
    return f"{row['code']:<14} {row['kind'] + ' ' + row['name']:<40} {row['parent'] or '':<12} {days}{f'  → {taken}' if taken else ''}"


@unit.command("add")
def unit_add(
    code: Code,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, without its kind.")],
    *,
    kind: Kind = "xã",
    parent: Annotated[str | None, typer.Option(help="The code of the unit above it.")] = None,
    official_code: Annotated[str | None, typer.Option(help="Its official administrative code.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Its first day; left out: as before.")
    ] = None,
) -> None:
    """Take up a unit."""
    now, since_day = local_now(), None if since is None else day_of(since)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        seen = hold_seen_register(connection)
        fields = {"code": code, "kind": kind, "name": name, "official_code": official_code or ""}
        new = unit_of_form(fields, "", valid_from=since_day, parent=parent)
        refuse([*unit_faults(seen.register, new), *ahead_faults(since_day, now.date())])
        record_unit(connection, new, on=now.date())
        record_audit(connection, now, COMMAND_LINE, "add_unit", new.code, detail=unit_values(new))
    print(f"{new.code}: {kind} {new.name}")


@unit.command("rename")
def unit_rename(
    code: Code,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name from now on, without its kind.")],
    *,
    kind: Annotated[str | None, typer.Option(help="Its kind from now on, of the same level.")] = None,
) -> None:
    """Change what a unit is called from now on; it stays the same unit."""
    now = local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        register = hold_seen_register(connection).register
        known = _known(register, code)
        official = known.official_code or ""
        named, faults = rename_unit(
            register, known, {"kind": kind or known.kind, "name": name, "official_code": official}
        )
        refuse(faults)
        record_unit_names(connection, named, on=now.date())
        detail = {"before": [known.kind, known.name], "after": [named.kind, named.name]}
        record_audit(connection, now, COMMAND_LINE, "rename_unit", code, detail=detail)
    print(f"{code}: {named.kind} {named.name}")


def _known(register: Catalogue, code: str) -> Unit:
    if code not in register.unit:
        raise Refused(f"No unit {code!r}. See them with: hailong unit list. Nothing was changed.")
    return register.unit[code]


@unit.command("merge")
def unit_merge(
    units: Annotated[list[str], typer.Argument(metavar="UNIT…", help="The units that end.")],
    *,
    into: Annotated[
        str, typer.Option(help="The unit that takes them over: one that stands, or a new code with --name.")
    ],
    since: From,
    name: NewName = None,
    kind: Kind = "xã",
    desks: SendDesk = NO_DESKS,
    withdraw_codes: WithdrawCodes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Merge units into one from a day on; their desks end and begin anew there."""
    fields = _successor(1, into, name, kind, "main") | _sent(desks, withdraw_codes=withdraw_codes)
    fields |= {f"old.{each}": "on" for each in units[1:]}
    _change(units[0], fields, since, act="merge_units", dry_run=dry_run, as_json=as_json)


@unit.command("split")
def unit_split(
    code: Code,
    *,
    into: Annotated[
        list[str],
        typer.Option(help="A successor: UNIT, or UNIT:NAME for a new one. The first has the main part. Up to four."),
    ],
    since: From,
    kind: Kind = "xã",
    desks: SendDesk = NO_DESKS,
    withdraw_codes: WithdrawCodes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Divide a unit among several from a day on; each desk goes on in one of them."""
    fields = _sent(desks, withdraw_codes=withdraw_codes)
    if not 2 <= len(into) <= 4:  # noqa: PLR2004 - as on the page
        raise Refused("Give --into two to four times. Nothing was changed.")
    for row, each in enumerate(into, 1):
        to, _, name = each.partition(":")
        fields |= _successor(row, to, name or None, kind, "main" if row == 1 else "partial")
    _change(code, fields, since, act="split_unit", dry_run=dry_run, as_json=as_json)


@unit.command("close")
def unit_close(code: Code, *, since: From, dry_run: DryRun = False, as_json: Json = False) -> None:
    """End a unit that nobody takes over; its desks close."""
    _change(code, {}, since, act="close_unit", dry_run=dry_run, as_json=as_json)


def _successor(row: int, code: str, name: str | None, kind: str, part: str) -> dict[str, str]:
    if name is None:
        return {f"into.{row}": code, f"part.{row}": part}
    new = {f"{row}.code": code, f"{row}.name": name, f"{row}.kind": kind}
    return {f"into.{row}": "new", f"part.{row}": part} | new


def _sent(desks: list[str], *, withdraw_codes: bool) -> dict[str, str]:
    pairs = (each.partition("=") for each in desks)
    return {f"desk.{desk}": to for desk, _, to in pairs} | {"codes": "withdrawn" if withdraw_codes else "go_on"}


def _change(code: str, fields: dict[str, str], since: str, *, act: str, dry_run: bool, as_json: bool) -> None:
    on, today = day_of(since), local_now().date()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        _run(connection, code, fields, on, today, act=act, dry_run=dry_run, as_json=as_json)


def _run(
    connection: Connection,
    code: str,
    fields: dict[str, str],
    on: date,
    today: date,
    *,
    act: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    seen = look_or_hold(connection, dry_run=dry_run)
    _known(seen.register, code)
    asked = change_of_form(seen.register, code, fields, on)
    strange = {name.removeprefix("desk.") for name in fields if name.startswith("desk.")} - asked.desks.keys()
    if strange:
        raise Refused(f"No desk {', '.join(sorted(strange))} of these units. Nothing was changed.")

    found = prepare_units(connection, seen, asked, today=today)
    make_change(connection, found, act=act, about=", ".join(asked.old), dry_run=dry_run, as_json=as_json)
