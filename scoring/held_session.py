"""What became of a planned session: held or missed, as somebody recorded it or as dossiers and answers show; or not known."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

import polars as pl

from scoring.calendar import OfficeHours, slots
from scoring.pilot import Session

__all__ = ["EXPECTED", "HeldBasis", "HeldState", "SessionKey", "SessionOutcome", "SessionRecord", "judge_sessions"]

HeldState: TypeAlias = Literal["held", "missed", "unknown"]
HeldBasis: TypeAlias = Literal["recorded", "dossiers", "answers", "silence", "few", "uncovered"]

EXPECTED: Final = 5.0
"""Dossiers that a session draws on average, from which on silence says something: were it held, P(none) = e⁻⁵ = 0.7 %."""
SESSIONS_SEEN: Final = 3
"""Sessions of the unit with dossiers in them, below which nobody knows what one draws."""
NEAR: Final = timedelta(days=7)
"""Within it, before and after a session, the register must show work of the unit, or it does not reach that far."""

SessionKey: TypeAlias = tuple[str, str, date, time]
"""Pilot, unit, day, start."""


class SessionRecord(NamedTuple):
    """What somebody recorded of a session."""

    held: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """A session, and what became of it.

    basis: "recorded"; held because of "dossiers" or "answers" in its window; missed by "silence"; unknown because "few" come
    to such a session anyway, or because the register is "uncovered" then. dossiers: received at the counter or finished in the
    window. answers: given in its slots. planned: False for one that was recorded and that no plan has.
    """

    session: Session
    state: HeldState
    basis: HeldBasis
    dossiers: int
    answers: int
    note: str = ""
    planned: bool = True


def judge_sessions(
    sessions: Sequence[Session],
    *,
    dossiers: pl.DataFrame,
    answers: pl.DataFrame,
    records: Mapping[SessionKey, SessionRecord],
    slot_hours: OfficeHours,
    unplanned: Sequence[Session] = (),
) -> tuple[SessionOutcome, ...]:
    """What became of each session, planned ones first.

    A record goes before what is inferred. Without one a session was held when a dossier was received at the counter or
    finished (its result not sent online) in its window, or when somebody answered at a desk in one of its slots. A silent
    session was missed only where silence is a sign: the register shows work of the unit within a week before and within a
    week after, and the unit's sessions with dossiers draw `EXPECTED` of them or more. Any other silence is unknown: a window
    of thirty minutes is often empty though it was kept.

    Args:
        sessions: planned ones that are over.
        dossiers: the dossier frame.
        answers: one row a response: `unit`, `local_date`, `slot`, `channel`.
        records: by pilot, unit, day and start.
        slot_hours: the office hours by which the slots were cut.
        unplanned: recorded ones that no plan has.
    """
    every = (*sessions, *unplanned)
    inside = _count_dossiers(every, dossiers)
    answered = _count_answers(every, answers, slot_hours)
    worked = _days_of_work(dossiers, {session.unit for session in every})
    draws = _draws(every, inside)
    found = []
    for number, session in enumerate(every):
        record = records.get((session.pilot, session.unit, session.date, session.starts))
        state: HeldState
        basis: HeldBasis
        if record is not None:
            state, basis = ("held" if record.held else "missed"), "recorded"
        elif inside[number]:
            state, basis = "held", "dossiers"
        elif answered[number]:
            state, basis = "held", "answers"
        elif not _is_covered(worked.get(session.unit, []), session.date):
            state, basis = "unknown", "uncovered"
        elif draws.get((session.pilot, session.unit), 0.0) < EXPECTED:
            state, basis = "unknown", "few"
        else:
            state, basis = "missed", "silence"
        note = record.note if record else ""
        counts, planned = (inside[number], answered[number]), number < len(sessions)
        found.append(SessionOutcome(session, state, basis, *counts, note=note, planned=planned))
    return tuple(found)


def _count_dossiers(sessions: Sequence[Session], dossiers: pl.DataFrame) -> list[int]:
    """Dossiers received at the counter or finished within each session's window, each once."""
    windows = pl.DataFrame(
        [(n, each.unit, each.date, _minute(each.starts), _minute(each.ends)) for n, each in enumerate(sessions)],
        schema={"number": pl.Int64, "unit": pl.String, "day": pl.Date, "starts": pl.Int64, "ends": pl.Int64},
        orient="row",
    )
    acts = _acts(dossiers, windows["unit"].unique()).with_columns(
        day=pl.col("at").dt.date(),
        minute=pl.col("at").dt.hour().cast(pl.Int64) * 60 + pl.col("at").dt.minute(),
    )
    within = acts.join(windows, on=("unit", "day")).filter(
        pl.col("minute").is_between(pl.col("starts"), pl.col("ends"), closed="left")
    )
    return _by_number(within.group_by("number").agg(pl.col("row").n_unique().alias("n")), len(sessions))


