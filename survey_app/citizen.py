"""The citizen's addresses: `/` and `/r/{code}`. Requests here are not logged with address or time."""

import asyncio
import secrets
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, responses
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.routing import Route

from qr_codes import (
    BadCode,
    draw_sheets,
    draw_svg,
    make_case_code,
    make_symbol,
    read_case_code,
    read_code,
    show_code,
)
from scoring import slot_of
from survey_app.body import read_body
from survey_app.case_words import consent_sentence
from survey_app.channel import OF_CODE, SHARED_OR_STAFF
from survey_app.door import Door, UnknownDesk, UsedCard
from survey_app.integrity import Circumstances, find_flags, is_within
from survey_app.limiter import address_of
from survey_app.links import desk_address, desk_code, desk_sheet
from survey_app.new_case import (
    CASE_FIELDS,
    Wish,
    hash_case_code,
    parse_wish,
    reported,
    take_case,
    wrote_or_reported,
)
from survey_app.pages import accepts_gzip, chosen_language, draw, draw_form, packed_page
from survey_app.questionnaire import Questionnaire
from survey_app.reading import DEMO_DESK, DEMO_LOADED, DeskAtDoor, count_received, read_state
from survey_app.reading.cases import read_case_of_code
from survey_app.reading.comments import read_texts
from survey_app.recording import Answered, Recorded
from survey_app.recording.cases import record_cases
from survey_app.recording.comments import record_comments
from survey_app.recording.responses import beside_case, beside_comment
from survey_app.refusal import OUTAGES, log_outage
from survey_app.seal import seal_comments
from survey_app.submission import Fault, Posted, Submission, parse_fields, parse_submission
from survey_app.ticket import BadTicket, Ticket, read_ticket
from survey_app.wording import month_name, translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
READ = ["GET", "HEAD"]
ENOUGH_TO_TELL = 10
AGAIN = "again"
"""In the address of a form that is only to be shown in the other language, with what was typed; nothing of it is kept."""
DEVICE_COOKIE = "hl"
COUNTED_BEFORE = frozenset({Recorded.SAME, Recorded.OTHER})
"""The marks stand as they were first sent. Words in the form are kept all the same: none is lost to a resend, none doubled."""


async def the_door(request: Request) -> Door:
    """The door that this server opened at its start. Not a plain function: FastAPI would run that in a thread."""
    door: Door = request.app.state.door
    return door


DoorDep = Annotated[Door, Depends(the_door)]


class Asked(NamedTuple):
    """Where a request is addressed: whose door, which code, which language."""

    door: Door
    code: str
    language: str


def read_address(request: Request) -> Asked:
    """What the address of a form says; the code in its one spelling.

    Raises:
        UnknownDesk: it is no code.
    """
    code, language = request.path_params["code"], chosen_language(request.query_params.get("lang"))
    try:
        return Asked(request.app.state.door, read_code(code), language)
    except BadCode as error:
        raise UnknownDesk(code) from error


async def form(request: Request) -> responses.Response:
    """The form of a code, each time with a new ticket."""
    door, code, language = read_address(request)
    desk = await door.scanned(code)
    if desk.kind == "tablet":
        return responses.RedirectResponse(f"/k/{code}", status_code=307)
    if request.method == "GET":
        door.count_scan(desk)
    page = door.form_page(desk, language)
    ticket = door.issue_ticket(desk, source=request.query_params.get("source", "")).encode()
    headers = {"vary": "accept-encoding"}
    if accepts_gzip(request):
        return responses.HTMLResponse(page.gzipped(ticket), headers=headers | {"content-encoding": "gzip"})
    return responses.HTMLResponse(page.plain(ticket), headers=headers)


