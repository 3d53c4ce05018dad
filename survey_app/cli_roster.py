"""`hailong roster import|list|export|score`: who stood at which desk, and a person's own index."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from survey_app.cli_questionnaire import COMMAND_LINE
from survey_app.cli_results import known_period
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.office.words import show_day
from survey_app.reading import read_register
from survey_app.reading.roster import read_roster
from survey_app.recording.people import record_audit
from survey_app.roster import Roster, Shift, StaffMember
from survey_app.roster_file import RosterFile, roster_csv, roster_workbook
from survey_app.roster_import import import_roster, look_at_roster
from survey_app.roster_words import overlap_words, roster_faults
from survey_app.snapshot import SnapshotReader
from survey_app.staff_results import StaffResult, score_member
from survey_app.table_file.unreadable import UnreadableFile
from survey_app.wording import translator

roster = typer.Typer(no_args_is_help=True, help="Who stood at which desk, and what their own shifts say.")
MOST_PRINTED = 50
ENGLISH = translator("en")


@roster.command("list")
def roster_list(
    *,
    unit: Annotated[str | None, typer.Option(help="Only this unit's people and desks.")] = None,
    as_json: Json = False,
) -> None:
    """Every shift: who, where, from when to when."""
    with open_up_to_date(command_settings()) as engine, engine.connect() as connection:
        known = read_roster(connection).of(None if unit is None else (unit,))
    rows = [_row(known, shift) for shift in known.shifts]
    print_rows(rows, as_json=as_json, line=_line)


def _row(known: Roster, shift: Shift) -> dict[str, Any]:
    one = known.members[shift.who]
    return {
        "member": one.code,
        "name": one.shown_name,
        "unit": one.unit,
        "desk": shift.desk,
        "half": shift.half,
        "from": shift.starts,
        "last_day": shift.ends - timedelta(days=1) if shift.ends else None,
        "simulated": one.simulated,
    }


def _line(row: dict[str, Any]) -> str:
    days = f"{row['from']} – {row['last_day'] or ''}".rstrip()
    return f"{row['member']:<16} {row['unit']:<12} {row['desk']:<24} {row['half']:<10} {days}  {row['name']}"


@roster.command("import")
def roster_import(
    file: Annotated[Path, typer.Argument(help="FILE.xlsx or FILE.csv; its template is on the page /office/roster.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Take over people and shifts: all of a file or nothing; twice the same changes nothing, and none is removed."""
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        known = read_roster(connection)
        desks = {desk.code: desk.name for desk in read_register(connection).desks}
        try:
            if dry_run:
                found = look_at_roster(connection, file, seen=None, today=local_now().date())
            else:
                found = import_roster(connection, file, name=file.name, seen=None, user=COMMAND_LINE, at=local_now())
        except UnreadableFile as error:
            raise Refused(f"{file}: {error.said(ENGLISH)} Nothing was stored.") from error
    told = _told(found, known, desks, stored=found.changes and not dry_run)
    print(json.dumps(told, ensure_ascii=False, indent=2) if as_json else "\n".join(_said(file, told)))
    if found.faults.total:
        raise typer.Exit(1)


def _told(found: RosterFile, known: Roster, desks: dict[str, str], *, stored: bool) -> dict[str, Any]:
    expected = roster_faults(ENGLISH)
    after = Roster(known.members | {one.who: one for one in found.members}, ())
    return {
        "stored": stored,
        "rows": found.rows,
        "new": found.new,
        "changed": len(found.shifts) - found.new,
        "unchanged": found.unchanged,
        "newcomers": [f"{one.who}: {one.shown_name}" for one in found.newcomers],
        "renamed": [f"{one.who}: {old.shown_name} → {one.shown_name}" for old, one in found.renamed],
        "faults": found.faults.total,
        "first_faults": [
            f"row {each.row}, {each.column}: {each.value!r}, expected {expected[each.kind].format(detail=each.detail)}"
            for each in found.faults.in_order()[:MOST_PRINTED]
        ],
        "overlaps": [
            overlap_words(each, after, desks, ENGLISH, lambda day: show_day(day, "en"))
            for each in found.overlaps[:MOST_PRINTED]
        ],
    }


