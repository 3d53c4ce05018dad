"""Answers one by one, by the month in which they reached the record, as the API lets them leave."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from scoring import Period
from survey_app.reading.seals import read_unsealed_slots
from survey_app.recording import table
from survey_app.tables import PaperBatchRow, ResponseRow

TOLD = (
    "id", "unit", "desk", "local_date", "slot", "questionnaire", "channel", "language", "field", "answers", "source",
    "flags", "simulated",
)  # fmt: skip
_RESPONSES = table(ResponseRow).c


def read_first_month(connection: Connection) -> date | None:
    """The month of the earliest answer, or None: nothing reached the record before it."""
    first: date | None = connection.execute(select(func.min(_RESPONSES.local_date))).scalar()
    return None if first is None else first.replace(day=1)


def read_first_unsealed(connection: Connection, *, since: date) -> date | None:
    """The first day, on or after a day, of a slot that has no seal yet; None where there is none."""
    return next((slot.day for slot in read_unsealed_slots(connection, since=since)), None)


def read_units_entered(connection: Connection, month: date) -> tuple[str, ...]:
    """Units of which answers reached the record in a month, by code."""
    query = select(_RESPONSES.unit).where(_entered_in(month)).distinct()
    return tuple(sorted(connection.execute(query).scalars()))


def read_entered(connection: Connection, unit: str, month: date) -> list[Mapping[str, Any]]:
    """The answers of a unit that reached the record in a month, by id: the columns `TOLD`, entered_date and entered_slot
    (those of the answer where it came in its own slot), and voided: whether they belong to a voided batch of forms.
    """
    batches = table(PaperBatchRow).c
    query = (
        select(
            *(_RESPONSES[name] for name in TOLD),
            func.coalesce(_RESPONSES.entered_date, _RESPONSES.local_date).label("entered_date"),
            func.coalesce(_RESPONSES.entered_slot, _RESPONSES.slot).label("entered_slot"),
            batches.voided.is_not(None).label("voided"),
        )
        .outerjoin(table(PaperBatchRow), batches.id == _RESPONSES.batch)
        .where(_RESPONSES.unit == unit, _entered_in(month))
        .order_by(_RESPONSES.id)
    )
    return list(connection.execute(query).mappings())


def _entered_in(month: date) -> ColumnElement[bool]:
    ends = Period(month, "month").ends
    in_its_own_slot = and_(
        _RESPONSES.entered_date.is_(None), _RESPONSES.local_date >= month, _RESPONSES.local_date < ends
    )
    return or_(in_its_own_slot, and_(_RESPONSES.entered_date >= month, _RESPONSES.entered_date < ends))
