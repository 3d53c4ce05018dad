"""What dossiers say of a service: shares on time, early, the same day, online …, and how long people waited."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import polars as pl

from scoring.dossier import check_dossiers
from scoring.measures import Ratio
from scoring.office_hours import OfficeBook
from scoring.panel import Panel, panel_of_moments
from scoring.visit import counter_visits
from scoring.working_time import WorkingClock, working_clock

__all__ = [
    "AT_LEAST",
    "COUNTER_VISITS",
    "SHARES",
    "WAITING_HOURS",
    "DossierShare",
    "count_service",
    "describe_waiting",
    "service_panel",
    "service_ratio",
]

AT_LEAST: Final = 10
"""Dossiers below which nothing of a cell is shown."""
WAITING_HOURS: Final = "waiting_hours"
COUNTER_VISITS: Final = "counter_visits"


class DossierShare(NamedTuple):
    """A share of dossiers. month: the moment whose month a dossier counts in; of: which dossiers; counts: which of them."""

    month: Literal["received", "finished"]
    of: pl.Expr
    counts: pl.Expr


_RECEIVED_DAY = pl.col("received").dt.date()
_FINISHED_DAY, _DUE_DAY = pl.col("finished").dt.date(), pl.col("due").dt.date()

SHARES: Final[Mapping[str, DossierShare]] = MappingProxyType(
    {
        "on_time": DossierShare("finished", pl.col("due").is_not_null(), pl.col("finished") <= pl.col("due")),
        "early": DossierShare("finished", pl.col("due").is_not_null(), _FINISHED_DAY < _DUE_DAY),
        "same_day": DossierShare("finished", _FINISHED_DAY.is_not_null(), _FINISHED_DAY == _RECEIVED_DAY),
        "supplement": DossierShare("finished", _FINISHED_DAY.is_not_null(), pl.col("supplements") > 0),
        "online": DossierShare(
            "received", pl.col("channel").is_not_null(), pl.col("channel").cast(pl.String) == "online"
        ),
        "paid_online": DossierShare("received", pl.col("paid_online").is_not_null(), pl.col("paid_online")),
        "digitised": DossierShare("received", pl.col("digitised").is_not_null(), pl.col("digitised")),
    }
)
"""Every share by name. What happened to a dossier counts in the month of its finishing, how it came in that of its receipt."""


def count_service(dossiers: pl.DataFrame, book: OfficeBook, *, by: Sequence[str] = ("unit",)) -> pl.DataFrame:
    """Counts of every measure by group and month, ready to be added up.

    Args:
        dossiers: the dossier frame.
        book: when each unit works, for the waiting.
        by: columns that make the groups, such as ("unit", "procedure"); the month always comes with them.

    Returns:
        One row per group, month and measure, sorted: the columns `by` (String), `month` (Date), `measure` (String), `n`
        (dossiers it is counted of), `total` and `squares` (sums of values and of squared values: of 0 and 1 for a share, of
        working hours for `WAITING_HOURS`), `simulated` (whether any of the dossiers is). For `COUNTER_VISITS`, which is
        no share, `n` and `total` are the visits. No row where nothing is counted.

    Raises:
        DossierFaults: not a dossier frame.

    >>> from scoring.dossier import no_dossiers
    >>> count_service(no_dossiers(), OfficeBook()).columns
    ['unit', 'month', 'measure', 'n', 'total', 'squares', 'simulated']
    """
    timed = check_dossiers(dossiers).with_columns(_hours(dossiers, book))
    parts = [_count_month(timed, month, by) for month in ("received", "finished")]
    parts.append(_count_visits(dossiers, by))
    return pl.concat(parts).sort(*by, "month", "measure")


def _hours(dossiers: pl.DataFrame, book: OfficeBook) -> pl.Series:
    return (working_clock(dossiers, book).minutes(dossiers) / 60).alias(WAITING_HOURS)


def _count_month(timed: pl.DataFrame, month: Literal["received", "finished"], by: Sequence[str]) -> pl.DataFrame:
    """All that counts in the month of one moment: each dossier is judged once, then everything is summed in one pass."""
    judged = {
        f"{name}/{part}": each
        for name, share in SHARES.items()
        if share.month == month
        for part, each in (
            ("n", share.of),
            ("total", share.of & share.counts),
        )
    }
    if month == "finished":
        hours = pl.col(WAITING_HOURS)
        judged |= {
            f"{WAITING_HOURS}/n": hours.is_not_null(),
            f"{WAITING_HOURS}/total": hours,
            f"{WAITING_HOURS}/squares": hours**2,
        }
    marked = timed.lazy().filter(pl.col(month).is_not_null()).select(*by, _month_of(month), "simulated", **judged)
    sums = marked.group_by(*by, "month").agg(pl.col(*judged).sum(), _any_simulated()).collect()
    return pl.concat(_measure(sums, name, by) for name in dict.fromkeys(each.split("/")[0] for each in judged))


def _measure(sums: pl.DataFrame, name: str, by: Sequence[str]) -> pl.DataFrame:
    squares = "squares" if f"{name}/squares" in sums.columns else "total"
    of = {"n": f"{name}/n", "total": f"{name}/total", "squares": f"{name}/{squares}"}
    return _typed(
        sums.select(*by, "month", "simulated", measure=pl.lit(name), **{key: pl.col(each) for key, each in of.items()}),
        by,
    )


def _count_visits(dossiers: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    counted = counter_visits(dossiers).group_by(*by, _month_of("at")).agg(_any_simulated(), n=pl.len())
    visits = pl.col("n").cast(pl.Float64)
    return _typed(counted.with_columns(measure=pl.lit(COUNTER_VISITS), total=visits, squares=visits), by)


def _month_of(moment: str) -> pl.Expr:
    return pl.col(moment).dt.date().dt.truncate("1mo").alias("month")


def _any_simulated() -> pl.Expr:
    return pl.col("simulated").any()


def _typed(counts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    words = [pl.col(name).cast(pl.String) for name in (*by, "measure")]
    numbers = (pl.col("n").cast(pl.Int64), pl.col("total", "squares").cast(pl.Float64))
    shown = counts.with_columns(*words, *numbers).filter(pl.col("n") > 0)
    return shown.select(*by, "month", "measure", "n", "total", "squares", "simulated")


def service_ratio(counts: pl.DataFrame, measure: str, *, at_least: int = AT_LEAST) -> Ratio:
    """A share of all rows of `count_service` together.

    A register counts every dossier, so the share has no sampling interval.

    Args:
        counts: rows of `count_service`, of the units and months that are meant.
        measure: a name out of `SHARES`.
        at_least: dossiers below which nothing is shown.

    Returns:
        The share; 0 of 0 where fewer dossiers stand behind it, or none.

    Raises:
        ValueError: the measure is no share.
    """
    if measure not in SHARES:
        raise ValueError(f"measure == {measure!r}, must be one of {', '.join(SHARES)}.")
    chosen = counts.filter(measure=measure)
    n = int(chosen["n"].sum())
    if n < max(at_least, 1):
        return Ratio(0, 0)
    return Ratio(round(chosen["total"].sum()), n, simulated=bool(chosen["simulated"].any()))


def service_panel(counts: pl.DataFrame, measure: str) -> Panel:
    """Unit × month panel of one measure, for the comparisons of a pilot; waiting is in working hours, without an upper bound.

    Args:
        counts: rows of `count_service` by unit.
        measure: a name out of `SHARES`, or `WAITING_HOURS`.

    Raises:
        ValueError: the measure is neither.
    """
    if measure not in (*SHARES, WAITING_HOURS):
        raise ValueError(f"measure == {measure!r}, must be one of {', '.join((*SHARES, WAITING_HOURS))}.")
    chosen = counts.filter(measure=measure)
    most = math.inf if measure == WAITING_HOURS else 1.0
    groups = list(chosen.select("unit", "month").iter_rows())
    return panel_of_moments(groups, chosen["n"], chosen["total"], chosen["squares"], bounds=(0.0, most))


def describe_waiting(
    dossiers: pl.DataFrame,
    clock: WorkingClock,
    *,
    by: Sequence[str] = ("unit",),
    at_least: int = AT_LEAST,
) -> pl.DataFrame:
    """Working hours from receipt to finishing, by group and month of finishing.

    Args:
        dossiers: the dossier frame.
        clock: of `working_clock`.
        by: columns that make the groups.
        at_least: dossiers below which only n is shown.

    Returns:
        One row per group and month, sorted: the columns `by`, `month`, `n` (finished dossiers), `mean`, `median`, `p90`
        (90th percentile) in working hours; null where fewer than `at_least` stand behind them.

    Source:
        Percentiles as R: quantile(hours, 0.9, type = 7)
    """
    hours = pl.col(WAITING_HOURS)
    timed = dossiers.with_columns((clock.minutes(dossiers) / 60).alias(WAITING_HOURS)).drop_nulls("finished")
    found = timed.group_by(*by, _month_of("finished")).agg(
        n=pl.len().cast(pl.Int64),
        mean=hours.mean(),
        median=hours.median(),
        p90=hours.quantile(0.9, interpolation="linear"),
    )
    shown = pl.when(pl.col("n") >= at_least).then(pl.col("mean", "median", "p90"))
    return found.with_columns(pl.col(*by).cast(pl.String), shown).sort(*by, "month")
