"""`hailong check`: whether everything is as it should be; each finding is one line that says what to do."""

import json
import sys
from dataclasses import asdict, dataclass

import typer

from survey_app.command_line import Json, command_settings, open_up_to_date
from survey_app.reading import read_last_seal
from survey_app.upkeep import check_chain


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was found or what to do."""

    what: str
    well: bool
    told: str


def check_command(*, as_json: Json = False) -> None:
    """Verify the chain of sealed answers; the exit code is 0 if all is well, 1 if not."""
    settings = command_settings()
    with open_up_to_date(settings) as engine, engine.connect() as connection:
        fault, last = check_chain(connection, key=settings.secret_key), read_last_seal(connection)
    if fault:
        told = f"the first broken link is {fault}. Keep a copy of the database, then compare it with the last backup."
    elif last:
        told = f"{last.number} links, all as sealed. The last is {last.digest[:16]}…: note it outside of this machine."
    else:
        told = "no slot has been sealed yet."
    findings = [Finding("chain of answers", not fault, told)]
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(f"{'well  ' if finding.well else 'BROKEN'}  {finding.what}: {finding.told}")
    if not all(finding.well for finding in findings):
        sys.stdout.flush()
        raise typer.Exit(1)
