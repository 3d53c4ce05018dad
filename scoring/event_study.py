"""Month by month before and after one start: the event study of a design that compares other units."""

from __future__ import annotations

from datetime import date, timedelta

from scoring.design import Design
from scoring.panel import Panel
from scoring.staggered import StaggeredEffect, compare_starts

__all__ = ["event_study"]


def event_study(
    panel: Panel, design: Design, *, at_least: int, level: float = 0.95, most: int = 10_000, seed: int = 1
) -> StaggeredEffect:
    """How far apart the two sides of a design are in each month, against their mean distance before the start.

    The months before it are the check: had the sides changed differently already, it would show there (`pre_trend_p`,
    and the band, which holds all months together). Over all months after, the value is that of `compare_change`.

    Args:
        panel: the outcome by unit and month.
        design: with other units, or such as have not started yet.
        at_least: answers below which a unit's month is not used; see `compare_starts`.
        level: confidence level, in (0, 1).
        most: ways listed exactly; where there are more, as many are drawn.
        seed: of that draw.

    Raises:
        ValueError: the design compares no other units, or needs what lies outside the pilot; `level` out of range.
    """
    if not design.comparison or design.needs_outside:
        raise ValueError(f"design.kind == {design.kind!r}, must compare other units.")
    window = design.window
    months = [month for month in panel.months if window.before_from <= month < window.after_until]
    starts: dict[str, date | None] = dict.fromkeys(design.comparison)
    starts |= dict.fromkeys(design.treated, _first_day(design))
    seen = panel.only((*design.treated, *design.comparison), months)
    return compare_starts(seen, starts, at_least=at_least, control="never_started", level=level, most=most, seed=seed)


def _first_day(design: Design) -> date:
    """The start, or where the window leaves its month out, some day in that month."""
    before, after = design.window.before_until, design.window.after_from
    return after if before == after else after - timedelta(days=1)
