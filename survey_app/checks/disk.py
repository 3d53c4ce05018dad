"""Room on the disks on which data lie."""

import shutil
from pathlib import Path

from sqlalchemy.engine import make_url

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation

LITTLE_SHARE, LITTLE = 0.10, 2_000_000_000
NONE_SHARE, NONE = 0.01, 100_000_000
"""Below which writing is about to fail."""


def look_at_disk(at: Installation) -> list[Finding]:
    """One finding for each disk: of the data folder, and of an SQLite file that lies elsewhere."""
    url = make_url(at.settings.database_url)
    folders = [at.settings.data_dir]
    if url.get_backend_name() == "sqlite":
        folders.append(Path(url.database or "").absolute().parent)
    by_disk = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.exists()}
    return [_judged(folder) for folder in reversed(by_disk.values())]


def _judged(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    return judge_room(folder, usage.free, usage.total)


def judge_room(folder: Path, free: int, total: int) -> Finding:
    """Of the bytes that are free, and of all."""
    what, said = f"disk of {folder}", f"{_size(free)} of {_size(total)} are free"
    if free < max(NONE, NONE_SHARE * total):
        return Finding(what, BROKEN, f"{said}; answers will soon be refused. Make room now.")
    if free < LITTLE or free < LITTLE_SHARE * total:
        return Finding(what, LOOK, f"{said}. Make room: old backups and logs first.")
    return Finding(what, WELL, f"{said}.")


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.0f} MB"  # noqa: PLR2004 - a gigabyte
