"""The citizen's addresses: `/` and `/r/{code}`. Requests here are not logged with address or time."""

from datetime import timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, responses
from markupsafe import Markup
from starlette.routing import Route

from qr_codes import draw_posters, draw_svg, make_symbol, show_code
from scoring import slot_of
from survey_app.door import ClosedDesk, Door, UnknownDesk, new_form_id
from survey_app.links import desk_address, desk_code, desk_poster
from survey_app.pages import chosen_language, draw, draw_form
from survey_app.reading import DEMO_LOADED, DeskAtDoor, count_received, read_state
from survey_app.recording import Answered, Recorded
from survey_app.submission import MOST_BYTES, UnreadableForm, parse_fields, parse_submission
from survey_app.wording import month_name, translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
FORM_TYPE = "application/x-www-form-urlencoded"
ENOUGH_TO_TELL = 10


class RefusedForm(Exception):
    """A body that is no form of ours: the status and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


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
    page = door.form_page(door.desk(code).serial, f"/r/{code}", language)
    form_id = new_form_id().encode()
    if "gzip" in request.headers.get("accept-encoding", ""):
        return responses.HTMLResponse(
            page.gzipped(form_id), headers={"content-encoding": "gzip", "vary": "accept-encoding"}
        )
    return responses.HTMLResponse(page.plain(form_id))


async def submit(request: Request) -> responses.Response:
    """Store one form, once; or show every fault with what was typed kept."""
    door, code, language = read_address(request)
    desk = door.desk(code)
    questionnaire = door.questionnaire(desk)
    fields = parse_fields(await read_body(request))
    submission, faults, posted = parse_submission(questionnaire, fields, served_fields=desk.fields)
    if submission is None:
        kept_id = new_form_id() if any(fault.field == "id" for fault in faults) else posted["id"]
        page = draw_form(
            desk, questionnaire, address=f"/r/{code}", language=language, form_id=kept_id, posted=posted, faults=faults
        )
        return responses.HTMLResponse(page, status_code=422)
    now = door.clock()
    recorded = await door.writer.record(
        Answered(
            submission,
            unit=desk.unit,
            desk=desk.code,
            local_date=now.date(),
            slot=slot_of(now.time(), door.hours).key,
            questionnaire=questionnaire.version,
            channel="poster",
            language=language,
        )
    )
    if recorded is Recorded.OTHER:
        return _already_counted(desk, language)
    return responses.RedirectResponse(f"/r/{code}/thanks?lang={language}", status_code=303)


# Plain routes, for these two carry the crowd: FastAPI's reading of arguments costs as much as all that they do.
HOT_ROUTES = [
    Route(address, endpoint, methods=[method])
    for endpoint, method in ((submit, "POST"), (form, "GET"))
    for address in ("/r/{code}", "/R/{code}")
]


async def read_body(request: Request) -> bytes:
    """The body of a posted form.

    Raises:
        RefusedForm: not a form by its content type, or more than `MOST_BYTES`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise RefusedForm(415, f"content-type is not {FORM_TYPE}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RefusedForm(413, f"the form has more than {MOST_BYTES} bytes")
    return bytes(body)


@router.get("/r/{code}/thanks")
@router.get("/R/{code}/thanks")
def thanks(code: str, door: DoorDep, lang: str | None = None) -> str:
    """Thanks, and one number that shows it counted when enough people answered."""
    desk, language = door.desk(code), chosen_language(lang)
    _ = translator(language)
    today = door.clock().date()
    with door.engine.connect() as connection:
        received = count_received(
            connection, since=today.replace(day=1), until=today + timedelta(days=1), unit=desk.unit
        )
    counted = _("Ý kiến này được cộng vào kết quả {month} của {unit}.").format(
        month=month_name(today, language), unit=desk.unit_name
    )
    so_far = _("Đến nay đã có {n} lượt đánh giá.").format(n=received) if received >= ENOUGH_TO_TELL else ""
    return draw(
        "message.html",
        language,
        where=f"{desk.place}, {desk.unit_name}",
        heading=_("Cảm ơn ông/bà."),
        sentences=[sentence for sentence in (counted, so_far) if sentence],
    )


@router.get("/")
def start(door: DoorDep, request: Request, lang: str | None = None) -> str:
    """What this is, a desk's code to scan or click, and where the dashboards are."""
    language = chosen_language(lang)
    with door.engine.connect() as connection:
        simulated = bool(read_state(connection, DEMO_LOADED))
    desk = _shown_desk(door)
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


@router.get("/r/{code}/poster.pdf")
@router.get("/R/{code}/poster.pdf")
def poster(code: str, door: DoorDep) -> responses.Response:
    """The A5 sheet of a desk, ready to print."""
    return responses.Response(draw_posters([desk_poster(door.desk(code), door.settings)]), media_type="application/pdf")


def _shown_desk(door: Door) -> DeskAtDoor | None:
    today = door.clock().date()
    return next((desk for desk in door.desks.values() if desk.open_on(today)), None)


def _already_counted(desk: DeskAtDoor, language: str) -> responses.Response:
    _ = translator(language)
    page = draw(
        "message.html",
        language,
        where=f"{desk.place}, {desk.unit_name}",
        heading=_("Phiếu này đã được ghi nhận."),
        sentences=[_("Mỗi phiếu chỉ tính một lần, theo lần gửi đầu. Muốn đánh giá lần khác, xin quét lại mã ở quầy.")],
    )
    return responses.HTMLResponse(page, status_code=409)


def refusal(request: Request, error: Exception) -> responses.Response:
    """One place where a refused request becomes a status and a page."""
    _ = translator(chosen_language(request.query_params.get("lang")))
    rescan = _("Xin quét mã ở quầy, hoặc hỏi cán bộ tại Bộ phận Một cửa.")
    status, heading, sentences = {
        UnknownDesk: (404, _("Không có quầy nào mang mã này."), [_("Mã có thể bị gõ nhầm hoặc bị sửa."), rescan]),
        ClosedDesk: (410, _("Mã này đã được thay."), [_("Xin quét mã mới tại quầy.")]),
        UnreadableForm: (400, _("Không đọc được phiếu vừa gửi."), [str(error), rescan]),
        RefusedForm: (getattr(error, "status", 400), _("Không nhận được phiếu vừa gửi."), [str(error), rescan]),
    }[type(error)]
    page = draw(
        "message.html",
        chosen_language(request.query_params.get("lang")),
        where="Hài Lòng",
        heading=heading,
        sentences=sentences,
    )
    return responses.HTMLResponse(page, status_code=status)


REFUSALS = (UnknownDesk, ClosedDesk, UnreadableForm, RefusedForm)
