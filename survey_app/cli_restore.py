"""`hailong restore`: a backup back into either database, or tried only."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from survey_app.backup.contents import Contents
from survey_app.backup.drill import remove_left_drills, try_backup
from survey_app.backup.encryption import opened
from survey_app.backup.restoring import Key, bring_back
from survey_app.cli_backup_key import Identity, Passphrase, PassphraseFile, described, unlock
from survey_app.command_line import Json, command_settings, ended_tidily
from survey_app.door import local_now
from survey_app.progress_bar import progress_bar
from survey_app.settings import KEY_FILE, KEY_VARIABLES


def restore_command(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Bring it back where a database is; that one is renamed, never removed.")
    ] = False,
    drill: Annotated[
        bool, typer.Option("--drill", help="Only try: into a database of its own, compared row by row, then removed.")
    ] = False,
    other_key: Annotated[
        bool, typer.Option("--other-key", help="Go on with a key that is not the backup's: codes are printed anew.")
    ] = False,
    passphrase: Passphrase = False,
    passphrase_file: PassphraseFile = None,
    identity: Identity = None,
    as_json: Json = False,
) -> None:
    """Bring a backup back, of SQLite or PostgreSQL into either, wholly or not at all; the server must be stopped."""
    key_ring = unlock(file, passphrase_file, identity, asked=passphrase)
    settings, now = command_settings(make_key=False), local_now()
    remove_left_drills(settings.data_dir)
    with ended_tidily(), opened(file, key_ring) as reader:
        contents = Contents.of(reader)
        with progress_bar("Trying the backup" if drill else "Bringing the backup back") as told:
            if drill:
                chain = try_backup(contents, settings.data_dir, key=settings.secret_key, told=told).chain
                outcome, aside = "tried", ""
            else:
                own = None if _named_by_environment() else settings.data_dir / KEY_FILE
                key = Key(settings.secret_key, own, settings.no_key)
                given = {"replace": replace, "key": key, "other_key": other_key}
                aside = bring_back(settings.database_url, contents, name=file.name, at=now, told=told, **given)
                outcome, chain = "restored", ""
    _tell_restored(file, contents, outcome, aside if replace else "", chain, as_json=as_json)


def _named_by_environment() -> bool:
    return any(os.environ.get(name) for name in KEY_VARIABLES)


def _tell_restored(file: Path, contents: Contents, outcome: str, aside: str, chain: str, *, as_json: bool) -> None:
    rows = {name: rows for name, (rows, _) in contents.manifest.tables.items()}
    if as_json:
        told = {"file": str(file), "outcome": outcome} | described(contents.head) | {"rows": rows}
        print(json.dumps(told | {"aside": aside, "chain": chain}, ensure_ascii=False, indent=2))
        return
    what = f"{sum(rows.values()):,} rows, {rows.get('response', 0):,} answers, as of {contents.head.taken}"
    if outcome == "tried":
        print(f"{file} comes back as it was taken: {what}. Chain of answers: {chain}.")
        return
    print(f"Brought back: {what}.")
    if aside:
        print(f"What was there is kept as it was, under the name {aside}.")
    print("Now: hailong check; and hailong purge, for what was purged since the backup came back with it.")
