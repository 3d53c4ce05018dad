"""What the API answers when it refuses: one form of JSON for every error."""

from collections.abc import Iterable, Mapping

from fastapi import Request, responses
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from survey_app.posted_answer import FieldFault
from survey_app.refusal import OUTAGES, log_outage

SECONDS_TO_WAIT = 5


class FaultOut(BaseModel):
    """What is wrong with one field."""

    field: str = Field(examples=["answers.overall"], description="Path of the field, or name of the parameter.")
    reason: str = Field(examples=["off_scale"], description="Why, in one word that stays the same.")
    expected: str = Field(examples=["1…5"], description="What would be right; may be empty.")


class ProblemOut(BaseModel):
    """Why a request was refused."""

    detail: str = Field(examples=["The body is not JSON."], description="One sentence for whoever reads the log.")
    faults: list[FaultOut] = Field(default=[], description="With 422: everything that is wrong, at once.")


class Problem(Exception):
    """A refused request."""

    def __init__(
        self, status: int, detail: str, *, faults: Iterable[FieldFault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults, self.headers = status, detail, tuple(faults), dict(headers or {})


def faulty(faults: Iterable[FieldFault]) -> Problem:
    """The refusal of a request of which fields are wrong."""
    return Problem(422, "Some fields are wrong; all of them are in faults.", faults=faults)


def problem(_: Request, error: Exception) -> responses.Response:
    """Any error as the API answers it."""
    match error:
        case Problem():
            return _answer(error)
        case RequestValidationError():
            return _answer(faulty(_parameter(each) for each in error.errors()))
        case HTTPException():
            said = {404: "There is nothing at this address.", 405: "This address does not know that method."}
            headers = dict(error.headers or {})
            return _answer(Problem(error.status_code, said.get(error.status_code, error.detail), headers=headers))
        case _:
            log_outage(error)
            retry = {"retry-after": str(SECONDS_TO_WAIT)}
            return _answer(Problem(503, "The database did not answer. Nothing was stored; try again.", headers=retry))


HANDLED = (Problem, RequestValidationError, HTTPException, *OUTAGES)


def _parameter(each: Mapping[str, object]) -> FieldFault:
    place = each.get("loc")
    name = str(place[-1]) if isinstance(place, tuple) and place else ""
    return FieldFault(name, str(each.get("type", "wrong")), str(each.get("msg", "")))


def _answer(refused: Problem) -> responses.Response:
    faults = [{"field": each.field, "reason": each.reason, "expected": each.expected} for each in refused.faults]
    return responses.JSONResponse({"detail": refused.detail, "faults": faults}, refused.status, refused.headers)


SAID = {
    400: "The body is no JSON object that can be read: not UTF-8, not JSON, a key twice, NaN, nested too deep.",
    401: "No key, or one that opens nothing.",
    403: "The key is not for this: its scope, or its unit.",
    404: "There is no such unit, desk, questionnaire or edition.",
    408: "The body did not arrive in time.",
    409: "This id is taken by other answers; nothing was changed.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Fields are wrong: each is named, all at once.",
    429: "This address asked too often; `retry-after` says for how many seconds to wait.",
    503: "The database did not answer; nothing was stored. The same request may be sent again.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, object]]:
    """These refusals, and those of every address, for the document."""
    return {
        status: {"model": ProblemOut, "description": SAID[status]} for status in sorted({401, 403, 429, 503, *statuses})
    }
