"""Chance that is the same on every run: each stream is named, so what one unit's month draws moves no other's."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

import numpy as np

__all__ = ["random_ids", "stream"]

DRAWN, KEPT = 24, 22


def stream(seed: int, *names: str) -> np.random.Generator:
    """The stream of that name; another name or seed is another, independent stream.

    >>> int(stream(1, "unit", "xa.29926").integers(1000)), int(stream(1, "unit", "xa.29938").integers(1000))
    (933, 768)
    """
    name = "\x1f".join((str(seed), *names)).encode()
    return np.random.default_rng(int.from_bytes(blake2b(name, digest_size=16).digest()))


def random_ids(chance: np.random.Generator, n: int) -> list[str]:
    """So many ids of 22 url-safe characters, as the form makes them; in no order."""
    text = urlsafe_b64encode(chance.bytes(DRAWN * 3 // 4 * n)).decode()
    return [text[start : start + KEPT] for start in range(0, DRAWN * n, DRAWN)]
