"""Comments, each once, and what was decided of them before units read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from survey_app.recording.rows import add_new_rows, record_rows
from survey_app.seal import SealedComment
from survey_app.tables import CommentDigestRow, CommentRow, CommentScreeningRow


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """Where a comment came from. Its text is kept by unit and month; desk, day and slot are of its digest alone."""

    unit: str
    month: date
    language: str
    simulated: bool
    desk: str
    entered_date: date
    entered_slot: str


def record_comments(connection: Connection, comments: Sequence[tuple[SealedComment, CommentPlace]]) -> None:
    """Keep comments, and digests of them for the seals of their slots. One whose id is known stays as it is."""
    new = add_new_rows(connection, CommentRow, [_text_values(*each) for each in comments])
    add_new_rows(connection, CommentDigestRow, [_digest_values(*each) for each in comments if each[0].id in new])


def _text_values(comment: SealedComment, place: CommentPlace) -> dict[str, Any]:
    return {
        "id": comment.id,
        "unit": place.unit,
        "month": place.month,
        "language": place.language,
        "text": comment.text,
        "simulated": place.simulated,
        "question": comment.question,
        "salt": comment.salt,
    }


def _digest_values(comment: SealedComment, place: CommentPlace) -> dict[str, Any]:
    return {
        "digest": comment.digest,
        "desk": place.desk,
        "entered_date": place.entered_date,
        "entered_slot": place.entered_slot,
    }


def record_screening(connection: Connection, screened: dict[str, str], *, outcome: str, on: date, by: str) -> None:
    """Keep what a unit may read of some comments; a later decision takes the place of an earlier one.

    Args:
        connection: of the database.
        screened: comment → the text that a unit reads; empty where it is withheld.
        outcome: `shown` or `withheld`.
        on: the day.
        by: who decided.
    """
    rows = [
        {"comment": comment, "outcome": outcome, "text": text, "screened": on, "by": by}
        for comment, text in screened.items()
    ]
    record_rows(connection, CommentScreeningRow, rows)