def _acts(dossiers: pl.DataFrame, units: pl.Series) -> pl.DataFrame:
    """What shows people at work at a counter: `row` of the dossier, `unit`, `at`."""
    text = pl.col("unit").cast(pl.String).alias("unit")
    chosen = dossiers.with_row_index("row").filter(pl.col("unit").cast(pl.String).is_in(units.to_list()))
    received = chosen.filter(pl.col("channel").cast(pl.String) == "counter")
    finished = chosen.filter(
        pl.col("finished").is_not_null() & (pl.col("returned").cast(pl.String).fill_null("") != "online")
    )
    return pl.concat(
        [received.select("row", text, at=pl.col("received")), finished.select("row", text, at=pl.col("finished"))]
    )


def _count_answers(sessions: Sequence[Session], answers: pl.DataFrame, hours: OfficeHours) -> list[int]:
    """Answers given at a desk in the slots that each session touches."""
    touched = pl.DataFrame(
        [
            (number, session.unit, session.date, slot.key)
            for number, session in enumerate(sessions)
            for slot in slots(hours)
            if slot.overlaps(session.starts, session.ends)
        ],
        schema={"number": pl.Int64, "unit": pl.String, "local_date": pl.Date, "slot": pl.String},
        orient="row",
    )
    at_desk = answers.filter(pl.col("channel").cast(pl.String) != "online").select(
        pl.col("unit", "slot").cast(pl.String), "local_date"
    )
    counted = at_desk.join(touched, on=("unit", "local_date", "slot")).group_by("number").agg(n=pl.len())
    return _by_number(counted, len(sessions))


def _by_number(counted: pl.DataFrame, length: int) -> list[int]:
    found = [0] * length
    for number, n in counted.select("number", "n").iter_rows():
        found[number] = n
    return found


def _days_of_work(dossiers: pl.DataFrame, units: set[str]) -> dict[str, list[date]]:
    """Days on which a unit's dossiers were received or finished, in order."""
    chosen = dossiers.select(pl.col("unit").cast(pl.String), "received", "finished").filter(
        pl.col("unit").is_in(sorted(units))
    )
    days = pl.concat(
        chosen.select("unit", pl.col(moment).dt.date().alias("day")) for moment in ("received", "finished")
    )
    found: dict[str, list[date]] = {}
    for unit, day in days.drop_nulls().unique().sort("unit", "day").iter_rows():
        found.setdefault(unit, []).append(day)
    return found


def _is_covered(worked: Sequence[date], day: date) -> bool:
    """Whether there was work within a week before and within a week after; the day itself counts as both."""
    after = bisect_left(worked, day)
    followed = after < len(worked) and worked[after] <= day + NEAR
    before = bisect_left(worked, day + timedelta(days=1))
    return followed and before > 0 and worked[before - 1] >= day - NEAR


def _draws(sessions: Sequence[Session], inside: Sequence[int]) -> dict[tuple[str, str], float]:
    """Mean dossiers of a pilot's sessions at a unit, of those with any; where enough had any."""
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    for session, n in zip(sessions, inside, strict=True):
        if n:
            seen[session.pilot, session.unit].append(n)
    return {key: sum(counts) / len(counts) for key, counts in seen.items() if len(counts) >= SESSIONS_SEEN}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
