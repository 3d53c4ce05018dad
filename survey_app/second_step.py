"""Whether a code belongs to somebody's second factor, and the ticket between the right password and the code."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection

from survey_app.one_time_code import RECOVERY_LETTERS, read_typed
from survey_app.reading.second_factors import read_factor
from survey_app.recording.people import seconds
from survey_app.recording.second_factors import record_recovery_code_used, record_step
from survey_app.sealed_text import LostSecret, open_text, seal_text
from survey_app.second_factor import fitting_step, hash_recovery_codes, read_secret, shown_secret

SECONDS_BETWEEN_STEPS = 5 * 60


def use_code(connection: Connection, name: str, typed: str, *, key: bytes, at: datetime) -> str:
    """By which way a code proves to be somebody's: `second_factor`, `recovery_code`, or empty; it is used up by that.

    Raises:
        LostSecret: the factor was sealed with another key than the installation's.
    """
    kept = read_factor(connection, name)
    if kept is None:
        return ""
    step = fitting_step(open_factor(kept.sealed, name, key=key), typed, at=seconds(at), after=kept.step)
    if step is not None:
        return "second_factor" if record_step(connection, name, step) else ""
    code = read_typed(typed)
    if len(code) != RECOVERY_LETTERS:
        return ""
    [code_hash] = hash_recovery_codes([code], name, key=key)
    return "recovery_code" if record_recovery_code_used(connection, name, code_hash, on=at.date()) else ""


def seal_factor(secret: bytes, name: str, *, key: bytes) -> str:
    """A secret as it is kept: encrypted, for this person alone."""
    return seal_text(shown_secret(secret), purpose=f"second factor of {name}", key=key)


def open_factor(sealed: str, name: str, *, key: bytes) -> bytes:
    """The secret in clear.

    Raises:
        LostSecret: it was sealed for another, or with another key.
    """
    return read_secret(open_text(sealed, purpose=f"second factor of {name}", key=key))


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody whose password was right. mark: of the account's proofs then."""

    name: str
    mark: str


def make_half_way(half: HalfWay, *, key: bytes, at: datetime) -> str:
    """What the page that asks for the code carries."""
    return _serializer(key).dumps([half.name, half.mark, seconds(at)])


def read_half_way(sent: str, *, key: bytes, at: datetime) -> HalfWay | None:
    """Who the page was made for; None once five minutes are over, or if it is not ours."""
    try:
        name, mark, made = _serializer(key).loads(sent[:500])
    except BadData:
        return None
    return HalfWay(name, mark) if 0 <= seconds(at) - made < SECONDS_BETWEEN_STEPS else None


def _serializer(key: bytes) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt="password was right", signer_kwargs=how)


SECONDS_TO_SET_UP = 15 * 60


@dataclass(frozen=True, slots=True)
class PendingFactor:
    """A secret that a page shows and nobody has kept yet."""

    name: str
    secret: bytes


def make_pending(pending: PendingFactor, *, key: bytes, at: datetime) -> str:
    """What the form that sets a factor up carries: the secret of the page, encrypted for this person."""
    text = f"{seconds(at)} {shown_secret(pending.secret)}"
    return seal_text(text, purpose=f"pending second factor of {pending.name}", key=key)


def read_pending(sent: str, name: str, *, key: bytes, at: datetime) -> PendingFactor | None:
    """The secret of the page that was shown to this person; None after a quarter of an hour, or if it is not ours."""
    try:
        made, secret = open_text(sent[:500], purpose=f"pending second factor of {name}", key=key).split(" ")
    except (LostSecret, ValueError):  # letters beyond ASCII are the latter
        return None
    return PendingFactor(name, read_secret(secret)) if 0 <= seconds(at) - int(made) < SECONDS_TO_SET_UP else None
