"""`hailong questionnaire …`, `hailong import questionnaire` and `hailong desk …`: what is asked, in files and at desks."""

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from survey_app.command_line import Json, Refused, command_settings, one_line, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.questionnaire import Questionnaire, list_questionnaires, load_questionnaire
from survey_app.questionnaire_difference import Difference
from survey_app.questionnaire_file import (
    SUFFIXES,
    QuestionnaireChange,
    RefusedQuestionnaire,
    compare_questionnaire,
    read_questionnaire_file,
    record_questionnaire_change,
)
from survey_app.questionnaire_template import questionnaire_template
from survey_app.reading import read_current_questionnaires, read_desks_asking, read_register
from survey_app.recording import record_desk_questionnaire
from survey_app.recording.people import record_audit
from survey_app.wording import translator
from survey_app.xlsform import Unwritable, WorkbookFaults, said, write_xlsform

questionnaire = typer.Typer(no_args_is_help=True, help="What is asked: questionnaires and their files.")
imports = typer.Typer(no_args_is_help=True, help="Take over files.")
desk = typer.Typer(no_args_is_help=True, help="Desks, and what each asks.")
COMMAND_LINE = "hailong"
ENGLISH = translator("en")

Code = Annotated[str, typer.Argument(help="The questionnaire's code, as in questionnaire list.")]


@questionnaire.command("list")
def questionnaire_list(*, as_json: Json = False) -> None:
    """Every questionnaire: the version that is asked, and how many desks ask it."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        asking = read_desks_asking(connection)
        rows = [
            {
                "code": code,
                "version": form.version,
                "packaged": form.version == _packaged_version(code),
                "languages": list(form.languages),
                "questions": len(form.questions),
                "desks": len(asking.get(code, ())),
                "name": dict(form.name),
            }
            for code, form in read_current_questionnaires(connection).items()
        ]
    print_rows(
        rows,
        as_json=as_json,
        line=lambda row: (
            f"{row['code']:<20} {row['version']}  {row['questions']:>3} questions  {row['desks']:>4} desks  "
            f"{', '.join(row['languages'])}  {next(iter(row['name'].values()), '')}"
            f"{'' if row['packaged'] else '  (own version)'}"
        ),
    )


def _packaged_version(code: str) -> str | None:
    return load_questionnaire(code).version if code in list_questionnaires() else None


def _asked(connection: Connection, code: str) -> Questionnaire:
    current = read_current_questionnaires(connection)
    if code not in current:
        raise Refused(f"No questionnaire {code!r}. There are: {', '.join(current)}.")
    return current[code]


@questionnaire.command("show")
def questionnaire_show(code: Code, *, as_json: Json = False) -> None:
    """The version that is asked, as its TOML file."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        form = _asked(connection, code)
    if as_json:
        print(json.dumps({"code": form.code, "version": form.version, "document": form.document}, ensure_ascii=False))
    else:
        print(form.document, end="")


@questionnaire.command("export")
def questionnaire_export(
    code: Code, out: Annotated[Path, typer.Option(help="The file to write: FILE.toml or FILE.xlsx (XLSForm).")]
) -> None:
    """The version that is asked as a TOML file or an XLSForm workbook; import takes either back."""
    if out.suffix.lower() not in {".toml", ".xlsx"}:
        raise typer.BadParameter(f"--out {out} must end in .toml or .xlsx.")
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        form = _asked(connection, code)
    try:
        content = write_xlsform(form) if out.suffix.lower() == ".xlsx" else form.document.encode()
    except Unwritable as error:
        raise Refused(f"{out} was not written. {error}") from error
    out.write_bytes(content)
    print(f"{out}: {form.code}, version {form.version}, {len(form.questions)} questions")


@questionnaire.command("template")
def questionnaire_template_command(
    out: Annotated[Path, typer.Option(help="The file to write: FILE.xlsx (XLSForm).")],
) -> None:
    """A questionnaire to begin from, one question of each kind, with guidance in Vietnamese on a sheet of its own."""
    if out.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"--out {out} must end in .xlsx.")
    out.write_bytes(questionnaire_template())
    print(f"{out}: fill it in, then: hailong import questionnaire {out} --dry-run")


