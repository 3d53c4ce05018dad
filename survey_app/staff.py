"""Somebody of the staff: the role, what it may do, and which units it may look into."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.screening import plain
from survey_app.submission import clean

ROLES = ("unit", "home_affairs", "inspector", "administrator", "committee")

ACTS: Mapping[str, frozenset[str]] = {
    "own_account": frozenset(ROLES),
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
    "read_roster": frozenset({"unit", "home_affairs"}),
    "manage_roster": frozenset({"unit", "home_affairs"}),
    "read_staff_scores": frozenset({"home_affairs"}),
    "manage_users": frozenset({"administrator"}),
    "manage_keys": frozenset({"administrator"}),
    "import_dossiers": frozenset({"home_affairs", "administrator"}),
    "read_audit": frozenset({"administrator"}),
}
"""Act → the roles that may do it. An administrator keeps the system and reads neither cases nor comments."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
LONGEST_SHOWN_NAME = 80
NOT_NAMES = frozenset({"author", "hailong", "server"})
"""What stands as a name beside steps of a case and events: their author, the command line, the server by night."""
NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody signed in. `units`: the codes of the units that this person sees; None is all.

    second_factor: whether more than a password proves who it is: a code of the telephone, or the province's own sign-in.
    unit_name: the own unit as pages call it, of the role `unit`.

    Raises:
        ValueError: the role is unknown, or the role `unit` has no units.
    """

    name: str
    shown_name: str
    role: str
    units: frozenset[str] | None = None
    second_factor: bool = False
    unit_name: str = ""

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


def sign_in_name(typed: str) -> str:
    """A name as it is kept: one spelling, small letters."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_name(name: str) -> bool:
    """Whether an account may be called this: 2 to 40 small letters of ASCII, digits, dots, hyphens, underscores."""
    return _NAME.fullmatch(name) is not None and name not in NOT_NAMES


def shown_name(typed: str, name: str) -> str:
    r"""How pages call somebody: what was typed on one line, without letters that have no shape; the name if nothing is left.

    >>> shown_name(" Nguyễn \u202e Văn\x00 An ", "an"), shown_name("", "an")
    ('Nguyễn Văn An', 'an')
    """
    return " ".join(plain(clean(typed)).split())[:LONGEST_SHOWN_NAME].strip() or name


def user_faults(name: str, role: str, unit: str | None) -> list[str]:
    """Everything that keeps an account from being made, for the person at the command line."""
    faults = []
    if not is_name(name):
        faults.append(f"name is {name!r}; expected 2 to 40 small letters, digits, dots, hyphens or underscores.")
    return faults + role_faults(role, unit)


def role_faults(role: str, unit: str | None) -> list[str]:
    """What is wrong with a role and its unit, for the person at the command line."""
    faults = []
    if role not in ROLES:
        faults.append(f"--role is {role!r}; expected one of {', '.join(ROLES)}.")
    if (role == "unit") != bool(unit):
        faults.append(f"--unit is {unit or 'missing'}; expected a unit's code for the role unit, and for no other.")
    return faults


def password_fault(name: str, password: str) -> str:
    """Why a password cannot be had: `length`, `holds_name`, `common`, or empty.

    Source: NIST SP 800-63B-4 §3.1.1.2: length, not kinds of letters, and a list of what everybody tries.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return "length"
    if name and name in password.lower():
        return "holds_name"
    return "common" if is_common_password(password) else ""


def password_faults(name: str, password: str) -> list[str]:
    """What is wrong with a password, for the person at the command line; it is never repeated."""
    said = {
        "length": f"the password has {len(password)} characters; expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}. "
        "A few words in a row are easy to remember.",
        "holds_name": "the password holds the name; expected one that nobody can guess from it.",
        "common": "the password is one that everybody tries first; expected a few words that do not belong together.",
    }
    fault = password_fault(name, password)
    return [said[fault]] if fault else []


def is_common_password(password: str) -> bool:
    """Whether it is a short piece again and again, a run of the keyboard, or one of the words that are tried first.

    >>> [is_common_password(each) for each in ("123456789012", "matkhau123456", "abcabcabcabc", "bốn từ dễ nhớ đây")]
    [True, True, True, False]
    """
    letters = "".join(letter for letter in password.lower() if letter.isalnum())
    shortest = next((n for n in range(1, 5) if letters == (letters[:n] * len(letters))[: len(letters)]), 0)
    rest = _TRIED_FIRST.sub("", letters)
    return bool(shortest) or len(rest) < FEWEST_OWN_LETTERS


FEWEST_OWN_LETTERS = 4
_TRIED_FIRST = re.compile(
    r"password|passw0rd|matkhau|mậtkhẩu|admin(istrator)?|quantri|quảntrị|hailong|hàilòng|vietnam|việtnam|welcome|letmein|"
    r"qwerty(uiop)?|asdfgh(jkl)?|zxcvbn(m)?|1q2w3e(4r)?(5t)?|abcdefg?h?|abc|(19|20)\d\d|0?123456789?0?|12345?6?|987654321|1{2,}|0{2,}"
)
