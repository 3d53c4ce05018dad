"""`POST /api/v1/responses`: a portal's or a kiosk's answer, stored once, durable before it is acknowledged."""

import asyncio
import time
from typing import Any

from fastapi import APIRouter, Request, responses
from pydantic import BaseModel, Field

from scoring import slot_of
from survey_app.api.door import ApiDoor, DoorDep, WriterDep
from survey_app.api.problem import Problem, faulty, refusals
from survey_app.api.versions import keep_version
from survey_app.api_key import ApiKey
from survey_app.body import JSON_TYPE, read_body
from survey_app.integrity import Circumstances, find_flags
from survey_app.json_body import UnreadableJson, parse_object
from survey_app.new_case import take_case
from survey_app.posted_answer import (
    CODE,
    ID,
    SOURCE,
    VERSION,
    FieldFault,
    PostedAnswer,
    parse_answers,
    parse_posted,
)
from survey_app.questionnaire import Questionnaire
from survey_app.reading.api import DeskForApi, read_desk_for_api, read_online_desk
from survey_app.recording import Answered, Recorded
from survey_app.refusal import RefusedForm
from survey_app.seal import seal_comments
from survey_app.submission import Submission
from survey_app.wording import LANGUAGES

router = APIRouter(tags=["answers"])
MOST_LETTERS = 2000
CHANNEL = "online"
"""Whatever a program posts is reported as `online`: it cannot prove a poster, a card or a tablet."""


class RecordedOut(BaseModel):
    """What became of a posted answer."""

    id: str = Field(examples=["3f8a4f0e-61c2-4c3b-9a35-5a9c1f0d2b77"], description="The program's own id.")
    state: str = Field(
        examples=["recorded"], description="`recorded`, or `known`: the same answer had come before.",
        json_schema_extra={"enum": ["recorded", "known"]},
    )  # fmt: skip


ANSWER: dict[str, Any] = {
    "anyOf": [
        {"type": "null"},
        {"type": "boolean"},
        {"type": "number"},
        {"type": "string", "maxLength": MOST_LETTERS},
        {"type": "array", "maxItems": 100, "items": {"type": "string"}},
    ]
}
BODY: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "questionnaire", "answers"],
    "oneOf": [{"required": ["desk"]}, {"required": ["unit"]}],
    "properties": {
        "id": {
            "type": "string",
            "pattern": f"^{ID}$",
            "description": "Made by the program, random, 128 bits or more; the same when the same answer is sent again.",
        },
        "desk": {"type": "string", "pattern": f"^{CODE}$", "description": "Where the person was served."},
        "unit": {"type": "string", "pattern": f"^{CODE}$", "description": "Instead: the online desk of this unit."},
        "questionnaire": {
            "type": "string",
            "pattern": f"^{VERSION}$",
            "description": "The version that was shown, of `GET /questionnaires/{code}`.",
        },
        "language": {"type": "string", "enum": list(LANGUAGES), "default": "vi"},
        "source": {
            "type": "string",
            "pattern": f"^{SOURCE}$",
            "description": "Where the form stood, such as `portal`.",
        },
        "answers": {
            "type": "object",
            "description": (
                "Question code → answer: a whole number for a point, true or false, a number, a choice's code, a list "
                "of codes, a text; null is no answer."
            ),
            "additionalProperties": ANSWER,
        },
    },
}
EXAMPLE = {
    "id": "3f8a4f0e-61c2-4c3b-9a35-5a9c1f0d2b77",
    "desk": "xa.29926.1",
    "questionnaire": "0123456789abcdef",
    "language": "vi",
    "source": "portal",
    "answers": {"overall": 5, "polite": 4},
}


async def posted(request: Request) -> PostedAnswer:
    """The object in the body.

    Raises:
        Problem: 400, 408, 413 or 415 where it cannot be read, 422 where its keys are wrong.
    """
    try:
        found, faults = parse_posted(parse_object(await _read(request)))
    except UnreadableJson as error:
        raise Problem(400, f"Nothing was stored: {error}.") from error
    if found is None:
        raise faulty(faults)
    return found


