"""How long a browser stays signed in, and what proves that a form comes from our own page."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadSignature, Signer

IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 12 * 3600
SECONDS_BETWEEN_MARKS: Final = 60
"""`seen` is written at most once a minute, so that reading pages does not write for each."""
OURS: Final = ("/office/", "/dashboards/")
"""Below these are the pages that somebody signs in for."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser that signed in. began, seen, ended: seconds since 1970, UTC. The cookie itself is kept nowhere."""

    token_hash: str
    user: str
    began: int
    seen: int
    ended: int | None = None

    def holds(self, *, at: int) -> bool:
        """Whether it is still good: not ended, not idle for half an hour, not older than twelve hours."""
        return (
            self.ended is None
            and self.began <= at < self.began + LONGEST_SECONDS
            and at < self.seen + IDLE_SECONDS + SECONDS_BETWEEN_MARKS
        )

    def wants_mark(self, *, at: int) -> bool:
        """Whether `seen` should be written anew."""
        return at >= self.seen + SECONDS_BETWEEN_MARKS


def new_token() -> str:
    """What the cookie holds: 256 random bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Proofs:
    """By what an open account can be signed in, as it is kept: the password's hash, the sealed second factor, whom of the
    province's sign-in it is bound to.
    """

    password: str
    second_factor: str | None
    subject: str | None

    @property
    def mark(self) -> str:
        """Another one means that any of them was changed; it tells nothing of them."""
        kept = (self.password, self.second_factor, self.subject)
        return hashlib.sha256(repr(kept).encode()).hexdigest()[:32]


def hash_token(token: str) -> str:
    """What the database holds. A plain hash is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


HANDLE_LENGTH: Final = 16


def handle_of(token_hash: str) -> str:
    """What pages and commands call a sign-in: the beginning of its hash, which opens nothing."""
    return token_hash[:HANDLE_LENGTH]


def make_form_token(token_hash: str, *, key: bytes) -> str:
    """A signature that only pages of this browser's sign-in hold: 27 characters."""
    return _signer(key).get_signature(token_hash).decode()


def is_form_token(sent: str, token_hash: str, *, key: bytes) -> bool:
    """Whether a form carries the signature of the browser that sends it."""
    try:
        _signer(key).unsign(f"{token_hash}.{sent}".encode(errors="replace"))
    except BadSignature:
        return False
    return True


def _signer(key: bytes) -> Signer:
    return Signer(key, salt="form of a signed-in browser", key_derivation="hmac", digest_method=hashlib.sha256)


def comes_from_us(headers: Mapping[str, str], *, public_url: str) -> bool:
    """Whether a request that changes something was sent by a page of ours.

    What says neither `Sec-Fetch-Site` nor `Origin` is no browser of these years, so nobody's page drives it.
    Source: Fetch Metadata (W3C), RFC 6454; the same order as Go's `http.CrossOriginProtection`.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    host = headers.get("host", "")
    return origin is None or origin in {public_url, f"http://{host}", f"https://{host}"}


def local_path(wanted: str, *, otherwise: str) -> str:
    """A path of ours to go to after signing in; anything that could lead elsewhere gives `otherwise`.

    >>> local_path("/office/cases?state=answered", otherwise="/office/")
    '/office/cases?state=answered'
    >>> local_path("//evil.example", otherwise="/office/")
    '/office/'
    """
    plain = wanted.isascii() and wanted.isprintable() and not set(wanted) & set("\\ <>\"'")
    up = wanted.lower().replace("%2e", ".")  # browsers take either for a step up
    return wanted if plain and wanted.startswith(OURS) and ".." not in up else otherwise
