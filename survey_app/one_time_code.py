"""Codes that are read from a screen or a sheet and typed once: the administrator's first, invitations, a lost phone's."""

import hashlib
import hmac
import secrets

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: no letter that looks like another; five random bits each."""
FIRST_RUN_LETTERS, INVITATION_LETTERS, RECOVERY_LETTERS = 12, 16, 10
LONGEST_TYPED = 64
_TAKEN_FOR = str.maketrans("OIL", "011")


def new_code(letters: int) -> str:
    """Random letters, without the hyphens that it is shown with."""
    return "".join(secrets.choice(LETTERS) for _ in range(letters))


def derived_code(about: str, *, key: bytes, letters: int) -> str:
    """Letters that nobody has without the key of the installation, the same in each of its processes."""
    digest = hmac.digest(key, f"hailong first run v1\x00{about}".encode(), hashlib.sha256)
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:letters])


def show_groups(code: str, *, of: int = 4) -> str:
    """A code as it is read aloud.

    >>> show_groups("0A1BC2D3EF45")
    '0A1B-C2D3-EF45'
    """
    return "-".join(code[start : start + of] for start in range(0, len(code), of))


def read_typed(typed: str) -> str:
    """The letters of what somebody typed: small or capital, with hyphens and spaces or without.

    >>> read_typed(" oa1b-c2d3 ef45")
    '0A1BC2D3EF45'
    """
    return "".join(letter for letter in typed[:LONGEST_TYPED].upper() if letter.isalnum()).translate(_TAKEN_FOR)


def hash_code(code: str, *, purpose: str, key: bytes) -> str:
    """What the database holds of a code: whoever has it, but not the key, cannot try codes against it."""
    return hmac.digest(key, f"hailong {purpose} v1\x00{code}".encode(), hashlib.sha256).hex()
