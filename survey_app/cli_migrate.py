"""`hailong migrate`: the tables to another shape by hand, forward or back; a backup is taken before."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from survey_app.backup.before_migration import migrate_safely
from survey_app.command_line import Json, Refused, command_settings
from survey_app.db import known_revisions, latest_revision, open_database, read_revision
from survey_app.door import local_now
from survey_app.progress_bar import progress_bar
from survey_app.reading.left_behind import LeftBehind, read_left_behind


def migrate_command(
    *,
    to: Annotated[
        str | None, typer.Option(help="The revision; what an earlier release asks for before it is installed.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="To the revision before the present one.")] = False,
    lose: Annotated[
        bool, typer.Option("--lose", help="Go back though the earlier tables have no room for some of what is there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the tables to this release's shape, or back to an earlier one; every start does the former by itself."""
    settings = command_settings()
    engine = open_database(settings.database_url)
    try:
        with engine.connect() as connection:
            present = read_revision(connection)
            wanted = _wanted(present, to, back=back)
            left = read_left_behind(connection, wanted) if present and wanted < present else ()
        if left and not lose:
            raise Refused(_told(left, wanted))
        with progress_bar("Backing up before the tables change") as told:
            taken = migrate_safely(engine, settings, at=local_now(), to=wanted, told=told)
    finally:
        engine.dispose()
    backup = str(taken.path) if taken else None
    if as_json:
        print(
            json.dumps(
                {"before": present, "revision": wanted, "backup": backup, "lost": [asdict(each) for each in left]},
                indent=2,
            )
        )
        return
    print(f"The tables are at revision {wanted}." + (f" As they were before: {backup}" if backup else ""))
    if wanted != latest_revision():
        print("Install the release that works with it before you start hailong again: this one would go forward again.")


def _told(left: Sequence[LeftBehind], wanted: str) -> str:
    """What would be lost, before it is."""
    named = ", ".join(f"{each.name} ({each.rows:,} rows)" for each in left)
    figures = " Without what stands beside answers, published figures change." * any(
        each.table == "response" for each in left
    )
    return (
        f"The tables of {wanted} have no room for {named}: going forward again would not bring it back.{figures} Nothing was "
        "changed. If that is wanted, say --lose; a backup taken before (docs/backup.md) is the only way to have it again."
    )


def _wanted(present: str | None, to: str | None, *, back: bool) -> str:
    known = known_revisions()
    if back and to:
        raise Refused("--back and --to both say where to; give one.")
    if back:
        if present not in known[1:]:
            raise Refused(f"The tables are at revision {present}; this release knows none before it.")
        return known[known.index(present) - 1]
    if to is not None and to not in known:
        raise Refused(f"There is no revision {to!r}; this release knows {', '.join(known)}.")
    return to or latest_revision()
