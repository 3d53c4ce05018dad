"""Batches of receipt cards with how many of each were used; never a single card."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.card_batch import CardBatch
from survey_app.reading.desk_rows import desk_on, read_followers
from survey_app.reading.desks import read_office_desks
from survey_app.recording import table
from survey_app.tables import CardBatchRow, CardRow


def read_card_batches(
    connection: Connection, *, units: Collection[str] | None = None, batch: str | None = None, today: date | None = None
) -> list[CardBatch]:
    """Batches, the newest first, of all units or of some; or the one with that id. today: with the desk that they open then."""
    batches, cards = table(CardBatchRow).c, table(CardRow).c
    used = select(cards.batch, func.count().label("answered")).where(cards.used).group_by(cards.batch).subquery()
    query = (
        select(table(CardBatchRow), func.coalesce(used.c.answered, 0).label("answered"))
        .outerjoin(used, used.c.batch == batches.id)
        .order_by(batches.made.desc(), batches.id)
    )
    if batch is not None:
        query = query.where(batches.id == batch)
    desks, followers = read_office_desks(connection, units=units), read_followers(connection)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    for row in rows:
        row["desk"] = row["desk"] if today is None else desk_on(row["desk"], today, followers)
    return [
        CardBatch(
            **row,
            desk_name=desks[row["desk"]].name,
            unit=desks[row["desk"]].unit,
            unit_name=desks[row["desk"]].unit_name,
        )
        for row in rows
        if row["desk"] in desks
    ]
