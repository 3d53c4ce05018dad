"""A code as the office manages it: where it hangs, when it was scanned, and whether it seems dead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from qr_codes import make_code, printed_address
from scoring import OfficeBook

KINDS: Final = ("poster", "tablet", "screen", "invitation")
WATCHED: Final = frozenset({"poster", "screen"})
"""Kinds that people at a desk scan; a tablet has its own count, and an invitation may rest for weeks."""
SILENT_DAYS: Final = 3
LAST_SERIAL: Final = 2**31 - 1
"""What a database's column of serial numbers takes."""
SOURCES: Final = ("zalo", "sms", "email", "facebook", "web")
"""Where invitations usually stand; any other word may be given."""


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A link. first_scan, last_scan: days on which it opened a form, of a tablet days with answers; None for never.

    exists: whether its desk and unit exist today.
    """

    serial: int
    kind: str
    desk: str
    desk_name: str
    place: str
    unit: str
    unit_name: str
    issued: date
    revoked: date | None
    first_scan: date | None
    last_scan: date | None
    exists: bool
    simulated: bool

    @property
    def open(self) -> bool:
        """Whether it opens a form today."""
        return self.exists and self.revoked is None

    def code(self, key: bytes) -> str:
        """The code itself."""
        return make_code(self.serial, key=key)

    def path(self, key: bytes) -> str:
        """The path under which it is reached: a form, a tablet's form, a screen's page."""
        letter = {"tablet": "k", "screen": "s"}.get(self.kind, "r")
        return f"/{letter}/{self.code(key)}"

    def symbol_address(self, public_url: str, key: bytes, *, source: str = "") -> str:
        """What a symbol of it carries; a source makes it longer, for `?` and small letters take more room."""
        address = printed_address(public_url, self.code(key), tablet=self.kind == "tablet")
        return f"{address}?source={source}" if source else address

    def silent_days(self, today: date, book: OfficeBook) -> int:
        """Whole working days of its unit without a scan: after the last one, or after the day of issue, and before today.

        >>> from datetime import date
        >>> code = PrintedCode(1, "poster", "d", "", "", "u", "", date(2026, 11, 12), None, None, None, True, False)
        >>> code.silent_days(date(2026, 11, 19), OfficeBook())  # Friday, then Monday to Wednesday
        4
        """
        calendar = book.calendar_of(self.unit)
        return calendar.working_days_between((self.last_scan or self.issued) + timedelta(days=1), today)

    @property
    def is_fresh(self) -> bool:
        """Whether people at a desk could scan it and nobody ever did."""
        return self.open and self.kind in WATCHED and self.last_scan is None

    def is_silent(self, today: date, book: OfficeBook) -> bool:
        """Whether nobody scanned it for three working days, though people at a desk should see it."""
        return self.open and self.kind in WATCHED and self.silent_days(today, book) >= SILENT_DAYS


def dead_first(codes: Iterable[PrintedCode], today: date, book: OfficeBook) -> list[PrintedCode]:
    """Those that seem dead first, longest silent first of them; then open ones, then closed; else in the order that they come in."""

    def place(code: PrintedCode) -> tuple[object, ...]:
        silent = code.is_silent(today, book)
        days = -code.silent_days(today, book) if silent else 0
        return (not silent, not code.open, days)

    return sorted(codes, key=place)
