"""Cases, their steps, and how to reach their authors."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from survey_app.case import Case, WrongStep
from survey_app.new_case import NewCase
from survey_app.recording.rows import insert_new, table
from survey_app.tables import CaseRow, CaseStepRow, ContactRow


def record_cases(connection: Connection, cases: Sequence[tuple[NewCase, dict[str, Any]]]) -> None:
    """New cases, each with what its response tells of it: unit, language, received, simulated. One known stays as it is."""
    if not cases:
        return
    values = [
        {
            "id": case.id,
            "code_hash": case.code_hash,
            "kind": case.kind,
            "queue": case.queue,
            "text": case.text,
            "state": "received",
            **beside,
        }
        for case, beside in cases
    ]
    new = set(connection.execute(insert_new(connection, CaseRow).returning(table(CaseRow).c.id), values).scalars())
    contacts = [
        {
            "case": case.id,
            "sealed": case.contact.sealed,
            "consent": case.contact.consent,
            "given": case.contact.given,
            "purge_on": case.contact.purge_on,
        }
        for case, _ in cases
        if case.contact is not None and case.id in new
    ]
    if contacts:
        connection.execute(insert(table(ContactRow)), contacts)


def record_step(connection: Connection, case: Case) -> None:
    """The last step of a case, and where it led.

    Raises:
        WrongStep: somebody else made a step meanwhile; nothing is stored.
    """
    step, steps, cases = case.steps[-1], table(CaseStepRow), table(CaseRow)
    values = {"case": case.id, "number": step.number, "on": step.on, "act": step.act, "by": step.by, "note": step.note}
    if not connection.execute(insert_new(connection, CaseStepRow).returning(steps.c.number), [values]).scalars().all():
        raise WrongStep(f"{step.act}: step {step.number} was made by somebody else")
    connection.execute(
        update(cases).where(cases.c.id == case.id).values(state=case.state, answer=case.answer, rating=case.rating)
    )


def purge_contact(connection: Connection, case: str) -> bool:
    """Remove the contact of a case, its consent withdrawn; False if there is none."""
    contacts = table(ContactRow)
    return bool(connection.execute(delete(contacts).where(contacts.c.case == case)).rowcount)
