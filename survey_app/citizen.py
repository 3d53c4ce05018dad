"""The citizen's addresses: `/` and `/r/{code}`. Requests here are not logged with address or time."""

import asyncio
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, responses
from markupsafe import Markup
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from qr_codes import draw_posters, draw_svg, make_symbol, show_code
from scoring import slot_of
from survey_app.door import Door, new_form_id
from survey_app.links import desk_address, desk_code, desk_poster
from survey_app.pages import accepts_gzip, chosen_language, draw, draw_form, packed_page
from survey_app.questionnaire import Questionnaire
from survey_app.reading import DEMO_DESK, DEMO_LOADED, DeskAtDoor, count_received, read_state
from survey_app.recording import Answered, Recorded
from survey_app.refusal import OUTAGES, RefusedForm, log_outage
from survey_app.submission import MOST_BYTES, Fault, Submission, parse_fields, parse_submission
from survey_app.wording import month_name, translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
FORM_TYPE = "application/x-www-form-urlencoded"
READ = ["GET", "HEAD"]
SECONDS_TO_SEND = 20
ENOUGH_TO_TELL = 10


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
    """What the address of a form says."""
    language = chosen_language(request.query_params.get("lang"))
    return Asked(request.app.state.door, request.path_params["code"], language)


async def form(request: Request) -> responses.Response:
    """The form of a desk, each time with a new id."""
    door, code, language = read_address(request)
    page, form_id, headers = door.form_page(code, language), new_form_id().encode(), {"vary": "accept-encoding"}
    if accepts_gzip(request):
        return responses.HTMLResponse(page.gzipped(form_id), headers=headers | {"content-encoding": "gzip"})
    return responses.HTMLResponse(page.plain(form_id), headers=headers)


async def submit(request: Request) -> responses.Response:
    """Store one form, once; or show every fault with what was typed kept."""
    door, code, language = read_address(request)
    desk = door.desk(code)
    questionnaire = door.questionnaire(desk)
    fields = parse_fields(await read_body(request))
    submission, faults, posted = parse_submission(questionnaire, fields, served_fields=desk.fields)
    form_again = partial(draw_form, desk, questionnaire, address=door.address(desk), language=language, posted=posted)
    if submission is None:
        form_id = new_form_id() if any(fault.field == "id" for fault in faults) else posted["id"]
        return packed_page(request, form_again(form_id=form_id, faults=faults), status=422)
    try:
        recorded = await door.writer.record(_answered(submission, desk, questionnaire, door=door, language=language))
    except OUTAGES as error:
        log_outage(error)
        page = form_again(form_id=submission.id, faults=(Fault("", "not_stored"),))
        return packed_page(request, page, status=503)
    if recorded is Recorded.OTHER:
        return _already_counted(desk, language, status=409)
    if recorded is Recorded.SAME and submission.comment:
        # Nothing tells which comment came with a form, so whether this one is stored cannot be said.
        return _already_counted(desk, language, status=200)
    return responses.RedirectResponse(f"{door.address(desk)}/thanks?lang={language}", status_code=303)


def _answered(
    submission: Submission, desk: DeskAtDoor, questionnaire: Questionnaire, *, door: Door, language: str
) -> Answered:
    now = door.clock()
    return Answered(
        submission,
        unit=desk.unit,
        desk=desk.code,
        local_date=now.date(),
        slot=slot_of(now.time(), door.hours).key,
        questionnaire=questionnaire.version,
        channel="poster",
        language=language,
    )


# Plain routes, for these two carry the crowd: FastAPI's reading of arguments costs as much as all that they do.
HOT_ROUTES = [
    Route(address, endpoint, methods=[method])
    for endpoint, method in ((submit, "POST"), (form, "GET"))
    for address in ("/r/{code}", "/R/{code}")
]


async def read_body(request: Request) -> bytes:
    """The body of a posted form.

    Raises:
        RefusedForm: not a form by its content type, more than `MOST_BYTES`, or not wholly here in `SECONDS_TO_SEND`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise RefusedForm(415, f"content-type is not {FORM_TYPE}")
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise RefusedForm(413, f"the form has more than {MOST_BYTES} bytes")
    except TimeoutError as error:
        raise RefusedForm(408, f"the form did not arrive within {SECONDS_TO_SEND} seconds") from error
    except ClientDisconnect as error:
        raise RefusedForm(400, "the connection ended before the form did") from error
    return bytes(body)


@router.api_route("/r/{code}/thanks", methods=READ)
@router.api_route("/R/{code}/thanks", methods=READ)
def thanks(code: str, door: DoorDep, lang: str | None = None) -> str:
    """Thanks, and how many answered this month up to yesterday: a number that moved now would tell who just did."""
    desk, language = door.desk(code), chosen_language(lang)
    _ = translator(language)
    today = door.clock().date()
    with door.engine.connect() as connection:
        received = count_received(connection, since=today.replace(day=1), until=today, unit=desk.unit)
    counted = _("Ý kiến này được cộng vào kết quả {month} của {unit}.").format(
        month=month_name(today, language), unit=desk.unit_name
    )
    so_far = _("Đến hết hôm qua, tháng này đã có {n} lượt đánh giá.").format(n=received)
    return draw(
        "message.html",
        language,
        where=f"{desk.place}, {desk.unit_name}",
        heading=_("Cảm ơn ông/bà."),
        sentences=[counted, so_far] if received >= ENOUGH_TO_TELL else [counted],
        simulated=desk.simulated,
    )


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
    return responses.Response(draw_posters([desk_poster(door.desk(code), door.settings)]), media_type="application/pdf")


def _demo_desk(door: Door, wanted: str | None) -> DeskAtDoor | None:
    """The demonstration's desk. A real desk's code is on its poster alone, where those who were served stand."""
    today = door.clock().date()
    return next((desk for desk in door.desks.values() if desk.code == wanted and desk.open_on(today)), None)


def _already_counted(desk: DeskAtDoor, language: str, *, status: int) -> responses.Response:
    _ = translator(language)
    page = draw(
        "message.html",
        language,
        where=f"{desk.place}, {desk.unit_name}",
        heading=_("Phiếu này đã được ghi nhận."),
        sentences=[_("Mỗi phiếu chỉ tính một lần, theo lần gửi đầu. Muốn đánh giá lần khác, xin quét lại mã ở quầy.")],
    )
    return responses.HTMLResponse(page, status_code=status)
