"""Something wrong in a file: where, what stands there, what was expected; and all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Fault", "FileFaults"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what stands there, what was expected."""

    file: str
    key: str
    value: str
    expected: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.file}: {self.key} == {self.value}, expected {self.expected}"


class FileFaults(ValueError):
    """Everything wrong with a file, all at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
