"""`/office/cases`: the queue of a role, and a case with what may be done next."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses

from scoring import OfficeBook
from survey_app.case import AUTHOR, LONGEST_WORDS, OPEN, STAFF_ACTS, STATES, Case, Step, WrongStep, queue_of
from survey_app.case_deadline import due_on, is_overdue
from survey_app.case_words import copies_left, kind_name, state_name, step_name
from survey_app.contact import LostContact, open_contact
from survey_app.event_changes import kept_list
from survey_app.reading.cases import read_case, read_cases, read_contact, read_handlers
from survey_app.reading.office_hours import read_office_book
from survey_app.reading.people import read_accounts, read_unit_names, read_units_above
from survey_app.reading.withdrawals import read_open_withdrawals
from survey_app.recording.cases import purge_contact, record_step
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.withdrawal import ERASE, WITHDRAW, withdrawn_file
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
READ = ["GET", "HEAD"]
SHOWN = {"open": OPEN, "done": frozenset(STATES) - OPEN}
HANDLING_ROLES = {"unit": ("unit", "home_affairs"), "inspector": ("inspector",)}

Reader = Annotated[User, Depends(allowed("read_cases"))]
Handler = Annotated[User, Depends(allowed("handle_cases"))]


class NoSuchCase(Exception):
    """There is none of this id in what this person sees; whether it exists elsewhere is not told."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the list: what it is, until when, whether late."""

    case: Case
    unit_name: str
    kind: str
    state: str
    due: date | None
    overdue: bool


@router.api_route("/cases", methods=READ)
def queue(request: Request, user: Reader, door: StaffDep, state: str = "open") -> responses.Response:
    """The cases of a person's queue, those late first, then by the day they are due; their first words are read, so it is an event."""
    states = SHOWN.get(state, OPEN)
    with door.engine.begin() as connection:
        cases = read_cases(connection, queue=queue_of(user) or "", units=user.units, states=states)
        withdrawn = [
            each
            for each in read_open_withdrawals(connection, today=door.today())
            if read_case(connection, each.case, queue=queue_of(user) or "", units=user.units)
        ]
        names, book = read_unit_names(connection), read_office_book(connection)
        if cases:
            about = "done" if state == "done" else "open"
            door.audit(connection, user, "look_at_cases", about, cases=kept_list(case.id for case in cases))
    _, today = translator(page_language(request)), door.today()
    lines = [_line(case, names, book, _, today=today) for case in cases]
    lines.sort(key=lambda line: (not line.overdue, line.due or date.max, line.case.received))
    late = sum(line.overdue for line in lines)
    return office_page(
        request,
        "cases.html",
        lines=lines,
        late=late,
        shown="done" if state == "done" else "open",
        withdrawn=withdrawn,
        copies_left=copies_left,
        today=today,
    )


def _line(case: Case, names: dict[str, str], book: OfficeBook, _: Translate, *, today: date) -> Line:
    return Line(
        case,
        names[case.unit],
        kind_name(case.kind, _),
        state_name(case.state, _),
        due_on(case, book),
        is_overdue(case, book, today=today),
    )


@router.api_route("/cases/{case}", methods=READ)
def look(case: str, request: Request, user: Reader, door: StaffDep) -> responses.Response:
    """One case; that somebody looked at it is an event."""
    with door.engine.begin() as connection:
        found = _seen(read_case(connection, case, queue=queue_of(user) or "", units=user.units))
        door.audit(connection, user, "look_at_case", found.id)
    return _page(request, door, user, found)


@router.post("/cases/{case}/contact")
def contact(case: str, request: Request, user: Handler, door: StaffDep) -> responses.Response:
    """How to reach the author, for who handles the case; each look is an event."""
    with door.engine.begin() as connection:
        found = _seen(read_case(connection, case, queue=queue_of(user) or "", units=user.units))
        if found.handler != user.name:
            raise WrongStep("only who handles the case sees how to reach its author")
        kept = read_contact(connection, found.id)
        door.audit(connection, user, "look_at_contact", found.id)
    _ = translator(page_language(request))
    try:
        key = door.settings.secret_key
        said = open_contact(kept.sealed, case=found.id, key=key) if kept else _("Người viết đã rút lại liên hệ.")
    except LostContact:
        said = _("Không mở được liên hệ: khóa của hệ thống đã đổi. Xin báo người quản trị.")
    return _page(request, door, user, found, shown_contact=said)


@router.post("/cases/{case}/withdraw")
def withdraw(case: str, request: Request, user: Handler, door: StaffDep) -> responses.Response:
    """The author withdrew by telephone or at the desk: the contact goes at once."""
    del request
    with door.engine.begin() as connection:
        found = _seen(read_case(connection, case, queue=queue_of(user) or "", units=user.units))
        if purge_contact(connection, found.id):
            door.audit(connection, user, WITHDRAW, found.id)
            withdrawn_file(door.settings.data_dir).add(found.id, on=door.today())
    return responses.RedirectResponse(f"/office/cases/{found.id}", status_code=303)


