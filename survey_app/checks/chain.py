"""The chain of sealed answers."""

from survey_app.checks.finding import BROKEN, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading import read_last_seal
from survey_app.seal import Seal
from survey_app.upkeep import check_chain

CHAIN = "chain of answers"


def look_at_chain(at: Installation) -> Finding:
    """Whether every sealed answer is as it was."""
    if not at.settings.secret_key:
        return Finding(CHAIN, BROKEN, "it cannot be verified without the installation's key.")
    with at.engine.connect() as connection:
        return judge_chain(check_chain(connection, key=at.settings.secret_key), read_last_seal(connection))


def judge_chain(fault: str | None, last: Seal | None) -> Finding:
    """Of the first broken link, in words, or the last one."""
    if fault:
        told = f"the first broken link is {fault}. Keep a copy of the database, then compare it with the last backup."
        return Finding(CHAIN, BROKEN, told)
    if last is None:
        return Finding(CHAIN, WELL, "no slot has been sealed yet.")
    told = f"{last.number} links, all as sealed. The last is {last.digest[:16]}…: note it outside of this machine."
    return Finding(CHAIN, WELL, told)
