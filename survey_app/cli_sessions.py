"""`hailong pilot sessions|record|adherence`: what a pilot planned, what became of it, how far it was kept up."""

import json
import math
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial
from typing import Annotated, Any, Literal

import typer

from scoring import (
    OfficeBook,
    Participation,
    Session,
    SessionOutcome,
    SessionRecord,
    adherence_sentence,
    outcome_text,
    plan_sessions,
    promise_sentence,
    session_starting,
)
from survey_app.cli_plan import pilot
from survey_app.cli_results import (
    Language,
    PeriodOption,
    UnitOption,
    known_period,
    known_pilot,
    known_units,
    take_snapshot,
)
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.no_session import why_no_session
from survey_app.pilot_results import pilot_sessions
from survey_app.pilot_service import UnitService, read_pilot_service
from survey_app.reading import read_register
from survey_app.reading.office_hours import read_office_book
from survey_app.recording.people import record_audit
from survey_app.recording.sessions import record_session
from survey_app.register import Catalogue
from survey_app.snapshot import Snapshot

PilotCode = Annotated[str, typer.Argument(help="A pilot's code, as in pilot list.")]
KNOWN: dict[str, Literal["vi", "en"]] = {"vi": "vi", "en": "en"}
DAYS = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
SIMULATED = {"vi": "(mô phỏng)", "en": "(simulated)"}


@pilot.command("sessions")
def pilot_sessions_command(
    code: PilotCode, unit: UnitOption = None, language: Language = "vi", *, as_json: Json = False
) -> None:
    """The planned sessions of a pilot and what became of each; none for continuous participation."""
    snapshot = take_snapshot()
    known_units(snapshot, unit)
    told = KNOWN.get(language, "vi")
    rows = list(_session_rows(snapshot, code, unit, told))
    print_rows(rows, as_json=as_json, line=partial(_session_line, language=told))
    if not rows and not as_json:
        print(why_no_session(snapshot.register, known_pilot(snapshot, code), unit=unit, language=told))


def _session_rows(
    snapshot: Snapshot, code: str, unit: str | None, language: Literal["vi", "en"]
) -> Iterator[dict[str, Any]]:
    outcomes = {each.session: each for each in snapshot.outcomes if each.session.pilot == code}
    planned = pilot_sessions(snapshot, known_pilot(snapshot, code))
    simulated = [one for one in snapshot.register.participations_in(code) if one.simulated]
    for session in sorted({*planned, *outcomes}):
        if unit in {None, session.unit}:
            yield _session_row(session, outcomes.get(session), simulated, language)


def _session_row(
    session: Session,
    outcome: SessionOutcome | None,
    simulated: list[Participation],
    language: Literal["vi", "en"],
) -> dict[str, Any]:
    return {
        "unit": session.unit,
        "date": session.date,
        "starts": f"{session.starts:%H:%M}",
        "ends": f"{session.ends:%H:%M}",
        "planned": outcome.planned if outcome else True,
        "state": outcome.state if outcome else "to_come",
        "known_by": outcome.basis if outcome else None,
        "dossiers": outcome.dossiers if outcome else None,
        "answers": outcome.answers if outcome else None,
        "note": outcome.note if outcome else "",
        "text": outcome_text(outcome, language) if outcome else "",
        "outside": {"vi": "(ngoài kế hoạch)", "en": "(not planned)"}[language]
        if outcome and not outcome.planned
        else "",
        "simulated": any(
            one.unit == session.unit and one.starts <= session.date < (one.ends or date.max) for one in simulated
        ),
    }


def _session_line(row: dict[str, Any], language: Literal["vi", "en"]) -> str:
    day: date = row["date"]
    words = [f"{day:%d/%m/%Y} {DAYS[language][day.weekday()]}  {row['starts']}–{row['ends']}  {row['unit']}"]
    if row["text"]:
        words.append(row["text"])
    if row["outside"]:
        words.append(row["outside"])
    if row["note"]:
        words.append(f"«{row['note']}»")
    if row["simulated"]:
        words.append(SIMULATED[language])
    return "  ".join(words)


