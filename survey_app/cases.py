"""The author's page of a case: `/c/{code}`. Requests here are not logged with address or time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, responses
from limits import RateLimitItemPerMinute

from qr_codes import BadCode, read_case_code, show_code
from scoring import OfficeBook
from survey_app.case import AUTHOR, LONGEST_WORDS, WORST, Case, WrongStep
from survey_app.case_deadline import due_on
from survey_app.case_words import kind_name, state_name, step_name, where_it_stands
from survey_app.new_case import hash_case_code
from survey_app.pages import chosen_language, draw
from survey_app.reading.cases import KeptContact, read_case_of_code, read_contact
from survey_app.reading.office_hours import read_office_book
from survey_app.reading.people import read_unit_names
from survey_app.recording.cases import purge_contact, record_step
from survey_app.recording.people import record_audit
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor
from survey_app.typed_number import typed_number
from survey_app.withdrawal import WITHDRAW, withdrawn_file
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
READ = ["GET", "HEAD"]
GUESSES = RateLimitItemPerMinute(30, 15)
"""Codes that are nobody's, tried from one address in a quarter of an hour."""


class UnknownCase(Exception):
    """No case has this code, or its code was mistyped."""


class TooManyGuesses(Exception):
    """This address tried too many codes that are nobody's."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as its author opened it."""

    code: str
    case: Case
    contact: KeptContact | None
    unit_name: str
    book: OfficeBook


def _open(door: StaffDoor, request: Request, typed: str) -> Opened:
    address = door.address(request)
    if not door.tries.test(GUESSES, "case", address):
        raise TooManyGuesses
    found = _find(door, typed)
    if found is None:
        door.tries.hit(GUESSES, "case", address)
        raise UnknownCase
    return found


def _find(door: StaffDoor, typed: str) -> Opened | None:
    try:
        code = read_case_code(typed)
    except BadCode:
        return None
    with door.engine.connect() as connection:
        case = read_case_of_code(connection, hash_case_code(code, key=door.settings.secret_key))
        if case is None:
            return None
        unit_name, book = read_unit_names(connection)[case.unit], read_office_book(connection)
        return Opened(code, case, read_contact(connection, case.id), unit_name, book)


@router.api_route("/c", methods=READ)
@router.api_route("/c/", methods=READ)
def find(lang: str | None = None, code: str = "") -> responses.Response:
    """Where a code that was written down is typed in."""
    language = chosen_language(lang)
    if code.strip():
        typed = "".join(letter for letter in code if letter.isascii() and letter.isalnum())
        return responses.RedirectResponse(f"/c/{typed or '0'}?lang={language}", status_code=303)
    return responses.HTMLResponse(draw("case_find.html", language, heading="", sentences=[]))


@router.api_route("/c/{code}", methods=READ)
@router.api_route("/C/{code}", methods=READ)
def state(code: str, request: Request, door: StaffDep, lang: str | None = None) -> responses.Response:
    """Where a case stands, what was done by day, the answer, and what its author may say to it."""
    return _page(_open(door, request, code), chosen_language(lang))


@router.post("/c/{code}")
@router.post("/C/{code}")
async def speak(
    code: str, request: Request, door: StaffDep, fields: FieldsDep, lang: str | None = None
) -> responses.Response:
    """The author rates the answer, says that it did not help, or takes the consent back."""
    language = chosen_language(lang)
    opened = await asyncio.to_thread(_open, door, request, code)
    if fields.get("act") == "withdraw":
        await asyncio.to_thread(_withdraw, door, opened.case.id)
    else:
        try:
            await asyncio.to_thread(_record, door, _spoken(opened.case, fields, on=door.today()))
        except (WrongStep, ValueError):
            _ = translator(language)
            fault = _("Ông/bà chưa chọn mức cho câu trả lời, hoặc câu trả lời đã được đánh giá.")
            return _page(opened, language, fault=fault, status=422)
    return responses.RedirectResponse(f"/c/{opened.code}?lang={language}", status_code=303)


def _spoken(case: Case, fields: Mapping[str, str], *, on: date) -> Case:
    """The case after what its author said.

    Raises:
        WrongStep, ValueError: as `Case.after`.
    """
    rating = typed_number(fields.get("rating", ""))
    act = "return" if fields.get("unsolved") else "rate"
    note = fields.get("note", "")[:LONGEST_WORDS]
    return case.after(act, on=on, by=AUTHOR, note=note, rating=WORST - 1 if rating is None else rating)


def _record(door: StaffDoor, case: Case) -> None:
    with door.engine.begin() as connection:
        record_step(connection, case)


def _withdraw(door: StaffDoor, case: str) -> None:
    """Remove the contact; the event has the day, not the minute at which its author was at the page."""
    midnight = door.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    with door.engine.begin() as connection:
        if purge_contact(connection, case):
            record_audit(connection, midnight, AUTHOR, WITHDRAW, case)
            withdrawn_file(door.settings.data_dir).add(case, on=midnight.date())


def _page(opened: Opened, language: str, *, fault: str = "", status: int = 200) -> responses.HTMLResponse:
    _, case = translator(language), opened.case
    steps = [(step.on, step_name(step.act, _), _words(step.act, step.note)) for step in case.steps]
    page = draw(
        "case.html",
        language,
        code=show_code(opened.code),
        address=f"/c/{opened.code}",
        unit_name=opened.unit_name,
        case=case,
        kind=kind_name(case.kind, _),
        state=state_name(case.state, _),
        sentence=where_it_stands(case, _),
        steps=[(case.received, state_name("received", _), ""), *steps],
        due=due_on(case, opened.book),
        contact=opened.contact,
        may_rate="rate" in case.possible,
        may_return="return" in case.possible,
        simulated=case.simulated,
        fault=fault,
    )
    return responses.HTMLResponse(page, status)


def _words(act: str, note: str) -> str:
    """What the author reads of a step: the answer and the reason, not who was given the case."""
    return "" if act == "assign" else note


async def case_refusal(request: Request, error: Exception) -> responses.Response:
    """The page for a code that is nobody's; where it was mistyped, it can be typed again."""
    language = chosen_language(request.query_params.get("lang"))
    _ = translator(language)
    if isinstance(error, TooManyGuesses):
        status, heading, sentences = 429, _("Đã thử quá nhiều mã."), [_("Xin chờ 15 phút rồi thử lại.")]
    else:
        status, heading = 404, _("Không có việc nào mang mã này.")
        sentences = [_("Mã có thể bị gõ nhầm một chữ. Xin xem lại mã đã chép hoặc đã chụp rồi gõ lại.")]
    return responses.HTMLResponse(draw("case_find.html", language, heading=heading, sentences=sentences), status)


CASE_REFUSALS = (UnknownCase, TooManyGuesses)
