"""A shared tablet's addresses, `/k/{code}`: the form full screen, its queue, its count. Nothing here is logged with time."""

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, responses

from qr_codes import BadCode, read_code
from survey_app.body import JSON_TYPE, read_body
from survey_app.citizen import READ, DoorDep
from survey_app.door import MOST_FORMS_KEPT, Door, UnknownDesk
from survey_app.pages import chosen_language
from survey_app.queued import MOST_BYTES, parse_sent
from survey_app.reading import DeskAtDoor
from survey_app.tablet_pages import draw_closed, draw_count, draw_tablet, manifest, told_hash
from survey_app.tablet_queue import TabletQueue
from survey_app.wording import FIRST_LANGUAGE

router = APIRouter(include_in_schema=False)


def tablet_desk(door: Door, code: str) -> DeskAtDoor:
    """The desk of a tablet's code, whatever became of the code since.

    Raises:
        UnknownDesk: the code is no tablet's.
    """
    try:
        desk = door.desk_thanked(read_code(code))
    except BadCode as error:
        raise UnknownDesk(code) from error
    if desk.kind != "tablet":
        raise UnknownDesk(code)
    return desk


def is_open(door: Door, desk: DeskAtDoor) -> bool:
    """Whether the tablet may open forms today."""
    return desk.open_on(door.clock().date())


class Tablets:
    """The forms of tablets, each drawn once for one state of the register."""

    def __init__(self, door: Door) -> None:
        self._door, self._drawn = door, lru_cache(maxsize=MOST_FORMS_KEPT)(self._draw)

    def form(self, desk: DeskAtDoor, code: str, language: str) -> str:
        """The form of a tablet's desk."""
        return self._drawn(self._door.version, desk.serial, code, language)

    def _draw(self, _version: str | None, serial: int, code: str, language: str) -> str:
        desk = self._door.desks[serial]
        questionnaire = self._door.questionnaire(desk)
        return draw_tablet(desk, questionnaire, code=code, language=language, hours=self._door.hours)

    def hash(self, desk: DeskAtDoor, code: str) -> str:
        """What the newest page tells of itself, in every language: that of the first."""
        return told_hash(self.form(desk, code, FIRST_LANGUAGE))


@router.api_route("/k/{code}", methods=READ)
@router.api_route("/K/{code}", methods=READ)
def form(code: str, door: DoorDep, request: Request, lang: str | None = None) -> responses.Response:
    """The form full screen; or, where the code was withdrawn, what delivers the queue and no more."""
    desk, plain = tablet_desk(door, code), read_code(code)
    if request.url.path != f"/k/{plain}":
        return responses.RedirectResponse(f"/k/{plain}", status_code=308)
    language = chosen_language(lang)
    if not is_open(door, desk):
        return responses.HTMLResponse(draw_closed(desk, code=plain, language=language), status_code=410)
    if request.method == "GET":
        door.count_scan(desk)
    return responses.HTMLResponse(request.app.state.tablets.form(desk, plain, language))


@router.api_route("/k/{code}/count", methods=READ, response_class=responses.HTMLResponse)
def count(code: str, door: DoorDep, lang: str | None = None) -> str:
    """The end of the day: what the tablet collected beside what the server has."""
    desk = tablet_desk(door, code)
    return draw_count(desk, code=read_code(code), language=chosen_language(lang), hours=door.hours)


@router.api_route("/k/{code}/app.webmanifest", methods=READ)
def app_manifest(code: str, door: DoorDep) -> responses.Response:
    """What lets the browser put the form on the tablet's home screen."""
    desk = tablet_desk(door, code)
    told = manifest(desk, code=read_code(code))
    return responses.JSONResponse(told, media_type="application/manifest+json")


@router.post("/k/{code}/answers")
async def answers(code: str, door: DoorDep, request: Request) -> responses.Response:
    """Take what a tablet kept: each answer with its own outcome; also after its code was withdrawn."""
    queue: TabletQueue = request.app.state.tablet_queue
    desk = tablet_desk(door, code)
    sending = parse_sent(await read_body(request, content_type=JSON_TYPE, most=MOST_BYTES), hours=door.hours)
    outcomes = await queue.take(desk, sending)
    accepted = await queue.count(desk, sending.collected)
    told: dict[str, Any] = {
        "outcomes": [{"id": each.id, "status": each.status, "reason": each.reason} for each in outcomes],
        "accepted": {day.isoformat(): number for day, number in accepted.items()},
        "open": is_open(door, desk),
        "page": request.app.state.tablets.hash(desk, read_code(code)),
        "clock": door.clock().isoformat(timespec="seconds"),
    }
    return responses.JSONResponse(told)
