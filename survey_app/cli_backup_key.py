"""What encrypts and opens backups, as the command line is given it: never an argument that others could read."""

import getpass
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from survey_app.backup.encryption import Lock, Unlock, is_locked, parse_recipients
from survey_app.backup.manifest import Head
from survey_app.command_line import Refused

SHORTEST = 12
PassphraseFile = Annotated[
    str | None, typer.Option("--passphrase-file", help="Read the passphrase from this file, - for standard input.")
]
Passphrase = Annotated[bool, typer.Option("--passphrase", help="Ask for the passphrase.")]
Identity = Annotated[
    Path | None, typer.Option("--identity", help="File of private keys that open the backup, as age-keygen writes it.")
]


def lock(recipients: tuple[str, ...], passphrase_file: str | None, *, asked: bool) -> Lock:
    """What a new backup is encrypted with."""
    if recipients and (asked or passphrase_file):
        raise Refused("A backup is encrypted for public keys or with a passphrase, not with both.")
    parse_recipients(recipients)
    words = _read_passphrase(passphrase_file, asked=asked, new=True)
    if words and len(words) < SHORTEST:
        raise Refused(f"The passphrase has {len(words)} characters; expected at least {SHORTEST}, such as four words.")
    return Lock(recipients, words)


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


def unlock(file: Path, passphrase_file: str | None, identity: Path | None, *, asked: bool) -> Unlock:
    """What may open a backup; nothing for one that is not encrypted."""
    if not is_locked(file):
        return Unlock()
    if identity is not None:
        try:
            return Unlock(identities=identity.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise Refused(f"{identity} holds no private key.") from None
    return Unlock(passphrase=_read_passphrase(passphrase_file, asked=asked))


def described(head: Head) -> dict[str, Any]:
    """What a backup says of itself, for a program."""
    return {
        "taken": head.taken,
        "release": head.release,
        "revision": head.revision,
        "database": head.database,
        "key": head.key,
        "has_key": head.has_key,
    }
