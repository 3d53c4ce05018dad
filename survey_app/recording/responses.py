"""Responses and their comments, each response once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from survey_app.recording.rows import insert_new, table
from survey_app.submission import Submission
from survey_app.tables import CommentRow, ResponseRow, ServiceMeasureRow


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
    statement = insert_new(connection, ResponseRow).returning(table(ResponseRow).c.id)
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


def forget_simulated(connection: Connection) -> int:
    """Remove every simulated response, comment and service measure; returns how many responses."""
    count = connection.execute(
        select(func.count()).select_from(table(ResponseRow)).where(table(ResponseRow).c.simulated)
    ).scalar_one()
    for row in (ResponseRow, CommentRow, ServiceMeasureRow):
        connection.execute(delete(table(row)).where(table(row).c.simulated))
    return int(count)