def _said(file: Path, told: dict[str, Any]) -> list[str]:
    if told["faults"]:
        return [f"{file.name}: {told['faults']} faults; nothing was stored.", *told["first_faults"]]
    done = "stored" if told["stored"] else "nothing was stored"
    counts = f"{told['new']} new shifts, {told['changed']} changed, {told['unchanged']} as before"
    people = f"{len(told['newcomers'])} new people, {len(told['renamed'])} renamed"
    named = [f"{word} {one}" for word in ("newcomers", "renamed") for one in told[word][:MOST_PRINTED]]
    return [f"{file.name}: {counts}; {people}; {done}.", *named, *told["overlaps"]]


@roster.command("export")
def roster_export(
    file: Annotated[Path, typer.Argument(help="FILE.csv or FILE.xlsx, to be made.")],
    *,
    unit: Annotated[str | None, typer.Option(help="Only what this unit keeps.")] = None,
) -> None:
    """Every shift as a table that `hailong roster import` reads back; the event is kept."""
    if file.suffix not in {".csv", ".xlsx"}:
        raise Refused(f"{file}: expected a name that ends in .csv or .xlsx.")
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        known = read_roster(connection).of(None if unit is None else (unit,))
        file.write_bytes(roster_csv(known) if file.suffix == ".csv" else roster_workbook(known))
        record_audit(connection, local_now(), COMMAND_LINE, "export_table", file.name)
    print(f"{len(known.shifts)} shifts: {file}")


@roster.command("score")
def roster_score(
    member: Annotated[str, typer.Argument(metavar="MEMBER", help="The person's code, as in roster list.")],
    *,
    unit: Annotated[str | None, typer.Option(help="Whose number it is, where several units have it.")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="2026-11, 2026-Q4 or 2026; default: this quarter.")
    ] = None,
    as_json: Json = False,
) -> None:
    """A person's own index: of half-days alone at a desk in months that are over, never of fewer than ten answers."""
    chosen, now = known_period(period), local_now()
    with open_up_to_date(command_settings()) as engine:
        with engine.begin() as connection:
            known = read_roster(connection)
            one = _member(known, member, unit)
            record_audit(
                connection, now, COMMAND_LINE, "look_at_staff_score", str(one.who), detail={"period": chosen.code}
            )
        result = score_member(SnapshotReader(engine).latest(now=now), known.shifts, one, chosen)
    print(json.dumps(_scored(result), ensure_ascii=False, indent=2) if as_json else _scored_line(result))


def _member(known: Roster, code: str, unit: str | None) -> StaffMember:
    found = [one for who, one in known.members.items() if who.code == code and unit in {None, who.unit}]
    if not found:
        raise Refused(f"Nobody {code!r} in the roster. See them with: hailong roster list")
    if len(found) > 1:
        units = ", ".join(sorted(one.unit for one in found))
        raise Refused(f"{code!r} is a number of several units; say which with --unit: {units}")
    return found[0]


def _scored(result: StaffResult) -> dict[str, Any]:
    hidden = result.verdict == "hidden"
    return {
        "unit": result.member.unit,
        "member": result.member.code,
        "period": result.period.code,
        "verdict": result.verdict,
        "index": None if hidden else result.index.value,
        "low": None if hidden else result.index.low,
        "high": None if hidden else result.index.high,
        "shown": result.shown,
        "received": result.received,
        "half_days": result.half_days,
        "simulated": result.simulated,
    }


def _scored_line(result: StaffResult) -> str:
    marked = " (simulated data)" if result.simulated else ""
    on = f"{result.shown} of {result.received} answers of own shifts, {result.half_days} half-days"
    if result.verdict == "hidden":
        return f"{result.member.who}, {result.period.code}: not enough data ({on}).{marked}"
    share = f"{100 * result.index.value:.1f} % ({100 * result.index.low:.1f}–{100 * result.index.high:.1f})"
    doubt = "" if result.verdict == "enough" else "; too wide to conclude"
    return f"{result.member.who}, {result.period.code}: {share} from {on}{doubt}.{marked}"