@pilot.command("record")
def pilot_record(
    code: PilotCode,
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    day: Annotated[str, typer.Argument(help="The session's day, as 2024-01-06.")],
    *,
    held: Annotated[bool, typer.Option("--held/--missed", help="Whether it was held.")] = True,
    starts: Annotated[
        str | None, typer.Option(help="When it began, as 07:30; needed where no session or several were planned.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
) -> None:
    """Record that a unit held a session of a pilot, or did not; it goes before what dossiers and answers show."""
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        register, book = read_register(connection), read_office_book(connection)
        faults, on, at = _record_faults(register, code, unit, day, starts)
        if faults or on is None:
            raise Refused("\n".join(faults))
        session = _session_on(register, book, code=code, unit=unit, on=on, at=at)
        record_session(connection, session, SessionRecord(held, note), user="")
        detail = {"unit": unit, "day": session.date.isoformat(), "starts": f"{session.starts:%H:%M}", "held": held}
        record_audit(connection, local_now(), COMMAND_LINE, "record_session", code, detail=detail)
    print(
        f"{unit}, {session.date:%d/%m/%Y} {session.starts:%H:%M}–{session.ends:%H:%M}: {'held' if held else 'missed'}."
    )


def _record_faults(
    register: Catalogue, code: str, unit: str, day: str, starts: str | None
) -> tuple[list[str], date | None, time | None]:
    """Everything wrong with a record at once, and its day and time."""
    faults, on, at = list[str](), _parsed(date.fromisoformat, day), _parsed(time.fromisoformat, starts)
    if code not in register.pilot:
        faults.append(f"pilot == {code!r}, must be one of {', '.join(register.pilot)}")
    elif register.pilot[code].rule.kind != "sessions":
        faults.append(f"pilot == {code!r}, must be one with sessions; in this one units take part all the time")
    if unit not in register.unit:
        faults.append(f"unit == {unit!r}, must be a unit's code such as xa.29926")
    if on is None:
        faults.append(f"day == {day!r}, must be a day such as 2024-01-06")
    elif on > local_now().date():
        faults.append(f"day == {day}, must not lie ahead")
    if starts is not None and (at is None or at.second or at.tzinfo):
        faults.append(f"starts == {starts!r}, must be a time such as 07:30")
    if not faults and not _taking_part(register, code, unit, on):
        faults.append(f"unit == {unit!r}, must take part in {code} on {day}")
    return faults, on, at


def _session_on(register: Catalogue, book: OfficeBook, *, code: str, unit: str, on: date, at: time | None) -> Session:
    """The session planned that day, at that time if one is given; or one outside the plan, which needs its time."""
    rule = register.pilot[code].rule
    planned = [
        each
        for one in _taking_part(register, code, unit, on)
        for each in plan_sessions(rule, one, book=book, until=on + timedelta(days=1))
        if each.date == on and at in {None, each.starts}
    ]
    if len(planned) == 1:
        return planned[0]
    if at is None:
        raise Refused(f"starts is not given, must be (--starts 07:30): {len(planned)} sessions are planned on {on}")
    return session_starting(rule, unit, on, at, hours=book.hours_of(unit, on))


def _taking_part(register: Catalogue, code: str, unit: str, day: date) -> list[Participation]:
    return [
        one
        for one in register.participations_in(code)
        if one.unit == unit and one.starts <= day < min(one.ends or date.max, register.unit[unit].ends)
    ]


def _parsed(parse: Any, text: str | None) -> Any:
    try:
        return parse(text) if text is not None else None
    except ValueError:
        return None


@pilot.command("adherence")
def pilot_adherence(
    code: PilotCode,
    unit: UnitOption = None,
    period: PeriodOption = None,
    language: Language = "vi",
    *,
    as_json: Json = False,
) -> None:
    """Sessions held of those that the rule asks for, by unit; the dose; and whether the promise was kept."""
    snapshot, chosen = take_snapshot(), known_period(period) if period else None
    known_units(snapshot, unit)
    span = {"since": chosen.starts, "until": chosen.ends} if chosen else {}
    try:
        found = read_pilot_service(snapshot, known_pilot(snapshot, code), **span)
    except ValueError as error:
        raise Refused(str(error)) from error
    told, mark = KNOWN.get(language, "vi"), "DỮ LIỆU MÔ PHỎNG. " if snapshot.simulated else ""
    units = [each for each in found.units if unit in {None, each.unit.code}]
    if not units:
        raise Refused(f"No unit takes part in {code}." if unit is None else f"{unit} does not take part in {code}.")
    rows = [_adherence_row(each, told) for each in units]
    if as_json:
        promise = found.promise and {
            "kept": found.promise.kept,
            "judged": found.promise.judged,
            "share": number_or_none(found.promise.share.value),
            "low": number_or_none(found.promise.share.low),
            "high": number_or_none(found.promise.share.high),
            "procedures": found.promised_for,
        }
        told_all = {"pilot": code, "simulated": snapshot.simulated, "promise": promise, "units": rows}
        print(json.dumps(told_all, ensure_ascii=False, indent=2, default=str))
        return
    for row in rows:
        print(f"{mark}{row['unit']}: {row['sentence']}")
    if found.promise is not None:
        print(f"{mark}{promise_sentence(found.promise, told)}")


def _adherence_row(each: UnitService, language: Literal["vi", "en"]) -> dict[str, Any]:
    kept = each.adherence
    return {
        "unit": each.unit.code,
        "held": kept.held,
        "missed": kept.count("missed"),
        "unknown": kept.count("unknown"),
        "recorded": kept.recorded,
        "minimum": kept.minimum,
        "share": number_or_none(kept.share),
        "most": number_or_none(kept.most),
        "short": kept.short,
        "outside_rule": len(kept.outside_rule),
        "hours": kept.hours,
        "dossiers": kept.dossiers,
        "answers": kept.answers,
        "reason": kept.reason or None,
        "sentence": adherence_sentence(kept, language),
    }


def number_or_none(value: float) -> float | None:
    """What JSON has no word for, as null."""
    return None if math.isnan(value) else value
