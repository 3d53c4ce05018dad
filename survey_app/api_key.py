"""A program's key: what it opens. The key itself is told once; only its hash is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

READ, WRITE = "read", "write"
SCOPES = (READ, WRITE)
PREFIX = "hlk_"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An open key. scopes: of `SCOPES`; unit: the one it is bound to; units: that and those below it, None for all."""

    name: str
    scopes: frozenset[str]
    unit: str | None = None
    units: frozenset[str] | None = None

    def opens(self, unit: str) -> bool:
        """Whether it is for this unit.

        >>> ApiKey("portal", frozenset({"read"}), "a", frozenset({"a", "a.1"})).opens("b")
        False
        """
        return self.units is None or unit in self.units


def make_key() -> str:
    """A new key: 256 random bits, so that one plain hash of it is enough."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_key(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def parse_scopes(words: Iterable[str]) -> str:
    """Scopes as they are kept: known words, each once, in one order.

    Raises:
        ValueError: none, or a word that is no scope.
    """
    given = set(words)
    if not given or given - set(SCOPES):
        raise ValueError(f"scope == {' '.join(sorted(given)) or 'nothing'}, must be of {', '.join(SCOPES)}.")
    return " ".join(scope for scope in SCOPES if scope in given)
