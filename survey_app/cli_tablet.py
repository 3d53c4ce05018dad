"""`hailong tablet …`: codes of shared tablets, and whether each day's count matched."""

from typing import Annotated, Any

import typer

from qr_codes import make_code, parse_code, show_code
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.reading import Tablet, read_tablets
from survey_app.reading.desks import read_office_desks
from survey_app.recording import record_link, record_revocation
from survey_app.recording.people import record_audit

tablet = typer.Typer(no_args_is_help=True, help="Shared tablets: their codes, and their count of the last day.")


@tablet.command("add")
def tablet_add(desk: Annotated[str, typer.Argument(help="The desk's code, as in desk list.")]) -> None:
    """Issue a code for one more tablet at a desk, and print the address to open on it."""
    settings, today = command_settings(), local_now().date()
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        found = read_office_desks(connection, code=desk).get(desk)
        if found is None or not found.exists_on(today):
            raise Refused(f"No open desk {desk!r}. See them with: hailong desk list")
        serial = record_link(connection, desk, issued=today, kind="tablet")
        record_audit(connection, local_now(), COMMAND_LINE, "add_tablet", str(serial), detail={"desk": desk})
    code = make_code(serial, key=settings.secret_key)
    print(f"{settings.public_url}/k/{code}")
    if not (settings.loopback or settings.public_url.startswith("https:")):
        print("A tablet refuses an address without https://; set HAILONG_PUBLIC_URL.")


@tablet.command("list")
def tablet_list(*, as_json: Json = False) -> None:
    """Every tablet, and of its last day what the server accepted and what the tablet collected."""
    settings = command_settings()
    with open_up_to_date(settings) as engine, engine.connect() as connection:
        rows = [_row(each, make_code(each.serial, key=settings.secret_key)) for each in read_tablets(connection)]
    print_rows(rows, as_json=as_json, line=_line)


@tablet.command("revoke")
def tablet_revoke(code: Annotated[str, typer.Argument(help="The tablet's code.")]) -> None:
    """Withdraw a tablet's code: it opens no new form, and what it still has is taken."""
    settings = command_settings()
    serial = parse_code(code, key=settings.secret_key)
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if serial not in {each.serial for each in read_tablets(connection)}:
            raise Refused(f"The code {code} is no tablet's. See them with: hailong tablet list")
        if not record_revocation(connection, serial, on=local_now().date()):
            raise Refused(f"The code {code} was withdrawn before.")
        record_audit(connection, local_now(), COMMAND_LINE, "revoke_tablet", str(serial))
    print(f"{show_code(code)} is withdrawn.")


def _row(each: Tablet, code: str) -> dict[str, Any]:
    last = each.last
    return {
        "code": code,
        "desk": each.desk,
        "unit": each.unit,
        "name": each.desk_name,
        "issued": each.issued,
        "revoked": each.revoked,
        "day": last and last.day,
        "accepted": last and last.accepted,
        "collected": last and last.collected,
        "matches": last and last.matches,
    }


def _line(row: dict[str, Any]) -> str:
    collected = "?" if row["collected"] is None else row["collected"]
    counted = f"{row['day']}: collected {collected}, accepted {row['accepted']}" if row["day"] else "no answers yet"
    mismatch = "  (differs)" if row["matches"] is False else ""
    return (
        f"{show_code(row['code'])}  {row['unit']:<12} {row['name']}  {counted}{mismatch}"
        f"{'  (revoked)' if row['revoked'] else ''}"
    )
