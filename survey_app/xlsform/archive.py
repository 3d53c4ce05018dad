"""The workbook's zip archive, unpacked within bounds: whatever was sent, little memory is taken and nothing is run."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from survey_app.xlsform.misfits import Misfit, Place

MOST_BYTES = 10_000_000
MOST_PARTS = 1_000
MOST_UNPACKED_BYTES = 40_000_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK = "xl/workbook.xml"
_BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What the standard library says of a damaged, encrypted or strangely compressed part."""

Parts = Mapping[str, bytes]
"""Name of a part → its bytes, unpacked."""


class Unreadable(Exception):
    """The file is no workbook that can be read; the misfit says why and what to do."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(expected)
        self.misfit = Misfit(Place(), found, expected)


def unpack(data: bytes) -> Parts:
    """The parts of an .xlsx or .xlsm workbook.

    Raises:
        Unreadable: it is something else, encrypted, damaged, or too large once unpacked.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(f"{len(data):,} bytes", f"at most {MOST_BYTES:,}")
    _refuse_other_formats(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive)
    except _BAD_ARCHIVE as error:
        raise Unreadable(str(error), "an .xlsx workbook; this file is damaged, so save it again") from error


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Unreadable("an encrypted workbook", "one without a password: save it again without")
        raise Unreadable("a file in the old format .xls", "an .xlsx workbook: save it again as .xlsx")
    if not data:
        raise Unreadable("an empty file", "an .xlsx workbook")
    if not data.startswith(b"PK"):
        raise Unreadable(repr(data[:20]), "an .xlsx workbook; this is another kind of file")


def _parts(archive: zipfile.ZipFile) -> Parts:
    listed = [part for part in archive.infolist() if not part.is_dir()]
    names = {part.filename for part in listed}
    if _WORKBOOK not in names:
        raise Unreadable(_kind(names), "an .xlsx workbook: save it again as .xlsx")
    if len(listed) > MOST_PARTS or len(names) < len(listed):
        raise Unreadable(f"{len(listed):,} parts in the file", f"at most {MOST_PARTS:,}, each once")
    unpacked = sum(part.file_size for part in listed)
    if unpacked > MOST_UNPACKED_BYTES:
        raise Unreadable(f"{unpacked:,} bytes once unpacked", f"at most {MOST_UNPACKED_BYTES:,}")
    return {part.filename: _content(archive, part) for part in listed}


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part's bytes, never more than the directory told: `archive.read` would first inflate all there is."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(f"{part.filename} compressed by method {part.compress_type}", "deflated, as workbooks are")
    with archive.open(part) as file:
        return file.read(part.file_size)


def _kind(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "a workbook in the binary format .xlsb"
    if "content.xml" in names:
        return "an OpenDocument file"
    return "a zip archive that holds no workbook"


def pack(parts: Parts) -> bytes:
    """The parts as an archive whose directory tells the truth, uncompressed, for a reader that trusts it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()
