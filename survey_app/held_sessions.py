"""What became of every planned session: the register's pilots, judged by records, dossiers and answers."""

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from scoring import OfficeBook, OfficeHours, Session, SessionOutcome, SessionRecord, judge_sessions, session_starting
from scoring.held_session import SessionKey
from survey_app.register import Catalogue


def judge_pilot_sessions(
    register: Catalogue,
    *,
    book: OfficeBook,
    dossiers: pl.DataFrame,
    answers: pl.DataFrame,
    records: Mapping[SessionKey, SessionRecord],
    slot_hours: OfficeHours,
    until: date,
) -> tuple[SessionOutcome, ...]:
    """The sessions of all pilots and units before `until`, planned ones first, and those recorded without a plan."""
    planned = tuple(sorted(register.planned_sessions(book, until=until)))
    return judge_sessions(
        planned,
        dossiers=dossiers,
        answers=answers,
        records=records,
        slot_hours=slot_hours,
        unplanned=tuple(_unplanned(register, book, planned, records, until)),
    )


def _unplanned(
    register: Catalogue,
    book: OfficeBook,
    planned: tuple[Session, ...],
    records: Mapping[SessionKey, SessionRecord],
    until: date,
) -> Iterator[Session]:
    known = {(each.pilot, each.unit, each.date, each.starts) for each in planned}
    for key in sorted(records.keys() - known):
        code, unit, day, starts = key
        if code in register.pilot and day < until:
            yield session_starting(register.pilot[code].rule, unit, day, starts, hours=book.hours_of(unit, day))
