"""The register: no unit and no desk in two places."""

from collections.abc import Sequence

from survey_app.checks.finding import BROKEN, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading import read_register
from survey_app.register_conflict import RegisterConflict, register_conflicts

REGISTER = "register"
MOST_NAMED = 3
_SAID = {
    "open": "{what} {code} goes on in {by} and has no last day: give it one",
    "late": "{what} {code} ends after {by} began: give it an earlier last day",
    "two_mains": "{what} {code} goes on by its main part in {by}: mark all but one (một phần) in «Thay cho»",
}


def look_at_register(at: Installation) -> Finding:
    """Whether everything that another took over has ended."""
    with at.engine.connect() as connection:
        return judge_register(register_conflicts(read_register(connection)))


def judge_register(found: Sequence[RegisterConflict]) -> Finding:
    """Of what contradicts itself."""
    if not found:
        return Finding(REGISTER, WELL, "no unit and no desk stands in two places.")
    said = [_SAID[each.reason].format(what=each.what, code=each.code, by=each.by) for each in found[:MOST_NAMED]]
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return Finding(REGISTER, BROKEN, f"{'; '.join(said)}{more}. By a table: hailong import units FILE, or desks.")
