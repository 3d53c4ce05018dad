"""A short secret kept encrypted: whoever has the database, but not the key of the installation, cannot read it."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class LostSecret(Exception):
    """It cannot be opened: the key of the installation is another, or what is kept was changed."""


def seal_text(text: str, *, purpose: str, key: bytes) -> str:
    """The text, encrypted with a key that is derived for one purpose alone.

    >>> open_text(seal_text("whsec_a", purpose="webhook", key=b"k" * 32), purpose="webhook", key=b"k" * 32)
    'whsec_a'
    """
    return _box(purpose, key).encrypt(text.encode()).decode()


def open_text(sealed: str, *, purpose: str, key: bytes) -> str:
    """The text in clear.

    Raises:
        LostSecret: it was sealed with another key or for another purpose, or was changed.
    """
    try:
        return _box(purpose, key).decrypt(sealed).decode()
    except InvalidToken as error:
        raise LostSecret(purpose) from error


def _box(purpose: str, key: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"hailong {purpose} v1".encode()).derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))
