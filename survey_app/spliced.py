"""A page that is the same for everyone but for one short text: compressed once, spliced on every request."""

import struct
import zlib
from dataclasses import dataclass

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LONGEST_STORED = 0xFFFF


@dataclass(frozen=True, slots=True)
class SplicedPage:
    """`head` + a text that changes + `tail`. Compressing 25 KB anew costs more than all else of a request."""

    head: bytes
    tail: bytes
    _packed_head: bytes
    _packed_tail: bytes
    _head_sum: int

    @classmethod
    def cut(cls, page: str, *, at: str) -> "SplicedPage":
        """The page without `at`, which stands in it exactly once.

        Raises:
            ValueError: `at` stands in the page more or less than once.
        """
        if page.count(at) != 1:
            raise ValueError(f"at == {at!r} stands {page.count(at)} times, must be 1.")
        head, tail = (part.encode() for part in page.split(at))
        return cls(head, tail, _packed(head, last=False), _packed(tail, last=True), zlib.crc32(head))

    def plain(self, text: bytes) -> bytes:
        """The whole page."""
        return self.head + text + self.tail

    def gzipped(self, text: bytes) -> bytes:
        """The whole page as one gzip member; `text` at most 65,535 bytes.

        Source: RFC 1952 (gzip), RFC 1951 §3.2.4 (a stored block between two compressed ones).
        """
        if len(text) > _LONGEST_STORED:
            raise ValueError(f"len(text) == {len(text)}, must be at most {_LONGEST_STORED}.")
        stored = b"\x00" + struct.pack("<HH", len(text), len(text) ^ 0xFFFF) + text
        check = zlib.crc32(self.tail, zlib.crc32(text, self._head_sum))
        length = (len(self.head) + len(text) + len(self.tail)) & 0xFFFFFFFF
        return b"".join((_HEADER, self._packed_head, stored, self._packed_tail, struct.pack("<II", check, length)))


def _packed(part: bytes, *, last: bool) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(part) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
