"""`hailong hours …` and `hailong calendar …`: when units work, and days that differ."""

from datetime import date, time
from typing import Annotated, Any

import typer

from scoring import EVERYWHERE, DayException, OfficeHours, UnitDay, UnitHours
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.reading import read_register
from survey_app.reading.office_hours import read_office_book
from survey_app.recording.office_hours import forget_day, forget_unit_hours, record_day, record_unit_hours
from survey_app.recording.people import record_audit

hours = typer.Typer(no_args_is_help=True, help="Office hours of units.")
calendar = typer.Typer(no_args_is_help=True, help="Days that differ from the national calendar.")

Source = Annotated[str, typer.Option("--source", help="The document that says so.")]
UnitCode = Annotated[str, typer.Argument(help="The unit's code.")]
FromDay = Annotated[str, typer.Argument(help="The first day on which they hold, as 2026-04-16.")]
Day = Annotated[str, typer.Argument(help="The day, as 2026-09-02.")]
OfUnit = Annotated[str, typer.Option("--unit", help="A unit's code; default: all units.")]
KINDS = ("working", "holiday", "closed")


@hours.command("set")
def hours_set(
    unit: UnitCode,
    starts: FromDay,
    morning: Annotated[str, typer.Argument(help="As 07:00-11:30.")],
    afternoon: Annotated[str, typer.Argument(help="As 13:30-17:00.")],
    source: Source = "",
) -> None:
    """Set a unit's office hours from a day on, until its next entry."""
    faults: list[str] = []
    day = _day("starts", starts, faults)
    bounds = [*_span("morning", morning, faults), *_span("afternoon", afternoon, faults)]
    _need_source(source, faults)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if unit not in read_register(connection).unit:
            faults.append(f"unit == {unit!r}, must be a unit's code such as xa.29926")
        entry = None
        if len(bounds) == 4:  # noqa: PLR2004 -- two half-days
            try:
                entry = OfficeHours(*bounds)
            except ValueError as error:
                faults.append(str(error))
        if faults or entry is None or day is None:
            raise Refused("\n".join(faults))
        record_unit_hours(connection, UnitHours(unit, day, entry, source))
        detail = {"from": day.isoformat(), "morning": morning, "afternoon": afternoon}
        record_audit(connection, local_now(), COMMAND_LINE, "set_hours", unit, detail=detail)
    print(f"{unit}: {morning}, {afternoon} from {day:%d/%m/%Y} on.")


@hours.command("list")
def hours_list(*, as_json: Json = False) -> None:
    """Every unit's own hours; all others keep the default."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        book = read_office_book(connection)
    rows = [
        {"unit": each.unit, "starts": each.starts, **_row(each.hours), "source": each.source} for each in book.hours
    ]
    if not as_json:
        print(_line({"unit": "default", "starts": "", **_row(book.default), "source": "docs/service.md"}))
    print_rows(rows, as_json=as_json, line=_line)


@hours.command("forget")
def hours_forget(unit: UnitCode, starts: FromDay) -> None:
    """Take away an entry that was wrong."""
    faults: list[str] = []
    day = _day("starts", starts, faults)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if day is None or not forget_unit_hours(connection, unit, day):
            raise Refused(
                "\n".join(faults) or f"No hours of {unit} from {starts} on. See them with: hailong hours list"
            )
        record_audit(connection, local_now(), COMMAND_LINE, "forget_hours", unit, detail={"from": day.isoformat()})
    print(f"{unit}: no entry from {day:%d/%m/%Y} on.")


@calendar.command("except")
def calendar_except(
    day: Day,
    kind: Annotated[str, typer.Argument(help="working, holiday (free, pilots go on) or closed (nobody works).")],
    reason: Annotated[str, typer.Option(help="In words that can be shown.")] = "",
    source: Source = "",
    unit: OfUnit = EVERYWHERE,
) -> None:
    """Say that a day differs from the national calendar, at one unit or at all."""
    faults: list[str] = []
    on = _day("day", day, faults)
    if kind not in KINDS:
        faults.append(f"kind == {kind!r}, must be one of {', '.join(KINDS)}")
    if not reason.strip():
        faults.append("reason is empty, must say why (--reason)")
    _need_source(source, faults)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if unit and unit not in read_register(connection).unit:
            faults.append(f"unit == {unit!r}, must be a unit's code such as xa.29926, or left out for all")
        if faults or on is None:
            raise Refused("\n".join(faults))
        record_day(connection, UnitDay(unit, DayException(on, kind, reason, source)))  # type: ignore[arg-type]
        detail = {"day": on.isoformat(), "kind": kind, "reason": reason}
        record_audit(connection, local_now(), COMMAND_LINE, "set_day", unit or "", detail=detail)
    print(f"{on:%d/%m/%Y} is {kind} at {unit or 'all units'}.")


@calendar.command("list")
def calendar_list(*, as_json: Json = False) -> None:
    """Every day that differs."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        book = read_office_book(connection)
    rows = [
        {
            "day": each.exception.on,
            "unit": each.unit,
            "kind": each.exception.kind,
            "reason": each.exception.reason,
            "source": each.exception.source,
        }
        for each in book.days
    ]
    print_rows(
        rows,
        as_json=as_json,
        line=lambda row: (
            f"{row['day']:%d/%m/%Y}  {row['kind']:<8} {row['unit'] or 'all units'}  {row['reason']} ({row['source']})"
        ),
    )


@calendar.command("forget")
def calendar_forget(day: Day, unit: OfUnit = EVERYWHERE) -> None:
    """Take away a day that was wrong."""
    faults: list[str] = []
    on = _day("day", day, faults)
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        if on is None or not forget_day(connection, unit, on):
            missing = f"{day} does not differ at {unit or 'all units'}. See the days with: hailong calendar list"
            raise Refused("\n".join(faults) or missing)
        record_audit(connection, local_now(), COMMAND_LINE, "forget_day", unit or "", detail={"day": on.isoformat()})
    print(f"{on:%d/%m/%Y} is as in the national calendar at {unit or 'all units'}.")


def _day(name: str, text: str, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(f"{name} == {text!r}, must be a day such as 2026-09-02")
        return None


def _span(name: str, text: str, faults: list[str]) -> list[time]:
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.replace("–", "-").split("-"))
    except ValueError:
        faults.append(f"{name} == {text!r}, must be two times such as 07:30-11:30")
        return []
    return [opens, closes]


def _need_source(source: str, faults: list[str]) -> None:
    if not source.strip():
        faults.append("source is empty, must name the document (--source)")


def _row(found: OfficeHours) -> dict[str, str]:
    opens, noon, reopens, closes = (f"{bound:%H:%M}" for bound in found.bounds)
    return {"morning": f"{opens}-{noon}", "afternoon": f"{reopens}-{closes}"}


def _line(row: dict[str, Any]) -> str:
    starts = f"{row['starts']:%d/%m/%Y}" if row["starts"] else " " * 10
    return f"{row['unit']:<22} {starts}  {row['morning']}  {row['afternoon']}  {row['source']}"
