"""`hailong api-key …`: keys for programs. A key is printed once, when it is made."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from survey_app.api_key import SCOPES, hash_key, make_key, parse_scopes
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.reading.keys import read_keys
from survey_app.reading.people import read_unit_names
from survey_app.recording.keys import record_disabled_key, record_key
from survey_app.recording.people import record_audit

api_key = typer.Typer(no_args_is_help=True, help="Keys of programs that use the API.")
Name = Annotated[str, typer.Argument(help="What the key is for, such as portal.")]
LONGEST_NAME = 64


@api_key.command("add")
def api_key_add(
    name: Name,
    scope: Annotated[list[str], typer.Option(help=f"{' or '.join(SCOPES)}; may be given twice.")],
    unit: Annotated[str | None, typer.Option(help="Bind it to a unit and those below it, by its code.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Make a key and print it, this once: only its hash is kept."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused(f"The name {name!r} cannot be used; expected 1 to {LONGEST_NAME} letters that can be printed.")
    try:
        scopes = parse_scopes(word for given in scope for word in given.replace(",", " ").split())
    except ValueError as error:
        raise Refused(str(error)) from error
    key, now = make_key(), local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if unit is not None and unit not in read_unit_names(connection):
            raise Refused(
                f"No unit {unit!r}. The demonstration has xa.29926; a new database gets units by: hailong init"
            )
        if any(known.name == name and known.disabled is None for known in read_keys(connection)):
            raise Refused(f"There is an open key {name!r}. Close it first: hailong api-key disable {name}")
        record_key(connection, key_hash=hash_key(key), name=name, scope=scopes, unit=unit, created=now.date())
        record_audit(connection, now, COMMAND_LINE, "add_api_key", name, detail={"scope": scopes, "unit": unit})
    if as_json:
        print(json.dumps({"name": name, "scope": scopes, "unit": unit, "key": key}, ensure_ascii=False))
    else:
        print(f"{key}\nKeep it now: it is shown this once. It goes in the header Authorization: Bearer {key[:8]}…")


@api_key.command("list")
def api_key_list(*, as_json: Json = False) -> None:
    """Every key, without what opens anything."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        rows = [asdict(key) for key in read_keys(connection)]
    print_rows(
        rows,
        as_json=as_json,
        line=lambda row: (
            f"{row['name']:<24} {row['scope']:<12} {row['unit'] or 'every unit':<14} {row['created']}"
            f"{'  (disabled)' if row['disabled'] else ''}"
        ),
    )


@api_key.command("disable")
def api_key_disable(name: Name) -> None:
    """Close a key; the next request with it is refused."""
    now = local_now()
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if not record_disabled_key(connection, name, on=now.date()):
            raise Refused(f"No open key {name!r}. See them with: hailong api-key list")
        record_audit(connection, now, COMMAND_LINE, "disable_api_key", name)
    print(f"{name} opens nothing any more.")
