"""What a backup says of itself: at its beginning what is coming, at its end what came."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from survey_app.backup.archive import BackupRefused
from survey_app.reading.every_row import KeptTable

FORMAT = 1
Written = TypeVar("Written")
HEAD, SECRET, MANIFEST, SEAL = "backup.json", "secret.key", "manifest.json", "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Head:
    """What is coming. release, revision: of who took it and of the tables. database: `sqlite` or `postgresql`.

    taken: the moment that all rows are of, ISO 8601 with its zone. key: fingerprint of the rows' key, empty where
    none is known.
    has_key: whether the key itself is in the file. rows: of each table, in the order of `tables`.
    bytes: that the database took, as far as it was filled; 0 where the file does not say.
    """

    release: str
    revision: str
    database: str
    taken: str
    key: str
    has_key: bool
    tables: tuple[KeptTable, ...]
    rows: tuple[int, ...]
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What came. head: SHA-256 of the first member. tables: name → how many rows, and SHA-256 of all its lines."""

    head: str
    tables: dict[str, tuple[int, str]]


def fingerprint(key: bytes) -> str:
    """What tells two keys of an installation apart, and nothing of either: 16 hexadecimal digits."""
    return hmac.digest(key, b"hailong key fingerprint v1", hashlib.sha256).hex()[:16]


def head_text(head: Head) -> bytes:
    """The first member of a backup."""
    return _text({"hailong_backup": FORMAT} | asdict(head))


def manifest_text(manifest: Manifest) -> bytes:
    """The last member but one; the last is its digest."""
    tables = {name: {"rows": rows, "sha256": digest} for name, (rows, digest) in manifest.tables.items()}
    return _text({"head_sha256": manifest.head, "tables": tables})


def _text(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


class _Format(BaseModel):
    hailong_backup: Any
    release: Any = None


class _Kept(BaseModel):
    rows: int
    sha256: str


class _Manifest(BaseModel):
    head_sha256: str
    tables: dict[str, _Kept]


_FORMAT, _HEAD, _MANIFEST = TypeAdapter(_Format), TypeAdapter(Head), TypeAdapter(_Manifest)


def parse_head(content: bytes) -> Head:
    """The first member, read back.

    Raises:
        BackupRefused: it is damaged, or a newer release's.
    """
    written = _read(_FORMAT, content, HEAD)
    if written.hailong_backup != FORMAT:
        raise BackupRefused(
            f"The file is of format {written.hailong_backup!r}; this release reads format {FORMAT}. "
            f"It was taken by release {written.release!r}: restore it with that one."
        )
    head = _read(_HEAD, content, HEAD)
    if not all(map(str.isprintable, (head.release, head.revision, head.database, head.taken, head.key))):
        raise _damaged(HEAD)
    return head


def parse_manifest(content: bytes) -> Manifest:
    """The manifest, read back.

    Raises:
        BackupRefused: it is damaged.
    """
    written = _read(_MANIFEST, content, MANIFEST)
    return Manifest(written.head_sha256, {name: (each.rows, each.sha256) for name, each in written.tables.items()})


def _read(kind: TypeAdapter[Written], content: bytes, name: str) -> Written:
    """A member as values of the kinds that it was written with; strict, for whoever wrote it may be anybody."""
    try:
        return kind.validate_json(content, strict=True)
    except ValidationError:
        raise _damaged(name) from None


def _damaged(name: str) -> BackupRefused:
    return BackupRefused(f"The file is damaged: {name} is not as it was written.")
