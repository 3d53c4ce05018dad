"""A shared tablet's addresses, `/k/{code}`: the form full screen, its queue, its count. Nothing here is logged with time."""

from typing import Any

from fastapi import APIRouter, Request, responses

from qr_codes import BadCode, read_code
from survey_app.citizen import DoorDep, read_body
from survey_app.door import Door, UnknownDesk
from survey_app.queued import MOST_BYTES, parse_sent
from survey_app.reading import DeskAtDoor
from survey_app.tablet_queue import TabletQueue

router = APIRouter(include_in_schema=False)
JSON_TYPE = "application/json"


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


@router.post("/k/{code}/answers")
async def answers(code: str, door: DoorDep, request: Request) -> responses.Response:
    """Take what a tablet kept: each answer with its own outcome; also after its code was withdrawn."""
    queue: TabletQueue = request.app.state.tablets
    desk = tablet_desk(door, code)
    sending = parse_sent(await read_body(request, content_type=JSON_TYPE, most=MOST_BYTES), hours=door.hours)
    outcomes = await queue.take(desk, sending)
    accepted = await queue.count(desk, sending.collected)
    told: dict[str, Any] = {
        "outcomes": [{"id": each.id, "status": each.status, "reason": each.reason} for each in outcomes],
        "accepted": {day.isoformat(): number for day, number in accepted.items()},
        "open": is_open(door, desk),
        "clock": door.clock().isoformat(timespec="seconds"),
    }
    return responses.JSONResponse(told)