async def _read(request: Request) -> bytes:
    try:
        return await read_body(request, content_type=JSON_TYPE)
    except RefusedForm as error:
        raise Problem(error.status, f"Nothing was stored: {error.reason}.") from error


@router.post(
    "/responses",
    status_code=201,
    summary="Store an answer, once",
    response_model=RecordedOut,
    responses={
        200: {"model": RecordedOut, "description": "The same answer had come before under this id; nothing was added."}
    }
    | refusals(400, 404, 408, 409, 413, 415, 422),
    openapi_extra={
        "requestBody": {"required": True, "content": {JSON_TYPE: {"schema": BODY, "example": EXAMPLE}}},
    },
)
async def post_response(request: Request, door: DoorDep, key: WriterDep) -> responses.Response:
    """Store one person's answer in the channel `online`, in the half-hour in which it arrives.

    The same id with the same answers is told as `known` (200); with other answers it is refused (409). The id is
    hashed one way before it is kept, so nothing in the record leads back to the program's own records.
    """
    body = await posted(request)
    desk, questionnaire = await asyncio.to_thread(_find, door, key, body)
    submission, faults = parse_answers(questionnaire, body, served_fields=desk.fields)
    if submission is None:
        raise faulty(faults)
    recorded = await door.citizens().writer.record(_answered(door, body, desk, submission, questionnaire))
    if recorded is Recorded.OTHER:
        raise Problem(409, "This id is taken by other answers; nothing was changed.")
    new = recorded is Recorded.NEW
    said = {"id": body.id, "state": "recorded" if new else "known"}
    return responses.JSONResponse(said, 201 if new else 200)


def _find(door: ApiDoor, key: ApiKey, body: PostedAnswer) -> tuple[DeskForApi, Questionnaire]:
    """The desk, and the version of its questionnaire that was shown.

    Raises:
        Problem: there is no such desk or version, the desk does not exist today, or the key is for other units.
    """
    today = door.clock().date()
    if body.unit is not None:
        door.unit(key, body.unit)
    with door.engine.connect() as connection:
        if body.desk is not None:
            desk = read_desk_for_api(connection, body.desk)
        else:
            desk = read_online_desk(connection, body.unit or "", on=today)
        if desk is not None and not key.opens(desk.unit):
            raise Problem(403, f"This key is for {key.unit} and the units below it.")
        if desk is None:
            raise Problem(404, "There is no such desk; a unit without an online desk needs the code of a desk.")
        if not desk.exists_on(today):
            raise faulty([FieldFault("desk", "closed", "a desk that exists today")])
    versions = door.versions()
    questionnaire = versions.find(desk.questionnaire, body.questionnaire)
    if questionnaire is None:
        expected = f"a version of {desk.questionnaire}: see GET /api/v1/questionnaires/{desk.questionnaire}"
        raise faulty([FieldFault("questionnaire", "unknown_version", expected)])
    if questionnaire.version not in versions.kept:
        keep_version(door.engine, questionnaire)
    return desk, questionnaire


def _answered(
    door: ApiDoor, body: PostedAnswer, desk: DeskForApi, submission: Submission, questionnaire: Questionnaire
) -> Answered:
    citizens, now = door.citizens(), door.clock()
    rated = {question.code for question in questionnaire.ratings}
    ratings = [answer for code, answer in submission.answers.items() if code in rated and isinstance(answer, int)]
    came = Circumstances(
        CHANNEL,
        in_hours=desk.kind == "online" or citizens.just_served(desk.unit),
        burst=citizens.recent.is_burst(desk.code, submission.id, at=time.monotonic()),
    )
    counted, case = take_case(questionnaire, submission, on=now.date(), key=door.settings.secret_key)
    return Answered(
        counted,
        unit=desk.unit,
        desk=desk.code,
        local_date=now.date(),
        slot=slot_of(now.time(), citizens.hours).key,
        questionnaire=questionnaire.version,
        channel=CHANNEL,
        language=body.language,
        source=body.source,
        flags=find_flags(ratings, came),
        comments=seal_comments(counted.comments, key=door.settings.secret_key),
        case=case,
    )
