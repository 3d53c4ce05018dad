"""A person's own index: from answers of half-days in which they stood alone at a desk, and never below ten (docs/roster.md)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from scoring import (
    Estimate,
    Measures,
    Period,
    ScoreSheet,
    Survey,
    count_answers,
    load_edition,
    people_told,
    score,
    slots,
)
from survey_app.frame import level_of
from survey_app.results import read_index
from survey_app.roster import Shift, StaffMember, Stood, half_days, half_of, within_desks
from survey_app.snapshot import DESK_LEVEL, SATISFACTION_EDITION, SATISFIED, SESSION_LEVEL, Snapshot

NOBODY = ""
"""Whose an answer is that came when nobody, or more than one, stood at the desk."""
PLACE = ("desk", "month")


@dataclass(frozen=True, slots=True)
class StaffResult:
    """What may be said of one person in one period.

    sheet: under the edition of the index. months: those of the period that are over. half_days: of working days in these
    months that their shifts have, each once. received: answers of these months, given at their desks in half-days that were
    theirs alone; shown: how many of these any figure counts.
    """

    member: StaffMember
    period: Period
    sheet: ScoreSheet
    half_days: int
    received: int
    shown: int
    months: tuple[date, ...]
    simulated: bool

    @property
    def index(self) -> Estimate:
        """The index as a share; NaN with n == 0 where too few answers may be told."""
        return read_index(self.sheet)

    @property
    def verdict(self) -> str:
        """`hidden`, `weak` or `enough`."""
        if self.index.n == 0:
            return "hidden"
        return "enough" if self.sheet.enough else "weak"


def score_member(snapshot: Snapshot, shifts: Iterable[Shift], member: StaffMember, period: Period) -> StaffResult:
    """The index of somebody's own shifts in the months of a period that are over.

    Args:
        snapshot: the record as of a moment.
        shifts: of everybody, so that it is known who stood at the desk too.
        member: whose.
        period: a month, a quarter or a year.
    """
    standing = within_desks(shifts, snapshot.register)
    mine = [shift for shift in standing if shift.who == member.who]
    months = tuple(month for month in period.months if Period(month, "month").ends <= snapshot.taken.date())
    answers = _answers(snapshot, {shift.desk for shift in mine}, months, Stood(standing))
    own = answers.filter(pl.col("person") == str(member.who))
    shown = _shown(snapshot, answers, own, str(member.who))
    return StaffResult(
        member=member,
        period=period,
        sheet=_score(snapshot, shown, member, period),
        half_days=_half_days(snapshot, mine, period, months),
        received=own.height,
        shown=shown.height,
        months=months,
        simulated=snapshot.simulated or member.simulated,
    )


def _half_days(snapshot: Snapshot, mine: Iterable[Shift], period: Period, months: tuple[date, ...]) -> int:
    units = {desk.code: desk.unit for desk in snapshot.register.desks}
    placed = [(shift, snapshot.book.calendar_of(units[shift.desk])) for shift in mine]
    until = Period(months[-1], "month").ends if months else period.starts
    return half_days(placed, since=period.starts, until=until)


def _answers(snapshot: Snapshot, desks: set[str], months: tuple[date, ...], stood: Stood) -> pl.DataFrame:
    """Answers of some desks and months that the index counts, with `person`: whose half-day it was."""
    chosen = pl.col("desk").is_in(list(desks)) & pl.col("month").is_in(list(months)) & ~pl.col("doubtful")
    found = snapshot.answers.filter(chosen).cast({pl.Categorical: pl.String})
    halves = found.select("desk", "local_date", "slot").unique()
    whose = [
        str(stood.alone(desk, day, half_of(slot, snapshot.hours)) or NOBODY) for desk, day, slot in halves.iter_rows()
    ]
    people = halves.with_columns(pl.Series("person", whose, dtype=pl.String))
    return found.join(people, on=("desk", "local_date", "slot"), how="left")


def _shown(snapshot: Snapshot, answers: pl.DataFrame, own: pl.DataFrame, person: str) -> pl.DataFrame:
    """Their answers, each question's null where it may not be told apart from what others answered there."""
    ends = {slot.key: number for number, slot in enumerate(slots(snapshot.hours))}
    questions = snapshot.questions
    told = {question: _told_places(answers, question, person, ends) for question in questions}
    place = pl.struct(*PLACE)
    shown = [
        pl.when((pl.col(level_of(question)) <= DESK_LEVEL) & _in(place, told[question])).then(question).alias(question)
        for question in questions
    ]
    found = own.select(pl.lit(person).alias("member"), *shown)
    return found.filter(pl.any_horizontal(pl.col(*questions).is_not_null())) if questions else found


def _in(place: pl.Expr, places: set[tuple[str, date]]) -> pl.Expr:
    if not places:
        return pl.lit(value=False)
    desk, month = place.struct.field("desk"), place.struct.field("month")
    return pl.any_horizontal([(desk == code) & (month == first) for code, first in sorted(places)])


def _told_places(answers: pl.DataFrame, question: str, person: str, ends: Mapping[str, int]) -> set[tuple[str, date]]:
    """Desks and months in which this person's answers to a question may be told."""
    level = level_of(question)
    released = answers.filter(pl.col(question).is_not_null() & (pl.col(level) <= DESK_LEVEL))
    columns = ("desk", "month", "session", "channel", "entered_date", "entered_slot", "person", level)
    places: defaultdict[tuple[str, date], list[tuple[object, ...]]] = defaultdict(list)
    counted = released.group_by(*columns).len()
    for desk, month, *rest in counted.iter_rows():
        places[desk, month].append(tuple(rest))
    return {place for place, rows in places.items() if person in people_told(_atoms(rows, ends))}


def _atoms(rows: list[tuple[object, ...]], ends: Mapping[str, int]) -> Counter[tuple[object, str]]:
    """Answers by batch, as they were released, and person: batches are found anew, for they are kept nowhere."""
    atoms: Counter[tuple[object, str]] = Counter()
    slots_of: defaultdict[tuple[object, object], dict[tuple[object, int], Counter[str]]] = defaultdict(dict)
    for session, channel, day, slot, person, level, n in rows:
        if level == SESSION_LEVEL:
            at = (day, ends.get(str(slot), len(ends) - 1))
            slots_of[session, channel].setdefault(at, Counter())[str(person)] += int(str(n))
        else:
            atoms[("rest", channel), str(person)] += int(str(n))
    for cell, by_slot in slots_of.items():
        batch, inside = 0, 0
        for _, people in sorted(by_slot.items(), key=lambda each: each[0]):  # type: ignore[arg-type, return-value]
            for person, n in people.items():
                atoms[(cell, batch), person] += n
            inside += people.total()
            if inside >= _least():
                batch, inside = batch + 1, 0
    return atoms


def _least() -> int:
    return load_edition(SATISFACTION_EDITION).thresholds.privacy


def _score(snapshot: Snapshot, shown: pl.DataFrame, member: StaffMember, period: Period) -> ScoreSheet:
    edition = load_edition(SATISFACTION_EDITION)
    tally = count_answers(
        shown,
        snapshot.questions,
        points=snapshot.questionnaire.points,
        by=("member",),
        values=SATISFIED,
        sets=edition.question_sets(snapshot.questionnaire.criteria),
    )
    survey = Survey(
        tally.merged(),
        criteria=snapshot.questionnaire.criteria,
        source=snapshot.questionnaire.code,
        simulated=snapshot.simulated,
    )
    return score(
        edition, Measures(unit=str(member.who), period=period.code, snapshot=snapshot.name_of(period), survey=survey)
    )
