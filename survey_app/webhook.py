"""A webhook: what is told, how it is signed, when it is tried again. The form is that of Standard Webhooks."""

import base64
import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.seal import Seal

PREFIX: Final = "whsec_"
MINUTE, HOUR = 60, 3600
RETRIES: Final = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds from one failed attempt to the next; after the last one the message is given up."""
ADDED, SEALED, RELEASED = "webhook.added", "answers.sealed", "answers.released"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, its attempts so far, and the seals it tells of: those after `after` up to `seal`."""

    id: str
    webhook: str
    after: int | None
    seal: int
    attempts: int


def make_secret() -> str:
    """A new secret: 192 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def make_id(kind: str) -> str:
    """A random id, such as `msg_…`."""
    return f"{kind}_{secrets.token_hex(12)}"


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`.

    Source:
        Standard Webhooks, specification 1.0: HMAC-SHA256 over id, timestamp and body, a dot between.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def next_try(attempts: int, *, at: int) -> int | None:
    """When to try again after so many failed attempts; None to give up.

    >>> next_try(1, at=100), next_try(2, at=100), next_try(len(RETRIES) + 1, at=100)
    (105, 400, None)
    """
    return at + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def message_body(seals: Sequence[Seal], units: Mapping[str, str], *, cursor: str, added: bool = False) -> bytes:
    """What is told of new seals: how many answers were received where, never a mark, a desk or a half-hour.

    Args:
        seals: the new ones that concern the webhook, in order.
        units: of each sealed desk.
        cursor: from which answers of a month that is over can be read, where these seals began another month; else empty.
        added: whether this is the first message, which tells that the webhook was added.
    """
    received = Counter[str]()
    for seal in seals:
        received[units.get(seal.slot.desk, "")] += seal.responses
    data = {
        "received": sum(received.values()),
        "units": [{"unit": unit, "received": count} for unit, count in sorted(received.items())],
        "cursor": cursor or None,
    }
    kind = ADDED if added else RELEASED if cursor else SEALED
    day = seals[-1].slot.day.isoformat() if seals else None
    return json.dumps({"type": kind, "timestamp": day, "data": data}, ensure_ascii=False, sort_keys=True).encode()
