"""A workbook's zip archive, looked through before it is opened; only `workbook_reader` does so, in its own process."""

import re
import zipfile
import zlib
from copy import copy
from pathlib import Path
from typing import IO

from survey_app.table_file.bounds import LAST_COLUMN
from survey_app.table_file.unreadable import UnreadableFile

MOST_PARTS = 1_000
BYTES_AT_ONCE = 1 << 22
_BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}|[D-Z][A-Z])\d')
_ROW = re.compile(rb'<row [^<>]*?\br="(\d{1,7})"')


def look_through(path: Path, *, unpacked: int) -> set[str]:
    """The names of the archive's parts, once it is known to be a workbook that unpacks to a bearable size.

    Raises:
        UnreadableFile: it is no such workbook, or damaged, or too large.
    """
    with path.open("rb") as file:
        _refuse_other_formats(file)
    try:
        with zipfile.ZipFile(path) as archive:
            listed = [part for part in archive.infolist() if not part.is_dir()]
            names = {part.filename for part in listed}
            if "xl/workbook.xml" not in names:
                raise UnreadableFile("not_workbook", found=_kind(names))
            if len(listed) > MOST_PARTS or len(names) < len(listed):
                raise UnreadableFile("damaged", found=f"{len(listed)} parts")
            _refuse_large(sum(part.file_size for part in listed), unpacked)
            for part in listed:
                if part.filename.endswith((".xml", ".rels")):
                    _read_through(archive, part)
    except _BAD_ARCHIVE as error:
        raise UnreadableFile("damaged", found=str(error)) from error
    return names


def _refuse_large(unpacked: int, most: int) -> None:
    if unpacked > most:
        raise UnreadableFile("too_large", found=f"{unpacked:,}", most=f"{most:,}")


def _refuse_other_formats(file: IO[bytes]) -> None:
    start = file.read(1 << 16)
    if not start:
        raise UnreadableFile("empty")
    if start.startswith(_OLE):
        if _ENCRYPTED in start or _ENCRYPTED in file.read():
            raise UnreadableFile("password")
        raise UnreadableFile("not_workbook", found=".xls")
    if not start.startswith(b"PK"):
        raise UnreadableFile("not_workbook", found=ascii(start[:12].decode("latin-1")))


def _kind(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return ".xlsb"
    return ".ods" if "content.xml" in names else "zip"


def _read_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part in pieces, so that a directory that lies about sizes is found out, and so are cells far out.

    calamine makes room for every cell between the first and the last. A cell far out that is written as the usual programs
    write it is named here; of any other, the process that reads the workbook runs out of its memory.
    """
    rows = last = unpacked = 0
    longer = copy(part)
    longer.file_size += 1  # so that a part longer than the directory tells is not cut off there unseen
    with archive.open(longer) as file:
        kept = b""
        while block := file.read(BYTES_AT_ONCE):
            unpacked += len(block)
            kept = kept[-200:] + block
            if b"<!DOCTYPE" in kept:
                raise UnreadableFile("damaged", found=f"DOCTYPE in {part.filename}")
            if _FAR.search(kept):
                raise UnreadableFile("damaged", found=f"columns beyond {LAST_COLUMN}")
            rows += block.count(b"<row")
            last = max(last, *(int(found) for found in _ROW.findall(kept)[-1:]), 0)
    if unpacked != part.file_size:
        raise UnreadableFile("damaged", found=f"{part.filename}: {unpacked:,} of {part.file_size:,}")
    if last > 10 * rows + 1000:
        raise UnreadableFile("damaged", found=f"row {last} of {rows} rows")


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part that holds a sheet; empty where it cannot be told."""
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    names = {
        _unescaped(_attribute(each, "name")): _attribute(each, "r:id") for each in re.findall(r"<sheet [^<>]*>", book)
    }
    targets = {
        _attribute(each, "Id"): _attribute(each, "Target") for each in re.findall(r"<Relationship [^<>]*>", links)
    }
    target = targets.get(names.get(sheet, ""), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in archive.namelist() else ""


def _attribute(element: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', element)
    return found[1] if found else ""


def _unescaped(text: str) -> str:
    for mark, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, letter)
    return text
