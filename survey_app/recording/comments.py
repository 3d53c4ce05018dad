"""What was decided of comments before units read them."""

from datetime import date

from sqlalchemy import Connection

from survey_app.recording.rows import record_rows
from survey_app.tables import CommentScreeningRow


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
