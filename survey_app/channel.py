"""The ways by which an answer comes, and what each way means for it."""

from typing import Literal, get_args

Channel = Literal["poster", "card", "screen", "tablet", "online", "paper", "assisted"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)

OF_CODE: dict[str, Channel] = {
    "poster": "poster",
    "card": "card",
    "screen": "screen",
    "tablet": "tablet",
    "invitation": "online",
}
"""Kind of the code that was scanned → channel of the answer."""

SHARED_OR_STAFF: frozenset[Channel] = frozenset({"tablet", "paper", "assisted"})
"""Many people answer on one device or in the staff's network: what a device or a network tells means nothing here."""
