"""`hailong import units|desks|procedures`: the register out of the tables that an office fills in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from survey_app.cli_import import imports
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, one_line, open_up_to_date
from survey_app.door import local_now
from survey_app.reading.official_units import NoOfficialUnits, read_official_provinces
from survey_app.register_file.change import Change
from survey_app.register_file.columns import DESKS, PROCEDURES, UNITS
from survey_app.register_file.fault import as_fault_table
from survey_app.register_file.importing import Imported, Request, counts_of, import_register
from survey_app.register_file.official import find_province, official_name, official_table
from survey_app.register_file.template import as_csv
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.wording import translator

__all__ = ["imports"]
MOST_PRINTED = 50
ENGLISH = translator("en")
Table = Annotated[Path, typer.Argument(help="FILE.xlsx or FILE.csv; templates are on the page /office/register.")]
FaultsFile = Annotated[
    Path | None, typer.Option("--faults", metavar="FILE.csv", help="Write every fault to this file.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")]


@imports.command("units")
def import_units(
    file: Annotated[Path | None, typer.Argument(help="FILE.xlsx or FILE.csv; not with --official.")] = None,
    *,
    official: Annotated[
        str | None,
        typer.Option(metavar="PROVINCE", help="A province's official units, by its name or code, instead of a file."),
    ] = None,
    with_before_2025: Annotated[
        bool, typer.Option("--with-before-2025", help="With the units until 30/6/2025 and what replaced them.")
    ] = False,
    faults: FaultsFile = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take over units: all of a file or nothing; twice the same changes nothing, and none is removed."""
    if (file is None) == (official is None):
        raise typer.BadParameter("either FILE or --official PROVINCE is needed.")
    if file is not None:
        import_table(file, UNITS, faults=faults, dry_run=dry_run, as_json=as_json)
        return
    code = _province(official or "")
    with TemporaryDirectory() as folder:
        made = Path(folder) / official_name(code, ENGLISH)
        made.write_bytes(official_table(code, with_before=with_before_2025))
        import_table(made, UNITS, faults=faults, dry_run=dry_run, as_json=as_json)


def _province(text: str) -> str:
    try:
        found = find_province(text)
    except NoOfficialUnits as error:
        raise Refused("Official units need the extra «units»: pip install 'hailong[units]'") from error
    if found is None:
        raise Refused(f"No province {text!r} of today. There are: {', '.join(read_official_provinces().values())}.")
    return found


@imports.command("desks")
def import_desks(file: Table, *, faults: FaultsFile = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Take over desks: all of a file or nothing; twice the same changes nothing, and none is removed."""
    import_table(file, DESKS, faults=faults, dry_run=dry_run, as_json=as_json)


@imports.command("procedures")
def import_procedures(
    file: Table, *, faults: FaultsFile = None, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Take over procedures; a field (lĩnh vực) that is not known yet is made by its name."""
    import_table(file, PROCEDURES, faults=faults, dry_run=dry_run, as_json=as_json)


def import_table(file: Path, kind: str, *, faults: Path | None, dry_run: bool, as_json: bool) -> None:
    """Take over a table of one kind, and say what came of it.

    Raises:
        Refused: the file as a whole cannot be taken.
        typer.Exit: with 1, cells of it cannot.
    """
    request = Request(file, file.name, kind, COMMAND_LINE, local_now(), dry_run=dry_run)
    with open_up_to_date(command_settings()) as engine:
        try:
            done = import_register(engine, request)
        except UnreadableFile as error:
            raise Refused(f"{file}: {error.said(ENGLISH)} Nothing was stored.") from error
    if faults is not None and done.faults.total:
        faults.write_bytes(as_csv(as_fault_table(done.faults.in_order(), ENGLISH)))
    told = _told(request, done)
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(told)))
    if done.faults.total:
        raise typer.Exit(1)


