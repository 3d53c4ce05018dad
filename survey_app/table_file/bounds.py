"""How much a file of one kind may be, and how much its reading may take: whoever brings it, the server goes on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """file: bytes of it, None where the page's own bound is enough; unpacked: bytes of a workbook's parts. memory, seconds: bytes
    of address space and seconds of processor that the process has which reads a workbook.
    """

    file: int | None
    unpacked: int
    memory: int
    seconds: int


DOSSIERS = Bounds(file=None, unpacked=1_200_000_000, memory=3 << 30, seconds=600)
"""About 1,000,000 rows of fifteen columns, which take half of the memory and a tenth of the time."""
SMALL_TABLES = Bounds(file=20 << 20, unpacked=200_000_000, memory=1 << 30, seconds=60)
"""A register of 100,000 rows, a roster of 20,000."""
MOST_COLUMNS, LAST_COLUMN = 104, "CZ"
LONGEST_CELL = 32_767
"""Characters; no spreadsheet program keeps more."""
LONGEST_ROW = 1_000_000
"""Characters."""
