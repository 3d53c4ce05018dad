"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["well", "look", "BROKEN"]
WELL: Final = "well"
LOOK: Final = "look"
"""Somebody should see to it; nothing is lost meanwhile."""
BROKEN: Final = "BROKEN"
"""People cannot answer, something is lost or will be, or a promise is not kept."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, and in words what was found and what to do."""

    what: str
    state: State
    told: str