async def submit(request: Request) -> responses.Response:
    """Store one form, once; or show every fault with what was typed kept."""
    door, code, language = read_address(request)
    sent = await read_form(request, door, code)
    desk, questionnaire = sent.desk, sent.questionnaire
    form_again = partial(draw_form, desk, questionnaire, address="", language=language, posted=sent.posted)
    if sent.submission is None or AGAIN in request.query_params:
        status = 422 if sent.faults else 200
        return packed_page(request, form_again(form_id=sent.ticket_text, faults=sent.faults), status=status)
    answered = answered_now(request, door, sent, language=language)
    try:
        recorded = await door.writer.record(answered)
        words = recorded not in COUNTED_BEFORE or await asyncio.to_thread(_keep_words, door, sent, answered)
    except OUTAGES as error:
        log_outage(error)
        page = form_again(form_id=sent.ticket_text, faults=(Fault("", "not_stored"),))
        return packed_page(request, page, status=503)
    if recorded is Recorded.USED_CARD:
        raise UsedCard(code)
    if answered.case is None and (recorded is Recorded.OTHER or not words):
        kept = words and bool(answered.comments)
        return _already_counted(desk, language, status=409 if recorded is Recorded.OTHER else 200, words_kept=kept)
    case = f"&case={sent.case_code}" if sent.case_code else ""
    answer = responses.RedirectResponse(f"/r/{code}/thanks?lang={language}{case}", status_code=303)
    remember_device(answer, request, door)
    return answer


async def tap(request: Request) -> responses.Response:
    """Keep the main answer of an open form while the rest is filled in; the form sent whole takes its place."""
    door, code, language = read_address(request)
    sent = await read_form(request, door, code, only_main=True)
    if sent.submission is None:
        return responses.PlainTextResponse("faults", status_code=422)
    answer = responses.Response(status_code=204)
    try:
        await door.writer.record(replace(answered_now(request, door, sent, language=language), tapped=True))
    except OUTAGES as error:
        log_outage(error)
        return responses.PlainTextResponse("not stored", status_code=503)
    remember_device(answer, request, door)
    return answer


@dataclass(frozen=True, slots=True)
class Sent:
    """A posted form: through what it was opened, what was typed, and the answers or every fault."""

    ticket_text: str
    ticket: Ticket | None
    desk: DeskAtDoor
    questionnaire: Questionnaire
    submission: Submission | None
    faults: tuple[Fault, ...]
    posted: Posted
    wish: Wish

    @property
    def case_code(self) -> str | None:
        """The code of the case that this form asks for, the same each time it is sent; None if it asks for none."""
        if self.submission is None or self.ticket is None:
            return None
        asks = self.wish.reply or reported(self.questionnaire, self.submission) is not None
        return make_case_code(self.ticket.case_secret) if asks else None


async def read_form(request: Request, door: Door, code: str, *, only_main: bool = False) -> Sent:
    """What was posted. A form without a good ticket gets a new one if its code still holds, and is shown again.

    Raises:
        UnreadableForm, RefusedForm: it is no form.
        UnknownDesk, ReplacedCode, ClosedDesk, PastCode, UsedCard: neither ticket nor code is good.
    """
    fields = parse_fields(await read_body(request))
    ticket_text = next((value for name, value in fields if name == "id"), "")
    try:
        ticket = read_ticket(ticket_text, key=door.settings.secret_key, at=door.clock())
        desk, faults = await door.desk_of(ticket), ()
    except BadTicket:
        ticket, desk = None, await door.scanned(code)
        ticket_text, faults = door.issue_ticket(desk), (Fault("id", "bad_id"),)
    questionnaire = door.questionnaire(desk, version=ticket.version if ticket else "")
    if only_main:
        main = questionnaire.main
        questionnaire = replace(questionnaire, questions=(main,) if main else ())
    submission, found, posted = parse_submission(
        questionnaire,
        fields,
        served_fields=desk.fields,
        form_id=ticket.response_id if ticket else "-",
        beside=CASE_FIELDS,
    )
    wish, wish_faults = parse_wish(posted, wrote=wrote_or_reported(questionnaire, posted))
    faults = (*faults, *found, *(() if only_main else wish_faults))
    return Sent(ticket_text, ticket, desk, questionnaire, None if faults else submission, faults, posted, wish)


