"""From a snapshot to what is shown: score sheets, changes and emulation, each by scoring's own rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scoring import (
    COUNTER_VISITS,
    Candidate,
    EmulationSheet,
    Estimate,
    Measures,
    Period,
    RateFault,
    Ratio,
    ResponseRates,
    ScoreSheet,
    Survey,
    Tally,
    difference,
    load_edition,
    prepare_emulation,
    response_rates,
    score,
    wilson,
)
from survey_app.register import Unit
from survey_app.service_measures import DOSSIER_MEASURES
from survey_app.silent_days import count_silent_days
from survey_app.snapshot import SATISFACTION_EDITION, Snapshot

EMULATION_EDITION = "thi-dua-2026-mau"
MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MonthResult:
    """The index of one month; NaN with n == 0 while too few answered."""

    month: date
    index: Estimate


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One unit, or several together: its index, the change since the period before, and how many answered.

    tally: one group, counts of the period. change: index − index before, with its interval; NaN with n == 0 where
    either is missing. responses: answers of counter visits; None without service records. rate_faults: months of units with
    more answers than counter visits, which are in no rate. days_without_scan: working days of the period so far on which
    nobody answered though a code could be scanned; None where there was none.
    """

    units: tuple[Unit, ...]
    period: Period
    sheet: ScoreSheet
    previous: ScoreSheet
    change: Estimate
    tally: Tally
    responses: Ratio | None
    days_without_scan: int | None
    received: int
    rate_faults: tuple[RateFault, ...] = ()

    @property
    def shown(self) -> int:
        """Answers that the figures of this result are made of."""
        return int(self.tally.respondents.sum())

    @property
    def waiting(self) -> int:
        """Answers received that no figure of this result may use, yet or ever, by the release rule."""
        return self.received - self.shown


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question of a group. counts: answers per scale point, worst first; satisfied: share, with its interval.

    While fewer answered than may be shown, `counts` is empty and `satisfied` is NaN with n == 0.
    """

    code: str
    counts: tuple[int, ...]
    satisfied: Estimate


def read_index(sheet: ScoreSheet) -> Estimate:
    """The total of a satisfaction sheet as a share; NaN with n == 0 where it is not measured or too few answered."""
    value = sheet.total.value
    return value if isinstance(value, Estimate) else wilson(0, 0)


def score_group(
    snapshot: Snapshot, units: Iterable[Unit], period: Period, *, rules: str = SATISFACTION_EDITION
) -> ScoreSheet:
    """The sheet of units taken together: every answer weighs the same, so a busy unit weighs more."""
    chosen = tuple(units)
    name = chosen[0].code if len(chosen) == 1 else "+".join(sorted(unit.code for unit in chosen))
    edition = load_edition(rules)
    asked = (
        SATISFACTION_EDITION in edition.includes
    )  # the form's criteria are that edition's; others measure other things
    survey = _survey(snapshot, chosen, period) if asked else None
    return score(edition, Measures(unit=name, period=period.code, snapshot=snapshot.name_of(period), survey=survey))


def _survey(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> Survey:
    return Survey(
        _tally(snapshot, units, period.months),
        criteria=snapshot.questionnaire.criteria,
        source=snapshot.questionnaire.code,
        simulated=snapshot.simulated,
    )


def _tally(snapshot: Snapshot, units: Iterable[Unit], months: Iterable[date]) -> Tally:
    return snapshot.by_unit.only(unit={unit.code for unit in units}, month=set(months)).merged()


def compare_periods(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> GroupResult:
    """A group's index in a period beside that of the period before."""
    chosen = tuple(units)
    now, before = score_group(snapshot, chosen, period), score_group(snapshot, chosen, period.previous)
    rates = read_rates(snapshot, chosen, period)
    return GroupResult(
        units=chosen,
        period=period,
        sheet=now,
        previous=before,
        change=difference(read_index(now), read_index(before)),
        tally=_tally(snapshot, chosen, period.months),
        responses=_together(rates),
        rate_faults=rates.faults,
        days_without_scan=_days_without_scan(snapshot, chosen, period),
        received=snapshot.received((unit.code for unit in chosen), since=period.starts, until=period.ends),
    )


