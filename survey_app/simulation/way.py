"""By which channel a simulated answer came and which flags it bears; neither has to do with what was answered."""

from datetime import date
from typing import NamedTuple
from zlib import crc32

CHANNELS_SINCE = date(2026, 1, 1)
"""Until then every simulated answer came by the code posted at the desk."""
PARTS = 1000


class Way(NamedTuple):
    """Channel and flags of a simulated answer."""

    channel: str
    flags: str


def way_of(id_: str, day: date) -> Way:
    """The way of an answer, drawn from its random id: three in ten by card, one in ten by tablet; one in sixty flagged."""
    drawn, channel = crc32(id_.encode()) % PARTS, "poster"
    flags = "too_fast" if drawn < 10 else "burst" if drawn < 16 else "all_alike" if drawn < 30 else ""  # noqa: PLR2004
    if day >= CHANNELS_SINCE:
        place = crc32(b"channel" + id_.encode()) % PARTS
        channel = "card" if place < 300 else "tablet" if place < 400 else "poster"  # noqa: PLR2004 - shares
    return Way(channel, flags)
