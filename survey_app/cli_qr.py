"""`hailong qr sheet|terminal|draw`: the posters of the desks."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from qr_codes import (
    A4,
    A5,
    TENT,
    BadLogo,
    Colours,
    Logo,
    Sheet,
    SheetKind,
    check_printable,
    draw_png,
    draw_sheet_picture,
    draw_sheets,
    draw_svg,
    draw_terminal,
    label_roll,
    long_address,
    make_symbol,
    read_logo,
)
from survey_app.cli_user import COMMAND_LINE
from survey_app.command_line import Refused, command_settings, open_up_to_date
from survey_app.door import local_now
from survey_app.links import desk_address, desk_sheet
from survey_app.name_order import by_name
from survey_app.progress_bar import progress_bar
from survey_app.reading import DeskAtDoor, read_desks_at_door, read_register
from survey_app.recording import record_missing_links
from survey_app.recording.people import record_audit

qr = typer.Typer(no_args_is_help=True, help="Printed codes of the desks.")

NO_DESKS = (
    "The database has no desk yet. Import them from a spreadsheet: hailong import units FILE, then hailong import desks FILE, or "
    "on the page /office/register. Made-up desks to try it on: hailong demo --load-only, in a folder of its own."
)


def _desks(engine: Engine) -> list[DeskAtDoor]:
    with engine.connect() as connection:
        return list(read_desks_at_door(connection, today=local_now().date()).values())


def _of_unit(desks: list[DeskAtDoor], unit: str | None) -> list[DeskAtDoor]:
    """Open desks by their posters' codes; a tablet's, a screen's or an invitation's is not for a wall."""
    today = local_now().date()
    posters = [desk for desk in desks if desk.kind == "poster"]
    chosen = [desk for desk in posters if unit in {None, desk.unit} and desk.open_on(today)]
    if not chosen:
        raise Refused(
            f"No open desk with a valid code{f' in unit {unit!r}' if unit else ''}. See desks with: hailong desk list; "
            "codes with: hailong qr list"
        )
    return sorted(chosen, key=lambda desk: (by_name(desk.unit_name), desk.unit, by_name(desk.name)))


def _desk(engine: Engine, code: str) -> DeskAtDoor:
    chosen = [each for each in _of_unit(_desks(engine), None) if each.code == code]
    if not chosen:
        raise Refused(
            f"No open desk {code!r} with a valid code. See desks with: hailong desk list; codes with: hailong qr list"
        )
    return chosen[0]


class Kind(StrEnum):
    """Papers that a sheet is printed on."""

    a4 = "a4"
    a5 = "a5"
    tent = "tent"
    roll = "roll"


PICTURES = {".svg": "svg", ".png": "png"}
Ink = Annotated[str, typer.Option(help="Colour of the dark modules, #rrggbb; refused where a reader could miss it.")]


@qr.command("sheet")
def qr_sheet(
    *,
    out: Annotated[
        Path, typer.Option(help="FILE.pdf with a page a desk; or FILE.svg, FILE.png, of several desks a file each.")
    ],
    unit: Annotated[str | None, typer.Option(help="Only this unit's desks.")] = None,
    kind: Annotated[Kind, typer.Option(help="Poster, table tent to fold, or labels from a roll.")] = Kind.a5,
    distance: Annotated[
        float | None,
        typer.Option(metavar="CM", help="From how far it is read; the paper's usual distance if not said."),
    ] = None,
    label: Annotated[str, typer.Option(metavar="WxH", help="Size of a label of the roll, in millimetres.")] = "70x50",
    logo: Annotated[Path | None, typer.Option(help="The unit's logo, an SVG or PNG file.")] = None,
    ink: Ink = "#000000",
) -> None:
    """Sheets to print, one a desk; a desk without a code gets one."""
    if out.suffix.lower() not in {".pdf", *PICTURES}:
        raise typer.BadParameter(f"--out {out} must end in .pdf, .svg or .png.")
    settings, paper, mark, colours = command_settings(), _paper(kind, label), _read_logo(logo), _colours(ink)
    check_printable(settings.public_url)
    with open_up_to_date(settings) as engine:
        desks = _desks_to_print(engine, unit)
    sheets = [desk_sheet(desk, settings, logo=mark, colours=colours) for desk in desks]
    _warn_of_length(sheets[0].address)
    if out.suffix.lower() == ".pdf":
        _write_pdf(out, sheets, paper, distance)
    else:
        _write_pictures(out, sheets, paper, distance, names=[desk.code for desk in desks])
    print(f"{out}: {len(sheets)} sheets ({kind.value}) for {settings.public_url}")


def _desks_to_print(engine: Engine, unit: str | None) -> list[DeskAtDoor]:
    """Open desks with a valid code, which those without one get."""
    with engine.begin() as connection:
        register = read_register(connection)
        if not register.desks:
            raise Refused(NO_DESKS)
        issued = record_missing_links(connection, register, unit=unit, today=local_now().date())
        if issued:
            detail = {"kind": "poster", "issued": issued}
            record_audit(connection, local_now(), COMMAND_LINE, "issue_codes", unit or "", detail=detail)
    return _of_unit(_desks(engine), unit)


def _write_pdf(out: Path, sheets: Sequence[Sheet], paper: SheetKind, distance: float | None) -> None:
    with progress_bar("Drawing sheets") as progress:
        try:
            pdf = draw_sheets(sheets, kind=paper, distance_cm=distance, progress=progress)
        except ValueError as fault:
            raise Refused(str(fault)) from fault
    out.write_bytes(pdf)


def _write_pictures(
    out: Path, sheets: Sequence[Sheet], paper: SheetKind, distance: float | None, *, names: Sequence[str]
) -> None:
    """One file of this name; of several sheets a file each, its desk's code before the suffix."""
    picture = PICTURES[out.suffix.lower()]
    with progress_bar("Drawing sheets") as progress:
        for done, (sheet, name) in enumerate(zip(sheets, names, strict=True), 1):
            try:
                drawn = draw_sheet_picture(sheet, picture=picture, kind=paper, distance_cm=distance)
            except ValueError as fault:
                raise Refused(str(fault)) from fault
            (out if len(sheets) == 1 else out.with_stem(f"{out.stem}-{name}")).write_bytes(drawn)
            progress(done, len(sheets))


