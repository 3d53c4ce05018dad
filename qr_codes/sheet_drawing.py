"""Sheets as pages: a PDF for the printer, pictures for other print work."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict

from qr_codes.check import show_code
from qr_codes.printed_name import set_name
from qr_codes.printed_symbol import print_symbol
from qr_codes.progress import Progress, no_progress, steps
from qr_codes.sheet import Sheet
from qr_codes.sheet_kind import A5, SheetKind, is_wide
from qr_codes.typesetting import PictureFormat, set_pdf, set_pictures


def draw_sheets(
    sheets: Sequence[Sheet],
    *,
    kind: SheetKind = A5,
    distance_cm: float | None = None,
    progress: Progress = no_progress,
) -> bytes:
    """The sheets as one PDF (PDF/UA-1, so read aloud in order), a page each, in the order given.

    Equal sheets give equal bytes. A name that is too long for its place is set smaller, never cut.

    Args:
        sheets: 1 or more.
        kind: the paper: `A4`, `A5`, `TENT` or `label_roll(width_mm, height_mm)`.
        distance_cm: from where the symbol must be read; the kind's usual distance when not given.
        progress: told after each symbol, and once more when the pages are set.

    Raises:
        LoopbackAddress: an address opens on this computer only.
        ValueError: there are no sheets, an address is longer than a symbol holds, the symbol's modules would be too
            small for the distance or for any reader, or a name has a character that the font lacks.
    """
    pdf = set_pdf(kind.template, _data(sheets, kind, distance_cm, progress), title=_title(sheets))
    progress(steps(len(sheets)), steps(len(sheets)))
    return pdf


def draw_sheet_picture(
    sheet: Sheet, *, picture: PictureFormat, kind: SheetKind = A5, distance_cm: float | None = None
) -> bytes:
    """One sheet as an SVG file, or as a PNG file of 300 dots an inch; raises as `draw_sheets` does."""
    data = _data([sheet], kind, distance_cm, no_progress)
    return set_pictures(kind.template, data, title=_title([sheet]), picture=picture)[0]


def _title(sheets: Sequence[Sheet]) -> str:
    """What a PDF reader shows above the window."""
    if len(sheets) > 1:
        return f"{len(sheets)} tờ mã QR"
    return unicodedata.normalize("NFC", f"{sheets[0].desk_name} · {sheets[0].unit_name}")


def _data(sheets: Sequence[Sheet], kind: SheetKind, distance_cm: float | None, progress: Progress) -> dict[str, object]:
    """What the template reads: strings, numbers and the pictures."""
    if not sheets:
        raise ValueError("len(sheets) == 0, must be at least 1.")
    logos = list(dict.fromkeys(sheet.logo for sheet in sheets if sheet.logo is not None))
    wordings = list(dict.fromkeys(sheet.wording for sheet in sheets))
    pages = []
    for done, sheet in enumerate(sheets, 1):
        logo = None if sheet.logo is None else logos.index(sheet.logo)
        pages.append(_page(sheet, kind, distance_cm) | {"logo": logo, "wording": wordings.index(sheet.wording)})
        progress(done, steps(len(sheets)))
    wide = is_wide(kind.width_mm, kind.height_mm)
    return {
        "kind": {"width": kind.width_mm, "height": kind.height_mm, "room": kind.room_mm, "wide": wide},
        "logos": [asdict(logo) for logo in logos],
        "wordings": [asdict(wording) for wording in wordings],
        "sheets": pages,
    }


def _page(sheet: Sheet, kind: SheetKind, distance_cm: float | None) -> dict[str, object]:
    symbol = print_symbol(
        sheet.address,
        room_mm=kind.room_mm,
        usual_cm=kind.usual_cm,
        distance_cm=distance_cm,
        colours=sheet.colours,
        error_level=sheet.error_level,
    )
    return {
        "unit": set_name(sheet.unit_name),
        "place": set_name(sheet.place_name),
        "desk": set_name(sheet.desk_name),
        "typed": sheet.typed_address,
        "code": show_code(sheet.code),
        "symbol": symbol.data(),
        "simulated": sheet.simulated,
    }
