"""`hailong purge`: what has been kept for as long as it may be; shown first, removed only when told."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_as_it_is, print_rows
from survey_app.contact import KEPT_FOR
from survey_app.db import latest_revision, read_revision
from survey_app.door import local_now
from survey_app.office.dossiers import held_files
from survey_app.purge import Purge
from survey_app.retention import Retention
from survey_app.withdrawal import withdrawn_file

Do = Annotated[bool, typer.Option("--do", help="Remove it; without, nothing is changed.")]


def purge_command(*, do: Do = False, as_json: Json = False) -> None:
    """Show what has been kept for longer than its period; with --do, remove it. Answers and scans always stay.

    Periods are the settings HAILONG_KEEP_COMMENTS, _CASES, _DELIVERIES, _SIGN_INS and _EVENTS, such as `24 months`.
    """
    settings, now = command_settings(make_key=False), local_now()
    with open_as_it_is(settings) as engine:
        with engine.connect() as connection:
            present = read_revision(connection)
        if present != latest_revision():
            raise Refused(
                f"The tables are of another release ({present}, expected {latest_revision()}). Start the server, or: hailong init"
            )
        purge = Purge(engine, settings.keep, held_files(settings), withdrawn_file(settings.data_dir))
        kept = _periods(settings.keep)
        rows = [asdict(due) | {"kept": kept[due.kind], "removed": 0} for due in purge.look(at=now)]
        if do:
            gone = purge.do(at=now, by=COMMAND_LINE)
            rows = [row | {"removed": gone[row["kind"]]} for row in rows]
    print_rows(rows, as_json=as_json, line=_line)
    if not as_json and not do and any(row["count"] for row in rows):
        print("Nothing was changed. Remove it with: hailong purge --do")


def _periods(keep: Retention) -> dict[str, str]:
    return {
        "contacts": f"{KEPT_FOR.days} days, as their owners were told",
        "cases": f"{keep.cases} after the last step of one that is done",
        "comments": f"{keep.comments} after their month",
        "sign-ins": str(keep.sign_ins),
        "invitations": "until they end",
        "devices": "until midnight",
        "deliveries": f"{keep.deliveries} after the last attempt",
        "events": str(keep.events),
        "uploads": "one hour",
    }


def _line(row: dict[str, Any]) -> str:
    since = f", the oldest of {row['oldest']:%d/%m/%Y}" if row["oldest"] else ""
    said = f"{row['removed']} removed" if row["removed"] else f"{row['count']} to go"
    return f"{row['kind']:<11} {said}{since} (kept {row['kept']})"
