"""Somebody of the staff: the role, what it may do, and which units it may look into."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

ROLES = ("unit", "home_affairs", "inspector", "administrator", "committee")

ACTS: Mapping[str, frozenset[str]] = {
    "read_results": frozenset(ROLES),
    "read_pilots": frozenset(ROLES) - {"unit"},
    "read_cases": frozenset({"unit", "home_affairs", "inspector"}),
    "handle_cases": frozenset({"unit", "home_affairs", "inspector"}),
    "read_comments": frozenset({"unit", "home_affairs"}),
    "screen_comments": frozenset({"home_affairs"}),
    "enter_responses": frozenset({"unit", "home_affairs"}),
    "void_batch": frozenset({"home_affairs"}),
    "read_codes": frozenset({"unit", "home_affairs", "administrator"}),
    "count_cards": frozenset({"unit", "home_affairs"}),
    "manage_codes": frozenset({"home_affairs", "administrator"}),
    "manage_register": frozenset({"home_affairs", "administrator"}),
    "manage_users": frozenset({"administrator"}),
    "manage_keys": frozenset({"administrator"}),
    "import_dossiers": frozenset({"home_affairs", "administrator"}),
    "read_audit": frozenset({"administrator"}),
}
"""Act → the roles that may do it. An administrator keeps the system and reads neither cases nor comments."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
NOT_NAMES = frozenset({"author", "hailong", "server"})
"""What stands as a name beside steps of a case and events: their author, the command line, the server by night."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody signed in. `units`: the codes of the units that this person sees; None is all.

    Raises:
        ValueError: the role is unknown, or the role `unit` has no units.
    """

    name: str
    shown_name: str
    role: str
    units: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"role == {self.role!r}, must be one of {', '.join(ROLES)}.")
        if (self.role == "unit") != (self.units is not None):
            raise ValueError(f"units == {self.units!r} of role {self.role!r}, must be given for the role unit only.")

    def may(self, act: str) -> bool:
        """Whether the role may do this.

        Raises:
            KeyError: no such act.
        """
        return self.role in ACTS[act]

    def sees(self, unit: str) -> bool:
        """Whether this person may look into a unit: their own and those below it, or all."""
        return self.units is None or unit in self.units


def units_below(unit: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    """The unit and all that stand under it, at any depth.

    Args:
        unit: where to begin.
        parents: unit → the unit above it, None at the top; a ring of parents ends the walk, it does not hang.

    >>> sorted(units_below("a", {"a": None, "b": "a", "c": "b", "d": None}))
    ['a', 'b', 'c']
    """
    found, fresh = {unit}, {unit}
    while fresh:
        fresh = {code for code, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return frozenset(found)


def units_above(unit: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    """The unit and all that it stands under.

    >>> sorted(units_above("c", {"a": None, "b": "a", "c": "b", "d": None}))
    ['a', 'b', 'c']
    """
    found: set[str] = set()
    at: str | None = unit
    while at is not None and at not in found:
        found.add(at)
        at = parents.get(at)
    return frozenset(found)


def sign_in_name(typed: str) -> str:
    """A name as it is kept: one spelling, small letters."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def user_faults(name: str, role: str, unit: str | None, password: str) -> list[str]:
    """Everything that keeps an account from being made, for the person at the command line."""
    faults = []
    if not _NAME.fullmatch(name) or name in NOT_NAMES:
        faults.append(f"name is {name!r}; expected 2 to 40 small letters, digits, dots, hyphens or underscores.")
    if role not in ROLES:
        faults.append(f"--role is {role!r}; expected one of {', '.join(ROLES)}.")
    if (role == "unit") != bool(unit):
        faults.append(f"--unit is {unit or 'missing'}; expected a unit's code for the role unit, and for no other.")
    return faults + password_faults(name, password)


def password_faults(name: str, password: str) -> list[str]:
    """What is wrong with a password; it is never repeated."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        expected = f"expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}. A few words in a row are easy to remember."
        return [f"the password has {len(password)} characters; {expected}"]
    if name in password.lower():
        return ["the password holds the name; expected one that nobody can guess from it."]
    return []
