"""Single-use receipt cards: what the server keeps of one."""

import hashlib
import hmac


def card_hash(code: str, *, key: bytes) -> str:
    """What is kept of a card's code: a keyed hash, so that the table says neither which cards exist nor in what order.

    Args:
        code: in its one spelling, as `qr_codes.read_card_code` gives it.
        key: secret of the installation.
    """
    return hmac.digest(key, b"hailong card v1\x00" + code.encode(), hashlib.sha256).hex()[:32]