@router.post("/cases/{case}/copies")
def copies(case: str, request: Request, user: Handler, door: StaffDep) -> responses.Response:
    """Somebody says that no copy of a withdrawn contact is left outside of the record."""
    del request
    with door.engine.begin() as connection:
        found = _seen(read_case(connection, case, queue=queue_of(user) or "", units=user.units))
        if read_open_withdrawals(connection, today=door.today(), case=found.id):
            door.audit(connection, user, ERASE, found.id)
    return responses.RedirectResponse(f"/office/cases/{found.id}", status_code=303)


@router.post("/cases/{case}/{act}")
async def act(
    case: str, act: str, *, request: Request, user: Handler, door: StaffDep, fields: FieldsDep
) -> responses.Response:
    """Give the case to somebody, answer, reject or close it."""
    note = fields.get("note", "")
    return await asyncio.to_thread(_act, request, door, user, case=case, act=act, note=note, at=fields.get("steps", ""))


def _act(
    request: Request, door: StaffDoor, user: User, *, case: str, act: str, note: str, at: str
) -> responses.Response:
    with door.engine.begin() as connection:
        found = _seen(read_case(connection, case, queue=queue_of(user) or "", units=user.units))
        if act not in STAFF_ACTS or at != str(len(found.steps)):
            raise WrongStep(f"{act} of a page with {at!r} steps")
        if act == "assign" and note not in _handlers(door, found):
            raise WrongStep("the account cannot handle this case")
        try:
            after = found.after(act, on=door.today(), by=user.name, note=note)
        except ValueError:
            after = None
            door.audit(connection, user, "look_at_case", found.id)  # which the page shows again
        else:
            record_step(connection, after)
            door.audit(connection, user, f"{act}_case", found.id)
    if after is None:
        return _page(request, door, user, found, fault=act, typed=note[:LONGEST_WORDS], status=422)
    return responses.RedirectResponse(f"/office/cases/{found.id}", status_code=303)


def _seen(case: Case | None) -> Case:
    if case is None:
        raise NoSuchCase
    return case


def _handlers(door: StaffDoor, case: Case) -> dict[str, str]:
    with door.engine.connect() as connection:
        return read_handlers(connection, HANDLING_ROLES[case.queue], read_units_above(connection, case.unit))


def _page(
    request: Request,
    door: StaffDoor,
    user: User,
    case: Case,
    *,
    fault: str = "",
    typed: str = "",
    shown_contact: str = "",
    status: int = 200,
) -> responses.HTMLResponse:
    _ = translator(page_language(request))
    with door.engine.connect() as connection:
        names, book = read_unit_names(connection), read_office_book(connection)
        people = {account.name: account.shown_name for account in read_accounts(connection)}
        has_contact = read_contact(connection, case.id) is not None
        withdrawn = read_open_withdrawals(connection, today=door.today(), case=case.id)
    steps = [
        (step.on, _said(step, people, _), _("người viết") if step.by == AUTHOR else people.get(step.by, step.by),
         "" if step.act == "assign" else step.note)
        for step in case.steps
    ]  # fmt: skip
    return office_page(
        request,
        "case.html",
        path=f"/office/cases/{case.id}",
        status=status,
        line=_line(case, names, book, _, today=door.today()),
        case=case,
        steps=steps,
        possible=case.possible & STAFF_ACTS if user.may("handle_cases") else frozenset(),
        handles=case.handler == user.name,
        handlers=_handlers(door, case),
        has_contact=has_contact,
        may_handle=user.may("handle_cases"),
        withdrawn=withdrawn[0] if withdrawn else None,
        copies_left=copies_left,
        seen_by=[people.get(name, name) for each in withdrawn for name in each.seen_by],
        today=door.today(),
        shown_contact=shown_contact,
        fault=fault,
        typed=typed,
        most=LONGEST_WORDS,
    )


def _said(step: Step, people: dict[str, str], _: Translate) -> str:
    """What a step did; of giving a case away, to whom."""
    name = step_name(step.act, _)
    if step.act != "assign":
        return name
    return f"{name}: {people[step.note]} ({step.note})" if step.note in people else f"{name}: {step.note}"


async def office_refusal(request: Request, error: Exception) -> responses.Response:
    """The page for a case that this person does not see, or that somebody else moved on meanwhile."""
    _ = translator(page_language(request))
    if isinstance(error, NoSuchCase):
        status, heading = 404, _("Không có việc này.")
        sentence = _("Có thể việc thuộc hàng chờ khác, hoặc địa chỉ bị gõ nhầm.")
    else:
        status, heading = 409, _("Việc này vừa có thay đổi.")
        sentence = _("Chưa có gì được ghi. Xin mở lại trang rồi làm lại.")
    return office_page(request, "message.html", status=status, heading=heading, sentences=[sentence])


OFFICE_REFUSALS = (NoSuchCase, WrongStep)