@imports.command("questionnaire")
def import_questionnaire(
    file: Annotated[Path, typer.Argument(help="FILE.toml, or an XLSForm workbook FILE.xlsx.")],
    *,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Go on without what a workbook says beyond ours and no answer needs.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked otherwise and store nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take over a questionnaire: from now on this version is asked; answers to the one before keep theirs."""
    if file.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"{file} must end in .toml, .xlsx or .xlsm.")
    try:
        form, left_out = read_questionnaire_file(file, name=file.name)
    except RefusedQuestionnaire as error:
        raise Refused(str(error)) from error
    except WorkbookFaults as faults:
        raise Refused(f"{faults}\nNothing was stored.") from faults
    if left_out and not leave_out:
        lines = said("Left out of", file.name, left_out)
        raise Refused("\n".join([*lines, "Nothing was stored. To go on without these: --leave-out"]))
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        try:
            change = compare_questionnaire(connection, form, left_out, name=file.name)
        except RefusedQuestionnaire as error:
            raise Refused(str(error)) from error
        if not dry_run:
            record_questionnaire_change(connection, change, at=local_now(), user=COMMAND_LINE, name=file.name)
    _tell(file, change, dry_run=dry_run, as_json=as_json)


def _tell(file: Path, change: QuestionnaireChange, *, dry_run: bool, as_json: bool) -> None:
    form, desks, left_out = change.form, list(change.desks), change.left_out
    old = change.before.version if change.before else None
    if as_json:
        listed = [str(misfit) for misfit in left_out]
        told = {"code": form.code, "version": form.version, "before": old, "desks": desks, "left_out": listed}
        told |= {"changes": [asdict(each) for each in change.differences(ENGLISH)]}
        told |= {"dry_run": dry_run, "stored": not dry_run and not change.same}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    asked = "would be asked" if dry_run else "is asked"
    changed = "is asked as before" if change.same else f"{asked} from now on{f', before {old}' if old else ''}"
    print(f"{form.code}: version {form.version} {changed}; {len(form.questions)} questions, {len(desks)} desks.")
    for each in change.differences(ENGLISH):
        print("\n".join(_difference_lines(each)))
    if not desks:
        print(f"No desk asks it yet. To let one: hailong desk questionnaire DESK {form.code}")
    for line in said("Left out of", file.name, left_out):
        print(line)
    if dry_run and not change.same:
        print("Dry run: nothing was stored.")


_SIGNS = {"new": "+", "altered": "~", "dropped": "-"}


def _difference_lines(difference: Difference) -> list[str]:
    """What differs in a question or in the form itself, a line for each part."""
    what = f"question {difference.code}" if difference.code else "questionnaire"
    told = any(part.old == difference.name for part in difference.parts)
    lines = [f"  {_SIGNS[difference.kind]} {what}{'' if told else f' «{one_line(difference.name)}»'}"]
    for part in difference.parts:
        old = "" if difference.kind == "new" else f"{_quoted(part.old)} → "
        lines.append(f"      {part.label(ENGLISH)}: {old}{_quoted(part.new)}")
    return lines


def _quoted(text: str) -> str:
    return f"«{one_line(text)}»" if text else "nothing"


@desk.command("list")
def desk_list(*, as_json: Json = False) -> None:
    """Every desk with its unit, its name, the questionnaire that it asks, its first day and its last."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        asked = {each: code for code, desks in read_desks_asking(connection).items() for each in desks}
        rows = [
            {
                "code": each.code,
                "unit": each.unit,
                "name": each.name,
                "questionnaire": asked[each.code],
                "valid_from": each.valid_from,
                "valid_to": each.valid_to,
            }
            for each in read_register(connection).desks
        ]
    print_rows(
        rows,
        as_json=as_json,
        line=_desk_line,
    )


def _desk_line(row: dict[str, Any]) -> str:
    last = row["valid_to"] - timedelta(days=1) if row["valid_to"] else ""
    days = f"{row['valid_from'] or '…'} – {last}".rstrip()
    return f"{row['code']:<28} {row['questionnaire']:<20} {row['unit']:<12} {days:<24} {row['name']}"


@desk.command("questionnaire")
def desk_questionnaire(
    desks: Annotated[list[str], typer.Argument(metavar="DESK…", help="The desks' codes, as in desk list.")],
    code: Annotated[str, typer.Argument(metavar="CODE", help="The questionnaire's code, as in questionnaire list.")],
) -> None:
    """Let desks ask this questionnaire from now on; forms that are open are taken as they were asked."""
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        form = _asked(connection, code)
        for each in desks:
            if not record_desk_questionnaire(connection, each, form.code):
                raise Refused(f"No desk {each!r}. See them with: hailong desk list. Nothing was changed.")
            record_audit(connection, local_now(), COMMAND_LINE, "desk_questionnaire", each, detail={"asks": form.code})
    print(f"{', '.join(desks)}: asks {form.code}, version {form.version}, within seconds.")
