"""`GET /api/v1/units`, `/desks`, `/questionnaires/…`: what the codes in answers and figures mean."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from survey_app.api.door import DoorDep, ReaderDep
from survey_app.api.problem import Problem, refusals
from survey_app.posted_answer import CODE
from survey_app.questionnaire import Question, Questionnaire
from survey_app.reading.api import DeskForApi, read_desks_for_api
from survey_app.register import Unit

router = APIRouter(tags=["register"])
MOST_ROWS = 500
Code = Annotated[str, Query(pattern=f"^{CODE}$")]
After = Annotated[
    str | None, Query(pattern=f"^{CODE}$", description="The `next` of the page before; nothing for the first page.")
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Most rows in a page.")]


class UnitOut(BaseModel):
    """An agency or locality, from–to."""

    code: str = Field(examples=["xa.29926"])
    kind: str = Field(examples=["xã"])
    name: str = Field(examples=["Tân Hồng"])
    level: str = Field(examples=["commune"], description="province, district or commune")
    parent: str | None
    official_code: str | None
    valid_from: date | None
    valid_to: date | None = Field(description="The first day on which it no longer exists.")
    simulated: bool


class UnitsOut(BaseModel):
    """A page of units, by code."""

    units: list[UnitOut]
    next: str | None = Field(description="`after` of the next page; null after the last one.")


class DeskOut(BaseModel):
    """A desk of a one-stop shop, or the online desk of a unit."""

    code: str = Field(examples=["xa.29926.1"])
    unit: str = Field(examples=["xa.29926"])
    name: str
    place: str
    kind: str = Field(examples=["counter"], description="counter or online")
    questionnaire: str = Field(examples=["desk"], description="Code of what it asks.")
    fields: list[str]
    valid_from: date | None
    valid_to: date | None
    simulated: bool


class DesksOut(BaseModel):
    """A page of desks, by code."""

    desks: list[DeskOut]
    next: str | None


class ChoiceOut(BaseModel):
    """One of the answers that may be chosen."""

    code: str
    text: dict[str, str]


class QuestionOut(BaseModel):
    """One question; what its kind does not use is empty."""

    code: str = Field(examples=["overall"])
    kind: str = Field(examples=["rating"])
    text: dict[str, str] = Field(examples=[{"vi": "Ông/bà có hài lòng không?", "en": "Were you satisfied?"}])
    required: bool
    criterion: str | None
    points: list[int] = Field(examples=[[1, 2, 3, 4, 5]], description="Worst first.")
    choices: list[ChoiceOut]
    not_applicable: bool = Field(description="Whether `na` may be answered.")
    least: float | None
    most: float | None
    decimals: int
    longest: int
    show_if: str | None = Field(description="Asked only where this question was answered with a fitting answer.")
    by_api: bool = Field(description="False: only the form itself takes it.")


class VersionOut(BaseModel):
    """One version of a questionnaire: any change of its text is another."""

    version: str = Field(examples=["0123456789abcdef"])
    current: bool = Field(description="Whether desks show it today.")
    languages: list[str]
    source: str
    questions: list[QuestionOut]


class QuestionnaireOut(BaseModel):
    """Every version of a questionnaire, the one shown today first."""

    code: str
    versions: list[VersionOut]


@router.get("/units", summary="Units", responses=refusals(422))
def get_units(door: DoorDep, key: ReaderDep, after: After = None, limit: Limit = 100) -> UnitsOut:
    """The units that the key is for, by code."""
    found = sorted(
        (unit for unit in door.register().units if key.opens(unit.code) and unit.code > (after or "")),
        key=lambda unit: unit.code,
    )
    more = len(found) > limit
    return UnitsOut(units=[_unit(unit) for unit in found[:limit]], next=found[limit - 1].code if more else None)


@router.get("/desks", summary="Desks", responses=refusals(404, 422))
def get_desks(
    door: DoorDep, key: ReaderDep, unit: Code | None = None, after: After = None, limit: Limit = 100
) -> DesksOut:
    """The desks of a unit, or of every unit that the key is for, by code."""
    units = key.units if unit is None else {door.unit(key, unit).code}
    with door.engine.connect() as connection:
        found = read_desks_for_api(connection, units, after=after or "", limit=limit + 1)
    more = len(found) > limit
    return DesksOut(desks=[_desk(desk) for desk in found[:limit]], next=found[limit - 1].code if more else None)


@router.get("/questionnaires/{code}", summary="A questionnaire's versions", responses=refusals(404, 422))
def get_questionnaire(door: DoorDep, _: ReaderDep, code: Annotated[str, Path(pattern=f"^{CODE}$")]) -> QuestionnaireOut:
    """What each version asks: an answer names the version it answers."""
    versions = door.versions()
    found = versions.of(code)
    if not found:
        raise Problem(404, "There is no questionnaire of this code.")
    return QuestionnaireOut(code=code, versions=[_version(each, current=versions.is_current(each)) for each in found])


def _unit(unit: Unit) -> UnitOut:
    names = ("code", "kind", "name", "level", "parent", "official_code", "valid_from", "valid_to", "simulated")
    return UnitOut(**{name: getattr(unit, name) for name in names})


def _desk(desk: DeskForApi) -> DeskOut:
    return DeskOut(**{name: getattr(desk, name) for name in DeskOut.model_fields} | {"fields": list(desk.fields)})


def _version(questionnaire: Questionnaire, *, current: bool) -> VersionOut:
    return VersionOut(
        version=questionnaire.version,
        current=current,
        languages=list(questionnaire.languages),
        source=questionnaire.source,
        questions=[_question(each) for each in questionnaire.questions],
    )


def _question(question: Question) -> QuestionOut:
    plain: Mapping[str, Any] = {
        name: getattr(question, name)
        for name in ("code", "kind", "required", "criterion", "not_applicable", "least", "most", "decimals", "longest")
    }
    return QuestionOut(
        **plain,
        text=dict(question.text),
        points=list(question.points),
        choices=[ChoiceOut(code=choice.code, text=dict(choice.text)) for choice in question.choices],
        show_if=None if question.show_if is None else question.show_if.question,
        by_api=not question.report,
    )