def _paper(kind: Kind, label: str) -> SheetKind:
    if kind is not Kind.roll:
        return {Kind.a4: A4, Kind.a5: A5, Kind.tent: TENT}[kind]
    try:
        width, height = map(float, label.lower().split("x"))
        return label_roll(width, height)
    except ValueError as fault:
        said = str(fault) if "mm" in str(fault) else "must be WIDTHxHEIGHT in millimetres, such as 70x50."
        raise typer.BadParameter(f"--label {label}: {said}") from fault


def _read_logo(file: Path | None) -> Logo | None:
    try:
        return None if file is None else read_logo(file.read_bytes())
    except BadLogo as fault:
        raise Refused(f"{file}: {fault}") from fault


def _colours(ink: str) -> Colours:
    try:
        return Colours(dark=ink.lower())
    except ValueError as fault:
        raise typer.BadParameter(f"--ink {ink}: {fault}") from fault


def _warn_of_length(address: str) -> None:
    """Says on standard error that the address makes a larger symbol; the command goes on."""
    if long := long_address(address):
        print(
            f"Warning: {address} has {long.characters} characters; more than {long.most} take a symbol of version "
            f"{long.version}, whose modules are smaller on the same paper. A shorter HAILONG_PUBLIC_URL prints better.",
            file=sys.stderr,
        )


@qr.command("terminal")
def qr_terminal(desk: Annotated[str, typer.Argument(help="The desk's code, as in desk list.")]) -> None:
    """The code of one desk, drawn in the terminal."""
    settings = command_settings()
    with open_up_to_date(settings) as engine:
        address = desk_address(_desk(engine, desk), settings)
    print(f"{draw_terminal(make_symbol(address), colour=sys.stdout.isatty())}\n{address}")


@qr.command("draw")
def qr_draw(
    desk: Annotated[str, typer.Argument(help="The desk's code, as in desk list.")],
    out: Annotated[Path, typer.Option(help="The picture to write: FILE.svg or FILE.png.")],
    ink: Ink = "#000000",
) -> None:
    """The code of one desk as a picture, for print work of one's own."""
    if out.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"--out {out} must end in .svg or .png.")
    settings, colours = command_settings(), _colours(ink)
    check_printable(settings.public_url)
    with open_up_to_date(settings) as engine:
        address = desk_address(_desk(engine, desk), settings)
    _warn_of_length(address)
    symbol = make_symbol(address)
    if out.suffix.lower() == ".svg":
        out.write_text(draw_svg(symbol, colours=colours), encoding="utf-8")
    else:
        out.write_bytes(draw_png(symbol, colours=colours))
    print(f"{out}: {address}")
