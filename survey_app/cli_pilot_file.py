"""`hailong import pilots`: a ninth pilot, or any other, out of one TOML file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from survey_app.cli_questionnaire import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date
from survey_app.door import local_now
from survey_app.pilot_file import RegisterChange, read_pilot_file
from survey_app.reading import read_register
from survey_app.recording.people import record_audit
from survey_app.recording.register import record_pilots


def import_pilots_command(
    file: Annotated[
        Path, typer.Argument(help=r"FILE.toml with \[\[pilot]], \[\[participation]] and their \[\[document]].")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Take over pilots and who takes part: all of a file or nothing; twice the same changes nothing."""
    if not file.is_file():
        raise Refused(f"{file} is no file; expected a TOML file with [[pilot]] or [[participation]].")
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        now = local_now()
        change = read_pilot_file(file, read_register(connection), today=now.date())
        if change.lines and not dry_run:
            record_pilots(connection, change.file, gone=change.gone)
            about = ", ".join(dict.fromkeys([*(pilot.code for pilot in change.file.pilots), *_others(change)]))
            detail = {"file": file.name, "changes": list(change.lines)}
            record_audit(connection, now, COMMAND_LINE, "import_pilots", about, detail=detail)
    _tell(file, change, dry_run=dry_run, as_json=as_json)


def _others(change: RegisterChange) -> list[str]:
    return [one.pilot for one in change.file.participations]


def _tell(file: Path, change: RegisterChange, *, dry_run: bool, as_json: bool) -> None:
    stored = bool(change.lines) and not dry_run
    if as_json:
        said = {"file": file.name, "stored": stored, "changes": list(change.lines), "notes": list(change.notes)}
        print(json.dumps(said, ensure_ascii=False, indent=2))
        return
    print(f"{file.name}: {_outcome(change, stored=stored)}")
    for line in change.lines:
        print(f"  {line}")
    for note in change.notes:
        print(f"To know: {note}")


def _outcome(change: RegisterChange, *, stored: bool) -> str:
    if not change.lines:
        return "the register says all of this already; nothing was changed."
    changes = f"{len(change.lines)} change{'s' if len(change.lines) > 1 else ''}"
    return f"{changes} stored." if stored else f"{changes} would be stored; nothing was."
