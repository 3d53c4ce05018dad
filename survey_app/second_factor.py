"""The second proof beside the password: codes that a telephone shows (RFC 6238), and codes for when it is lost."""

import base64
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from survey_app.one_time_code import RECOVERY_LETTERS, hash_code, new_code

STEP_SECONDS, DIGITS, STEPS_BESIDE = 30, 6, 1
"""What every app on a telephone takes without asking; a clock may be half a minute off. Source: RFC 6238 §5.2."""
SECRET_BYTES = 20
RECOVERY_CODES = 10
ISSUER = "Hai Long"


def new_secret() -> bytes:
    """A secret to share with a telephone: 160 random bits, as RFC 4226 §4 asks."""
    return secrets.token_bytes(SECRET_BYTES)


def shown_secret(secret: bytes) -> str:
    """A secret as it is typed into a telephone that cannot scan.

    >>> shown_secret(b"12345678901234567890")
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    return base64.b32encode(secret).decode()


def read_secret(shown: str) -> bytes:
    """The secret behind its letters."""
    return base64.b32decode(shown)


def scanned_address(secret: bytes, name: str) -> str:
    """What the telephone scans.

    >>> scanned_address(b"12345678901234567890", "lan.tran")
    'otpauth://totp/Hai%20Long:lan.tran?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hai+Long'
    """
    return (
        f"otpauth://totp/{quote(ISSUER)}:{quote(name)}?{urlencode({'secret': shown_secret(secret), 'issuer': ISSUER})}"
    )


def code_at(secret: bytes, step: int) -> str:
    """The code of a step of thirty seconds since 1970.

    Source: RFC 6238, appendix B, the last six of its eight digits.

    >>> code_at(b"12345678901234567890", 1111111109 // 30)
    '081804'
    """
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS).decode()  # noqa: S303 - RFC 6238


def fitting_step(secret: bytes, typed: str, *, at: int, after: int | None) -> int | None:
    """The step whose code was typed; None if it is none of this half minute's, the one before and the one after.

    Args:
        secret: shared with the telephone.
        typed: with spaces or without.
        at: seconds since 1970.
        after: the step that was used last; it and all before it count no more.
    """
    code = "".join(typed.split())
    now = at // STEP_SECONDS
    steps = [step for step in range(now - STEPS_BESIDE, now + STEPS_BESIDE + 1) if after is None or step > after]
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return fitting[0] if fitting else None


def new_recovery_codes() -> list[str]:
    """Ten codes, each good once."""
    return [new_code(RECOVERY_LETTERS) for _ in range(RECOVERY_CODES)]


def hash_recovery_codes(codes: Sequence[str], name: str, *, key: bytes) -> list[str]:
    """What the database holds of somebody's codes."""
    return [hash_code(code, purpose=f"recovery code of {name}", key=key) for code in codes]
