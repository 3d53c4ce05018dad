"""All that is simulated, a unit at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scoring.office_hours import OfficeBook
from survey_app.register import Catalogue
from survey_app.simulation.attendance import expect_attendance
from survey_app.simulation.comment import Comment
from survey_app.simulation.office import Office, office_of
from survey_app.simulation.participation import held_sessions
from survey_app.simulation.period import is_over, simulated_months
from survey_app.simulation.response import Response, draw_responses
from survey_app.simulation.service import ServiceRecord, dossier_records, pilot_records
from survey_app.simulation.truth import TRUTH, Truth
from survey_app.simulation.world import World

__all__ = ["SEED", "SOURCE", "Batch", "simulate"]

SEED = 2026
SOURCE = "Dữ liệu mô phỏng"
BOOK = OfficeBook()


@dataclass(frozen=True)
class Batch:
    """All of one unit; it is number `number`, from 1, of `total` units."""

    unit: str
    number: int
    total: int
    responses: tuple[Response, ...]
    comments: tuple[Comment, ...]
    records: tuple[ServiceRecord, ...]


def simulate(
    catalogue: Catalogue,
    *,
    today: date,
    seed: int = SEED,
    truth: Truth = TRUTH,
    book: OfficeBook = BOOK,
) -> Iterator[Batch]:
    """Responses of all days before `today`, comments of their months, service records of the months that are over.

    The same arguments give the same batches. A later day of the same month only adds what the days between bring. A
    new month also closes the service records of the last, drops the first month of the units of today, and moves the
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
    for number, unit in enumerate(months, 1):
        office = office_of(catalogue, unit, truth, seed=seed)
        responses: list[Response] = []
        comments: list[Comment] = []
        records: list[ServiceRecord] = []
        for month in months[unit]:
            given, written, kept = _draw_month(world, office, month)
            responses += given
            comments += written
            records += kept
        yield Batch(unit, number, len(months), tuple(responses), tuple(comments), tuple(records))


def _draw_month(world: World, office: Office, month: date) -> tuple[list[Response], list[Comment], list[ServiceRecord]]:
    truth, seed = world.truth, world.seed
    planned = world.planned_in(office.unit, month)
    held = held_sessions(planned, truth, seed=seed)
    attendance = expect_attendance(month, held, calendar=world.calendar, hours=world.hours)
    responses, comments = draw_responses(world, office, month, attendance)
    if not is_over(month, today=world.today):
        return responses, comments, []
    records = [
        *dossier_records(office, month, usual=attendance.usual, answers=len(responses), seed=seed),
        *pilot_records(office, month, truth, planned=len(planned), held=len(held), seed=seed),
    ]
    return responses, comments, records
