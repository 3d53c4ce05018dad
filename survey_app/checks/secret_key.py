"""The installation's secret: with it codes are signed, contacts opened, answers sealed."""

import stat
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.own_key import read_key, read_key_since, told_of_another
from survey_app.printed_code import WATCHED, PrintedCode
from survey_app.reading.codes import read_printed_codes

SECRET = "secret key"  # noqa: S105 - what is looked at
OF_THE_CODES = "key of the codes"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def look_at_secret_key(at: Installation) -> Finding:
    """Where it comes from, and who can read it."""
    path = key_file(at.environment, at.settings.data_dir)
    if path and not at.settings.secret_key:
        told = f"{at.settings.no_key} Put the one that was kept there; a new one would open neither codes nor contacts."
        return Finding(SECRET, BROKEN, f"{told} Of a new installation it is made at the first start.")
    return judge_secret_key(path, path.stat().st_mode if path else 0)


def key_file(environment: Mapping[str, str], data_dir: Path) -> Path | None:
    """The file that it is read from; None where the environment holds it."""
    if environment.get("HAILONG_SECRET_KEY"):
        return None
    named = environment.get("HAILONG_SECRET_KEY_FILE")
    return Path(named) if named else data_dir / "secret.key"


def judge_secret_key(path: Path | None, mode: int) -> Finding:
    """Of the file and its mode. A group may read one that a system's own service hands out; nobody else ever."""
    if path is None:
        told = (
            "HAILONG_SECRET_KEY holds it, which other programs of this user can read. Better: HAILONG_SECRET_KEY_FILE."
        )
        return Finding(SECRET, LOOK, told)
    if mode & stat.S_IRWXO or mode & stat.S_IWGRP:
        told = f"{path} can be read or changed by others (mode {stat.S_IMODE(mode):o}). Close it: chmod 600 {path}"
        return Finding(SECRET, BROKEN, told)
    if mode & OTHERS:
        return Finding(SECRET, LOOK, f"{path} can be read by its group. Unless that is wanted: chmod 600 {path}")
    return Finding(SECRET, WELL, f"{path}, readable by its owner alone. Is there a copy of it in another place?")


def look_at_key_of_codes(at: Installation) -> Finding:
    """Whether it is the one that codes were printed with."""
    key = at.settings.secret_key
    with at.engine.connect() as connection:
        told = told_of_another(connection, key, at.settings.data_dir)
        kept, since = read_key(connection), read_key_since(connection)
        codes = read_printed_codes(connection, today=at.now.date()) if since else ()
    if told:
        return Finding(OF_THE_CODES, BROKEN, told)
    return judge_changed_key(kept, since, codes)


def judge_changed_key(kept: str, since: date | None, codes: Sequence[PrintedCode]) -> Finding:
    """Of its fingerprint, the day from which it is another than before, and the codes: which may still hang as they were."""
    old = [
        code
        for code in codes
        if since and code.open and code.kind in WATCHED and code.issued <= since and (code.last_scan or since) <= since
    ]
    if old:
        told = (
            f"it is another since {since:%d/%m/%Y}, and {len(old)} posters from before were not scanned since: as they hang "
            "they open nothing. Print them anew: hailong qr sheet"
        )
        return Finding(OF_THE_CODES, LOOK, told)
    return Finding(
        OF_THE_CODES, WELL, f"{kept} is the one here too." if kept else "none is remembered before the next start."
    )
