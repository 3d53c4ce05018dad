"""`GET /api/v1/indices` and `/tallies`: the same figures as on the pages, with the same rule of what may be seen."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from scoring import BoundaryKind, Period, ScoreSheet, edition_codes, parse_period
from survey_app.api.door import ApiDoor, DoorDep, ReaderDep
from survey_app.api.problem import Problem, faulty, refusals
from survey_app.api_key import ApiKey
from survey_app.boundary_results import units_on
from survey_app.posted_answer import CODE, FieldFault
from survey_app.register import Unit
from survey_app.results import QuestionResult, compare_periods, questions_of, read_index, score_group
from survey_app.snapshot import SATISFACTION_EDITION, Snapshot

router = APIRouter(tags=["figures"])
PERIOD = r"^20[0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$"
PeriodQuery = Annotated[
    str, Query(pattern=PERIOD, examples=["2026-11", "2026-Q4", "2026"], description="A month, a quarter or a year.")
]
UnitQuery = Annotated[
    str | None,
    Query(pattern=f"^{CODE}$", description="Without it: all units of today together, for a key that is not bound."),
]


BoundariesQuery = Annotated[
    Literal["new", "old"] | None,
    Query(
        description="Across 1/7/2025: with the units that became these (new), or all that share a successor (old). "
        "A split unit counts with its main part only."
    ),
]


class TextOut(BaseModel):
    """A text in both languages."""

    vi: str
    en: str


class LineOut(BaseModel):
    """One line of a sheet. Exact numbers are texts: fractions as 200/11."""

    code: str = Field(examples=["total"])
    parent: str | None
    name: TextOut
    rule: str
    state: str = Field(examples=["measured"], description="measured, too_few, not_measured, not_applicable, …")
    achieved: str | None
    interval: list[str] | None = Field(description="95 %, of `achieved`.")
    uncertainty: TextOut
    n: int | None = Field(description="People behind it; null where it is not of people.")
    maximum: str
    maximum_used: str
    points: str | None
    formula: TextOut
    source: TextOut
    confidence: str
    note: TextOut
    evidence: str
    simulated: bool
    criteria: int
    measured: int


class GateOut(BaseModel):
    """A demand for a class, and whether it is met."""

    code: str
    passed: bool
    text: TextOut


class SheetOut(BaseModel):
    """A score sheet: an edition applied to a unit and a period; re-running gives the same digits."""

    edition: str = Field(examples=["sipas-2017"])
    edition_name: TextOut
    edition_digest: str
    confidence: str
    definition: str | None
    unit: str
    period: str
    snapshot: str
    points: str | None
    interval: list[str] | None
    class_: TextOut | None = Field(alias="class")
    other_classes: list[TextOut]
    judged_on: str
    gates: list[GateOut]
    coverage: TextOut
    simulated: bool
    nodes: list[LineOut]


class QuestionTallyOut(BaseModel):
    """How often each point of a question was given."""

    question: str = Field(examples=["overall"])
    n: int = Field(description="Answers shown; 0 while fewer than ten may be.")
    counts: list[int] = Field(examples=[[1, 2, 9, 40, 60]], description="By point, the worst first; empty with n = 0.")
    satisfied: float | None = Field(description="Share of 0 to 1.")
    low: float | None = Field(description="95 % interval of the share.")
    high: float | None


class TalliesOut(BaseModel):
    """Counts of one period and of units together."""

    units: list[str]
    period: str
    taken: str = Field(description="The end of the last slot that is counted.")
    received: int = Field(description="Answers received, shown or not.")
    shown: int = Field(description="Answers that the figures are made of.")
    index: float | None = Field(description="The satisfaction index as a share of 0 to 1.")
    low: float | None
    high: float | None
    n: int
    questions: list[QuestionTallyOut]
    simulated: bool


@router.get("/indices", summary="A score sheet", response_model=SheetOut, responses=refusals(404, 422))
def get_indices(
    door: DoorDep,
    key: ReaderDep,
    *,
    period: PeriodQuery,
    edition: Annotated[str, Query(pattern=f"^{CODE}$", examples=[SATISFACTION_EDITION])] = SATISFACTION_EDITION,
    unit: UnitQuery = None,
    boundaries: BoundariesQuery = None,
) -> dict[str, Any]:
    """The sheet of one unit, or of all together, with interval, n, source and formula of every line."""
    if edition not in edition_codes():
        raise Problem(404, f"There is no such edition; there are {', '.join(edition_codes())}.")
    chosen, snapshot = _period(period), door.snapshot()
    units = _joined(key, snapshot, _units(door, key, snapshot, unit), boundaries)
    sheet: ScoreSheet = score_group(snapshot, units, chosen, rules=edition)
    return sheet.to_json()


@router.get("/tallies", summary="Counts by question and point", responses=refusals(404, 422))
def get_tallies(
    door: DoorDep, key: ReaderDep, period: PeriodQuery, unit: UnitQuery = None, boundaries: BoundariesQuery = None
) -> TalliesOut:
    """What the pages show: counts move when a slot has ended and ten more answers to a question have come."""
    chosen, snapshot = _period(period), door.snapshot()
    units = _joined(key, snapshot, _units(door, key, snapshot, unit), boundaries)
    result = compare_periods(snapshot, units, chosen)
    index = read_index(result.sheet)
    return TalliesOut(
        units=[each.code for each in units],
        period=chosen.code,
        taken=snapshot.taken.isoformat(),
        received=result.received,
        shown=result.shown,
        index=index.value if index.n else None,
        low=index.low if index.n else None,
        high=index.high if index.n else None,
        n=index.n,
        questions=[_question(each) for each in sorted(questions_of(result), key=lambda each: each.code)],
        simulated=snapshot.simulated,
    )


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError as error:
        raise faulty([FieldFault("period", "wrong_form", "2026-11, 2026-Q4 or 2026")]) from error


def _units(door: ApiDoor, key: ApiKey, snapshot: Snapshot, code: str | None) -> tuple[Unit, ...]:
    """What a key asks about: one unit, or all of today that it is for."""
    if code is not None:
        return (door.unit(key, code),)
    units = tuple(unit for unit in snapshot.units_now if key.opens(unit.code))
    if not units:
        raise Problem(404, "No unit of today that this key is for has a desk.")
    return units


def _joined(
    key: ApiKey, snapshot: Snapshot, units: tuple[Unit, ...], boundaries: BoundaryKind | None
) -> tuple[Unit, ...]:
    """The units with those that became them, or all that share a successor; every one of today must be the key's."""
    if boundaries is None:
        return units
    joined, today = units_on(snapshot.register, units, boundaries), snapshot.taken.date()
    if not joined:
        raise Problem(404, "The unit ended without one main successor, so there is nothing to join it with.")
    if not all(key.opens(each.code) for each in joined if each.ends > today):
        raise Problem(404, "On these boundaries the unit is joined with others that this key is not for.")
    return tuple(sorted(joined, key=lambda each: each.code))


def _question(result: QuestionResult) -> QuestionTallyOut:
    shown, share = bool(result.counts), result.satisfied
    return QuestionTallyOut(
        question=result.code,
        n=sum(result.counts),
        counts=list(result.counts),
        satisfied=share.value if shown else None,
        low=share.low if shown else None,
        high=share.high if shown else None,
    )
