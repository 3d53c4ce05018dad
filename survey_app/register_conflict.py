"""What of the register stands in two places: a unit or a desk that another took over, and that goes on all the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.register import Catalogue


@dataclass(frozen=True, slots=True)
class RegisterConflict:
    """what: "unit" or "desk". code: of the one that was taken over; by: who took it over, parted by commas.

    reason: "open", it has no end; "late", it ends after the other began; "two_mains", several have its main part.
    """

    what: str
    code: str
    by: str
    reason: str


def register_conflicts(register: Catalogue) -> tuple[RegisterConflict, ...]:
    """Everything that contradicts itself; a change by page or command never makes any, nor does a table that comes in."""
    return (*_of_units(register), *_of_desks(register))


def _of_units(register: Catalogue) -> Iterator[RegisterConflict]:
    for old in dict.fromkeys(link.old for link in register.successors):
        links = register.successors_of(old)
        mains = [link.new for link in links if link.part == "main"]
        if register.unit[old].valid_to is None:
            yield RegisterConflict("unit", old, ", ".join(link.new for link in links), "open")
        if len(mains) > 1:
            yield RegisterConflict("unit", old, ", ".join(mains), "two_mains")


def _of_desks(register: Catalogue) -> Iterator[RegisterConflict]:
    desks = {desk.code: desk for desk in register.desks}
    for desk in register.desks:
        if desk.followed_by is None:
            continue
        if desk.valid_to is None:
            yield RegisterConflict("desk", desk.code, desk.followed_by, "open")
        # A desk online goes on in one that may have stood before.
        elif desk.kind != "online" and desks[desk.followed_by].starts < desk.valid_to:
            yield RegisterConflict("desk", desk.code, desk.followed_by, "late")
