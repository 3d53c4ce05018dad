"""Where days begin and end: every time is kept in UTC and judged here."""

from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
