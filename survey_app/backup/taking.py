"""Takes a backup: every row as of one moment, as pieces of the file in their order."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Connection, Engine

from survey_app.backup.archive import END, digest, member, pack
from survey_app.backup.manifest import (
    HEAD,
    MANIFEST,
    SEAL,
    SECRET,
    Head,
    Manifest,
    fingerprint,
    head_text,
    manifest_text,
)
from survey_app.db import read_revision
from survey_app.own_key import read_key
from survey_app.reading.every_row import KeptTable, count_rows, filled_bytes, one_moment, read_lines, read_tables

TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a backup is to hold besides the rows. key: of the installation, empty for none; with_key: whether it goes into
    the file, if it is the one that the rows are of.
    """

    key: bytes
    with_key: bool
    at: datetime


class Taking:
    """A backup while it is taken: `pieces` gives the file; `head` and `manifest` are there once they were given."""

    def __init__(
        self, engine: Engine, wanted: Wanted, told: Callable[[int, int], object] = lambda _done, _all: None
    ) -> None:
        self._engine, self._wanted, self._told = engine, wanted, told
        self.head: Head
        self.manifest: Manifest

    def pieces(self) -> Iterator[bytes]:
        """The file from its beginning to its end; a row that comes meanwhile is not in it."""
        at = int(self._wanted.at.timestamp())
        with one_moment(self._engine) as connection:
            self.head = read_head(connection, self._wanted)
            head = head_text(self.head)
            yield member(HEAD, head, at=at)
            if self.head.has_key:
                yield member(SECRET, self._wanted.key, at=at)
            tables, done = {}, 0
            for table in self.head.tables:
                whole, rows = hashlib.sha256(), 0
                for number, (count, lines) in enumerate(read_lines(connection, table), 1):
                    whole.update(lines)
                    rows, done = rows + count, done + count
                    yield member(f"{TABLES}/{table.name}.{number:06}.jsonl.gz", pack(lines), at=at)
                    self._told(done, sum(self.head.rows))
                tables[table.name] = (rows, whole.hexdigest())
        self.manifest = Manifest(digest(head), tables)
        text = manifest_text(self.manifest)
        yield member(MANIFEST, text, at=at)
        yield member(SEAL, f"{digest(text)}  {MANIFEST}\n".encode(), at=at) + END


def read_head(connection: Connection, wanted: Wanted) -> Head:
    """What is coming, of a database as of one moment. A key that is not the one of the rows is neither named nor taken."""
    tables, kept = read_tables(connection), read_key(connection)
    here = fingerprint(wanted.key) if wanted.key else ""
    return Head(
        release=release(),
        revision=read_revision(connection) or "",
        database=connection.dialect.name,
        taken=wanted.at.isoformat(timespec="seconds"),
        key=kept or here,
        has_key=wanted.with_key and bool(here) and here == (kept or here),
        tables=tables,
        rows=tuple(count_rows(connection, table) for table in tables),
        bytes=filled_bytes(connection),
    )


def digest_tables(connection: Connection, tables: tuple[KeptTable, ...]) -> dict[str, tuple[int, str]]:
    """Of each table how many rows it has now and the SHA-256 of all its lines, as a backup would hold them."""
    found = {}
    for table in tables:
        whole, rows = hashlib.sha256(), 0
        for count, lines in read_lines(connection, table):
            whole.update(lines)
            rows += count
        found[table.name] = (rows, whole.hexdigest())
    return found


def release() -> str:
    """This release's number."""
    try:
        return version("hailong")
    except PackageNotFoundError:  # run from its folder without being installed
        return "unknown"
