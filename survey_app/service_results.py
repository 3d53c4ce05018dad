"""From a snapshot to what dossiers say of units in a period: shares, waiting, visits and with what business people came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from scoring import (
    COUNTER_VISITS,
    SHARES,
    Period,
    Ratio,
    ResponseRates,
    count_mix,
    counter_visits,
    load_edition,
    working_clock,
)
from survey_app.register import Unit
from survey_app.results import read_rates, read_service
from survey_app.snapshot import SATISFACTION_EDITION, Snapshot


@dataclass(frozen=True, slots=True)
class Waiting:
    """Working hours from receipt to finishing of n dossiers; None where too few are behind them."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """Units taken together in a period.

    shares: measure → share; None where there are no records or too few. visits: to counters; None likewise. mix: margin →
    label → visits, labels of fewer than may be shown put together under `OTHERS`. rates: answers of visits by unit and month,
    and where the two contradict one another.
    """

    units: tuple[Unit, ...]
    period: Period
    shares: Mapping[str, Ratio | None]
    visits: int | None
    waiting: Waiting
    mix: Mapping[str, Mapping[str, int]]
    rates: ResponseRates
    simulated: bool


OTHERS = "…"
"""Label of the visits whose own label has too few to be shown."""


def read_service_result(snapshot: Snapshot, units: Iterable[Unit], period: Period) -> ServiceResult:
    """What dossiers, or monthly counts where there are none, say of units in a period."""
    chosen = tuple(units)
    codes, least = {unit.code for unit in chosen}, load_edition(SATISFACTION_EDITION).thresholds.privacy
    dossiers = snapshot.dossiers.filter(pl.col("unit").cast(pl.String).is_in(sorted(codes)))
    visits = read_service(snapshot, codes, period, COUNTER_VISITS)
    shares = {measure: read_service(snapshot, codes, period, measure) for measure in SHARES}
    return ServiceResult(
        units=chosen,
        period=period,
        shares=shares,
        visits=None if visits is None else visits.numerator,
        waiting=_waiting(snapshot, dossiers, period, least),
        mix=_mix(snapshot, dossiers, period, least),
        rates=read_rates(snapshot, chosen, period),
        simulated=any(share.simulated for share in (*shares.values(), visits) if share is not None),
    )


def _within(moment: str, period: Period) -> pl.Expr:
    return pl.col(moment).dt.date().is_between(period.starts, period.ends, closed="left")


def _waiting(snapshot: Snapshot, dossiers: pl.DataFrame, period: Period, least: int) -> Waiting:
    finished = dossiers.filter(_within("finished", period))
    hours = working_clock(finished, snapshot.book).minutes(finished) / 60
    if finished.height < least:
        return Waiting(finished.height, None, None, None)
    numbers = (hours.mean(), hours.median(), hours.quantile(0.9, interpolation="linear"))
    return Waiting(finished.height, *(float(each) for each in numbers if isinstance(each, float)))


def _mix(snapshot: Snapshot, dossiers: pl.DataFrame, period: Period, least: int) -> dict[str, dict[str, int]]:
    visits = counter_visits(dossiers).filter(_within("at", period))
    counted = count_mix(visits, working_clock(visits, snapshot.book))
    return {margin: _without_few(labels, least) for margin, labels in counted.items()}


def _without_few(labels: Mapping[str, int], least: int) -> dict[str, int]:
    """The labels with at least so many; the others together, with the next smallest where they are too few even so."""
    largest = sorted(labels, key=lambda label: (-labels[label], label))
    kept = [label for label in largest if labels[label] >= least]
    rest = sum(labels[label] for label in largest[len(kept) :])
    while 0 < rest < least and kept:
        rest += labels[kept.pop()]
    return {label: labels[label] for label in kept} | ({OTHERS: rest} if rest >= least else {})
