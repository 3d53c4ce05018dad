"""From a snapshot to a checklist: each task of a locality with what its measures say of the units of today."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring import Estimate, Period, Ratio, wilson
from survey_app.register import Measure, Task, Unit
from survey_app.results import GroupResult, compare_periods, questions_of, read_service
from survey_app.snapshot import Snapshot

SERVICE = {
    "service.on_time_share": "on_time",
    "service.early_share": "early",
    "service.same_day_share": "same_day",
    "service.supplement_share": "supplement",
    "service.online_share": "online",
}
"""Measure of the register → measure of the service records."""
RESPONSE_RATE = "service.response_rate"
Found = Estimate | Ratio | None


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measure of a task by unit. found: satisfied share (NaN with n == 0 while too few answered), share of the
    service records, or None without records; always None for a paper that someone must show.
    """

    measure: Measure
    found: tuple[Found, ...]

    @property
    def known(self) -> bool:
        """Whether any unit has a number."""
        return any(each.n > 0 if isinstance(each, Estimate) else each is not None for each in self.found)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """A task with its measures; their `found` are in the order of the units asked for."""

    task: Task
    measures: tuple[MeasureResult, ...]

    @property
    def known(self) -> bool:
        """Whether any of its measures has a number."""
        return any(each.known for each in self.measures)


def units_today(snapshot: Snapshot, locality: str) -> tuple[Unit, ...]:
    """The units that took over those of a locality, by code."""
    register = snapshot.register
    old = {unit.code for unit in register.units if unit.parent == locality}
    new = {link.new for link in register.successors if link.old in old}
    return tuple(register.unit[code] for code in sorted(new))


def read_tasks(snapshot: Snapshot, locality: str, period: Period) -> tuple[TaskResult, ...]:
    """The tasks of a locality in a period, with the numbers of the units that took over its own."""
    results = [compare_periods(snapshot, (unit,), period) for unit in units_today(snapshot, locality)]
    measures = {measure.code: measure for measure in snapshot.register.measures}
    return tuple(
        TaskResult(task, tuple(_measure_result(snapshot, measures[code], results) for code in task.measures))
        for task in snapshot.register.tasks
        if task.unit == locality
    )


def _measure_result(snapshot: Snapshot, measure: Measure, results: Iterable[GroupResult]) -> MeasureResult:
    return MeasureResult(measure, tuple(_found(snapshot, measure, result) for result in results))


def _found(snapshot: Snapshot, measure: Measure, result: GroupResult) -> Found:
    if measure.kind == "question":
        asked = measure.code.removeprefix("question.")
        shares = {each.code: each.satisfied for each in questions_of(result)}
        return shares.get(asked, wilson(0, 0))
    if measure.code == RESPONSE_RATE:
        return result.responses
    if measure.code not in SERVICE:
        return None
    codes = {unit.code for unit in result.units}
    return read_service(snapshot, codes, result.period, SERVICE[measure.code])
