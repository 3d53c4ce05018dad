"""Batches of receipt cards: made, counted, withdrawn."""

import secrets
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, insert, update

from survey_app.recording.rows import table
from survey_app.tables import CardBatchRow, CardRow


def record_card_batch(connection: Connection, desk: str, hashes: Iterable[str], *, made: date) -> str:
    """Keep a batch and the hashes of its cards, written in the order of the hashes; returns the batch's id."""
    batch, in_order = secrets.token_hex(6), sorted(hashes)
    connection.execute(insert(table(CardBatchRow)).values(id=batch, desk=desk, made=made, cards=len(in_order)))
    values = [{"hash": each, "batch": batch, "used": False} for each in in_order]
    connection.execute(insert(table(CardRow)), values)
    return batch


def record_card_counts(connection: Connection, batch: str, *, handed_out: int, left_over: int, on: date) -> bool:
    """What the desk counted, in place of what it counted before; False if there is no such batch."""
    counts = {"handed_out": handed_out, "left_over": left_over, "counted": on}
    changed = connection.execute(
        update(table(CardBatchRow)).where(table(CardBatchRow).c.id == batch).values(**counts)
    ).rowcount
    return bool(changed)


def record_cards_revoked(connection: Connection, batch: str, *, on: date, note: str = "") -> bool:
    """Withdraw every card of a batch; False if there is none or it was withdrawn before."""
    columns = table(CardBatchRow).c
    changed = connection.execute(
        update(table(CardBatchRow)).where(columns.id == batch, columns.revoked.is_(None)).values(revoked=on, note=note)
    ).rowcount
    return bool(changed)
