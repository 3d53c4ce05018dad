"""What a workbook says that a questionnaire cannot: where, what stands there, what was expected."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workbook: a sheet, and in it a row (its heading is 1) and a column's heading; empty is the whole."""

    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = (
            f"sheet {self.sheet!r}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column!r}" if self.column else "",
        )
        return ", ".join(part for part in parts if part) or "(whole file)"


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit.

    Args:
        refused: whether to go on without it would change what is asked or what an answer means; otherwise it can be
            left out, and is said.
    """

    place: Place
    found: str
    expected: str
    refused: bool = True

    def __str__(self) -> str:
        shown = self.found if len(self.found) <= LONGEST_SHOWN else self.found[:LONGEST_SHOWN] + "…"
        return f"{self.place}: found {shown!r}; {self.expected}"


class WorkbookFaults(ValueError):
    """Everything in a workbook that is refused, at once, and beside it what would be left out."""

    def __init__(self, file: str, misfits: Iterable[Misfit]) -> None:
        listed = tuple(misfits)
        self.file = file
        self.refused = tuple(misfit for misfit in listed if misfit.refused)
        self.left_out = tuple(misfit for misfit in listed if not misfit.refused)
        super().__init__(
            "\n".join((*said("Refused in", file, self.refused), *said("Left out of", file, self.left_out)))
        )


def said(what: str, file: str, misfits: Iterable[Misfit]) -> list[str]:
    """The misfits under their heading, a line each; nothing where there are none."""
    lines = [f"  {misfit}" for misfit in misfits]
    return [f"{what} {file} ({len(lines)}):", *lines] if lines else []
