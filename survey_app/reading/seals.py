"""The chain of seals, and what it covers."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, union

from survey_app.recording import table
from survey_app.seal import SEALED, Seal, Slot
from survey_app.tables import CommentDigestRow, ResponseRow, SealRow, TapRow

ROWS_AT_ONCE = 10_000
_RESPONSES = table(ResponseRow).c
_ENTERED = (
    func.coalesce(_RESPONSES.entered_date, _RESPONSES.local_date),
    func.coalesce(_RESPONSES.entered_slot, _RESPONSES.slot),
)


def read_seals(connection: Connection) -> list[Seal]:
    """The chain, first link first."""
    return [_seal(row) for row in connection.execute(select(table(SealRow)).order_by(table(SealRow).c.number))]


def read_last_seal(connection: Connection) -> Seal | None:
    """The last link of the chain, or None."""
    row = connection.execute(select(table(SealRow)).order_by(table(SealRow).c.number.desc()).limit(1)).first()
    return None if row is None else _seal(row)


def count_sealed(connection: Connection, *, after: int = 0) -> tuple[int, int]:
    """The number of the last link of the chain, 0 before the first, and how many answers the links after one cover."""
    seals = table(SealRow).c
    query = select(func.coalesce(func.max(seals.number), 0), func.coalesce(func.sum(seals.responses), 0))
    last, responses = connection.execute(query.where(seals.number > after)).one()
    return int(last), int(responses)


def _seal(row: Any) -> Seal:
    slot = Slot(row.desk, row.entered_date, row.entered_slot)
    return Seal(row.number, slot, row.responses, row.comments, row.previous, row.digest)


def read_unsealed_slots(connection: Connection, *, since: date) -> list[Slot]:
    """Slots entered on or after a day that have no seal, in order of day, slot and desk.

    They hold real answers, or a comment alone: one that came after the marks of its form were counted.
    """
    day, label = _ENTERED
    seals, digests = table(SealRow).c, table(CommentDigestRow).c
    answered = select(_RESPONSES.desk.label("desk"), day.label("day"), label.label("label")).where(
        or_(_RESPONSES.local_date >= since, _RESPONSES.entered_date >= since), _RESPONSES.simulated.is_(False)
    )
    written = select(digests.desk, digests.entered_date, digests.entered_slot).where(digests.entered_date >= since)
    slots = union(answered, written).subquery()
    sealed = and_(seals.desk == slots.c.desk, seals.entered_date == slots.c.day, seals.entered_slot == slots.c.label)
    query = (
        select(slots)
        .outerjoin(table(SealRow), sealed)
        .where(seals.number.is_(None))
        .order_by(slots.c.day, slots.c.label, slots.c.desk)
    )
    return [Slot(*row) for row in connection.execute(query)]


def read_slot(connection: Connection, slot: Slot) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The answers of a slot in the order of their ids, and the digests of its comments."""
    day, label = _ENTERED
    here = (_RESPONSES.desk == slot.desk, day == slot.day, label == slot.label, _RESPONSES.simulated.is_(False))
    near = or_(_RESPONSES.local_date == slot.day, _RESPONSES.entered_date == slot.day)  # what an index can find
    rows = connection.execute(select(*_sealed_columns()).where(near, *here).order_by(_RESPONSES.id)).mappings().all()
    digests = table(CommentDigestRow).c
    written = select(digests.digest).where(
        digests.desk == slot.desk, digests.entered_date == slot.day, digests.entered_slot == slot.label
    )
    return list(rows), list(connection.execute(written).scalars())


def read_sealable(connection: Connection) -> Iterator[tuple[Slot, Mapping[str, Any]]]:
    """Every real answer with the slot in which it reached the record, in the order of ids."""
    query = select(*_sealed_columns()).where(_RESPONSES.simulated.is_(False)).order_by(_RESPONSES.id)
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings():
        yield Slot(row["desk"], row["entered_date"] or row["local_date"], row["entered_slot"] or row["slot"]), row


def read_comment_digests(connection: Connection) -> list[tuple[Slot, str]]:
    """The digest of every comment with its slot."""
    columns = table(CommentDigestRow).c
    query = select(columns.desk, columns.entered_date, columns.entered_slot, columns.digest)
    return [(Slot(row.desk, row.entered_date, row.entered_slot), row.digest) for row in connection.execute(query)]


def read_tapped_slots(connection: Connection) -> set[tuple[date, str]]:
    """Days and slots of which forms are still open with their main answer tapped."""
    columns = table(TapRow).c
    return {
        (row.local_date, row.slot) for row in connection.execute(select(columns.local_date, columns.slot).distinct())
    }


def _sealed_columns() -> list[Any]:
    return [_RESPONSES[name] for name in SEALED]
