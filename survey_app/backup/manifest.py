"""What a backup says of itself: at its beginning what is coming, at its end what came."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any

from survey_app.backup.archive import BackupRefused
from survey_app.reading.every_row import KeptColumn, KeptTable

FORMAT = 1
HEAD, SECRET, MANIFEST, SEAL = "backup.json", "secret.key", "manifest.json", "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Head:
    """What is coming. release, revision: of who took it and of the tables. database: `sqlite` or `postgresql`.

    taken: the moment that all rows are of, ISO 8601 with its zone. key: fingerprint of the installation's key.
    has_key: whether the key itself is in the file. rows: of each table, in the order of `tables`.
    """

    release: str
    revision: str
    database: str
    taken: str
    key: str
    has_key: bool
    tables: tuple[KeptTable, ...]
    rows: tuple[int, ...]


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


def parse_head(content: bytes) -> Head:
    """The first member, read back.

    Raises:
        BackupRefused: it is damaged, or a newer release's.
    """
    document = _document(content, HEAD)
    if document.get("hailong_backup") != FORMAT:
        raise BackupRefused(
            f"The file is of format {document.get('hailong_backup')!r}; this release reads format {FORMAT}. "
            f"It was taken by release {document.get('release')}: restore it with that one."
        )
    try:
        tables = tuple(
            KeptTable(each["name"], tuple(KeptColumn(**column) for column in each["columns"]), tuple(each["key"]))
            for each in document["tables"]
        )
        words = {name: str(document[name]) for name in ("release", "revision", "database", "taken", "key")}
        return Head(**words, has_key=bool(document["has_key"]), tables=tables, rows=tuple(map(int, document["rows"])))
    except (KeyError, TypeError, ValueError):
        raise BackupRefused(f"The file is damaged: {HEAD} is not as it was written.") from None


def parse_manifest(content: bytes) -> Manifest:
    """The manifest, read back.

    Raises:
        BackupRefused: it is damaged.
    """
    document = _document(content, MANIFEST)
    try:
        tables = {name: (int(each["rows"]), str(each["sha256"])) for name, each in document["tables"].items()}
        return Manifest(str(document["head_sha256"]), tables)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BackupRefused(f"The file is damaged: {MANIFEST} is not as it was written.") from None


def _document(content: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        raise BackupRefused(f"The file is damaged: {name} is not as it was written.") from None
    if not isinstance(document, dict):
        raise BackupRefused(f"The file is damaged: {name} is not as it was written.")
    return document
