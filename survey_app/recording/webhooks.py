"""Webhooks and their messages; whoever changes a row first has it, so that two servers never send one message twice."""

from datetime import date

from sqlalchemy import Connection, insert, update

from survey_app.recording.rows import table
from survey_app.tables import DeliveryRow, WebhookRow
from survey_app.webhook import Delivery, make_id


def record_webhook(
    connection: Connection,
    *,
    id_: str,
    address: str,
    secret: str,
    unit: str | None,
    created: date,
    position: int,
    at: int,
) -> None:
    """Keep a new webhook, told of what is sealed after `position`; its first message says that it was added.

    Args:
        connection: of the transaction.
        id_: its id.
        address: where it is told.
        secret: encrypted.
        unit: of which it is told, with those below; None for all.
        created: the day.
        position: number of the last seal now.
        at: now, seconds since 1970.
    """
    values = {"id": id_, "address": address, "secret": secret, "unit": unit, "created": created, "position": position}
    connection.execute(insert(table(WebhookRow)).values(**values))
    _add_delivery(connection, id_, seal=position, at=at)


def record_disabled_webhook(connection: Connection, id_: str, *, on: date) -> bool:
    """Tell a webhook nothing more; False if there is no open one. What was not delivered is given up."""
    hooks, sent = table(WebhookRow), table(DeliveryRow)
    closing = update(hooks).where(hooks.c.id == id_, hooks.c.disabled.is_(None)).values(disabled=on)
    closed = bool(connection.execute(closing).rowcount)
    if closed:
        waiting = update(sent).where(sent.c.webhook == id_, sent.c.next_try.is_not(None))
        connection.execute(waiting.values(next_try=None, outcome="the webhook was disabled"))
    return closed


def record_due(connection: Connection, webhook: str, *, position: int, seal: int, at: int | None) -> bool:
    """Make a message of the seals after `position` up to `seal`; False if another server was quicker.

    at: when it is due; None for no message, where the seals do not concern the webhook.
    """
    hooks = table(WebhookRow)
    taking = update(hooks).where(hooks.c.id == webhook, hooks.c.position == position, hooks.c.disabled.is_(None))
    if not connection.execute(taking.values(position=seal)).rowcount:
        return False
    if at is not None:
        _add_delivery(connection, webhook, seal=seal, at=at)
    return True


def _add_delivery(connection: Connection, webhook: str, *, seal: int, at: int) -> None:
    values = {"id": make_id("msg"), "webhook": webhook, "seal": seal, "attempts": 0, "delivered": False}
    connection.execute(insert(table(DeliveryRow)).values(**values, next_try=at, outcome=""))


def record_claim(connection: Connection, delivery: Delivery, *, due: int, until: int) -> bool:
    """Take a message for this server until a moment; False if another has it. A server that dies leaves it to others."""
    sent = table(DeliveryRow)
    claiming = update(sent).where(sent.c.id == delivery.id, sent.c.next_try == due, sent.c.delivered.is_(False))
    return bool(connection.execute(claiming.values(next_try=until)).rowcount)


def record_attempt(
    connection: Connection, delivery: Delivery, *, delivered: bool, outcome: str, at: int, again: int | None
) -> None:
    """What became of an attempt. again: when it is tried next; None if it was delivered or is given up."""
    sent = table(DeliveryRow)
    connection.execute(
        update(sent)
        .where(sent.c.id == delivery.id)
        .values(
            attempts=delivery.attempts + 1,
            delivered=delivered,
            outcome=outcome,
            tried=at,
            next_try=None if delivered else again,
        )
    )
