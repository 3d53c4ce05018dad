"""Batches of paper forms, and the form that was typed in last."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select

from survey_app.paper import PaperBatch
from survey_app.questionnaire import Questionnaire, parse_questionnaire
from survey_app.recording import table
from survey_app.tables import AuditRow, PaperBatchRow, QuestionnaireRow, ResponseRow

MOST_LISTED = 100
CLOSE_BATCH = "close_batch"
"""The act of the audit event that says why the counts of a closed batch differ."""


def read_paper_batches(connection: Connection, *, units: Collection[str] | None) -> list[PaperBatch]:
    """The batches begun last, at most a hundred, the newest first; units: None for all."""
    columns = table(PaperBatchRow).c
    query = select(table(PaperBatchRow)).order_by(columns.entered.desc(), columns.id).limit(MOST_LISTED)
    if units is not None:
        query = query.where(columns.unit.in_(units))
    return [_batch(connection, row) for row in connection.execute(query).mappings().all()]


def read_paper_batch(connection: Connection, batch: str) -> PaperBatch | None:
    """One batch."""
    query = select(table(PaperBatchRow)).where(table(PaperBatchRow).c.id == batch)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _batch(connection, row)


def read_paper_form(connection: Connection, batch: str, response: str) -> dict[str, Any] | None:
    """The answers of one form of a batch, with its field as `field`; None if it is not of this batch."""
    columns = table(ResponseRow).c
    query = select(columns.answers, columns.field).where(columns.id == response, columns.batch == batch)
    row = connection.execute(query).one_or_none()
    return None if row is None else {"answers": row.answers, "field": row.field}


def read_questionnaire(connection: Connection, version: str) -> Questionnaire:
    """The questionnaire of a version that the record knows, as it was then."""
    columns = table(QuestionnaireRow).c
    document = connection.execute(select(columns.document).where(columns.version == version)).scalar_one()
    return parse_questionnaire(document)


def _batch(connection: Connection, row: Any) -> PaperBatch:
    responses = table(ResponseRow).c
    here = (responses.unit == row["unit"], responses.local_date == row["filled"])  # what an index can find
    forms = connection.execute(select(func.count()).where(*here, responses.batch == row["id"])).scalar_one()
    events = table(AuditRow).c
    said = select(events.detail).where(events.act == CLOSE_BATCH, events.about == row["id"])
    why = connection.execute(said).scalars().first() if row["closed"] else None
    return PaperBatch(**row, forms=forms, why_closed=str((why or {}).get("reason", "")))
