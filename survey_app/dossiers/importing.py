"""A file of dossiers goes into the record: judged as a whole first, then all of it in one transaction, or nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from survey_app.dossiers.column_map import ColumnMap, find_columns
from survey_app.dossiers.fault import FaultLog, UnreadableDossiers
from survey_app.dossiers.headings import recognise
from survey_app.dossiers.judged_file import JudgedFile, judge_file
from survey_app.dossiers.judging import Judge
from survey_app.dossiers.register_words import RegisterWords
from survey_app.reading import read_register
from survey_app.reading.dossiers import read_dossier_sources
from survey_app.recording.dossiers import (
    DossierChanges,
    IncomingDossiers,
    record_dossier_file,
    record_dossier_source,
    record_dossiers_change,
)
from survey_app.recording.people import record_audit, seconds
from survey_app.table_file.bounds import DOSSIERS
from survey_app.table_file.opened_file import OpenedFile
from survey_app.table_file.opening import digest_of, open_table
from survey_app.wording import Translate

SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_TOLD_BY = {
    "unit": ("unit", "unit_name"),
    "procedure": ("procedure", "procedure_name"),
    "field": ("field", "procedure", "procedure_name"),
}
"""A column of the record → those of a file that tell it, where it is not the one of its name."""
COLUMNS = (
    "unit", "desk", "procedure", "field", "received", "due", "finished", "channel", "returned", "paid_online", "digitised",
    "supplements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported. name: of the file as the clerk knows it; asked: what is told of the source this time."""

    path: Path
    name: str
    source: str
    asked: ColumnMap
    user: str
    now: datetime
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. changes: None where there are faults; stored: whether anything was written; digest: SHA-256 of the
    file's bytes.
    """

    judged: JudgedFile
    digest: str
    changes: DossierChanges | None = None
    stored: bool = False


def import_dossiers(
    engine: Engine,
    key: bytes,
    request: Request,
    *,
    words: Translate,
    faults_out: Path | None = None,
    reading: Callable[[float], None] = lambda _done: None,
    storing: Callable[[float], None] = lambda _done: None,
) -> Imported:
    """Judge a file, and unless it is wrong anywhere or this is a dry run, take all of it over.

    Args:
        engine: of a database that is up to date.
        key: the installation's secret; a dossier's number is kept as a hash with it.
        request: the file, its source, what is told of it, who asks and when.
        words: the language of a file of faults.
        faults_out: where to write every fault as CSV, however many.
        reading: told how much of the file is judged, of 1.
        storing: told how much of it is taken over, of 1.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    digest, opened = digest_of(request.path), open_file(request.path)
    with engine.connect() as connection:
        register, remembered = (
            read_register(connection),
            read_dossier_sources(connection).get(request.source, ColumnMap()),
        )
    told = remembered.with_asked(request.asked)
    if told.under is not None and told.under not in register.unit:
        raise UnreadableDossiers("no_such_unit", unit=told.under)
    columns = find_columns(opened.headings, request.asked, remembered)
    judge = Judge(RegisterWords(register, told.under), told, request.source, key, request.now)
    there = {*columns.places, *told.defaults}
    with engine.connect() as connection, FaultLog(faults_out, dict(columns.headings), words) as faults:
        incoming = IncomingDossiers(
            connection, request.source, [name for name in COLUMNS if there & {*_TOLD_BY.get(name, (name,))}]
        )
        judged = judge_file(opened, columns, judge, faults=faults, sink=incoming.add, progress=reading)
        if not judged.sound:
            return Imported(judged, digest)
        incoming.leave_out(judged.repeated)
        incoming.settle()
        changes = incoming.count()
        changing = bool(changes.new or changes.changed) and not request.dry_run
        if changing:
            incoming.begin()
            changes = incoming.count()  # again, now that nobody else can change it
            incoming.take_over(progress=storing)
            _record(connection, request, Imported(judged, digest), changes, told=told)
            connection.commit()
    return Imported(judged, digest, changes, stored=changing)


def _record(
    connection: Connection,
    request: Request,
    imported: Imported,
    changes: DossierChanges,
    *,
    told: ColumnMap,
) -> None:
    """What is kept beside the dossiers, in their transaction: the file, what was told of its source, who did it."""
    judged, digest = imported.judged, imported.digest
    counts = {"rows": judged.rows, "new": changes.new, "changed": changes.changed, "unchanged": changes.unchanged}
    record_dossier_file(
        connection,
        source=request.source,
        name=request.name,
        digest=digest,
        at=seconds(request.now),
        user=request.user,
        first_day=judged.first_day,
        last_day=judged.last_day,
        **counts,
    )
    record_dossier_source(
        connection,
        request.source,
        columns={**told.columns, **judged.columns.headings},
        defaults=dict(told.defaults),
        values={column: dict(words) for column, words in told.values.items()},
        under=told.under,
    )
    record_dossiers_change(connection)
    detail = {"file": request.name, "digest": digest, **counts}
    record_audit(connection, request.now, request.user, "import_dossiers", request.source, detail=detail)


def open_file(path: Path) -> OpenedFile:
    """A file of dossiers by its suffix.

    Raises:
        UnreadableFile: it cannot be taken.
        OSError: it cannot be opened.
    """
    return open_table(path, recognise, DOSSIERS)
