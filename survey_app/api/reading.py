"""`GET /api/v1/responses`: single answers, once their month is over, each with the place it may be seen at."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from survey_app.api.door import DoorDep, ReaderDep
from survey_app.api.problem import faulty, refusals
from survey_app.api.singles import BadCursor, Position, parse_cursor
from survey_app.posted_answer import FieldFault
from survey_app.single_answer import SingleAnswer

router = APIRouter(tags=["answers"])
MOST_ANSWERS = 1000
NOT_TOLD = "Null where fewer than ten answers would share it, or where there is none."


class AnswerOut(BaseModel):
    """One person's marks, with the place and the characteristics that ten answers or more share."""

    id: str = Field(examples=["b0WkIUl5CVyRGXzPzhxPvA"], description="Good only to know the answer again.")
    unit: str = Field(examples=["xa.29926"])
    month: str = Field(examples=["2026-10"], description="In which it reached the record. No finer time leaves.")
    desk: str | None = Field(examples=["xa.29926.1"], description=NOT_TOLD)
    channel: str | None = Field(examples=["poster"], description=NOT_TOLD)
    doubtful: bool | None = Field(description=f"Whether the index leaves it out for its flags. {NOT_TOLD}")
    questionnaire: str | None = Field(examples=["0123456789abcdef"], description=f"Its version. {NOT_TOLD}")
    language: str | None = Field(examples=["vi"], description=NOT_TOLD)
    source: str | None = Field(examples=["zalo"], description=NOT_TOLD)
    field: str | None = Field(examples=["ho-tich"], description=f"What the person came for. {NOT_TOLD}")
    marks: dict[str, int] = Field(
        examples=[{"overall": 5, "polite": 4}],
        description="Question code → point, 1 the worst; those that the release rule shows at this place.",
    )
    simulated: bool = Field(description="Made for the demonstration: nobody gave it.")
    voided: bool = Field(description="Of a batch of paper forms that was withdrawn; it has no marks.")


class AnswersOut(BaseModel):
    """A page of answers."""

    answers: list[AnswerOut]
    next: str = Field(description="`after` of the next page, now or when another month is over.")
    more: bool = Field(description="Whether there is more to read now; a page may be short all the same.")


@router.get("/responses", summary="Read single answers of months that are over", responses=refusals(422))
def get_responses(
    door: DoorDep,
    key: ReaderDep,
    after: Annotated[
        str | None, Query(max_length=160, description="The `next` of the page before; nothing to begin.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ANSWERS, description="Most answers in a page.")] = 100,
) -> AnswersOut:
    """Every answer that may be seen, each exactly once, in order of month, unit and id.

    An answer leaves when its month is over and sealed, never with a day or half-hour. It carries its desk where ten
    answers or more of that desk, channel and month may be seen, else its unit alone, else it does not leave: then it
    counts in figures, or waits as there. Comments never leave.
    """
    try:
        position = Position() if after is None else parse_cursor(after)
    except BadCursor as error:
        raise faulty([FieldFault("after", "bad_cursor", "the next of a page before")]) from error
    page = door.singles.page(position, key, door.as_it_stands(), limit=limit, now=door.clock())
    return AnswersOut(answers=[_answer(each) for each in page.answers], next=page.next.cursor, more=page.more)


def _answer(answer: SingleAnswer) -> AnswerOut:
    told = {name: getattr(answer, name) for name in AnswerOut.model_fields if name not in {"month", "marks"}}
    return AnswerOut(**told, month=f"{answer.month:%Y-%m}", marks=dict(answer.marks))
