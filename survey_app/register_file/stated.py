"""What a table says of the register: values for what it names, and the row that says it of each."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from survey_app.register import Catalogue, Desk, Field, Procedure, Successor, Unit
from survey_app.register_file.cell import days_told
from survey_app.register_file.file_table import FileRow
from survey_app.table_file.words import all_capitals, same_word

Thing = TypeVar("Thing", Unit, Desk)
_DAY = timedelta(days=1)
Span = tuple[date, date]
"""First and last day of something."""


@dataclass(frozen=True, slots=True)
class Known:
    """The register before the file, and what else bounds a change.

    asking: desk → the code of its questionnaire; questionnaires: the codes there are. unit_days, desk_days: unit or desk →
    first and last day that an answer or a dossier is of.
    """

    register: Catalogue
    today: date
    asking: Mapping[str, str] = field(default_factory=dict)
    questionnaires: frozenset[str] = frozenset({"desk"})
    unit_days: Mapping[str, Span] = field(default_factory=dict)
    desk_days: Mapping[str, Span] = field(default_factory=dict)


@dataclass(slots=True)
class Stated:
    """What a file says. rows: kind and code → the row; notes: what was understood otherwise than it stands, and how often."""

    units: dict[str, Unit] = field(default_factory=dict)
    successors: dict[tuple[str, str], Successor] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)

    def taken_by(self, other: Unit | Desk, kind: str) -> tuple[str, str]:
        """The fault of a name or code that another thing has: of this file by its row, for its code may not exist yet."""
        if other.code in self.rows:
            return f"{kind}_row", str(self.rows[other.code])
        return kind, f"{other.code} ({days_told(other.valid_from, other.valid_to)})"


def name_kept(told: str, kept: str | None, notes: Counter[str]) -> str:
    """The name of something, told in a file. kept: the one it has; a file with other dashes or spaces, or all in capitals, does
    not change only these.
    """
    same = kept is not None and same_word(told) == same_word(kept)
    if kept is not None and same and told != kept and _as_typed(told) == _as_typed(kept):
        notes["dashes_kept"] += 1
        return kept
    if not all_capitals(told) or told == kept:
        return told
    notes["capitals_kept" if same else "capitals"] += 1
    return kept if same and kept is not None else told


def _as_typed(name: str) -> str:
    """A name without what a keyboard makes of it: accents and size of its letters as they stand."""
    return re.sub(r"[^\w]+", " ", name)


def certain(one: Thing, row: FileRow) -> Thing:
    """With no more days than it has whatever stands where a day of its row cannot be read."""
    unread = [column for column in ("valid_from", "last_day") if row.cells.get(column) and column not in row.days]
    if "last_day" in unread:
        starts = date.min if "valid_from" in unread else one.starts
        return replace(one, valid_from=starts, valid_to=min(starts, date.max - _DAY) + _DAY)
    return replace(one, valid_from=one.ends - _DAY) if unread else one
