"""`hailong score`, `hailong pilot …`, `hailong emulation …`: the same results as the pages, for a terminal or a program."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from scoring import (
    Period,
    ScoreSheet,
    edition_codes,
    load_edition,
    parse_period,
    period_of,
)
from survey_app.boundary_results import units_on
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.event_changes import kept_list
from survey_app.recording.people import record_audit
from survey_app.register import Pilot, Unit
from survey_app.results import EMULATION_EDITION, prepare_unit_emulation, score_group
from survey_app.snapshot import Snapshot, SnapshotReader

pilot = typer.Typer(no_args_is_help=True, help="Pilots: their sessions and what they changed.")
emulation = typer.Typer(no_args_is_help=True, help="Emulation points of the units.")


class Side(StrEnum):
    """What `score --boundaries` can be."""

    new = "new"
    old = "old"


PeriodOption = Annotated[str | None, typer.Option("--period", help="2026-11, 2026-Q4 or 2026; default: this quarter.")]
UnitOption = Annotated[str | None, typer.Option("--unit", help="A unit's code; default: all units of today.")]
Language = Annotated[str, typer.Option("--lang", help="vi or en.")]


def take_snapshot() -> Snapshot:
    """The record as of now."""
    with open_up_to_date(command_settings()) as engine:
        return SnapshotReader(engine).latest(now=local_now())


def note_shown(about: str, **detail: Any) -> None:
    """Keep that a command showed results, before it shows them, as a download of the dashboards is kept."""
    with open_up_to_date(command_settings()) as engine, engine.begin() as connection:
        record_audit(connection, local_now(), COMMAND_LINE, "export_table", about, detail=detail)


def known_period(text: str | None) -> Period:
    """The period of these words; this quarter without any."""
    if text is None:
        return period_of(local_now().date(), "quarter")
    try:
        return parse_period(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def known_units(snapshot: Snapshot, code: str | None) -> tuple[Unit, ...]:
    """The unit of this code; all units of today without one."""
    if code is None:
        return snapshot.units_now
    if code not in snapshot.register.unit:
        raise Refused(f"No unit {code!r}. Codes are like xa.29926 or na-ri.kim-hy.")
    return (snapshot.register.unit[code],)


NO_PILOTS = "No pilot is recorded yet: hailong init loads those of the documents."


def known_pilot(snapshot: Snapshot, code: str) -> Pilot:
    """The pilot of this code."""
    if code not in snapshot.register.pilot:
        known = ", ".join(snapshot.register.pilot)
        raise Refused(f"No pilot {code!r}; there are {known}." if known else NO_PILOTS)
    return snapshot.register.pilot[code]


def score_command(
    edition: Annotated[str, typer.Argument(help="An edition such as sipas-2017.")],
    period: PeriodOption = None,
    unit: UnitOption = None,
    *,
    boundaries: Annotated[
        Side | None,
        typer.Option(help="Add the units that became these, or of which these came: by today's map or the old one."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Score the units of today, together or one alone, by an edition."""
    if edition not in edition_codes():
        raise Refused(f"No edition {edition!r}; there are {', '.join(edition_codes())}.")
    snapshot, chosen = take_snapshot(), known_period(period)
    units = known_units(snapshot, unit)
    if boundaries is not None:
        units = _joined(snapshot, units, boundaries, as_json=as_json)
    sheet = score_group(snapshot, units, chosen, rules=edition)
    note_shown(f"score {edition}", period=chosen.code, units=kept_list(each.code for each in units))
    if as_json:
        print(json.dumps(sheet.to_json(), ensure_ascii=False, indent=2))
    else:
        _print_sheet(sheet, simulated=snapshot.simulated)


def _joined(snapshot: Snapshot, units: tuple[Unit, ...], side: Side, *, as_json: bool) -> tuple[Unit, ...]:
    """All units that these are on other boundaries; what is joined is said before the sheet, and is in its `unit`."""
    joined = units_on(snapshot.register, units, "new" if side is Side.new else "old")
    apart = [unit.code for unit in units if unit not in joined]
    if not joined:
        raise Refused(f"{', '.join(apart)} ended without one main successor, so there is nothing to join it with.")
    if not as_json:
        print(f"Địa giới {'mới' if side is Side.new else 'cũ'}: {' + '.join(unit.code for unit in joined)}")
        if apart:
            print(f"Để riêng, không nối: {', '.join(apart)}")
    return joined


def _print_sheet(sheet: ScoreSheet, *, simulated: bool) -> None:
    print(f"{sheet.edition_name.vi} · {sheet.period}{' · DỮ LIỆU MÔ PHỎNG' if simulated else ''}")
    print(f"Nguồn: {load_edition(sheet.edition).source.vi}")
    if sheet.total.n is None and not sheet.total.measured:
        print("Phiếu này không hỏi tiêu chí nào của bộ chỉ số.")
    for node in sheet.nodes:
        value = "–" if node.points is None else f"{float(node.points):.2f}"
        ends = "" if node.points_interval is None else "  ({:.2f} – {:.2f})".format(*node.points_interval)
        count = "" if node.n is None else f"  n = {node.n}"
        brings = node.maximum if node.points is None else node.maximum_used  # what it could bring, were it measured
        most = f"{float(brings):.2f}" if brings else "–"
        print(f"{node.code:>6}  {value:>6} / {most:>5}{ends}{count}  {node.name.vi}")
    if sheet.total.state == "measured":
        print(f"{sheet.total.uncertainty.vi}.")
    for gate in sheet.gates:
        if not gate.passed:
            print(gate.text.vi)


@pilot.command("list")
def pilot_list(*, as_json: Json = False) -> None:
    """Every pilot of the catalogue."""
    rows = [
        {
            "code": each.code,
            "name": each.names["vi"],
            "starts": each.rule.starts,
            "ends": each.rule.ends,
            "source": each.source,
        }
        for each in take_snapshot().register.pilots
    ]
    print_rows(rows, as_json=as_json, line=lambda row: f"{row['code']:<22} {row['starts']}  {row['name']}")
    if not rows and not as_json:
        print(NO_PILOTS)


@emulation.command("show")
def emulation_show(period: PeriodOption = None, unit: UnitOption = None, *, as_json: Json = False) -> None:
    """Points and class of the units, with reasons."""
    snapshot, chosen = take_snapshot(), known_period(period)
    units = known_units(snapshot, unit)
    if not units:
        raise Refused("No unit of today has a desk yet, so there is nothing to compare.")
    sheet = prepare_unit_emulation(snapshot, units, chosen)
    note_shown(f"emulation {EMULATION_EDITION}", period=chosen.code, units=kept_list(each.code for each in units))
    if as_json:
        print_rows(list(sheet.rows()), as_json=True, line=str)
        return
    print(
        f"{sheet.edition_name.vi} ({EMULATION_EDITION}) · {chosen.name('vi')}{' · DỮ LIỆU MÔ PHỎNG' if snapshot.simulated else ''}"
    )
    for standing in sheet.standings:
        near = f" – {standing.near_cut.vi}" if standing.near_cut else ""
        print(f"\n{standing.candidate.name}: {standing.class_name.vi}{near}")
        for reason in standing.reasons:
            print(f"  {reason.vi}")
