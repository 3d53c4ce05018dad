"""`hailong check`: whether everything is as it should be; each finding is one line that says what to do."""

import json
import os
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from survey_app.checks import BROKEN, LOOK, WELL, Installation, walk
from survey_app.command_line import Json, command_settings
from survey_app.db import open_database
from survey_app.door import local_now

Fast = Annotated[
    bool, typer.Option("--fast", help="Leave out what reads the whole record, and what needs the network.")
]
Strict = Annotated[bool, typer.Option("--strict", help="End with code 1 for what somebody should see to, too.")]


def check_command(*, fast: Fast = False, strict: Strict = False, as_json: Json = False) -> None:
    """Look at database, chain, clock, disk, address, posters, backup …; the exit code is 1 if something is broken.

    Nothing is changed. What each line means and what to do is in docs/monitoring.md.
    """
    settings = command_settings(make_key=False, settle=False)
    engine = open_database(settings.database_url, make_folder=False)
    states, rows = set(), []
    try:
        for finding in walk(Installation(engine, settings, local_now(), os.environ), fast=fast):
            states.add(finding.state)
            rows.append(asdict(finding) | {"well": finding.state == WELL})
            if not as_json:
                print(f"{finding.state:<6}  {finding.what}: {finding.told}", flush=True)
    finally:
        engine.dispose()
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    if BROKEN in states or (strict and LOOK in states):
        sys.stdout.flush()
        raise typer.Exit(1)
