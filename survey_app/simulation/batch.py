"""All that is simulated, a unit at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from scoring.office_hours import OfficeBook
from scoring.working_time import clock_of_days
from survey_app.register import Catalogue
from survey_app.simulation.attendance import expect_attendance
from survey_app.simulation.comment import Comment
from survey_app.simulation.dossier import Drawn, draw_dossiers, finish_dossiers
from survey_app.simulation.office import Office, office_of
from survey_app.simulation.participation import HeldRecord, held_sessions, session_records
from survey_app.simulation.period import is_over, simulated_months
from survey_app.simulation.response import Response, draw_responses
from survey_app.simulation.service import ServiceRecord, pilot_records
from survey_app.simulation.truth import TRUTH, Truth
from survey_app.simulation.world import World

__all__ = ["SEED", "SOURCE", "Batch", "simulate"]

SEED = 2026
SOURCE = "Dữ liệu mô phỏng"
BOOK = OfficeBook()
FINISHED_WITHIN = timedelta(days=150)
"""How long after today the last dossier is finished, or never."""


@dataclass(frozen=True)
class Batch:
    """All of one unit; it is number `number`, from 1, of `total` units. dossiers: columns of `DOSSIER_COLUMNS`."""

    unit: str
    number: int
    total: int
    responses: tuple[Response, ...]
    comments: tuple[Comment, ...]
    records: tuple[ServiceRecord, ...]
    sessions: tuple[HeldRecord, ...]
    dossiers: pl.DataFrame = field(compare=False, repr=False)


def simulate(
    catalogue: Catalogue,
    *,
    today: date,
    seed: int = SEED,
    truth: Truth = TRUTH,
    book: OfficeBook = BOOK,
) -> Iterator[Batch]:
    """Responses and dossiers of all days before `today`, comments of their months, counts of the months that are over.

    The same arguments give the same batches. A later day of the same month only adds what the days between bring: what comes, and what is finished. A
    new month also closes the counts of the last, drops the first month of the units of today, and moves the
    silence of `truth.hidden_desk` on by one.

    Args:
        catalogue: units, desks and pilots; nothing is simulated for a unit without a desk.
        today: first day without responses.
        seed: of all chance.
        truth: what the responses follow.
        book: hours and days of all units.
    """
    world = World(catalogue, truth, seed, today, book)
    months = simulated_months(catalogue, today=today)
    first = min((month for each in months.values() for month in each), default=today)
    clock = clock_of_days(first, today + FINISHED_WITHIN, (), book)
    for number, unit in enumerate(months, 1):
        office = office_of(catalogue, unit, truth, seed=seed)
        drawn = [_draw_month(world, office, month) for month in months[unit]]
        dossiers = [each.dossiers for each in drawn if each.dossiers is not None]
        yield Batch(
            unit,
            number,
            len(months),
            tuple(response for each in drawn for response in each.responses),
            tuple(comment for each in drawn for comment in each.comments),
            tuple(record for each in drawn for record in each.records),
            tuple(session for each in drawn for session in each.sessions),
            finish_dossiers(unit, dossiers, clock=clock, hours=world.hours, today=today),
        )


class _Month(NamedTuple):
    """What one month of a unit brought."""

    responses: list[Response]
    comments: list[Comment]
    records: tuple[ServiceRecord, ...]
    sessions: tuple[HeldRecord, ...]
    dossiers: Drawn | None


def _draw_month(world: World, office: Office, month: date) -> _Month:
    truth, seed = world.truth, world.seed
    planned = world.planned_in(office.unit, month)
    held = held_sessions(planned, truth, seed=seed)
    attendance = expect_attendance(month, held, calendar=world.calendar, hours=world.hours)
    responses, comments = draw_responses(world, office, month, attendance)
    dossiers = draw_dossiers(
        office,
        month,
        attendance,
        plain=expect_attendance(month, (), calendar=world.calendar, hours=world.hours).usual,
        held=held,
        truth=truth,
        hours=world.hours,
        procedures=world.procedures,
        seed=seed,
    )
    records = tuple(pilot_records(office, month, truth, seed=seed)) if is_over(month, today=world.today) else ()
    told = session_records(planned, held, truth, seed=seed, today=world.today)
    return _Month(responses, comments, records, told, dossiers)
