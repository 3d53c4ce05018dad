"""Which dossiers lie inside a pilot: of its procedures, or received in its days and hours, before its start as after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from scoring.office_hours import OfficeBook
from scoring.pilot import is_decided, window_on
from scoring.pilot_rule import WEEKDAYS, Participation, PilotRule

__all__ = ["Pattern", "has_pattern", "inside_days", "inside_procedures", "patterns_of"]

RECEIVED: Final = pl.col("received")


class Pattern(NamedTuple):
    """When a pilot's sessions fall at some units, apart from its dates. starts, ends: minutes of the day, half-open.

    weekdays: 1 (Monday)…7; weeks: of the month, 1…5; days: of the month. Empty is any.
    """

    units: tuple[str, ...]
    weekdays: tuple[int, ...]
    weeks: tuple[int, ...]
    days: tuple[int, ...]
    starts: int
    ends: int


def has_pattern(rule: PilotRule) -> bool:
    """Whether a pilot's days or hours divide what an office does anyway: sessions inside its working days and hours.

    What is added to them (a Saturday, half an hour after closing) had nothing like it before the start.
    """
    whole = rule.windows == ("whole-day",) and not (rule.weekdays or rule.weeks_of_month or rule.days_of_month)
    return rule.kind == "sessions" and rule.days == "working" and rule.placement == "inside" and not whole


def patterns_of(
    rule: PilotRule, participations: Iterable[Participation], others: Sequence[str] = (), *, book: OfficeBook
) -> tuple[Pattern, ...]:
    """The pattern of each unit, units alike together; none where the rule has no pattern or a unit's choice is not known.

    Args:
        rule: the pilot's.
        participations: in the pilot; of a unit's several the first counts.
        others: units that do not take part; they have a pattern only where the rule leaves no choice.
        book: when each unit works; its hours at the start of the participation hold throughout.
    """
    if not has_pattern(rule):
        return ()
    found: dict[Pattern, list[str]] = {}
    chosen = {one.unit: one for one in sorted(participations, key=lambda one: one.starts, reverse=True)}
    if not rule.unit_chooses:
        chosen |= {unit: Participation(rule.code, unit, rule.starts) for unit in others if unit not in chosen}
    for unit, one in sorted(chosen.items()):
        if is_decided(rule, one):
            found.setdefault(_pattern(rule, one, book, one.starts), []).append(unit)
    return tuple(pattern._replace(units=tuple(units)) for pattern, units in found.items())


def _pattern(rule: PilotRule, one: Participation, book: OfficeBook, day: date) -> Pattern:
    starts, ends = window_on(rule, one.window or rule.windows[0], book.hours_of(one.unit, day))
    names = one.weekdays or rule.weekdays
    return Pattern(
        (),
        tuple(WEEKDAYS.index(name) + 1 for name in names),
        one.weeks_of_month or rule.weeks_of_month,
        rule.days_of_month,
        starts.hour * 60 + starts.minute,
        ends.hour * 60 + ends.minute,
    )


def inside_days(patterns: Iterable[Pattern]) -> pl.Expr:
    """Whether a dossier was received in its unit's pattern; null at units without one.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> at = [datetime(2023, 9, day, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")) for day in (21, 22)]
    >>> friday = Pattern(("a",), (5,), (), (), 450, 1020)
    >>> pl.DataFrame({"unit": ["a", "a"], "received": at}).select(inside_days([friday])).to_series().to_list()
    [False, True]
    """
    minute = RECEIVED.dt.hour().cast(pl.Int32) * 60 + RECEIVED.dt.minute()
    week = (RECEIVED.dt.day() - 1) // 7 + 1
    inside = pl.lit(None, dtype=pl.Boolean)
    for pattern in patterns:
        fits = minute.is_between(pattern.starts, pattern.ends, closed="left")
        for part, allowed in (
            (RECEIVED.dt.weekday(), pattern.weekdays),
            (week, pattern.weeks),
            (RECEIVED.dt.day(), pattern.days),
        ):
            if allowed:
                fits &= part.is_in(allowed)
        inside = pl.when(pl.col("unit").cast(pl.String).is_in(pattern.units)).then(fits).otherwise(inside)
    return inside.alias("inside")


def inside_procedures(procedures: Sequence[str]) -> pl.Expr:
    """Whether a dossier is of one of the procedures; null where its procedure is not known."""
    return pl.col("procedure").cast(pl.String).is_in(procedures).alias("inside")
