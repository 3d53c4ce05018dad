"""`hailong events …`: who did what, as the page `/office/events` shows it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from sqlalchemy import Connection

from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.event_file import csv_lines, event_row
from survey_app.office.event_detail import detail_text
from survey_app.reading.events import EventFilter, read_events, walk_events
from survey_app.recording.people import record_audit

events = typer.Typer(no_args_is_help=True, help="Who did what: events are only ever added.")

User = Annotated[str, typer.Option("--user", help="Only what this account did; hailong is the command line.")]
Act = Annotated[str, typer.Option("--act", help="Only this act, such as look_at_case.")]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="From this day on.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Up to this day, with it.")]


def _filter(user: str, act: str, since: datetime | None, until: datetime | None) -> EventFilter:
    return EventFilter(user=user, act=act, since=_day(since), until=_day(until))


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


@events.command("list")
def events_list(
    *,
    user: User = "",
    act: Act = "",
    since: Since = None,
    until: Until = None,
    most: Annotated[int, typer.Option(min=1, help="No more than so many, the latest first.")] = 100,
    as_json: Json = False,
) -> None:
    """The latest events."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        found = [event_row(each) for each in read_events(connection, _filter(user, act, since, until), most=most)]
    print_rows(
        found,
        as_json=as_json,
        line=lambda row: (
            f"{row['at']}  {row['user'] or '–':<16} {row['act']:<26} {row['about']}  {_detail(row)}".rstrip()
        ),
    )


def _detail(row: dict[str, Any]) -> str:
    return detail_text(row["detail"], act=row["act"], language="en")


@events.command("export")
def events_export(
    file: Annotated[str, typer.Argument(help="A new file for CSV in UTF-8; - for standard output.")],
    *,
    user: User = "",
    act: Act = "",
    since: Since = None,
    until: Until = None,
) -> None:
    """All events as CSV; that they were taken is an event too."""
    with open_up_to_date(command_settings()) as engine:
        with engine.begin() as connection:
            record_audit(connection, local_now(), COMMAND_LINE, "export_events", "")
        with engine.connect() as connection, _opened(file) as write:
            _write(connection, _filter(user, act, since, until), write)


def _write(connection: Connection, wanted: EventFilter, write: BinaryIO) -> None:
    write.writelines(csv_lines(walk_events(connection, wanted)))
    write.flush()


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdout.buffer
        return
    try:
        with Path(file).open("xb") as opened:
            yield opened
    except FileExistsError as error:
        raise Refused(f"{file} exists; name a new file.") from error
