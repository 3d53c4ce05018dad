"""A file of pilots goes into the register, a table or TOML: judged as a whole, then all of it in one transaction, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine

from survey_app.catalogue import CatalogueFault, CatalogueFaults
from survey_app.event_changes import kept_changes, kept_list
from survey_app.pilot_file import RegisterChange, read_pilot_file
from survey_app.reading import read_register
from survey_app.reading.state import read_register_version
from survey_app.recording.people import record_audit
from survey_app.recording.register import hold_register, record_pilots
from survey_app.register_file.columns import PILOTS
from survey_app.register_file.fault import RegisterFault
from survey_app.register_file.file_table import FileTable, read_table
from survey_app.register_file.importing import Request
from survey_app.register_file.pilot_rows import judge_pilots
from survey_app.table_file.opening import digest_of

TOML = ".toml"


@dataclass(frozen=True, slots=True)
class ImportedPilots:
    """What came of it. change: None where there are faults; faults: of a table's cells; toml_faults: of a TOML file. table: None
    for TOML. fingerprint: of the file and everything it changes.
    """

    digest: str
    change: RegisterChange | None = None
    faults: Sequence[RegisterFault] = ()
    fault_count: int = 0
    toml_faults: Sequence[CatalogueFault] = ()
    table: FileTable | None = field(default=None, repr=False)
    fingerprint: str = ""
    stored: bool = False


def import_pilots(engine: Engine, request: Request) -> ImportedPilots:
    """Judge a file, and unless it is wrong anywhere, not what was seen, or this is a dry run, take all of it over.

    Raises:
        UnreadableFile: a table as a whole cannot be taken.
        OSError: it cannot be opened.
    """
    with engine.connect() as connection:
        version, looked = read_register_version(connection), _look(connection, request)
    change = looked.change
    if change is None or not change.lines or request.dry_run or request.seen not in {None, looked.fingerprint}:
        return looked
    with engine.begin() as connection:
        hold_register(connection)
        if read_register_version(connection) != version:
            again = _look(connection, request)
            if again.fingerprint != looked.fingerprint:
                return again
        record_pilots(connection, change.file, gone=change.gone)
        codes = [*(pilot.code for pilot in change.file.pilots), *(one.pilot for one in change.file.participations)]
        about = ", ".join(dict.fromkeys(codes))
        detail = {"file": request.name, "digest": looked.digest, **_kept(change)}
        record_audit(connection, request.now, request.user, "import_pilots", about, detail=detail)
    return replace(looked, stored=True)


def _look(connection: Connection, request: Request) -> ImportedPilots:
    digest, register, today = digest_of(request.path), read_register(connection), request.now.date()
    if request.path.suffix.lower() == TOML:
        try:
            change = read_pilot_file(request.path, register, today=today)
        except CatalogueFaults as refused:
            return ImportedPilots(digest, toml_faults=refused.faults, fault_count=len(refused.faults))
        return ImportedPilots(digest, change, fingerprint=_mark(digest, change))
    table, faults = read_table(request.path, PILOTS)
    judged = judge_pilots(table, register, faults, today=today)
    if judged is None:
        return ImportedPilots(digest, faults=faults.in_order(), fault_count=faults.total, table=table)
    return ImportedPilots(digest, judged, table=table, fingerprint=_mark(digest, judged))


def _kept(change: RegisterChange) -> dict[str, Any]:
    """What the event says: what is new, what is gone, and each value that changed."""
    named = {
        key: kept_list(one.name for one in change.changes if one.sign == sign)
        for key, sign in (("added", "+"), ("removed", "-"))
    }
    altered = {one.name: {key: (old, new) for key, old, new in one.altered} for one in change.changes if one.altered}
    return {key: found for key, found in named.items() if found} | kept_changes(altered)


def _mark(digest: str, change: RegisterChange) -> str:
    return sha256("\x00".join((digest, *change.lines)).encode()).hexdigest()
