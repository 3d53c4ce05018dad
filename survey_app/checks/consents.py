"""Consents that were withdrawn, and copies of contacts that must be erased by a day."""

from collections.abc import Sequence
from datetime import date

from survey_app.checks.finding import BROKEN, LOOK, WELL, Finding
from survey_app.checks.installation import Installation
from survey_app.reading.withdrawals import read_open_withdrawals
from survey_app.withdrawal import Withdrawal

CONSENTS = "consents"


def look_at_consents(at: Installation) -> Finding:
    """Whether any copy of a withdrawn contact is still to be erased."""
    with at.engine.connect() as connection:
        return judge_consents(read_open_withdrawals(connection, today=at.now.date()), at.now.date())


def judge_consents(withdrawn: Sequence[Withdrawal], today: date) -> Finding:
    """Of the withdrawals after which nobody has said that every copy is gone, the oldest first."""
    late = [each for each in withdrawn if each.days_left(today) < 0]
    where = "Who looked at them is named at /office/cases; it is said there that a copy is erased."
    if late:
        told = f"{len(late)} withdrawn contacts may still be copied somewhere, after the law's last day. {where}"
        return Finding(CONSENTS, BROKEN, told)
    if withdrawn:
        told = f"copies of {len(withdrawn)} withdrawn contacts must be erased, the first by {withdrawn[0].last_day:%d/%m/%Y}. {where}"
        return Finding(CONSENTS, LOOK, told)
    return Finding(CONSENTS, WELL, "no copy of a withdrawn contact is to be erased.")
