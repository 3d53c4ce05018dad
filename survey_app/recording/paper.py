"""Batches of paper forms: begun, typed in, closed, voided; never erased."""

import secrets
from datetime import date

from sqlalchemy import Connection, insert, update

from survey_app.paper import NewBatch
from survey_app.recording.responses import Answered, Recorded, record_responses
from survey_app.recording.rows import table
from survey_app.tables import PaperBatchRow


def record_paper_batch(
    connection: Connection, batch: NewBatch, *, unit: str, questionnaire: str, entered: date, by: str
) -> str:
    """Begin a batch; returns its id. questionnaire: its version, known to the record."""
    batch_id = secrets.token_hex(6)
    connection.execute(
        insert(table(PaperBatchRow)).values(
            id=batch_id,
            unit=unit,
            desk=batch.desk,
            channel=batch.channel,
            questionnaire=questionnaire,
            filled=batch.filled,
            entered=entered,
            entered_by=by,
            expected=batch.expected,
        )
    )
    return batch_id


def record_paper_form(connection: Connection, answered: Answered) -> Recorded | None:
    """Store one form of a batch, once; None when the batch takes no more. Its row is held until this is stored."""
    columns = table(PaperBatchRow).c
    held = connection.execute(
        update(table(PaperBatchRow))
        .where(columns.id == answered.batch, columns.closed.is_(None), columns.voided.is_(None))
        .values(expected=columns.expected)
    ).rowcount
    return record_responses(connection, [answered])[0] if held else None


def record_batch_closed(connection: Connection, batch: str, *, on: date) -> bool:
    """The batch takes no more forms; False if it took none before."""
    columns = table(PaperBatchRow).c
    changed = connection.execute(
        update(table(PaperBatchRow))
        .where(columns.id == batch, columns.closed.is_(None), columns.voided.is_(None))
        .values(closed=on)
    ).rowcount
    return bool(changed)


def record_batch_voided(connection: Connection, batch: str, *, on: date, by: str, reason: str) -> bool:
    """The batch leaves every figure and stays in the record; False if it was voided before."""
    columns = table(PaperBatchRow).c
    changed = connection.execute(
        update(table(PaperBatchRow))
        .where(columns.id == batch, columns.voided.is_(None))
        .values(voided=on, voided_by=by, void_reason=reason)
    ).rowcount
    return bool(changed)
