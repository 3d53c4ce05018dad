"""`hailong backup`: one file that holds every row, taken while the server runs."""

import json
import logging
import sys
from pathlib import Path
from typing import Annotated

import pyrage
import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from survey_app.backup.contents import Contents, verify
from survey_app.backup.drill import remove_left_drills
from survey_app.backup.encryption import Unlock, opened
from survey_app.backup.file import Removed, Taken, dated_path, remove_old, take_backup
from survey_app.backup.restoring import COMMAND_LINE
from survey_app.backup.taking import Wanted
from survey_app.cli_backup_key import Identity, Passphrase, PassphraseFile, described, lock, unlock
from survey_app.command_line import Json, Refused, command_settings, ended_tidily, open_as_it_is
from survey_app.db import describe_failure
from survey_app.door import local_now
from survey_app.own_key import told_of_another
from survey_app.progress_bar import progress_bar
from survey_app.recording.people import record_audit
from survey_app.settings import Settings

logger = logging.getLogger(__name__)


def backup_command(
    file: Annotated[Path, typer.Argument(help="The new file, or a folder, where it is named by day and time.")],
    *,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Encrypt it for this public key (age1…, ssh-…); may be repeated.")
    ] = None,
    passphrase: Passphrase = False,
    passphrase_file: PassphraseFile = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Of a folder's dated backups keep the newest so many, this one counted.")
    ] = None,
    verify_only: Annotated[
        bool, typer.Option("--verify", help="Take none: read this one from beginning to end, and say if it is whole.")
    ] = False,
    identity: Identity = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Take none: make a private key in FILE and print its public one.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Back the database up into one file while the server runs; an encrypted one holds the installation's key too."""
    if new_key:
        _make_key(file)
        return
    if verify_only:
        _verify(file, unlock(file, passphrase_file, identity, asked=passphrase), as_json=as_json)
        return
    if keep and not file.is_dir():
        is_what = f"{file} is a file" if file.exists() else f"there is no {file}: make it first (mkdir -p {file})"
        raise Refused(f"--keep {keep} removes old backups of a folder, and {is_what}.")
    locked = lock(tuple(recipient or ()), passphrase_file, asked=passphrase)
    settings, now = command_settings(make_key=False), local_now()
    path = dated_path(file, at=now, locked=bool(locked)) if file.is_dir() else file
    wanted = Wanted(settings.secret_key, with_key=bool(locked), at=now)
    remove_left_drills(settings.data_dir)
    with ended_tidily(), open_as_it_is(settings) as engine:
        fault = _fault_of_key(engine, settings)
        with progress_bar("Backing up") as told:
            taken = take_backup(engine, path, wanted, lock=locked, told=told)
        _record(engine, taken, encrypted=bool(locked))
    removed = remove_old(path, keep=keep) if keep and not fault else Removed((), ())
    _tell_taken(taken, removed, encrypted=bool(locked), as_json=as_json)
    if removed.ahead:
        print(removed.said(), file=sys.stderr)
    if fault:
        raise Refused(f"{fault} The backup was taken all the same, without a key; no earlier one was removed.")


def _fault_of_key(engine: Engine, settings: Settings) -> str:
    """What is wrong with the key here, which the backup then neither names nor holds; empty where it is the one of the rows."""
    with engine.connect() as connection:
        return told_of_another(connection, settings.secret_key, settings.data_dir) or settings.no_key


def _record(engine: Engine, taken: Taken, *, encrypted: bool) -> None:
    """Keep that it was taken; a database that cannot be written to any more could be backed up all the same."""
    now = local_now()
    try:
        with engine.begin() as connection:
            detail = {"encrypted": encrypted, "bytes": taken.bytes, "rows": sum(taken.head.rows)}
            record_audit(connection, now, COMMAND_LINE, "backup", taken.path.name, detail=detail)
        logger.info("Backed up: %s bytes, encrypted %s", taken.bytes, encrypted)
    except SQLAlchemyError as error:
        print(f"The backup was taken, but not noted among the events: {describe_failure(error)}", file=sys.stderr)


def _tell_taken(taken: Taken, removed: Removed, *, encrypted: bool, as_json: bool) -> None:
    rows = {table.name: taken.manifest.tables[table.name][0] for table in taken.head.tables}
    if as_json:
        told = described(taken.head) | {"file": str(taken.path), "bytes": taken.bytes, "encrypted": encrypted}
        told |= {"rows": rows, "removed": [str(path) for path in removed.old]}
        print(json.dumps(told | {"dated_ahead": [str(path) for path in removed.ahead]}, ensure_ascii=False, indent=2))
        return
    print(
        f"{taken.path}: {sum(rows.values()):,} rows, {rows.get('response', 0):,} answers, {taken.bytes / 1e6:,.1f} MB"
    )
    if not encrypted:
        print(f"Without the installation's key ({taken.head.key}): keep secret.key apart, printed codes need it.")
    for path in removed.old:
        print(f"Removed {path}")


def _verify(file: Path, unlock: Unlock, *, as_json: bool) -> None:
    with opened(file, unlock) as reader:
        contents = Contents.of(reader)
        manifest = verify(contents)
    rows = {name: rows for name, (rows, _) in manifest.tables.items()}
    if as_json:
        print(json.dumps({"file": str(file), "whole": True} | described(contents.head) | {"rows": rows}, indent=2))
    else:
        print(
            f"{file} is whole: {sum(rows.values()):,} rows as of {contents.head.taken}, revision {contents.head.revision}"
        )


def _make_key(file: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    if file.exists():
        raise Refused(f"{file} is there already; a key is never replaced.")
    file.touch(mode=0o600)
    file.write_text(f"# public key: {identity.to_public()}\n{identity}\n", encoding="ascii")
    print(identity.to_public())
    print(f"{file} alone opens what is encrypted for it: keep it apart from the backups, and twice.", file=sys.stderr)
