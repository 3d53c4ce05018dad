"""What an import changed, small enough to be kept as an event: each value before and after."""

from collections.abc import Iterable, Mapping
from typing import Any

MOST_KEPT, LONGEST_KEPT = 200, 200


def kept_changes(changes: Mapping[str, Mapping[str, tuple[Any, Any]]]) -> dict[str, Any]:
    """Of each entry its columns that changed; `more`: how many entries there were beside those kept.

    Args:
        changes: entry → column → its value before and after.

    >>> kept_changes({"xa.1.quay-1": {"name": ("Quầy 1", "Quầy A")}})
    {'changes': {'xa.1.quay-1': {'name': {'before': 'Quầy 1', 'after': 'Quầy A'}}}}
    >>> kept_changes({})
    {}
    """
    kept = {
        entry: {column: {"before": _short(old), "after": _short(new)} for column, (old, new) in columns.items()}
        for entry, columns in list(changes.items())[:MOST_KEPT]
    }
    more = len(changes) - len(kept)
    return ({"changes": kept} if kept else {}) | ({"more": more} if more else {})


def kept_list(entries: Iterable[str]) -> list[str]:
    """Entries of an event, the first of them; the last says how many more there were."""
    found = [_short(each) for each in entries]
    return found if len(found) <= MOST_KEPT else [*found[:MOST_KEPT], f"… +{len(found) - MOST_KEPT}"]


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_KEPT else text[:LONGEST_KEPT] + "…"
