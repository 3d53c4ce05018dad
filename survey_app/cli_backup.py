"""`hailong backup` and `hailong restore`: one file that holds every row, and back."""

import getpass
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import pyrage
import typer
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from survey_app.backup.contents import Contents, verify
from survey_app.backup.drill import try_backup
from survey_app.backup.encryption import Lock, Unlock, is_locked, opened, parse_recipients
from survey_app.backup.file import Taken, dated_path, remove_old, take_backup
from survey_app.backup.manifest import Head
from survey_app.backup.restoring import COMMAND_LINE, Key, bring_back
from survey_app.backup.taking import Wanted
from survey_app.command_line import Json, Refused, command_settings
from survey_app.db import describe_failure, open_database, read_revision
from survey_app.door import local_now
from survey_app.progress_bar import progress_bar
from survey_app.recording.people import record_audit
from survey_app.settings import KEY_VARIABLES, Settings

logger = logging.getLogger(__name__)
PassphraseFile = Annotated[
    str | None, typer.Option("--passphrase-file", help="Read the passphrase from this file, - for standard input.")
]
Passphrase = Annotated[bool, typer.Option("--passphrase", help="Ask for the passphrase.")]
Identity = Annotated[
    Path | None, typer.Option("--identity", help="File of private keys that open the backup, as age-keygen writes it.")
]


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
        _verify(file, _unlock(file, passphrase_file, identity, asked=passphrase), as_json=as_json)
        return
    if keep and not file.is_dir():
        raise Refused(f"--keep {keep} removes old backups of a folder; {file} is none.")
    lock = _lock(tuple(recipient or ()), passphrase_file, asked=passphrase)
    settings, now = command_settings(), local_now()
    path = dated_path(file, at=now, locked=bool(lock)) if file.is_dir() else file
    wanted = Wanted(settings.secret_key, with_key=bool(lock), at=now)
    with _existing_database(settings) as engine:
        with progress_bar("Backing up") as told:
            taken = take_backup(engine, path, wanted, lock=lock, told=told)
        _record(engine, taken, encrypted=bool(lock))
    removed = remove_old(file, keep=keep) if keep else ()
    _tell_taken(taken, removed, encrypted=bool(lock), as_json=as_json)


def _lock(recipients: tuple[str, ...], passphrase_file: str | None, *, asked: bool) -> Lock:
    if recipients and (asked or passphrase_file):
        raise Refused("A backup is encrypted for public keys or with a passphrase, not with both.")
    parse_recipients(recipients)
    return Lock(recipients, _read_passphrase(passphrase_file, asked=asked, new=True))


def _read_passphrase(file: str | None, *, asked: bool, new: bool = False) -> str:
    """What was given; empty where neither was wanted."""
    if file is not None:
        with suppress(UnicodeDecodeError):
            text = sys.stdin.readline() if file == "-" else Path(file).read_text(encoding="utf-8").partition("\n")[0]
            if words := text.rstrip("\r\n"):
                return words
        raise Refused(f"--passphrase-file {file} has no passphrase in its first line.")
    if not asked:
        return ""
    if not sys.stdin.isatty():
        raise Refused(
            "No terminal to ask for the passphrase; give it by --passphrase-file FILE, or - for standard input."
        )
    words = getpass.getpass("Passphrase of the backup: ")
    if new and getpass.getpass("Again: ") != words:
        raise Refused("The two passphrases differ; nothing was done.")
    if not words:
        raise Refused("The passphrase is empty; nothing was done.")
    return words


@contextmanager
def _existing_database(settings: Settings) -> Iterator[Engine]:
    """The database as it is: its tables are not changed, whatever release they are of."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise Refused(f"There is no database at {url.database}. Is HAILONG_DATA_DIR or HAILONG_DATABASE_URL right?")
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            if read_revision(connection) is None:
                raise Refused(f"The database {url.database} has no tables of Hài Lòng; there is nothing to back up.")
        yield engine
    finally:
        engine.dispose()


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


def _tell_taken(taken: Taken, removed: tuple[Path, ...], *, encrypted: bool, as_json: bool) -> None:
    rows = {table.name: taken.manifest.tables[table.name][0] for table in taken.head.tables}
    if as_json:
        told = _described(taken.head) | {"file": str(taken.path), "bytes": taken.bytes, "encrypted": encrypted}
        print(
            json.dumps(told | {"rows": rows, "removed": [str(path) for path in removed]}, ensure_ascii=False, indent=2)
        )
        return
    print(
        f"{taken.path}: {sum(rows.values()):,} rows, {rows.get('response', 0):,} answers, {taken.bytes / 1e6:,.1f} MB"
    )
    if not encrypted:
        print(f"Without the installation's key ({taken.head.key}): keep secret.key apart, printed codes need it.")
    for path in removed:
        print(f"Removed {path}")


def _described(head: Head) -> dict[str, Any]:
    return {
        "taken": head.taken,
        "release": head.release,
        "revision": head.revision,
        "database": head.database,
        "key": head.key,
        "has_key": head.has_key,
    }


def _unlock(file: Path, passphrase_file: str | None, identity: Path | None, *, asked: bool) -> Unlock:
    if not is_locked(file):
        return Unlock()
    if identity is not None:
        try:
            return Unlock(identities=identity.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise Refused(f"{identity} holds no private key.") from None
    return Unlock(passphrase=_read_passphrase(passphrase_file, asked=asked))


def _verify(file: Path, unlock: Unlock, *, as_json: bool) -> None:
    with opened(file, unlock) as reader:
        contents = Contents.of(reader)
        manifest = verify(contents)
    rows = {name: rows for name, (rows, _) in manifest.tables.items()}
    if as_json:
        print(json.dumps({"file": str(file), "whole": True} | _described(contents.head) | {"rows": rows}, indent=2))
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
    unlock = _unlock(file, passphrase_file, identity, asked=passphrase)
    settings, now = command_settings(), local_now()
    with opened(file, unlock) as reader:
        contents = Contents.of(reader)
        with progress_bar("Trying the backup" if drill else "Bringing the backup back") as told:
            if drill:
                chain = try_backup(contents, settings.data_dir, key=settings.secret_key, told=told).chain
                outcome, aside = "tried", ""
            else:
                key = Key(settings.secret_key, None if _named_by_environment() else settings.data_dir / "secret.key")
                given = {"replace": replace, "key": key, "other_key": other_key}
                aside = bring_back(settings.database_url, contents, name=file.name, at=now, told=told, **given)
                outcome, chain = "restored", ""
    _tell_restored(file, contents, outcome, aside if replace else "", chain, as_json=as_json)


def _named_by_environment() -> bool:
    return any(os.environ.get(name) for name in KEY_VARIABLES)


def _tell_restored(file: Path, contents: Contents, outcome: str, aside: str, chain: str, *, as_json: bool) -> None:
    rows = {name: rows for name, (rows, _) in contents.manifest.tables.items()}
    if as_json:
        told = {"file": str(file), "outcome": outcome} | _described(contents.head) | {"rows": rows}
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