def _keep_words(door: Door, sent: Sent, answered: Answered) -> bool:
    """Keep the case and comments of a form whose marks were counted before; whether the record now has its comments.

    A case is known by its code and a comment by its id, both of them hashes of the form's own; what is known stays as it
    is. Words that went into a case go nowhere else, also where the form is sent again without asking for an answer.
    """
    if answered.case is None and not answered.comments:
        return True
    with door.engine.begin() as connection:
        if answered.case is not None:
            record_cases(connection, [(answered.case, beside_case(answered))])
        elif _has_case(door, sent, connection):
            return False
        record_comments(connection, [(comment, beside_comment(answered)) for comment in answered.comments])
        said = {comment.id: comment.text for comment in answered.comments}
        return read_texts(connection, said) == said


def _has_case(door: Door, sent: Sent, connection: Connection) -> bool:
    """Whether this form made a case before."""
    if sent.ticket is None:
        return False
    code = make_case_code(sent.ticket.case_secret)
    return read_case_of_code(connection, hash_case_code(code, key=door.settings.secret_key)) is not None


def answered_now(request: Request, door: Door, sent: Sent, *, language: str) -> Answered:
    """The answers with where, when and how they came; nothing of the request itself is kept."""
    submission, desk, now = sent.submission, sent.desk, door.clock()
    if submission is None or sent.ticket is None:
        raise ValueError("sent.submission is None, must be an accepted form.")
    submission, case = take_case(
        sent.questionnaire,
        submission,
        on=now.date(),
        key=door.settings.secret_key,
        wish=sent.wish,
        code=sent.case_code,
        consent=consent_sentence(translator(language)),
    )
    channel = OF_CODE[desk.kind]
    cookie = request.cookies.get(DEVICE_COOKIE, "")
    came = Circumstances(
        channel,
        seconds=(now - sent.ticket.opened).total_seconds(),
        in_hours=door.just_served(desk.unit),
        from_staff=is_within(address_of(request.scope, door.settings), door.settings.staff_networks),
        burst=door.recent.is_burst(desk.code, submission.id, at=time.monotonic()),
        honeypot=submission.honeypot,
    )
    return Answered(
        submission,
        unit=desk.unit,
        desk=desk.code,
        local_date=now.date(),
        slot=slot_of(now.time(), door.hours).key,
        questionnaire=sent.questionnaire.version,
        channel=channel,
        language=language,
        source=sent.ticket.source,
        flags=find_flags(sent.questionnaire.ratings_in(submission.answers), came),
        comments=seal_comments(submission.comments, key=door.settings.secret_key, id_of=sent.ticket.comment_id),
        card=desk.card,
        device=door.device_hash(cookie) if cookie and channel not in SHARED_OR_STAFF else None,
        case=case,
    )


def remember_device(answer: responses.Response, request: Request, door: Door) -> None:
    """Give the browser a random cookie for a day, so that another answer from it today can be flagged."""
    if DEVICE_COOKIE not in request.cookies:
        secure = "; Secure" if door.settings.public_url.startswith("https:") else ""
        # For every path: a browser tells /R/, as it is printed, from /r/. As text: http.cookies takes longer to write it.
        cookie = (
            f"{DEVICE_COOKIE}={secrets.token_urlsafe(12)}; Max-Age=86400; Path=/; HttpOnly; SameSite=strict{secure}"
        )
        answer.headers.append("set-cookie", cookie)


# Plain routes, for these two carry the crowd: FastAPI's reading of arguments costs as much as all that they do.
HOT_ROUTES = [
    Route(f"/{letter}/{{code}}{rest}", endpoint, methods=[method])
    for endpoint, method, rest in ((submit, "POST", ""), (form, "GET", ""), (tap, "POST", "/tap"))
    for letter in "rR"
]


