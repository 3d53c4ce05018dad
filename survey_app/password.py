"""Passwords as they are kept: Argon2id, slow on purpose, and as slow for a name that nobody has."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()
"""The second recommendation of RFC 9106 §4 (64 MiB, three passes, four lanes), which argon2-cffi takes by itself."""


@cache
def _nobodys_hash() -> str:
    return HASHER.hash("no account has this; checking it takes as long as checking a real one")


def hash_password(password: str) -> str:
    """The hash to keep."""
    return HASHER.hash(one_spelling(password))


def password_fits(password: str, kept: str | None) -> bool:
    """Whether a password belongs to a kept hash; with none, false after the same work."""
    try:
        return HASHER.verify(kept or _nobodys_hash(), one_spelling(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def one_spelling(password: str) -> str:
    """Two keyboards write «ế» in two ways; both are the same password. Source: NIST SP 800-63B §3.1.1.2."""
    return unicodedata.normalize("NFKC", password)
