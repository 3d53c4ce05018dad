"""Whether a pilot's same-day promise was kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from scoring.dossier import MOMENT
from scoring.estimate import Estimate, wilson
from scoring.pilot import Session
from scoring.pilot_rule import SameDayPromise
from scoring.working_time import WorkingClock

__all__ = ["PromiseKept", "check_promise"]


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """Dossiers received in a pilot's sessions, and how many were finished as promised.

    share: of `judged` dossiers, with Wilson's interval; NaN with n == 0 where fewer than may be shown were judged. running:
    received, and neither finished nor due yet. late: after the cutoff, so that they had until the next working day.
    """

    share: Estimate
    kept: int
    judged: int
    running: int
    late: int


def check_promise(
    dossiers: pl.DataFrame,
    sessions: Sequence[Session],
    promise: SameDayPromise,
    *,
    clock: WorkingClock,
    at: datetime,
    procedures: Collection[str] | None = None,
    at_least: int = 10,
) -> PromiseKept:
    """Which part of the dossiers received at a counter in a pilot's sessions was finished when promised.

    Args:
        dossiers: the dossier frame.
        sessions: those of the pilot that were held, or not known to be missed.
        promise: cutoff and the time of the next working day.
        clock: of `working_clock`, made of these dossiers.
        at: aware; what is not finished and fell due before it was not kept.
        procedures: codes that the promise is made for; None for all.
        at_least: dossiers below which no share is shown.

    Source:
        Wilson's interval: see `wilson`. The dossiers are taken for a sample of what the office would do.
    """
    inside = _received_in(dossiers, sessions, procedures)
    due = clock.due_by(inside, promise)
    kept = inside["finished"] < due
    finished = inside["finished"].is_not_null()
    judged = finished | (due <= pl.Series([at], dtype=MOMENT)[0])
    n, good = int(judged.sum()), int((kept.fill_null(value=False) & judged).sum())
    late = int((inside["received"].dt.time() > promise.cutoff).sum())
    share = wilson(good, n) if n >= at_least else wilson(0, 0)
    return PromiseKept(share, good, n, inside.height - n, late)


def _received_in(
    dossiers: pl.DataFrame, sessions: Sequence[Session], procedures: Collection[str] | None
) -> pl.DataFrame:
    """The dossiers received at a counter within one of the sessions."""
    windows = pl.DataFrame(
        [(each.unit, each.date, each.starts, each.ends) for each in sessions],
        schema={"text": pl.String, "day": pl.Date, "starts": pl.Time, "ends": pl.Time},
        orient="row",
    ).unique()
    of = pl.lit(value=True) if procedures is None else pl.col("procedure").cast(pl.String).is_in(sorted(procedures))
    at_counter = dossiers.filter(of & (pl.col("channel").cast(pl.String) == "counter")).with_row_index("row")
    placed = at_counter.with_columns(text=pl.col("unit").cast(pl.String), day=pl.col("received").dt.date())
    rows = (
        placed.join(windows, on=("text", "day"))
        .filter(pl.col("received").dt.time().is_between(pl.col("starts"), pl.col("ends"), closed="left"))["row"]
        .unique()
        .sort()
    )
    return at_counter[rows.to_list()].drop("row") if len(rows) else at_counter.clear().drop("row")
