"""What makes a posted form a case: a yes to a question that reports, or the wish to be answered."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from survey_app.answer import YES, Fault
from survey_app.contact import NewContact, is_contact, seal_contact
from survey_app.questionnaire import Questionnaire
from survey_app.submission import Posted, Submission

REPLY, CONTACT, CONSENT = "-reply", "-contact", "-consent"
"""Names that no question can have."""
CASE_FIELDS: Final = frozenset({REPLY, CONTACT, CONSENT})
"""Fields that stand on the form beside the questions."""
ABOUT_MONEY: Final = frozenset({"extra_money"})
"""Questions that report informal payment; other questions that report tell of harassment."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the author wants beyond marking. contact: empty unless there was consent."""

    reply: bool = False
    contact: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to keep in the transaction of its response, sharing nothing with it. code_hash: of the author's code."""

    id: str
    code_hash: str
    kind: str
    queue: str
    text: str
    contact: NewContact | None = None


def parse_wish(posted: Posted, *, wrote: bool) -> tuple[Wish, tuple[Fault, ...]]:
    """Whether the author wants an answer and may be reached, or what is wrong with it.

    Args:
        posted: what was typed; a contact with a fault stays on the page and is kept nowhere.
        wrote: whether the form has any text of the author's or reports something.
    """
    contact = posted[CONTACT].strip()
    wish = Wish(bool(posted[REPLY]) or bool(contact), contact)
    faults = []
    if wish.reply and not wrote:
        faults.append(Fault(REPLY, "nothing_to_answer"))
    if contact and not is_contact(contact):
        faults.append(Fault(CONTACT, "not_contact", value=contact))
    if contact and not posted[CONSENT]:
        faults.append(Fault(CONSENT, "no_consent"))
    return wish, tuple(faults)


def wrote_or_reported(questionnaire: Questionnaire, posted: Posted) -> bool:
    """Whether a form has words of the author's, or a yes to a question that reports."""
    return any(
        (question.kind == "text" and posted[question.code].strip())
        or (question.report and posted[question.code] == YES)
        for question in questionnaire.questions
    )


def reported(questionnaire: Questionnaire, submission: Submission) -> str | None:
    """What a form reports: `payment`, `harassment`, or None."""
    yes = {
        question.code
        for question in questionnaire.questions
        if question.report and submission.answers.get(question.code) == int(YES)
    }
    return ("payment" if yes & ABOUT_MONEY else "harassment") if yes else None


def take_case(
    questionnaire: Questionnaire,
    submission: Submission,
    *,
    on: date,
    key: bytes,
    wish: Wish = Wish(),
    code: str | None = None,
    consent: str = "",
) -> tuple[Submission, NewCase | None]:
    """What is left of a form to be counted, and the case in it; whoever records a form calls this before.

    Of what is counted, no answer to a question that reports is kept, not even a «no»: where the others said no, the one
    who did not would stand out. What was written goes to the case if there is one, and nowhere else.

    Args:
        questionnaire: what was asked.
        submission: the whole form.
        on: the day.
        key: of the installation.
        wish: what the author wants beyond marking; who answers on paper, a shared tablet or through a
            program has none.
        code: the code that the author holds; None makes one that nobody holds.
        consent: the sentence agreed to where there is a contact.
    """
    reports = {question.code for question in questionnaire.questions if question.report}
    answers = {code: answer for code, answer in submission.answers.items() if code not in reports}
    kind = reported(questionnaire, submission)
    if kind is None and not wish.reply:
        return replace(submission, answers=answers), None
    made = secrets.token_urlsafe(12)
    contact = seal_contact(wish.contact, case=made, on=on, consent=consent, key=key) if wish.contact else None
    case = NewCase(
        id=made,
        code_hash=hash_case_code(code or secrets.token_urlsafe(16), key=key),
        kind=kind or "feedback",
        queue="inspector" if kind else "unit",
        text=submission.comment,
        contact=contact,
    )
    return replace(submission, answers=answers, comments={}), case


def hash_case_code(code: str, *, key: bytes) -> str:
    """What the database keeps of the author's code: whoever has the database alone cannot open a case's page."""
    return hmac.digest(key, b"hailong case code v1\x00" + code.encode(), hashlib.sha256).hex()
