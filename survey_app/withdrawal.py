"""A consent that was withdrawn: the contact is gone from the record at once; what was copied out of it has its days."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from os import O_APPEND, O_CREAT, O_WRONLY, close, fsync, write
from os import open as open_file
from pathlib import Path
from typing import Final

from survey_app.contact import KEPT_FOR

WITHDRAW, LOOK, ERASE = "withdraw_consent", "look_at_contact", "erase_copies"
"""Acts of events, about a case."""
DAYS_TO_ERASE: Final = 15
"""NĐ 356/2025: a withdrawal is handled within 15 days. Read in a summary, not in the decree itself; counted as days of the
calendar, the shorter reading."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal after which somebody must still see to copies. seen_by: the accounts that had looked at the contact."""

    case: str
    on: date
    seen_by: tuple[str, ...]

    @property
    def last_day(self) -> date:
        """By when every copy must be gone."""
        return self.on + timedelta(days=DAYS_TO_ERASE)

    def days_left(self, today: date) -> int:
        """How many days are left; negative when they are over.

        >>> Withdrawal("c", date(2026, 11, 20), ("hoa",)).days_left(date(2026, 12, 1))
        4
        """
        return (self.last_day - today).days


def open_withdrawals(events: Collection[tuple[str, date, str, str]]) -> list[Withdrawal]:
    """Withdrawals whose contact somebody had looked at, and of which nobody has said that every copy is gone.

    Args:
        events: act, day, who and case of events on contacts, in their order.
    """
    found: dict[str, Withdrawal] = {}
    seen: dict[str, dict[str, None]] = {}
    for act, day, user, case in events:
        if act == LOOK and case not in found:
            seen.setdefault(case, {})[user] = None
        elif act == WITHDRAW and case in seen:
            found[case] = Withdrawal(case, day, tuple(seen[case]))
        elif act == ERASE:
            found.pop(case, None)
    return sorted(found.values(), key=lambda each: (each.on, each.case))


@dataclass(frozen=True, slots=True)
class WithdrawnFile:
    """Cases whose contact was withdrawn, in a file beside the database: a restored backup does not bring them back."""

    path: Path

    def add(self, case: str, *, on: date) -> None:
        """Keep one, on the disk before this returns."""
        file = open_file(self.path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        try:
            write(file, f"{on.isoformat()} {case}\n".encode())
            fsync(file)
        finally:
            close(file)

    def cases(self, *, today: date) -> list[str]:
        """Those that a backup could still hold: what was withdrawn before the longest period has gone of itself."""
        found = []
        with suppress(FileNotFoundError):
            for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
                day, _, case = line.partition(" ")
                with suppress(ValueError):
                    if date.fromisoformat(day) >= today - KEPT_FOR and case:
                        found.append(case)
        return found


def withdrawn_file(data_dir: Path) -> WithdrawnFile:
    """The file of an installation."""
    return WithdrawnFile(data_dir / "withdrawn.txt")
