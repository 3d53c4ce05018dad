"""What desks were called before, as the events tell it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from survey_app.recording import table
from survey_app.tables import AuditRow


def read_former_names(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Desk → names that it was given up: by page, by command, by a table."""
    columns = table(AuditRow).c
    found: defaultdict[str, set[str]] = defaultdict(set)
    told = select(columns.act, columns.about, columns.detail).where(columns.act.in_(("edit_desk", "import_desks")))
    for act, about, detail in connection.execute(told):
        for desk, changes in _changes(act, about, detail):
            if before := changes.get("name", {}).get("before"):
                found[desk].add(before)
    return {desk: frozenset(names) for desk, names in found.items()}


def _changes(act: str, about: str, detail: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if act == "edit_desk":
        yield about, detail
    else:
        yield from detail.get("changes", {}).items()
