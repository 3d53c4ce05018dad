"""`hailong import dossiers`: service records out of the file that a one-stop system exports."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from survey_app.cli_questionnaire import imports
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, one_line, open_up_to_date
from survey_app.door import local_now
from survey_app.dossiers.fault import DossierFault
from survey_app.dossiers.importing import SOURCE, Imported, Request, import_dossiers
from survey_app.dossiers.told import parse_told
from survey_app.progress_bar import progress_bar
from survey_app.reading.dossiers import read_dossier_sources
from survey_app.settings import Settings
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.wording import translator

__all__ = ["imports"]
MOST_PRINTED = 50
MOST_WORDS = 5
UNTOLD = ("repeated", "cell_error", "no_value")
"""Faults whose cell is not told (a dossier's number is not repeated) or holds no value; an empty text would say that it is blank."""
ENGLISH = translator("en")
READING, WHOLE = 700, 1000
"""Parts of the bar: reading and judging takes about twice as long as storing."""


@imports.command("dossiers")
def import_dossiers_command(
    file: Annotated[Path, typer.Argument(help="The export: FILE.csv or FILE.xlsx.")],
    source: Annotated[str, typer.Option(help="Which system it comes from: a short code, the same every time.")],
    *,
    new_source: Annotated[bool, typer.Option("--new-source", help="The source is new, beside others.")] = False,
    column: Annotated[
        list[str] | None, typer.Option(metavar="OURS=HEADER", help="A heading that is not known by itself.")
    ] = None,
    default: Annotated[
        list[str] | None, typer.Option(metavar="OURS=VALUE", help="What holds where the export says nothing.")
    ] = None,
    value: Annotated[
        list[str] | None, typer.Option(metavar="OURS:WORD=OURWORD", help="What a word of the export means.")
    ] = None,
    under: Annotated[str | None, typer.Option(help="Names mean units at or below this one, by its code.")] = None,
    faults: Annotated[Path | None, typer.Option(help="Write every fault to this CSV file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge the file and store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Take over dossiers (hồ sơ): all of a file or nothing; twice the same changes nothing. No name is ever read."""
    asked, wrong = parse_told(column or (), default or (), value or (), under)
    if not SOURCE.fullmatch(source):
        wrong.append(f"--source is {source!r}; expected 2 to 40 small letters, digits or hyphens.")
    if wrong:
        raise typer.BadParameter("\n".join(wrong))
    settings = command_settings()
    request = Request(file, file.name, source, asked, COMMAND_LINE, local_now(), dry_run=dry_run)
    with open_up_to_date(settings) as engine:
        _refuse_slip(engine, source, new=new_source)
        imported = _import(engine, settings, request, faults)
    told = _told(file, request, imported, faults)
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(told)))
    if not imported.judged.sound:
        raise typer.Exit(1)


def _refuse_slip(engine: Engine, source: str, *, new: bool) -> None:
    """The same dossiers under a mistyped source would be counted twice."""
    with engine.connect() as connection:
        known = read_dossier_sources(connection)
    if known and source not in known and not new:
        raise Refused(f"No source {source!r} yet. There are: {', '.join(known)}. To add it: --new-source")


def _import(engine: Engine, settings: Settings, request: Request, faults: Path | None) -> Imported:
    try:
        with progress_bar("Taking over dossiers") as tell:
            return import_dossiers(
                engine, settings.secret_key, request, words=ENGLISH, faults_out=faults,
                reading=lambda done: tell(int(done * READING), WHOLE),
                storing=lambda done: tell(READING + int(done * (WHOLE - READING)), WHOLE),
            )  # fmt: skip
    except UnreadableFile as error:
        raise Refused(f"{request.path}: {error.said(ENGLISH)} Nothing was stored.") from error


def _told(file: Path, request: Request, imported: Imported, faults: Path | None) -> dict[str, Any]:
    """Everything that came of it, for a program."""
    judged, changes = imported.judged, imported.changes
    opened, columns = judged.opened, judged.columns
    return {
        "file": str(file),
        "source": request.source,
        "rows": judged.rows,
        "examples": judged.examples,
        "repeated": len(judged.repeated),
        "encoding": opened.encoding,
        "delimiter": opened.delimiter,
        "sheet": opened.sheet,
        "turned_from": opened.legacy,
        "macros": opened.macros,
        "columns": dict(columns.headings),
        "unread": list(columns.unread),
        "personal": list(columns.personal),
        "forgotten": list(columns.forgotten),
        "unknown": {column: dict(words.most_common(MOST_WORDS)) for column, words in judged.unknown.items()},
        "unknown_rows": {column: words.total() for column, words in judged.unknown.items()},
        "untimed": judged.untimed,
        "first_day": judged.first_day.isoformat() if judged.first_day else None,
        "last_day": judged.last_day.isoformat() if judged.last_day else None,
        "faults": judged.faults.total,
        "first_faults": [_fault(fault) for fault in judged.faults.first[:MOST_PRINTED]],
        "faults_file": str(faults) if faults and judged.faults.total else None,
        "new": changes.new if changes else 0,
        "changed": changes.changed if changes else 0,
        "unchanged": changes.unchanged if changes else 0,
        "unfinished": changes.unfinished if changes else 0,
        "dry_run": request.dry_run,
        "stored": imported.stored,
    }


def _fault(fault: DossierFault) -> dict[str, Any]:
    value = None if fault.kind in UNTOLD else fault.value
    return {"row": fault.row, "column": fault.column, "value": value, "expected": fault.expected(ENGLISH)}


def _lines(told: dict[str, Any]) -> list[str]:
    """The same for a person."""
    place = f"sheet {told['sheet']!r}" if told["sheet"] else f"{told['encoding']}, delimiter {told['delimiter']!r}"
    lines = [f"{told['file']}: {told['rows']:,} rows, {place}."]
    if told["turned_from"]:
        lines.append(f"Its letters are {told['turned_from']}; they were turned into Unicode.")
    if told["macros"]:
        lines.append("It holds macros; they are not looked at.")
    lines.append(f"Columns: {', '.join(f'{ours} ← {heading!r}' for ours, heading in told['columns'].items())}.")
    lines += _notes(told)
    if told["faults"]:
        return [*lines, *_fault_lines(told)]
    counts = f"{told['new']:,} new, {told['changed']:,} changed, {told['unchanged']:,} unchanged"
    if told["unfinished"]:
        lines.append(f"{told['unfinished']:,} of the changed lose their finish: is this export older than one before?")
    ends = "Dry run: nothing was stored." if told["dry_run"] else "Stored." if told["stored"] else "No change."
    return [*lines, f"{counts}. {ends}"]


def _notes(told: dict[str, Any]) -> list[str]:
    listed = {key: ", ".join(map(repr, told[key])) for key in ("unread", "personal", "forgotten")}
    notes = [f"Not read: {listed['unread']}."] if told["unread"] else []
    if told["personal"]:
        notes.append(f"Never read, for they may say who somebody is: {listed['personal']}.")
    if told["forgotten"]:
        notes.append(f"Remembered headings that this file has not: {listed['forgotten']}.")
    for column, rows in told["unknown_rows"].items():
        words = ", ".join(f"{word!r} ({count:,})" for word, count in told["unknown"][column].items())
        notes.append(f"{rows:,} rows have a {column} that the register has not; they are kept without: {words}.")
    if told["untimed"]:
        notes.append(f"{told['untimed']:,} rows have no time of day: their waiting counts by whole days.")
    if told["examples"]:
        notes.append(f"{told['examples']:,} rows are the template's examples; they are passed over.")
    if told["repeated"]:
        notes.append(f"{told['repeated']:,} rows say again what one before says; they count once.")
    return notes


def _fault_lines(told: dict[str, Any]) -> list[str]:
    shown = told["first_faults"]
    lines = [
        f"  row {each['row']}, {one_line(each['column'])}: {_quoted(each['value'])}expected {each['expected']}"
        for each in shown
    ]
    more = told["faults"] - len(shown)
    where = f"All are in {told['faults_file']}." if told["faults_file"] else "All of them: --faults FILE.csv"
    return [
        f"{told['faults']:,} faults:",
        *lines,
        *([f"  … and {more:,} more. {where}"] if more else [where] if told["faults_file"] else []),
        "Nothing was stored.",
    ]


def _quoted(value: str | None) -> str:
    return "" if value is None else f"{one_line(value)!r}; "
