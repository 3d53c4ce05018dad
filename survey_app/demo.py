"""Loads the demonstration: simulated responses, comments and service measures, each marked as such."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, Engine

from survey_app.questionnaire import Questionnaire
from survey_app.reading import DEMO_LOADED
from survey_app.recording import forget_simulated, record_questionnaire, record_rows, record_state
from survey_app.register import Catalogue
from survey_app.simulation import SEED, SOURCE, TRUTH, Batch, Truth, simulate
from survey_app.tables import CommentRow, ResponseRow, ServiceMeasureRow

__all__ = ["load_demo"]

CHANNEL = "poster"
ROWS_AT_ONCE = 5_000
"""Responses in a transaction, about: enough that waiting for the disk does not count, few enough to see progress."""


def load_demo(
    engine: Engine,
    catalogue: Catalogue,
    questionnaire: Questionnaire,
    *,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 -- names of what is given
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
        progress: told after each transaction how many units are done, and of how many.
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
    count = 0
    waiting: list[Batch] = []
    for batch in simulate(catalogue, today=today, seed=seed, truth=truth):
        waiting.append(batch)
        if batch.number < batch.total and sum(len(one.responses) for one in waiting) < ROWS_AT_ONCE:
            continue
        with engine.begin() as connection:
            count += _record(connection, waiting, questionnaire.version)
        waiting = []
        progress(batch.number, batch.total)
    with engine.begin() as connection:
        record_state(connection, DEMO_LOADED, today.isoformat())
    return count


def _record(connection: Connection, batches: list[Batch], version: str) -> int:
    responses = [
        {
            **response._asdict(),
            "unit": batch.unit,
            "questionnaire": version,
            "channel": CHANNEL,
            "simulated": True,
        }
        for batch in batches
        for response in batch.responses
    ]
    comments = [
        {**comment._asdict(), "unit": batch.unit, "simulated": True} for batch in batches for comment in batch.comments
    ]
    measures = [
        {**record._asdict(), "unit": batch.unit, "simulated": True, "source": SOURCE}
        for batch in batches
        for record in batch.records
    ]
    for row, values in ((ResponseRow, responses), (CommentRow, comments), (ServiceMeasureRow, measures)):
        record_rows(connection, row, values)
    return len(responses)