@router.api_route("/r/{code}/thanks", methods=READ)
@router.api_route("/R/{code}/thanks", methods=READ)
def thanks(code: str, door: DoorDep, lang: str | None = None, case: str = "") -> str:
    """Thanks, and how many answered this month up to yesterday: a number that moved now would tell who just did.

    `case` is the code of a case that the form asked for, to be written down.
    """
    desk, language = door.desk_thanked(code), chosen_language(lang)
    _ = translator(language)
    today, shown = door.clock().date(), _case_shown(case)
    with door.engine.connect() as connection:
        received = count_received(connection, since=today.replace(day=1), until=today, units=(desk.unit,))
    counted = _("Ý kiến này được cộng vào kết quả {month} của {unit}.").format(
        month=month_name(today, language), unit=desk.unit_name
    )
    so_far = _("Đến hết hôm qua, tháng này đã có {n} lượt đánh giá.").format(n=received)
    return draw(
        "thanks.html",
        language,
        where=f"{desk.place}, {desk.unit_name}",
        case=shown,
        heading=_("Cảm ơn ông/bà."),
        keep=f"&case={shown[0]}" if shown else "",
        sentences=[counted, so_far] if received >= ENOUGH_TO_TELL else [counted],
        simulated=desk.simulated,
    )


def _case_shown(typed: str) -> tuple[str, str] | None:
    """A case's code as it stands in its address, and as it is written down."""
    try:
        code = read_case_code(typed)
    except BadCode:
        return None
    return code, show_code(code)


@router.api_route("/", methods=READ)
def start(door: DoorDep, request: Request, lang: str | None = None) -> str:
    """What this is, the demonstration's desk to scan or click, and where the dashboards are."""
    language = chosen_language(lang)
    with door.engine.connect() as connection:
        simulated = bool(read_state(connection, DEMO_LOADED))
        desk = _demo_desk(door, read_state(connection, DEMO_DESK))
    code = desk_code(desk, door.settings) if desk else ""
    address = desk_address(desk, door.settings) if desk else ""
    return draw(
        "start.html",
        language,
        desk=desk,
        simulated=simulated,
        loopback=door.settings.loopback,
        dashboards=request.app.state.dashboards,
        form_address=f"/r/{code}?lang={language}",
        poster_address=f"/r/{code}/poster.pdf",
        shown_code=show_code(code) if desk else "",
        symbol=Markup(draw_svg(make_symbol(address), title=address)) if desk else "",  # noqa: S704 - our own drawing
    )


@router.api_route("/r/{code}/poster.pdf", methods=READ)
@router.api_route("/R/{code}/poster.pdf", methods=READ)
def poster(code: str, door: DoorDep) -> responses.Response:
    """The A5 sheet of a desk, ready to print."""
    return responses.Response(draw_sheets([desk_sheet(door.desk(code), door.settings)]), media_type="application/pdf")


def _demo_desk(door: Door, wanted: str | None) -> DeskAtDoor | None:
    """The demonstration's desk. A real desk's code is on its poster alone, where those who were served stand."""
    today = door.clock().date()
    return next((desk for desk in door.desks.values() if desk.code == wanted and desk.open_on(today)), None)


def _already_counted(desk: DeskAtDoor, language: str, *, status: int, words_kept: bool) -> responses.Response:
    _ = translator(language)
    once = _("Mỗi phiếu chỉ tính một lần, theo lần gửi đầu. Muốn đánh giá lần khác, xin quét lại mã ở quầy.")
    page = draw(
        "message.html",
        language,
        where=f"{desk.place}, {desk.unit_name}",
        heading=_("Phiếu này đã được ghi nhận."),
        sentences=[_("Lời ông/bà viết đã được giữ."), once] if words_kept else [once],
    )
    return responses.HTMLResponse(page, status_code=status)
