"""Visits to a counter, as dossiers show them: whom one could have asked, and with what business they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from scoring.measures import Ratio
from scoring.working_time import WorkingClock

__all__ = ["MIX_MARGINS", "UNKNOWN", "RateFault", "ResponseRates", "count_mix", "counter_visits", "response_rates"]

MIX_MARGINS: Final = ("field", "desk", "half_day")
UNKNOWN: Final = ""
"""Label of the visits of which a margin is not known."""

UnitMonth = tuple[str, date]


def counter_visits(dossiers: pl.DataFrame) -> pl.DataFrame:
    """Every visit to a counter: one for each dossier received there, and one for each result that left there.

    A dossier finished in the applicant's presence counts twice, as the two acts that the register shows.

    Returns:
        One row a visit: the columns `unit, desk, procedure, field, simulated` of the dossier, `at`: when, and `act`:
        "received" or "returned".
    """
    kept = ("unit", "desk", "procedure", "field", "simulated")
    acts = (("channel", "received", "received"), ("returned", "finished", "returned"))
    return pl.concat(
        dossiers.filter(pl.col(way).cast(pl.String) == "counter", pl.col(moment).is_not_null()).select(
            *kept, pl.col(moment).alias("at"), pl.lit(act).alias("act")
        )
        for way, moment, act in acts
    )


def count_mix(visits: pl.DataFrame, clock: WorkingClock) -> dict[str, dict[str, int]]:
    """The case mix that was served: visits by field, by desk and by half-day, for `case_mix_weights`.

    Args:
        visits: of `counter_visits`, of one unit and period.
        clock: of `working_clock`; it says when the afternoon begins.

    Returns:
        Margin → label → visits, the labels sorted. Every margin counts all visits; those of which it is not known stand under
        `UNKNOWN`.
    """
    labelled = visits.with_columns(half_day=clock.half_day(visits, at="at"))
    return {
        margin: dict(
            labelled.group_by(pl.col(margin).cast(pl.String).fill_null(UNKNOWN)).len().sort(margin).iter_rows()
        )
        for margin in MIX_MARGINS
    }


@dataclass(frozen=True, slots=True)
class RateFault:
    """More answers than visits in a unit and month: a fault in the data, and no rate."""

    unit: str
    month: date
    answers: int
    visits: int

    def __str__(self) -> str:
        return (
            f"{self.unit}, {self.month:%m/%Y}: {self.answers} answers of {self.visits} counter visits, must be no more"
        )


class ResponseRates(NamedTuple):
    """Answers of counter visits by unit and month, and where the two contradict one another."""

    rates: Mapping[UnitMonth, Ratio]
    faults: tuple[RateFault, ...]

    def together(self) -> Ratio:
        """All rates as one; what is at fault is in neither number. 0 of 0 where there is none."""
        answers, visits = (
            sum(getattr(rate, name) for rate in self.rates.values()) for name in ("numerator", "denominator")
        )
        first = next(iter(self.rates.values()), Ratio(0, 0))
        return Ratio(
            answers, visits, source=first.source, simulated=any(rate.simulated for rate in self.rates.values())
        )


def response_rates(
    answers: Mapping[UnitMonth, int], visits: Mapping[UnitMonth, int], *, source: str = "", simulated: bool = False
) -> ResponseRates:
    """The share of counter visits that left an answer, by unit and month.

    Args:
        answers: received, by unit and month, where there are service records; none counts as 0.
        visits: counter visits by unit and month. Without any there is no rate, and an answer is a fault: of 0 visits.
        source: where the visits were read.
        simulated: whether any of it is.

    Returns:
        The rates, in [0, 1], by unit and month in order, and the faults: more answers than visits.

    >>> october = date(2026, 10, 1)
    >>> found = response_rates({("a", october): 5, ("b", october): 30}, {("a", october): 50, ("b", october): 29})
    >>> found.rates[("a", october)].numerator, *map(str, found.faults)
    (5, 'b, 10/2026: 30 answers of 29 counter visits, must be no more')
    """
    rates, faults = dict[UnitMonth, Ratio](), list[RateFault]()
    for unit, month in sorted({*answers, *visits}):
        given, came = answers.get((unit, month), 0), visits.get((unit, month), 0)
        if given > came:
            faults.append(RateFault(unit, month, given, came))
        elif came:
            rates[unit, month] = Ratio(given, came, source=source, simulated=simulated)
    return ResponseRates(rates, tuple(faults))
