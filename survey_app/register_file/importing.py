"""A table goes into the register: judged as a whole, compared, then all of it in one transaction, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine

from survey_app.event_changes import kept_changes, kept_list
from survey_app.reading import read_current_questionnaires, read_desks_asking, read_register
from survey_app.reading.answered_days import read_desk_days, read_unit_days
from survey_app.reading.state import read_register_version
from survey_app.recording.people import record_audit
from survey_app.recording.register import hold_register, record_register_entries
from survey_app.register_file.change import RegisterChange, compare
from survey_app.register_file.columns import DESKS, PROCEDURES, UNITS
from survey_app.register_file.desk_rows import judge_desks
from survey_app.register_file.fault import Faults
from survey_app.register_file.file_table import FileTable, read_table
from survey_app.register_file.procedure_rows import judge_procedures
from survey_app.register_file.stated import Known, Stated
from survey_app.register_file.unit_rows import judge_units
from survey_app.table_file.opening import digest_of

Judge = Callable[..., Stated]
JUDGES: Mapping[str, Judge] = {UNITS: judge_units, DESKS: judge_desks, PROCEDURES: judge_procedures}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported. name: of the file as the clerk knows it; kind: one of `JUDGES`; seen: the fingerprint of what
    was looked at before, None where nobody looked: the file then goes in as it is judged now.
    """

    path: Path
    name: str
    kind: str
    user: str
    now: datetime
    dry_run: bool = False
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. change: None where there are faults. fingerprint: of the file and everything it changes; stored:
    whether anything was written.
    """

    table: FileTable
    faults: Faults
    digest: str
    change: RegisterChange | None = None
    notes: Mapping[str, int] | None = None
    fingerprint: str = ""
    stored: bool = False


def import_register(engine: Engine, request: Request) -> Imported:
    """Judge a table, and unless it is wrong anywhere, not what was seen, or this is a dry run, take all of it over.

    Raises:
        UnreadableFile: the file as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    digest, (table, faults) = digest_of(request.path), read_table(request.path, request.kind)
    with engine.connect() as connection:
        version = read_register_version(connection)
        looked = _look(connection, request, Imported(table, faults, digest))
    if not looked.change or request.dry_run or request.seen not in {None, looked.fingerprint}:
        return looked
    with engine.begin() as connection:
        hold_register(connection)
        if (
            read_register_version(connection) != version
        ):  # somebody changed it between: judged again, now that nobody can
            again = _look(connection, request, Imported(table, Faults(table.headings), digest))
            if again.fingerprint != looked.fingerprint:
                return again
        _record(connection, request, looked, looked.change)
    return replace(looked, stored=True)


def _record(connection: Connection, request: Request, looked: Imported, change: RegisterChange) -> None:
    record_register_entries(
        connection,
        units=change.entries("unit"),
        successors=change.entries("successor"),
        fields=change.entries("field"),
        procedures=change.entries("procedure"),
        desks=change.entries("desk"),
        asks=change.asks,
        edited=request.now.date(),
    )
    altered = {each.code: {one.column: (one.old, one.new) for one in each.altered} for each in change.altered}
    added = kept_list(each.code if each.what == "successor" else f"{each.name} ({each.code})" for each in change.new)
    detail = {"file": request.name, "digest": looked.digest, **counts_of(change), **kept_changes(altered)}
    detail |= {"added": added} if added else {}
    record_audit(connection, request.now, request.user, f"import_{request.kind}", request.name, detail=detail)


def counts_of(change: RegisterChange) -> dict[str, int]:
    """How many entries are new, changed, and the same."""
    return {"new": len(change.new), "changed": len(change.altered), "unchanged": change.same}


def _look(connection: Connection, request: Request, read: Imported) -> Imported:
    known = read_known(connection, request)
    stated = JUDGES[request.kind](read.table, known, read.faults, source=f"Tệp {request.name}")
    if read.faults.total:
        return read
    change = compare(stated, known)
    mark = sha256(f"{read.digest}\x00{change!r}".encode()).hexdigest()
    notes = {name: count for name, count in stated.notes.items() if count}
    return replace(read, change=change, notes=notes, fingerprint=mark)


def read_known(connection: Connection, request: Request) -> Known:
    """The register, and what bounds a change of it."""
    units = request.kind == UNITS
    return Known(
        read_register(connection),
        request.now.date(),
        {desk: code for code, desks in read_desks_asking(connection).items() for desk in desks},
        frozenset(read_current_questionnaires(connection)),
        read_unit_days(connection) if units else {},
        {} if units else read_desk_days(connection),
    )
