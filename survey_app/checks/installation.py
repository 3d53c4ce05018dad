"""What every look has at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from survey_app.settings import Settings


@dataclass(frozen=True)
class Installation:
    """An installation at a moment. now: local time, with its zone; environment: variables and values."""

    engine: Engine
    settings: Settings
    now: datetime
    environment: Mapping[str, str] = field(default_factory=dict)
