"""`hailong qr list|screen|invite|revoke|reprint`: codes as the office manages them."""

from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from qr_codes import make_code, parse_code, show_code
from scoring import OfficeBook
from survey_app.cli_qr import qr
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.printed_code import SILENT_DAYS, PrintedCode, dead_first
from survey_app.reading.codes import read_printed_codes
from survey_app.reading.desks import OfficeDesk, read_office_desks
from survey_app.reading.office_hours import read_office_book
from survey_app.reading.people import read_unit_names
from survey_app.recording import record_link, record_revocation
from survey_app.recording.links import record_invitation
from survey_app.recording.people import record_audit
from survey_app.settings import Settings

Desk = Annotated[str, typer.Argument(help="The desk's code, as in desk list.")]


def open_counter(connection: Connection, code: str, *, today: date) -> OfficeDesk:
    """The desk with that code, where people stand today.

    Raises:
        Refused: there is none.
    """
    desk = read_office_desks(connection, code=code).get(code)
    if desk is None or desk.kind != "counter" or not desk.exists_on(today):
        raise Refused(f"No desk {code!r} is open today. See them with: hailong desk list")
    return desk


@qr.command("list")
def qr_list(
    *,
    unit: Annotated[str | None, typer.Option(help="Only this unit's codes.")] = None,
    silent: Annotated[
        bool, typer.Option("--silent", help=f"Only codes that nobody scanned for {SILENT_DAYS} working days.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every code with its desk, unit and the days of its scans; those that seem dead first."""
    settings, today = command_settings(), local_now().date()
    with open_up_to_date(settings) as engine, engine.connect() as connection:
        codes = read_printed_codes(connection, today=today, units=None if unit is None else (unit,))
        book = read_office_book(connection)
    rows = [_row(code, settings, today, book) for code in dead_first(codes, today, book)]
    rows = [row for row in rows if not silent or row["silent_days"]]
    if not rows and not as_json:
        print(f"No code is without a scan for {SILENT_DAYS} working days." if silent else "No code is issued yet.")
    print_rows(rows, as_json=as_json, line=_line)


def _row(code: PrintedCode, settings: Settings, today: date, book: OfficeBook) -> dict[str, Any]:
    return {
        "code": code.code(settings.secret_key),
        "kind": code.kind,
        "desk": code.desk,
        "unit": code.unit,
        "name": code.desk_name,
        "issued": code.issued,
        "first_scan": code.first_scan,
        "last_scan": code.last_scan,
        "silent_days": code.silent_days(today, book) if code.is_silent(today, book) else None,
        "revoked": code.revoked,
    }


def _line(row: dict[str, Any]) -> str:
    scanned = f"last scan {row['last_scan']}" if row["last_scan"] else "never scanned"
    said = f"  (no scan for {row['silent_days']} working days)" if row["silent_days"] else ""
    ended = "  (revoked)" if row["revoked"] else ""
    return f"{show_code(row['code'])}  {row['kind']:<10} {row['unit']:<12} {row['name']}  {scanned}{said}{ended}"


@qr.command("screen")
def qr_screen(desk: Desk) -> None:
    """An address for a screen at a desk: its code is new every five minutes."""
    settings, now = command_settings(), local_now()
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        open_counter(connection, desk, today=now.date())
        serial = record_link(connection, desk, issued=now.date(), kind="screen")
        record_audit(connection, now, COMMAND_LINE, "issue_code", str(serial), detail={"kind": "screen", "of": desk})
    print(f"{settings.public_url}/s/{make_code(serial, key=settings.secret_key)}")


@qr.command("invite")
def qr_invite(unit: Annotated[str, typer.Argument(help="The unit's code.")]) -> None:
    """An address for those who apply to a unit from afar; put ?source=zalo behind it to tell where it stood."""
    settings, now = command_settings(), local_now()
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if unit not in read_unit_names(connection):
            raise Refused(f"No unit {unit!r}. See them with: hailong unit list")
        serial = record_invitation(connection, unit, issued=now.date())
        detail = {"kind": "invitation", "of": unit}
        record_audit(connection, now, COMMAND_LINE, "issue_code", str(serial), detail=detail)
    address = f"{settings.public_url}/r/{make_code(serial, key=settings.secret_key)}"
    print(f"{address}\nFor each place where it stands an address of its own, such as {address}?source=zalo")


@qr.command("revoke")
def qr_revoke(code: Annotated[str, typer.Argument(help="The code, as printed.")]) -> None:
    """Withdraw a code; whoever scans it is told to scan the new one."""
    settings, now = command_settings(), local_now()
    serial = parse_code(code, key=settings.secret_key)
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if not record_revocation(connection, serial, on=now.date()):
            raise Refused(f"The code {code} is unknown or was withdrawn before.")
        record_audit(connection, now, COMMAND_LINE, "revoke_code", str(serial))
    print(f"{show_code(code)} is withdrawn.")


@qr.command("reprint")
def qr_reprint(desk: Desk) -> None:
    """Withdraw a desk's posters and issue a new code for one; its tablets and screens stay as they are."""
    settings, now = command_settings(), local_now()
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        open_counter(connection, desk, today=now.date())
        for old in read_printed_codes(connection, today=now.date()):
            if old.desk == desk and old.kind == "poster" and record_revocation(connection, old.serial, on=now.date()):
                record_audit(connection, now, COMMAND_LINE, "revoke_code", str(old.serial))
        serial = record_link(connection, desk, issued=now.date())
        record_audit(connection, now, COMMAND_LINE, "issue_code", str(serial), detail={"kind": "poster", "of": desk})
    print(show_code(make_code(serial, key=settings.secret_key)))
