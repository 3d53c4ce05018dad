"""Units beside one another, and the desks of one: who differs beyond chance, and of whom too little is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from scoring import Estimate, Period, load_edition, tie_bands, wilson
from scoring.emulation import rank_places
from survey_app.register import Desk, Unit
from survey_app.results import (
    GroupResult,
    compare_periods,
    count_silent_days,
    read_index,
)
from survey_app.snapshot import SATISFACTION_EDITION, Snapshot

OVERALL = "overall"
Standing = Literal["above", "alike", "below", "weak", "hidden"]


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit among others. index: NaN with n == 0 while too few answered.

    standing: its whole interval lies above or below that of all units together; alike where they meet; weak where the
    edition's thresholds of evidence are not met; hidden where nothing may be shown. tie_band: 1 is the best, there is no
    order inside a band; places: the best and the worst that it may hold; both None where weak or hidden.
    """

    unit: Unit
    result: GroupResult
    index: Estimate
    standing: Standing
    tie_band: int | None
    places: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Kind and name: «xã Tân Hồng»."""
        return f"{self.unit.kind} {self.unit.name}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Units of one period. together: all of them as one; units: by tie band and index, those that are weak after them,
    those of whom nothing may be shown last.
    """

    period: Period
    together: GroupResult
    units: tuple[UnitResult, ...]

    @property
    def index(self) -> Estimate:
        """The index of all units together."""
        return read_index(self.together.sheet)

    @property
    def bands(self) -> int:
        """How many tie bands there are."""
        return max((each.tie_band for each in self.units if each.tie_band), default=0)

    def of(self, *standings: Standing) -> tuple[UnitResult, ...]:
        """The units that stand so."""
        return tuple(each for each in self.units if each.standing in standings)


@dataclass(frozen=True, slots=True)
class DeskResult:
    """One desk. satisfied: share content with the visit as a whole; NaN with n == 0 while too few answered.

    days_without_scan: as of a group; None where no code led to it.
    """

    desk: Desk
    satisfied: Estimate
    received: int
    days_without_scan: int | None


def compare_units(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> Comparison:
    """Units beside one another and beside all of them together.

    That a unit differs is said only where its 95 % interval and that of all together have nothing in common: a
    stricter demand than a test of the difference at 5 %, which is wanted where many units are looked at at once.
    """
    chosen = tuple(units)
    together = compare_periods(snapshot, chosen, period)
    results = [compare_periods(snapshot, (unit,), period) for unit in chosen]
    judged = [result.sheet for result in results if result.sheet.enough]
    bands, places = tie_bands(judged), rank_places(judged)
    found = (_unit_result(result, read_index(together.sheet), bands, places) for result in results)
    return Comparison(period, together, tuple(sorted(found, key=_place)))


def _unit_result(
    result: GroupResult, together: Estimate, bands: dict[str, int], places: dict[str, tuple[int, int]]
) -> UnitResult:
    (unit,), index = result.units, read_index(result.sheet)
    standing = _standing(result, index, together)
    return UnitResult(unit, result, index, standing, bands.get(unit.code), places.get(unit.code))


def _standing(result: GroupResult, index: Estimate, together: Estimate) -> Standing:
    if index.n == 0:
        return "hidden"
    if not result.sheet.enough:
        return "weak"
    if index.low > together.high:
        return "above"
    return "below" if index.high < together.low else "alike"


def _place(each: UnitResult) -> tuple[bool, bool, int, float, str]:
    value = -each.index.value if each.index.n else 0.0
    return each.standing == "hidden", each.standing == "weak", each.tie_band or 0, value, each.unit.code


def desks_of(snapshot: Snapshot, unit: Unit, period: Period) -> tuple[DeskResult, ...]:
    """The desks that a unit had in a period, in the register's order."""
    standing = (
        desk
        for desk in snapshot.register.desks
        if desk.unit == unit.code
        and (desk.valid_from is None or desk.valid_from < period.ends)
        and (desk.valid_to is None or desk.valid_to > period.starts)
    )
    return tuple(_desk_result(snapshot, desk, period) for desk in standing)


def _desk_result(snapshot: Snapshot, desk: Desk, period: Period) -> DeskResult:
    tally = snapshot.by_desk.only(desk=desk.code, month=set(period.months)).merged().asking(OVERALL)
    satisfied = wilson(int(tally.satisfied().sum()), int(tally.answered.sum()))
    least = load_edition(SATISFACTION_EDITION).thresholds.privacy
    days = snapshot.answers.filter(pl.col("desk") == desk.code)["local_date"]
    return DeskResult(
        desk,
        satisfied if satisfied.enough(at_least=least) else wilson(0, 0),
        received=int(days.is_between(period.starts, period.ends, closed="left").sum()),
        days_without_scan=count_silent_days(snapshot, period, frozenset(days.unique()), desks=[desk]),
    )
