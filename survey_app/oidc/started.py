"""What a browser keeps between leaving for the province's sign-in and coming back: sealed, and good for ten minutes."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass

from survey_app.sealed_text import LostSecret, open_text, seal_text

SECONDS_TO_SIGN_IN = 600
PURPOSE = "province sign-in"


@dataclass(frozen=True, slots=True)
class Started:
    """state: that the answer belongs to this browser; nonce: that the token does; verifier: that the code does.

    wanted: a path of ours to go to; at: seconds since 1970, UTC.
    """

    state: str
    nonce: str
    verifier: str
    wanted: str
    at: int

    @property
    def challenge(self) -> str:
        """What the provider hears first of the verifier (RFC 7636, S256)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")

    def is_answered_by(self, state: str) -> bool:
        """Whether an answer carries our state."""
        return secrets.compare_digest(self.state.encode(), state.encode(errors="replace"))


def start(wanted: str, *, at: int) -> Started:
    """A new try, with 256 random bits for each of its three secrets."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Started(state, nonce, verifier, wanted, at)


def seal_started(started: Started, *, key: bytes) -> str:
    """What the cookie holds: neither read nor changed by whoever has it."""
    return seal_text(json.dumps(asdict(started)), purpose=PURPOSE, key=key)


def open_started(sealed: str, *, key: bytes, at: int) -> Started | None:
    """The try that a cookie holds; None where it is not ours, was changed, or is older than ten minutes."""
    try:
        started = Started(**json.loads(open_text(sealed, purpose=PURPOSE, key=key)))
    except LostSecret:
        return None
    return started if 0 <= at - started.at < SECONDS_TO_SIGN_IN else None
