"""The file: a tar archive of small members, written and read as a stream, so that memory never grows with it."""

import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from typing import Protocol

BLOCK = tarfile.BLOCKSIZE
END = bytes(2 * BLOCK)
MOST_MEMBER = 256_000_000
"""No member is larger, packed or unpacked: a few megabytes of lines, or one row that is longer."""
QUICK = 1
"""How hard lines are packed: harder makes a file smaller by a quarter, and takes three times as long."""


class BackupRefused(Exception):
    """A backup cannot be taken, read or brought back; the message says why and what to do."""


class Reader(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""


def member(name: str, content: bytes, *, at: int) -> bytes:
    """A member of the archive, as it stands in the file. at: seconds since 1970, UTC."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(content), at, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % BLOCK)


def read_members(reader: Reader) -> Iterator[tuple[str, bytes]]:
    """Every member's name and content, to the archive's end.

    Raises:
        BackupRefused: it is no such archive, or is cut off.
    """
    while (head := _exactly(reader, BLOCK)) != bytes(BLOCK):
        try:
            info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError, ValueError):
            raise BackupRefused("The file is damaged, or is no backup of Hài Lòng.") from None
        if not info.isreg() or info.size > MOST_MEMBER:
            raise BackupRefused(f"The file is damaged: {info.name!r} is nothing that a backup holds.")
        content = _exactly(reader, info.size + -info.size % BLOCK)
        if any(content[info.size :]):
            raise BackupRefused(f"The file is damaged: something stands after {info.name!r}.")
        yield info.name, content[: info.size]
    while rest := reader.read(BLOCK * BLOCK):  # what an encrypted file is authentic by stands at its very end
        if any(rest):
            raise BackupRefused("The file is damaged: something stands after its end.")


def _exactly(reader: Reader, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        more = reader.read(size - len(found))
        if not more:
            raise BackupRefused("The file is cut off: it ends before its end mark. Take another copy of it.")
        found += more
    return bytes(found)


def pack(content: bytes) -> bytes:
    """Content as a gzip file; the same bytes for the same content."""
    packer = zlib.compressobj(QUICK, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def unpack(packed: bytes, name: str) -> bytes:
    """The content of a gzip file.

    Raises:
        BackupRefused: it is damaged, or much larger than any that a backup holds.
    """
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, MOST_MEMBER)
    except zlib.error as error:
        raise BackupRefused(f"The file is damaged: {name} cannot be unpacked ({error}).") from None
    if not unpacker.eof or unpacker.unused_data:
        raise BackupRefused(f"The file is damaged: {name} is not whole.")
    return content


def digest(content: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
