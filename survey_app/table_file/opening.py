"""A file is opened by what its name ends in; its digest says later whether it is still the same."""

import hashlib
from pathlib import Path

from survey_app.table_file.bounds import Bounds
from survey_app.table_file.opened_file import OpenedFile, Recognise
from survey_app.table_file.text_file import open_text
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.table_file.workbook import open_workbook

TEXTS, WORKBOOKS = frozenset({".csv", ".txt", ".tsv"}), frozenset({".xlsx", ".xlsm"})


def open_table(path: Path, recognise: Recognise, bounds: Bounds) -> OpenedFile:
    """A file by its suffix.

    Args:
        path: where it lies.
        recognise: which headings are known of such a table.
        bounds: how much such a file may be.

    Raises:
        UnreadableFile: it cannot be taken.
        OSError: it cannot be opened.
    """
    suffix, size = path.suffix.lower(), path.stat().st_size
    if bounds.file is not None and size > bounds.file:
        raise UnreadableFile("too_many_bytes", found=f"{size:,}", most=f"{bounds.file:,}")
    if suffix in WORKBOOKS:
        return open_workbook(path, recognise, bounds)
    if suffix in TEXTS:
        return open_text(path, recognise)
    raise UnreadableFile("kind", suffix=suffix or "–")


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
