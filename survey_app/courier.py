"""Delivers webhooks' messages beside the server's other work: signed, tried again, logged, each by one server only."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import httpx2
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from survey_app.api.singles import Position
from survey_app.db import describe_failure
from survey_app.door import Clock, local_now
from survey_app.reading.webhooks import (
    KeptWebhook,
    read_due_deliveries,
    read_last_seal_number,
    read_seals_between,
    read_units_of_webhook,
    read_webhooks,
)
from survey_app.recording.webhooks import record_attempt, record_claim, record_disabled_webhook, record_due
from survey_app.seal import Seal
from survey_app.sealed_text import LostSecret, open_text
from survey_app.settings import Settings
from survey_app.webhook import Delivery, message_body, next_try, sign
from survey_app.webhook_address import RefusedAddress, resolve

SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_IN_ALL = 15.0
SECONDS_CLAIMED = 120
"""How long a message is one server's own: longer than an attempt can take."""
MOST_AT_ONCE = 16
OK, REDIRECTS, BAD, GONE = 200, 300, 400, 410
SECRET = "webhook"  # noqa: S105 - the purpose of a key
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """A message that this server has taken, with what is to be sent."""

    delivery: Delivery
    address: str
    sealed_secret: str
    body: bytes


class Courier:
    """Looks every two seconds for new seals and for messages that are due."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        *,
        clock: Clock = local_now,
        now: Callable[[], float] = time.time,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._engine, self._settings, self._clock, self._now = engine, settings, clock, now
        # Nothing kept open: a connection that one host's name was checked for must not serve another's.
        limits = httpx2.Limits(max_connections=MOST_AT_ONCE, max_keepalive_connections=0)
        self._client = httpx2.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=SECONDS_IN_ALL, limits=limits, verify=tls or True
        )

    async def keep_delivering(self) -> None:
        """Deliver until cancelled; while the database is away, wait for it."""
        try:
            while True:
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
                try:
                    await self.deliver_due()
                except SQLAlchemyError as error:
                    logger.warning("Webhooks were not looked after: %s", describe_failure(error))
        finally:
            await self._client.aclose()

    async def deliver_due(self) -> int:
        """Make messages of new seals and send all that are due; returns how many were sent."""
        errands = await asyncio.to_thread(self._take_errands)
        await asyncio.gather(*(self._run(errand) for errand in errands))
        return len(errands)

    def _take_errands(self) -> list[Errand]:
        now = int(self._now())
        with self._engine.begin() as connection:
            hooks = {hook.id: hook for hook in read_webhooks(connection, open_only=True)}
            if not hooks:
                return []
            last = read_last_seal_number(connection)
            for hook in hooks.values():
                if hook.position < last:
                    told = _news(connection, hook, after=hook.position, up_to=last) is not None
                    record_due(connection, hook.id, position=hook.position, seal=last, at=now if told else None)
        with self._engine.begin() as connection:
            return [
                _errand(connection, hooks[delivery.webhook], delivery)
                for delivery, due in read_due_deliveries(connection, at=now, most=MOST_AT_ONCE)
                if delivery.webhook in hooks
                and record_claim(connection, delivery, due=due, until=now + SECONDS_CLAIMED)
            ]

    async def _run(self, errand: Errand) -> None:
        status, outcome = await self._send(errand)
        await asyncio.to_thread(self._keep, errand.delivery, status, outcome)

    async def _send(self, errand: Errand) -> tuple[int, str]:
        """The status of the answer, 0 where there was none, and what is to be logged."""
        try:
            async with asyncio.timeout(SECONDS_IN_ALL):
                return await self._post(errand)
        except TimeoutError:
            return 0, f"no answer within {SECONDS_IN_ALL:g} seconds"
        except (RefusedAddress, LostSecret) as error:
            return 0, f"not sent: {error}"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return 0, f"no answer: {type(error).__name__}"

    async def _post(self, errand: Errand) -> tuple[int, str]:
        secret = open_text(errand.sealed_secret, purpose=SECRET, key=self._settings.secret_key)
        target = await resolve(errand.address, private=self._settings.webhook_private)
        stamp, id_ = int(self._now()), errand.delivery.id
        headers = {
            "host": target.host_header,
            "content-type": "application/json",
            "user-agent": "hailong",
            "webhook-id": id_,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(secret, id_, stamp, errand.body),
        }
        sending = self._client.stream(
            "POST", target.url, content=errand.body, headers=headers, extensions={"sni_hostname": target.host}
        )
        async with sending as answer:  # what it says beside its status is not read
            code = answer.status_code
        return code, f"redirect refused ({code})" if REDIRECTS <= code < BAD else f"status {code}"

    def _keep(self, delivery: Delivery, status: int, outcome: str) -> None:
        now, delivered = int(self._now()), OK <= status < REDIRECTS
        with self._engine.begin() as connection:
            again = None if status == GONE else next_try(delivery.attempts + 1, at=now)
            record_attempt(connection, delivery, delivered=delivered, outcome=outcome, at=now, again=again)
            if status == GONE:
                record_disabled_webhook(connection, delivery.webhook, on=self._clock().date())


def _errand(connection: Connection, hook: KeptWebhook, delivery: Delivery) -> Errand:
    if delivery.after is None:
        body = message_body([], {}, cursor="", added=True)
    else:
        body = _news(connection, hook, after=delivery.after, up_to=delivery.seal) or b""
    return Errand(delivery, hook.address, hook.secret, body)


def _news(connection: Connection, hook: KeptWebhook, *, after: int, up_to: int) -> bytes | None:
    """What a webhook is told of the seals after one up to another; None if they do not concern it."""
    units = read_units_of_webhook(connection, hook)
    found = read_seals_between(connection, after - 1, up_to)
    before = next((seal for seal, _ in found if seal.number == after), None)
    new = [(seal, unit) for seal, unit in found if seal.number > after]
    told = [seal for seal, unit in new if units is None or unit in units]
    cursor = _cursor(before, [seal for seal, _ in new])
    if not told and not cursor:
        return None
    return message_body(told, {seal.slot.desk: unit for seal, unit in new}, cursor=cursor)


def _cursor(before: Seal | None, new: Sequence[Seal]) -> str:
    """From where to read the months that are over since the last message; empty where none is."""
    if before is None or not new:
        return ""
    was, now = (date(day.year, day.month, 1) for day in (before.slot.day, new[-1].slot.day))
    return Position(f"{was:%Y-%m}").cursor if was < now else ""
