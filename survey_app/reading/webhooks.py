"""Webhooks, their messages, and the seals that those tell of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from survey_app.reading.people import read_units_below
from survey_app.recording import table
from survey_app.seal import Seal, Slot
from survey_app.tables import DeliveryRow, DeskRow, SealRow, WebhookRow
from survey_app.webhook import Delivery


@dataclass(frozen=True, slots=True)
class KeptWebhook:
    """A webhook as it is kept. secret: encrypted; position: number of the last seal that it was told, or will be."""

    id: str
    address: str
    secret: str
    unit: str | None
    created: date
    disabled: date | None
    position: int


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """A message as the log shows it. tried, next_try: seconds since 1970."""

    id: str
    webhook: str
    seal: int
    attempts: int
    delivered: bool
    outcome: str
    tried: int | None
    next_try: int | None


def read_webhooks(connection: Connection, *, open_only: bool = False) -> list[KeptWebhook]:
    """Every webhook, by id."""
    columns = [table(WebhookRow).c[name] for name in KeptWebhook.__slots__]
    query = select(*columns).order_by(columns[0])
    if open_only:
        query = query.where(table(WebhookRow).c.disabled.is_(None))
    return [KeptWebhook(**row) for row in connection.execute(query).mappings()]


def read_units_of_webhook(connection: Connection, webhook: KeptWebhook) -> frozenset[str] | None:
    """The units of which a webhook is told; None for all."""
    return None if webhook.unit is None else read_units_below(connection, webhook.unit)


def read_last_seal_number(connection: Connection) -> int:
    """The number of the last seal, 0 before the first."""
    return int(connection.execute(select(func.coalesce(func.max(table(SealRow).c.number), 0))).scalar_one())


def read_seals_between(connection: Connection, after: int, up_to: int) -> list[tuple[Seal, str]]:
    """The seals after a number up to another, in order, each with the unit of its desk."""
    seals, desks = table(SealRow).c, table(DeskRow).c
    query = (
        select(table(SealRow), desks.unit)
        .outerjoin(table(DeskRow), desks.code == seals.desk)
        .where(seals.number > after, seals.number <= up_to)
        .order_by(seals.number)
    )
    return [
        (
            Seal(row.number, Slot(row.desk, row.entered_date, row.entered_slot), row.responses, row.comments,
                 row.previous, row.digest),
            row.unit or "",
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def read_due_deliveries(connection: Connection, *, at: int, most: int) -> Sequence[tuple[Delivery, int]]:
    """Messages that are due at a moment, the longest due first, and when each was due."""
    sent = table(DeliveryRow).c
    query = (
        select(sent.id, sent.webhook, sent.seal, sent.attempts, sent.next_try)
        .where(sent.next_try <= at, sent.delivered.is_(False))
        .order_by(sent.next_try, sent.id)
        .limit(most)
    )
    return [
        (Delivery(row.id, row.webhook, _told_before(connection, row.webhook, row.seal), row.seal, row.attempts), row.next_try)
        for row in connection.execute(query).all()
    ]  # fmt: skip


def _told_before(connection: Connection, webhook: str, seal: int) -> int | None:
    """Up to which seal the message before this one tells; None for the first message."""
    sent = table(DeliveryRow).c
    query = select(func.max(sent.seal)).where(sent.webhook == webhook, sent.seal < seal)
    before: int | None = connection.execute(query).scalar()
    return before


def read_deliveries(connection: Connection, webhook: str | None = None, *, most: int = 200) -> list[LoggedDelivery]:
    """The last messages, the newest first."""
    columns = [table(DeliveryRow).c[name] for name in LoggedDelivery.__slots__]
    sent = table(DeliveryRow).c
    query = select(*columns).order_by(sent.seal.desc(), sent.id).limit(most)
    if webhook is not None:
        query = query.where(sent.webhook == webhook)
    return [LoggedDelivery(**row) for row in connection.execute(query).mappings()]
