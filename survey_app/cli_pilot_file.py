"""`hailong import pilots`: a ninth pilot, or any other, out of one TOML file or a table."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from survey_app.catalogue import CatalogueFaults
from survey_app.cli_questionnaire import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, one_line, open_up_to_date
from survey_app.door import local_now
from survey_app.pilot_file import RegisterChange
from survey_app.register_file.columns import PILOTS
from survey_app.register_file.importing import Request
from survey_app.register_file.pilot_importing import TOML, ImportedPilots, import_pilots
from survey_app.table_file.opening import TEXTS, WORKBOOKS
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.wording import translator

MOST_PRINTED = 50
ENGLISH = translator("en")


def import_pilots_command(
    file: Annotated[
        Path,
        typer.Argument(
            help=r"FILE.toml with \[\[pilot]], \[\[participation]] and their \[\[document]]; or a table, FILE.xlsx or FILE.csv."
        ),
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Take over pilots and who takes part: all of a file or nothing; twice the same changes nothing."""
    if not file.is_file():
        raise Refused(f"{file} is no file; expected a TOML file with [[pilot]] or [[participation]], or a table.")
    if file.suffix.lower() not in {*TEXTS, *WORKBOOKS, TOML}:
        raise Refused(f"{file} must end in .toml, .xlsx or .csv.")
    with open_up_to_date(command_settings()) as engine:
        try:
            done = import_pilots(engine, Request(file, file.name, PILOTS, COMMAND_LINE, local_now(), dry_run=dry_run))
        except UnreadableFile as error:
            raise Refused(f"{file}: {error.said(ENGLISH)} Nothing was stored.") from error
    if done.toml_faults:
        raise CatalogueFaults(done.toml_faults)
    if done.change is None:
        _tell_faults(file, done, as_json=as_json)
        raise typer.Exit(1)
    _tell(file, done.change, stored=done.stored, as_json=as_json)


def _tell_faults(file: Path, done: ImportedPilots, *, as_json: bool) -> None:
    faults: list[dict[str, Any]] = [
        {"row": each.row, "column": each.column, "value": each.value, "expected": each.expected(ENGLISH)}
        for each in done.faults[:MOST_PRINTED]
    ]
    if as_json:
        told = {"file": file.name, "stored": False, "faults": done.fault_count, "first_faults": faults}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print(f"{file.name}: {done.fault_count:,} faults:")
    for each in faults:
        value = repr(one_line(each["value"]))
        print(f"  row {each['row']}, {one_line(each['column'])}: {value}; expected {one_line(each['expected'])}")
    print("Nothing was stored.")


def _tell(file: Path, change: RegisterChange, *, stored: bool, as_json: bool) -> None:
    if as_json:
        said = {
            "file": file.name,
            "stored": stored,
            "changes": list(change.lines),
            "notes": [note.said(ENGLISH) for note in change.notes],
        }
        print(json.dumps(said, ensure_ascii=False, indent=2))
        return
    print(f"{file.name}: {_outcome(change, stored=stored)}")
    for line in change.lines:
        print(f"  {line}")
    for note in change.notes:
        print(f"To know: {note.said(ENGLISH)}")


def _outcome(change: RegisterChange, *, stored: bool) -> str:
    if not change.lines:
        return "the register says all of this already; nothing was changed."
    changes = f"{len(change.lines)} change{'s' if len(change.lines) > 1 else ''}"
    return f"{changes} stored." if stored else f"{changes} would be stored; nothing was."
