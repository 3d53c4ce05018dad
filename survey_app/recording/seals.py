"""Seals of ended slots, in one chain."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert

from survey_app.recording.rows import table
from survey_app.seal import Seal
from survey_app.tables import SealRow


def record_seals(connection: Connection, seals: Sequence[Seal]) -> None:
    """Add links to the chain; of two processes that seal at once the second is refused by the number."""
    if seals:
        connection.execute(
            insert(table(SealRow)),
            [
                {
                    "number": seal.number,
                    "desk": seal.slot.desk,
                    "entered_date": seal.slot.day,
                    "entered_slot": seal.slot.label,
                    "responses": seal.responses,
                    "comments": seal.comments,
                    "previous": seal.previous,
                    "digest": seal.digest,
                }
                for seal in seals
            ],
        )
