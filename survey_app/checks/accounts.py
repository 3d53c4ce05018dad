"""Whether anybody can let others in."""

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.health import count_accounts

ACCOUNTS = "accounts"
HOW = "hailong user add NAME --role administrator"


def look_at_accounts(at: Installation) -> Finding:
    """Whether an administrator can sign in."""
    with at.engine.connect() as connection:
        return judge_accounts(*count_accounts(connection))


def judge_accounts(people: int, administrators: int) -> Finding:
    """Of the accounts that are open, and those of them that are administrators."""
    if not people:
        return Finding(ACCOUNTS, LOOK, f"nobody can sign in yet. Make the first: {HOW}")
    if not administrators:
        return Finding(ACCOUNTS, BROKEN, f"{people} are open, none of them an administrator's. Make one: {HOW}")
    return Finding(ACCOUNTS, WELL, f"{people} are open, {administrators} of them administrators'.")
