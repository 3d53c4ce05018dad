"""Loads the demonstration: simulated responses, comments, dossiers, records of sessions and a roster, each marked as such."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from survey_app.questionnaire import Questionnaire
from survey_app.reading import DEMO_LOADED, count_received, read_state
from survey_app.reading.dossiers_filed import are_dossiers_filed
from survey_app.recording import forget_simulated, record_questionnaire, record_rows, record_state
from survey_app.recording.roster import forget_simulated_roster, record_roster
from survey_app.recording.simulated_dossiers import record_simulated_dossiers
from survey_app.register import Catalogue
from survey_app.simulation import SEED, SOURCE, TRUTH, Batch, Truth, simulate
from survey_app.simulation.dossier import no_drawn
from survey_app.simulation.roster import simulate_roster
from survey_app.simulation.way import way_of
from survey_app.tables import CommentRow, ResponseRow, ServiceMeasureRow, SessionRecordRow

__all__ = ["Progress", "is_for_the_demo", "load_demo"]

ROWS_AT_ONCE = 10_000
DOSSIERS_AT_ONCE = 100_000

Rows = list[tuple[type[SQLModel], list[dict[str, Any]]]]
Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def is_for_the_demo(connection: Connection) -> bool:
    """Whether simulated rows may be put here: a demonstration was begun here before, or nobody has answered or filed yet."""
    if read_state(connection, DEMO_LOADED) is not None:
        return True
    answered = count_received(connection, since=date.min, until=date.max)
    return not (answered or are_dossiers_filed(connection))


def load_demo(
    engine: Engine,
    catalogue: Catalogue,
    questionnaire: Questionnaire,
    *,
    today: date,
    progress: Progress = lambda _done, _total: None,
    seed: int = SEED,
    truth: Truth = TRUTH,
) -> int:
    """Replace whatever is simulated by a fresh simulation up to `today`; returns how many responses.

    The state `DEMO_LOADED` is empty until everything is stored, and then holds `today`. Interrupted, it is simply
    begun again: what was half loaded goes first. What people answered at a desk is never touched.

    Args:
        engine: of a database that already holds the catalogue's units and desks.
        catalogue: what to simulate for.
        questionnaire: whose questions are answered; it is kept if it is not known yet.
        today: first day without responses.
        progress: called after each unit and each transaction.
        seed: of all chance.
        truth: what the responses follow.

    Raises:
        ValueError: the truth is about other questions than the questionnaire's.
    """
    asked, true = tuple(question.code for question in questionnaire.ratings), tuple(truth.questions)
    if asked != true:
        raise ValueError(f"truth.questions == {true}, must be the questionnaire's {asked}.")
    with engine.begin() as connection:
        record_state(connection, DEMO_LOADED, "")
        forget_simulated(connection)
        record_questionnaire(connection, questionnaire)
    batches = []
    for batch in simulate(catalogue, today=today, seed=seed, truth=truth):
        batches.append(batch)
        progress(batch.number, 2 * batch.total)
    rows = _rows(batches, questionnaire.version)
    dossiers = pl.concat([no_drawn(), *(batch.dossiers for batch in batches)]).sort("id")

    def stored(done: int, total: int) -> None:
        progress(len(batches) * (total + done) // total, 2 * len(batches))

    total = sum(len(values) for _, values in rows) + dossiers.height
    _store_dossiers(engine, dossiers, _store(engine, rows, 0, total, stored), total, stored)
    with engine.begin() as connection:
        forget_simulated_roster(connection)
        record_roster(connection, *simulate_roster(catalogue, today=today))
        record_state(connection, DEMO_LOADED, today.isoformat())
    return len(rows[0][1])


def _rows(batches: Iterable[Batch], version: str) -> Rows:
    """Rows by table, those with an id in its order: so no disk keeps who came after whom, and each page is met once."""
    responses = [
        each._asdict() | {"unit": batch.unit, "questionnaire": version} | way_of(each.id, each.local_date)._asdict()
        for batch in batches
        for each in batch.responses
    ]
    comments = [each._asdict() | {"unit": batch.unit} for batch in batches for each in batch.comments]
    measures = [each._asdict() | {"unit": batch.unit, "source": SOURCE} for batch in batches for each in batch.records]
    sessions = [
        each._asdict() | {"unit": batch.unit, "note": "", "user": ""} for batch in batches for each in batch.sessions
    ]
    for values in (responses, comments):
        values.sort(key=lambda value: value["id"])
    for value in (*responses, *comments, *measures, *sessions):
        value["simulated"] = True
    return [
        (ResponseRow, responses),
        (CommentRow, comments),
        (ServiceMeasureRow, measures),
        (SessionRecordRow, sessions),
    ]


def _store(engine: Engine, rows: Rows, done: int, total: int, progress: Progress) -> int:
    """Store rows; returns how much is done with them."""
    for row, values in rows:
        for some in _in_parts(values):
            with engine.begin() as connection:
                record_rows(connection, row, some)
            done += len(some)
            progress(done, total)
    return done


def _store_dossiers(engine: Engine, dossiers: pl.DataFrame, done: int, total: int, progress: Progress) -> None:
    for some in dossiers.iter_slices(DOSSIERS_AT_ONCE):
        with engine.begin() as connection:
            record_simulated_dossiers(connection, some, source=SOURCE)
        done += some.height
        progress(done, total)


def _in_parts(values: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(values), ROWS_AT_ONCE):
        yield values[start : start + ROWS_AT_ONCE]
