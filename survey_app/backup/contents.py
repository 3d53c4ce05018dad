"""Reads a backup from its beginning to its end, and believes nothing of it that its digests do not bear out."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey_app.backup.archive import BackupRefused, Reader, digest, read_members, unpack
from survey_app.backup.manifest import (
    HEAD,
    MANIFEST,
    SEAL,
    SECRET,
    Head,
    Manifest,
    fingerprint,
    parse_head,
    parse_manifest,
)
from survey_app.backup.taking import TABLES
from survey_app.reading.every_row import KeptTable


@dataclass
class Contents:
    """A backup that is being read. secret: the installation's key, where the file has it.

    manifest: only once `blocks` has come to its end, and everything that came was as the file says.
    """

    head: Head
    secret: bytes
    manifest: Manifest = field(init=False)
    _head_digest: str
    _members: Iterator[tuple[str, bytes]]

    @classmethod
    def of(cls, reader: Reader) -> "Contents":
        """The beginning of a backup.

        Raises:
            BackupRefused: it is none, or damaged, or of another format.
        """
        members = read_members(reader)
        name, content = next(members, ("", b""))
        if name != HEAD:
            raise BackupRefused("The file is no backup of Hài Lòng: it does not begin as one.")
        head, secret = parse_head(content), b""
        if head.has_key:
            name, secret = next(members, ("", b""))
            if name != SECRET or fingerprint(secret) != head.key:
                raise BackupRefused("The file is damaged: the installation's key in it is not as it was written.")
        return cls(head, secret, digest(content), members)

    def blocks(self) -> Iterator[tuple[KeptTable, int, bytes]]:
        """Every block of lines with its table and how many they are; after the last, everything is compared.

        Raises:
            BackupRefused: something is damaged, missing or more than there should be.
        """
        found = {table.name: (hashlib.sha256(), [0, 0]) for table in self.head.tables}
        by_name = {table.name: table for table in self.head.tables}
        for name, content in self._members:
            if name == MANIFEST:
                self._compare(content, {each: (seen[0], hash_.hexdigest()) for each, (hash_, seen) in found.items()})
                return
            table = by_name.get(name.removeprefix(f"{TABLES}/").partition(".")[0])
            if table is None or name != f"{TABLES}/{table.name}.{found[table.name][1][1] + 1:06}.jsonl.gz":
                raise BackupRefused(f"The file is damaged: {name!r} stands where something else should.")
            lines = unpack(content, name)
            whole, seen = found[table.name]
            whole.update(lines)
            count = lines.count(b"\n")
            seen[0], seen[1] = seen[0] + count, seen[1] + 1
            yield table, count, lines
        raise BackupRefused("The file is cut off: it has no manifest. Take another copy of it.")

    def _compare(self, text: bytes, found: dict[str, tuple[int, str]]) -> None:
        name, seal = next(self._members, ("", b""))
        if name != SEAL or seal != f"{digest(text)}  {MANIFEST}\n".encode():
            raise BackupRefused(f"The file is damaged: {MANIFEST} is not as it was written.")
        manifest = parse_manifest(text)
        if manifest.head != self._head_digest:
            raise BackupRefused(f"The file is damaged: {HEAD} is not as it was written.")
        for table, expected in manifest.tables.items():
            if found.get(table) != expected:
                rows = found.get(table, (0, ""))[0]
                raise BackupRefused(
                    f"The file is damaged: of table {table} it holds {rows} rows that are not the {expected[0]} it was "
                    "written with."
                )
        if found.keys() != manifest.tables.keys():
            raise BackupRefused(f"The file is damaged: {MANIFEST} lacks a table.")
        for more, _ in self._members:
            raise BackupRefused(f"The file is damaged: {more!r} stands after its end.")
        self.manifest = manifest


def verify(contents: Contents) -> Manifest:
    """Read a backup to its end.

    Raises:
        BackupRefused: it is damaged.
    """
    for _ in contents.blocks():
        pass
    return contents.manifest