def _told(request: Request, done: Imported) -> dict[str, Any]:
    """Everything that came of it, for a program."""
    opened, change = done.table.opened, done.change
    return {
        "file": request.name,
        "kind": request.kind,
        "rows": len(done.table.rows),
        "encoding": opened.encoding if opened else "",
        "sheet": opened.sheet if opened else "",
        "macros": bool(opened and opened.macros),
        "columns": dict(done.table.headings),
        "unread": list(done.table.unread),
        "faults": done.faults.total,
        "first_faults": [
            {"row": each.row, "column": each.column, "value": each.value, "expected": each.expected(ENGLISH)}
            for each in done.faults.in_order()[:MOST_PRINTED]
        ],
        **(counts_of(change) if change is not None else {"new": 0, "changed": 0, "unchanged": 0}),
        "changes": [_change(each) for each in (*change.new, *change.altered)] if change is not None else [],
        "notes": dict(done.notes or {}),
        "dry_run": request.dry_run,
        "stored": done.stored,
    }


def _change(change: Change) -> dict[str, Any]:
    columns = {each.column: {"before": each.old, "after": each.new} for each in change.altered}
    return {"what": change.what, "code": change.code, "name": change.name, "row": change.row, "columns": columns}


def _lines(told: dict[str, Any]) -> list[str]:
    """The same for a person."""
    lines = [f"{one_line(told['file'])}: {told['rows']:,} rows."]
    if told["unread"]:
        lines.append(f"Not read: {', '.join(repr(one_line(each)) for each in told['unread'])}.")
    if told["macros"]:
        lines.append("It holds macros; they are not looked at.")
    lines += [note.format(n=f"{told['notes'][name]:,}") for name, note in _NOTES.items() if told["notes"].get(name)]
    if told["faults"]:
        return [*lines, *_fault_lines(told)]
    changes = told["changes"]
    lines += [_line(each) for each in changes[:MOST_PRINTED]]
    if len(changes) > MOST_PRINTED:
        lines.append(f"  … and {len(changes) - MOST_PRINTED:,} more; all of them: --json")
    ends = "Stored." if told["stored"] else "No change." if not changes else "Dry run: nothing was stored."
    return [*lines, f"{told['new']:,} new, {told['changed']:,} changed, {told['unchanged']:,} unchanged. {ends}"]


_NOTES = {
    "zeros": "{n} official codes had lost the zeros before them; they were put back.",
    "capitals_kept": "{n} names are all in capitals and otherwise as in the register; they stay as they are there.",
    "dashes_kept": "{n} names are otherwise as in the register but for dashes or spaces; they stay as they are there.",
    "capitals": "{n} names are all in capitals and will be kept so; to have them as «Tân Hồng», change the file.",
    "ends_kept": "{n} units or desks have a last day that the file leaves empty; it stays. A desk opens again by: hailong desk reopen",
    "decimals": "{n} codes of procedures had lost the zeros behind them; they were put back.",
}


def _line(change: dict[str, Any]) -> str:
    said = f"{change['what']} {change['code']} ({one_line(change['name'])})"
    columns = [
        f"{column} {_quoted(each['before'])} → {_quoted(each['after'])}" for column, each in change["columns"].items()
    ]
    return f"  ~ {said}: {'; '.join(columns)}" if columns else f"  + {said}"


def _fault_lines(told: dict[str, Any]) -> list[str]:
    shown = told["first_faults"]
    lines = [
        f"  row {each['row']}, {one_line(each['column'])}: {_quoted(each['value'])}; expected {one_line(each['expected'])}"
        for each in shown
    ]
    more = (
        [f"  … and {told['faults'] - len(shown):,} more. All of them: --faults FILE.csv"]
        if told["faults"] > len(shown)
        else []
    )
    return [f"{told['faults']:,} faults:", *lines, *more, "Nothing was stored."]


def _quoted(text: str) -> str:
    return repr(one_line(text)) if text else "nothing"
