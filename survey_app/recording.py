"""All writes."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlmodel import SQLModel

from survey_app.catalogue import as_document
from survey_app.questionnaire import Questionnaire
from survey_app.register import Catalogue, Desk
from survey_app.submission import Submission
from survey_app.tables import (
    CommentRow,
    DeskRow,
    EntryRow,
    FieldRow,
    LinkRow,
    ParticipationRow,
    PilotRow,
    ProcedureRow,
    QuestionnaireRow,
    ResponseRow,
    ServiceMeasureRow,
    StateRow,
    SuccessorRow,
    UnitRow,
)

REGISTER_VERSION = "register_version"


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class; SQLModel keeps it out of its types."""
    return row.__table__  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True, slots=True)
class Answered:
    """A submission and where, when and how it came: all that is kept of it."""

    submission: Submission
    unit: str
    desk: str
    local_date: date
    slot: str
    questionnaire: str
    channel: str
    language: str
    simulated: bool = False


class Recorded(Enum):
    """What became of a response: new, the same again, or its id already taken by other answers."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"


def record_apart(engine: Engine, group: Sequence[Answered]) -> list[Recorded | SQLAlchemyError]:
    """Store a group in one transaction; if a row is bad, each alone, so that it spoils no other.

    When the database is away, locked or full, all get the same error at once: trying each would wait for each.
    """
    try:
        with engine.begin() as connection:
            return list(record_responses(connection, group))
    except (IntegrityError, DataError) as error:
        if len(group) == 1:
            return [error]
        return [outcome for answered in group for outcome in record_apart(engine, [answered])]
    except SQLAlchemyError as error:
        return [error] * len(group)


def record_responses(connection: Connection, group: Sequence[Answered]) -> list[Recorded]:
    """Insert responses and their comments; the database alone decides which ids are new."""
    seen: set[str] = set()
    first = [answered for answered in group if not (answered.submission.id in seen or seen.add(answered.submission.id))]
    statement = _insert_new(connection, ResponseRow).returning(table(ResponseRow).c.id)
    new = set(connection.execute(statement, [_response_values(answered) for answered in first]).scalars())
    comments = [
        _comment_values(answered) for answered in first if answered.submission.comment and answered.submission.id in new
    ]
    if comments:
        connection.execute(insert(table(CommentRow)), comments)
    if len(new) == len(group):
        return [Recorded.NEW] * len(group)
    return _told_apart(connection, group, new)


def _told_apart(connection: Connection, group: Sequence[Answered], new: set[str]) -> list[Recorded]:
    columns = table(ResponseRow).c
    repeats = {answered.submission.id for answered in group}
    kept = {
        row.id: (row.desk, row.field, row.answers)
        for row in connection.execute(
            select(columns.id, columns.desk, columns.field, columns.answers).where(columns.id.in_(repeats))
        )
    }
    outcomes = []
    for answered in group:
        submission = answered.submission
        if submission.id in new:
            new.remove(submission.id)
            outcomes.append(Recorded.NEW)
        elif kept[submission.id] == (answered.desk, submission.field, submission.answers):
            outcomes.append(Recorded.SAME)
        else:
            outcomes.append(Recorded.OTHER)
    return outcomes


def _insert_new(connection: Connection, row: type[SQLModel]) -> Insert:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table(row)).on_conflict_do_nothing()


def _response_values(answered: Answered) -> dict[str, Any]:
    return {
        "id": answered.submission.id,
        "unit": answered.unit,
        "desk": answered.desk,
        "local_date": answered.local_date,
        "slot": answered.slot,
        "questionnaire": answered.questionnaire,
        "channel": answered.channel,
        "language": answered.language,
        "field": answered.submission.field,
        "answers": answered.submission.answers,
        "simulated": answered.simulated,
    }


def _comment_values(answered: Answered) -> dict[str, Any]:
    return {
        "id": secrets.token_urlsafe(16),
        "unit": answered.unit,
        "month": answered.local_date.replace(day=1),
        "language": answered.language,
        "text": answered.submission.comment,
        "simulated": answered.simulated,
    }


def record_questionnaire(connection: Connection, questionnaire: Questionnaire) -> None:
    """Keep this version of a questionnaire; a version that is known stays as it is."""
    connection.execute(
        _insert_new(connection, QuestionnaireRow),
        {"version": questionnaire.version, "code": questionnaire.code, "document": questionnaire.document},
    )


def record_rows(connection: Connection, row: type[SQLModel], values: Sequence[dict[str, Any]]) -> None:
    """Insert or replace rows of the register by their primary key."""
    if not values:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    keys = [column.name for column in table(row).primary_key]
    statement = dialect.insert(table(row))
    replaced = {name: statement.excluded[name] for name in values[0] if name not in keys}
    statement = (
        statement.on_conflict_do_update(index_elements=keys, set_=replaced)
        if replaced
        else statement.on_conflict_do_nothing()
    )
    connection.execute(statement, values)


def record_catalogue(connection: Connection, catalogue: Catalogue) -> None:
    """Take over all of a catalogue; entries that are known are brought up to date, none is removed."""
    keys = ("code", "kind", "name", "parent", "official_code", "valid_from", "valid_to", "simulated", "source")
    record_rows(connection, UnitRow, [{key: getattr(unit, key) for key in keys} for unit in catalogue.units])
    record_rows(connection, SuccessorRow, [asdict(link) for link in catalogue.successors])
    record_rows(
        connection,
        FieldRow,
        [{"code": field.code, "names": dict(field.names), "source": field.source} for field in catalogue.fields],
    )
    record_rows(connection, DeskRow, [_desk_values(desk) for desk in catalogue.desks])
    record_rows(connection, ProcedureRow, [asdict(procedure) for procedure in catalogue.procedures])
    record_rows(
        connection,
        PilotRow,
        [{"code": pilot.code, "document": pilot.document, "source": pilot.source} for pilot in catalogue.pilots],
    )
    record_rows(
        connection,
        ParticipationRow,
        [
            {"pilot": one.pilot, "unit": one.unit, "starts": one.starts, "document": as_document(one)}
            for one in catalogue.participations
        ],
    )
    for kind, entries in (("measure", catalogue.measures), ("task", catalogue.tasks)):
        record_rows(
            connection,
            EntryRow,
            [
                {"kind": kind, "code": entry.code, "document": as_document(asdict(entry)), "source": entry.source}
                for entry in entries
            ],
        )
    gaps = [
        {"kind": "gap", "code": f"{gap.about}.{number}", "document": as_document(asdict(gap)), "source": gap.source}
        for number, gap in enumerate(catalogue.gaps, 1)
    ]
    record_rows(connection, EntryRow, gaps)
    record_register_change(connection)


def _desk_values(desk: Desk) -> dict[str, Any]:
    keys = ("code", "unit", "name", "place", "valid_from", "valid_to", "simulated", "source")
    return {key: getattr(desk, key) for key in keys} | {"fields": list(desk.fields), "questionnaire": "desk"}


def record_link(connection: Connection, desk: str, *, issued: date) -> int:
    """A new printed code for a desk; returns its serial number."""
    serial = connection.execute(
        insert(table(LinkRow)).values(desk=desk, issued=issued).returning(table(LinkRow).c.serial)
    )
    record_register_change(connection)
    return int(serial.scalar_one())


def record_missing_links(connection: Connection, register: Catalogue, *, today: date, unit: str | None = None) -> int:
    """Issue a code for every desk open today that has none, the demonstration's desk first; returns how many."""
    columns = table(LinkRow).c
    linked = set(connection.execute(select(columns.desk).where(columns.revoked.is_(None))).scalars())
    missing = [
        desk
        for desk in sorted(register.desks, key=lambda desk: not desk.demo)
        if desk.code not in linked
        and unit in {None, desk.unit}
        and (desk.valid_from or date.min) <= today < min(desk.valid_to or date.max, register.unit[desk.unit].ends)
    ]
    for desk in missing:
        record_link(connection, desk.code, issued=today)
    return len(missing)


def record_revocation(connection: Connection, serial: int, *, on: date) -> bool:
    """Withdraw a printed code; False if there is no such code or it was withdrawn before."""
    columns = table(LinkRow).c
    changed = connection.execute(
        update(table(LinkRow)).where(columns.serial == serial, columns.revoked.is_(None)).values(revoked=on)
    ).rowcount
    record_register_change(connection)
    return bool(changed)


def record_register_change(connection: Connection) -> None:
    """Tell running servers that the register they hold is out of date; of two changes at once none is missed."""
    record_state(connection, REGISTER_VERSION, secrets.token_hex(8))


def record_state(connection: Connection, name: str, value: str) -> None:
    """Keep a small fact about this installation."""
    record_rows(connection, StateRow, [{"name": name, "value": value}])


def forget_simulated(connection: Connection) -> int:
    """Remove every simulated response, comment and service measure; returns how many responses."""
    count = connection.execute(
        select(func.count()).select_from(table(ResponseRow)).where(table(ResponseRow).c.simulated)
    ).scalar_one()
    for row in (ResponseRow, CommentRow, ServiceMeasureRow):
        connection.execute(delete(table(row)).where(table(row).c.simulated))
    return int(count)
