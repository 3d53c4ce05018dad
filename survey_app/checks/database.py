"""The database: reachable, of this release, whole."""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url

from survey_app.checks.finding import BROKEN, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.database_failure import FAILURES, explain_failure, find_closed
from survey_app.db import latest_revision, read_revision
from survey_app.file_owner import told_of_owner
from survey_app.reading.health import may_write, read_damage

DATABASE, WHOLE = "database", "database, every page of it"
MOST_NAMED = 3


def look_at_database(at: Installation) -> Finding:
    """Whether it answers, and is of this release."""
    url = make_url(at.settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return Finding(DATABASE, BROKEN, f"{url.database} is not there. Make it with: hailong init")
    try:
        with at.engine.connect() as connection:
            found = judge_revision(read_revision(connection), latest_revision(), url.get_backend_name())
            return found if found.state != WELL or may_write(connection) else judge_closed(url)
    except FAILURES as error:
        return Finding(DATABASE, BROKEN, explain_failure(error, url))


def judge_revision(present: str | None, newest: str, kind: str) -> Finding:
    """Whether the tables are of this release.

    Args:
        present: the revision of the database; None for a database without tables.
        newest: the revision of this release.
        kind: of the database, to be told.
    """
    if present is None:
        return Finding(DATABASE, BROKEN, "it has no tables yet. Make them with: hailong init")
    if present < newest:
        told = (
            f"its tables are of an earlier release ({present}, expected {newest}). Restart the server, or: hailong init"
        )
        return Finding(DATABASE, BROKEN, told)
    if present > newest:
        told = (
            f"its tables are of a later release ({present}, this is {newest}). Start that release, or restore a backup."
        )
        return Finding(DATABASE, BROKEN, told)
    return Finding(DATABASE, WELL, f"{kind} answers, of revision {present}.")


def judge_closed(url: URL) -> Finding:
    """Of a database that answers, but takes nothing from this user."""
    closed = find_closed(Path(url.database or "")) if url.get_backend_name() == "sqlite" else None
    if closed:
        return Finding(DATABASE, BROKEN, f"it may only be read, for {closed} is closed: {told_of_owner(closed)}")
    return Finding(
        DATABASE, BROKEN, "it may only be read. Give its role the right to write, or name the server that takes writes."
    )


def look_at_damage(at: Installation) -> Finding:
    """Whether what lies on the disk holds together."""
    with at.engine.connect() as connection:
        return judge_damage(read_damage(connection, most=MOST_NAMED))


def judge_damage(found: list[str]) -> Finding:
    """Of what the database says of itself, in its own words."""
    if not found:
        return Finding(WHOLE, WELL, "the database finds no damage, and every reference leads somewhere.")
    told = f"{'; '.join(found)}. Stop the server, keep a copy, and restore the last backup."
    return Finding(WHOLE, BROKEN, told)
