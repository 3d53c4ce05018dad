"""Who may open a backup: whoever has the passphrase, or the private key of one of the recipients (age-encryption.org/v1)."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pyrage

from survey_app.backup import passphrase as by_passphrase
from survey_app.backup.archive import BackupRefused, Reader

SSH = "-----BEGIN"


@dataclass(frozen=True, slots=True)
class Lock:
    """What a backup is encrypted with: a passphrase, or public keys; with neither it is not."""

    recipients: tuple[str, ...] = ()
    passphrase: str = ""

    def __bool__(self) -> bool:
        return bool(self.recipients or self.passphrase)


@dataclass(frozen=True, slots=True)
class Unlock:
    """What may open a backup: the passphrase, the text of a file of private keys."""

    passphrase: str = ""
    identities: str = ""


class Pieces(RawIOBase):
    """Pieces of bytes as one stream to read from. fault: what stopped the pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._waiting = iter(pieces), memoryview(b"")
        self.fault: BaseException | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer) -> int:  # noqa: ANN001 - any buffer
        """Fill as much of the buffer as the next piece does; 0 at the end."""
        while not self._waiting:
            try:
                self._waiting = memoryview(next(self._pieces))
            except StopIteration:
                return 0
            except BaseException as error:
                self.fault = error
                raise
        size = min(len(buffer), len(self._waiting))
        buffer[:size], self._waiting = self._waiting[:size], self._waiting[size:]
        return size


class _Watched:
    """A file to write to, of which the fault is kept: the library that writes tells it in words alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fault: OSError | None = None

    def write(self, content: bytes) -> int:
        try:
            return self._file.write(content)
        except OSError as error:
            self.fault = error
            raise

    def flush(self) -> None:
        self._file.flush()


def write_locked(pieces: Iterable[bytes], file: BinaryIO, lock: Lock) -> None:
    """Write the pieces, encrypted where a lock is given.

    Raises:
        BackupRefused: a recipient is none.
    """
    if lock.recipients:
        _write_to(parse_recipients(lock.recipients), pieces, file)
    else:
        file.writelines(by_passphrase.encrypted(pieces, lock.passphrase) if lock.passphrase else pieces)


def _write_to(recipients: list[object], pieces: Iterable[bytes], file: BinaryIO) -> None:
    source, target = Pieces(pieces), _Watched(file)
    try:
        pyrage.encrypt_io(BufferedReader(source), target, recipients)
    except (pyrage.EncryptError, OSError):
        raise (source.fault or target.fault or BackupRefused("The backup could not be encrypted.")) from None


def parse_recipients(words: Iterable[str]) -> list[object]:
    """Public keys of `age` or `ssh`.

    Raises:
        BackupRefused: one is none.
    """
    found = []
    for word in words:
        kind = pyrage.ssh if word.startswith("ssh-") else pyrage.x25519
        try:
            found.append(kind.Recipient.from_str(word))
        except (pyrage.RecipientError, ValueError):
            raise BackupRefused(
                f"The recipient is {word!r}; expected a public key that begins with age1, ssh-ed25519 or ssh-rsa."
            ) from None
    return found


def _parse_identities(text: str) -> list[object]:
    try:
        if text.lstrip().startswith(SSH):
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = (line.strip() for line in text.splitlines())
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, ValueError):
        raise BackupRefused("The file of keys holds none; expected lines that begin with AGE-SECRET-KEY-1.") from None


def is_locked(path: Path) -> bool:
    """Whether a backup is encrypted."""
    with path.open("rb") as file:
        return file.read(len(by_passphrase.INTRODUCTION)) == by_passphrase.INTRODUCTION


@contextmanager
def opened(path: Path, unlock: Unlock) -> Iterator[Reader]:
    """The archive in a file, decrypted where it is encrypted.

    Raises:
        BackupRefused: it asks for what was not given, or is damaged.
    """
    with path.open("rb") as file:
        head = file.read(len(by_passphrase.INTRODUCTION + by_passphrase.STANZA))
        file.seek(0)
        if not head.startswith(by_passphrase.INTRODUCTION):
            yield file
        elif head.endswith(by_passphrase.STANZA):
            if not unlock.passphrase:
                raise BackupRefused("The file is encrypted with a passphrase; give it by --passphrase-file FILE.")
            yield BufferedReader(Pieces(by_passphrase.decrypted(file, unlock.passphrase)))
        else:
            if not unlock.identities:
                raise BackupRefused("The file is encrypted for a key; give the private one by --identity FILE.")
            with _decrypting(file, _parse_identities(unlock.identities)) as reader:
                yield reader


@contextmanager
def _decrypting(file: BinaryIO, identities: list[object]) -> Iterator[Reader]:
    """What the library decrypts in a thread of its own, through a pipe, so that memory stays bounded."""
    faults: list[Exception] = []
    reading, writing = os.pipe()

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as target:
                pyrage.decrypt_io(file, target, identities)
        except (pyrage.DecryptError, OSError) as error:
            faults.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as reader:
            yield _Checked(reader, thread, faults)
    finally:
        thread.join()


class _Checked:
    """A pipe whose end counts as one only if whoever wrote to it came to an end without a fault."""

    def __init__(self, reader: BinaryIO, thread: Thread, faults: list[Exception]) -> None:
        self._reader, self._thread, self._faults = reader, thread, faults

    def read(self, size: int = -1, /) -> bytes:
        content = self._reader.read(size)
        if not content and size:
            self._thread.join()
            if self._faults:
                wrong_key = "matching keys" in str(self._faults[0])
                raise BackupRefused(
                    "None of the keys is one that the file was encrypted for."
                    if wrong_key
                    else "The file is damaged or cut off: what it holds is not what was encrypted."
                )
        return content