def months_of(snapshot: Snapshot, units: Iterable[Unit], *, until: date) -> tuple[MonthResult, ...]:
    """The index of the twelve months before `until`."""
    chosen, period = tuple(units), Period(until.replace(day=1), "month").previous
    found = []
    for _ in range(MONTHS_SHOWN):
        found.append(MonthResult(period.starts, read_index(score_group(snapshot, chosen, period))))
        period = period.previous
    return tuple(reversed(found))


def questions_of(result: GroupResult) -> tuple[QuestionResult, ...]:
    """Every question of a result, the least satisfying first; those with too few answers last."""
    tally, least = result.tally, load_edition(SATISFACTION_EDITION).thresholds.privacy
    found = []
    for code in tally.questions:
        one = tally.asking(code)
        n = int(one.answered.sum())
        counts = tuple(int(count) for count in one.counts.sum(axis=(0, 1))) if n >= least else ()
        found.append(QuestionResult(code, counts, wilson(int(one.satisfied().sum()), n) if counts else wilson(0, 0)))
    return tuple(sorted(found, key=lambda each: (not each.counts, each.satisfied.value if each.counts else 0.0)))


def read_rates(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> ResponseRates:
    """Answers of counter visits by unit and month, of the months that are over and have service records."""
    found = [
        each
        for unit in units
        for each in snapshot.services_of.get((unit.code, COUNTER_VISITS), ())
        if period.starts <= each.month < period.ends and Period(each.month, "month").ends <= snapshot.taken.date()
    ]
    visits = {(each.unit, each.month): each.numerator for each in found}
    answers = {cell: snapshot.received_at_counters.get(cell, 0) for cell in visits}
    return response_rates(
        answers,
        visits,
        source=found[0].source if found else "",
        simulated=any(each.simulated for each in found),
    )


def _together(rates: ResponseRates) -> Ratio | None:
    together = rates.together()
    return together if together.denominator else None


def read_service(snapshot: Snapshot, units: Iterable[str], period: Period, measure: str) -> Ratio | None:
    """A service measure of units and a period, counts added up.

    None where there are no records, and where so few dossiers stand behind it that it is not shown.
    """
    found = [
        each
        for unit in units
        for each in snapshot.services_of.get((unit, measure), ())
        if period.starts <= each.month < period.ends
    ]
    whole = sum(each.denominator for each in found)
    counted = sum(each.numerator for each in found) if measure == COUNTER_VISITS else whole
    least = load_edition(SATISFACTION_EDITION).thresholds.privacy if measure in DOSSIER_MEASURES else 0
    if not found or counted < least:
        return None
    return Ratio(
        sum(each.numerator for each in found),
        whole,
        source=found[0].source,
        simulated=any(each.simulated for each in found),
    )


def _days_without_scan(snapshot: Snapshot, units: tuple[Unit, ...], period: Period) -> int | None:
    codes = {unit.code for unit in units}
    desks = [desk for desk in snapshot.register.desks if desk.unit in codes]
    return count_silent_days(snapshot, period, snapshot.days_with_answers(codes), desks=desks)


def prepare_unit_emulation(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> EmulationSheet:
    """Points and classes of units under the emulation edition."""
    return prepare_emulation(_candidate(snapshot, unit, period) for unit in units)


def _candidate(snapshot: Snapshot, unit: Unit, period: Period) -> Candidate:
    codes = {unit.code}
    on_time = read_service(snapshot, codes, period, "on_time")
    measures = Measures(
        unit=unit.code,
        period=period.code,
        snapshot=snapshot.name_of(period),
        survey=_survey(snapshot, (unit,), period),
        ratios={"pilot": _taking_part(snapshot, codes, period)} | ({"on_time": on_time} if on_time else {}),
    )
    return Candidate(
        name=f"{unit.kind} {unit.name}",
        sheet=score(load_edition(EMULATION_EDITION), measures),
        responses=_together(read_rates(snapshot, (unit,), period)),
        days_without_scan=_days_without_scan(snapshot, (unit,), period),
        received=snapshot.received(codes, since=period.starts, until=period.ends),
    )


def _taking_part(snapshot: Snapshot, units: set[str], period: Period) -> Ratio:
    """Sessions held of those planned, and months taken part in continuous pilots, each counting one; 0 of 0 in none."""
    parts = [read_service(snapshot, units, period, measure) for measure in ("sessions_held", "months_taken_part")]
    known = [part for part in parts if part is not None]
    return Ratio(
        sum(part.numerator for part in known),
        sum(part.denominator for part in known),
        source=known[0].source if known else "",
        simulated=any(part.simulated for part in known),
    )
