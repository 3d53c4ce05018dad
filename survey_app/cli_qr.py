"""`hailong qr …`: the printed codes of the desks."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from qr_codes import draw_png, draw_posters, draw_svg, draw_terminal, make_code, make_symbol, parse_code, show_code
from survey_app.catalogue import PACKAGED
from survey_app.command_line import Json, Refused, command_settings, open_up_to_date, print_rows
from survey_app.door import local_now
from survey_app.links import desk_address, desk_code, desk_poster
from survey_app.reading import DeskAtDoor, read_desks_at_door, read_register
from survey_app.recording import record_link, record_missing_links, record_revocation

qr = typer.Typer(no_args_is_help=True, help="Printed codes of the desks.")

NO_DESKS = (
    "The database has no desk yet, for the documents number none. Name each as [[desk]] in a file of "
    f"{PACKAGED} and run: hailong init. Made-up desks to try it on: hailong demo --load-only, in a folder of its own."
)


def _desks(engine: Engine) -> list[DeskAtDoor]:
    with engine.connect() as connection:
        return list(read_desks_at_door(connection).values())


def _of_unit(desks: list[DeskAtDoor], unit: str | None) -> list[DeskAtDoor]:
    today = local_now().date()
    chosen = [desk for desk in desks if unit in {None, desk.unit} and desk.open_on(today)]
    if not chosen:
        raise Refused(
            f"No open desk with a valid code{f' in unit {unit!r}' if unit else ''}. See them with: hailong qr list"
        )
    return chosen


def _desk(engine: Engine, code: str) -> DeskAtDoor:
    chosen = [each for each in _of_unit(_desks(engine), None) if each.code == code]
    if not chosen:
        raise Refused(f"No open desk {code!r} with a valid code. See them with: hailong qr list")
    return chosen[0]


@qr.command("list")
def qr_list(*, as_json: Json = False) -> None:
    """Every printed code with its desk and unit."""
    settings = command_settings()
    with open_up_to_date(settings) as engine:
        rows = [
            {
                "code": desk_code(desk, settings),
                "desk": desk.code,
                "unit": desk.unit,
                "name": desk.name,
                "revoked": desk.revoked,
            }
            for desk in _desks(engine)
        ]
    print_rows(
        rows,
        as_json=as_json,
        line=lambda row: (
            f"{show_code(row['code'])}  {row['unit']:<12} {row['name']}{'  (revoked)' if row['revoked'] else ''}"
        ),
    )


@qr.command("sheet")
def qr_sheet(
    out: Annotated[Path, typer.Option(help="The PDF to write.")],
    unit: Annotated[str | None, typer.Option(help="Only this unit's desks.")] = None,
) -> None:
    """A PDF with one A5 poster a desk; a desk without a code gets one."""
    settings = command_settings()
    with open_up_to_date(settings) as engine:
        with engine.begin() as connection:
            register = read_register(connection)
            if not register.desks:
                raise Refused(NO_DESKS)
            record_missing_links(connection, register, unit=unit, today=local_now().date())
        desks = _of_unit(_desks(engine), unit)
    posters = [desk_poster(desk, settings) for desk in desks]
    out.write_bytes(draw_posters(posters))
    print(f"{out}: {len(posters)} posters for {settings.public_url}")


@qr.command("terminal")
def qr_terminal(desk: Annotated[str, typer.Argument(help="The desk's code, as in qr list.")]) -> None:
    """The code of one desk, drawn in the terminal."""
    settings = command_settings()
    with open_up_to_date(settings) as engine:
        address = desk_address(_desk(engine, desk), settings)
    print(f"{draw_terminal(make_symbol(address), colour=sys.stdout.isatty())}\n{address}")


@qr.command("draw")
def qr_draw(
    desk: Annotated[str, typer.Argument(help="The desk's code, as in qr list.")],
    out: Annotated[Path, typer.Option(help="The picture to write: FILE.svg or FILE.png.")],
) -> None:
    """The code of one desk as a picture, for print work of one's own."""
    if out.suffix.lower() not in {".svg", ".png"}:
        raise typer.BadParameter(f"--out {out} must end in .svg or .png.")
    settings = command_settings()
    with open_up_to_date(settings) as engine:
        address = desk_address(_desk(engine, desk), settings)
    symbol = make_symbol(address)
    if out.suffix.lower() == ".svg":
        out.write_text(draw_svg(symbol), encoding="utf-8")
    else:
        out.write_bytes(draw_png(symbol))
    print(f"{out}: {address}")


@qr.command("revoke")
def qr_revoke(code: Annotated[str, typer.Argument(help="The printed code.")]) -> None:
    """Withdraw a printed code; whoever scans it is told to scan the new one."""
    settings = command_settings()
    serial = parse_code(code, key=settings.secret_key)
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if not record_revocation(connection, serial, on=local_now().date()):
            raise Refused(f"The code {code} is unknown or was withdrawn before.")
    print(f"{show_code(code)} is withdrawn.")


@qr.command("reprint")
def qr_reprint(desk: Annotated[str, typer.Argument(help="The desk's code, as in qr list.")]) -> None:
    """Withdraw a desk's codes and issue a new one."""
    settings, today = command_settings(), local_now().date()
    with open_up_to_date(settings) as engine, engine.begin() as connection:
        if desk not in {each.code for each in read_register(connection).desks}:
            raise Refused(f"No desk {desk!r}. See them with: hailong qr list")
        for old in read_desks_at_door(connection).values():
            if old.code == desk:
                record_revocation(connection, old.serial, on=today)
        print(show_code(make_code(record_link(connection, desk, issued=today), key=settings.secret_key)))
