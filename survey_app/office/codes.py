"""`/office/codes`: every code with the days of its scans; issued, replaced, withdrawn and printed from here."""

from collections.abc import Callable, Iterable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, responses
from markupsafe import Markup
from sqlalchemy import Connection

from qr_codes import (
    A4,
    A5,
    TENT,
    LoopbackAddress,
    Sheet,
    check_printable,
    draw_sheets,
    draw_svg,
    label_roll,
    make_symbol,
    show_code,
)
from survey_app.door import SOURCE, Door
from survey_app.office.words import address_to_set, in_words, page_not_found
from survey_app.printed_code import KINDS, LAST_SERIAL, SILENT_DAYS, SOURCES, WATCHED, PrintedCode, dead_first
from survey_app.reading import read_register
from survey_app.reading.codes import read_printed_codes
from survey_app.reading.desks import OfficeDesk, read_office_desks
from survey_app.reading.office_hours import read_office_book
from survey_app.recording import record_link, record_missing_links, record_revocation
from survey_app.recording.links import record_invitation, record_replacement
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, NotAllowed, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
READ = "read_codes"
Reader = Annotated[User, Depends(allowed(READ))]
Manager = Annotated[User, Depends(allowed("manage_codes"))]
SHEETS = {"a4": A4, "a5": A5, "tent": TENT, "roll": label_roll()}
MOST_LISTED = 500
EVERY_UNIT = "*"


def kind_words(_: Translate) -> dict[str, str]:
    """Kinds of codes in words."""
    return {
        "poster": _("Áp phích"),
        "tablet": _("Máy tính bảng"),
        "screen": _("Màn hình"),
        "invitation": _("Thư mời"),
    }


@router.api_route("/codes", methods=["GET", "HEAD"])
def codes(request: Request, door: StaffDep, user: Reader, unit: str = "") -> responses.Response:
    """Every code that this person sees, those that seem dead first."""
    return _codes_page(request, door, user, unit=unit)


@router.post("/codes")
def issue(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """A new code for a desk, or a new invitation of a unit."""
    kind, about = fields.get("kind", ""), fields.get("about", "")
    with door.engine.begin() as connection:
        known = _units(connection, user) if kind == "invitation" else _desks(connection, door, user)
        if kind not in KINDS or about not in known:
            return _codes_page(request, door, user, missing=True, status=422)
        make: Callable[..., int] = record_invitation if kind == "invitation" else record_link
        options = {} if kind == "invitation" else {"kind": kind}
        serial = make(connection, about, issued=door.today(), **options)
        door.audit(connection, user, "issue_code", str(serial), kind=kind, of=about)
    return _to(request, serial)


@router.post("/codes/missing")
def issue_missing(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """A poster's code for every desk of a unit, or of all of them, that has none; a second time there is none to issue."""
    unit = fields.get("unit", "")
    with door.engine.begin() as connection:
        if unit not in {EVERY_UNIT, *_units(connection, user)}:
            return _codes_page(request, door, user, missing=True, status=422)
        of = None if unit == EVERY_UNIT else unit
        issued = record_missing_links(connection, read_register(connection), today=door.today(), unit=of)
        if issued:
            door.audit(connection, user, "issue_codes", of or "", kind="poster", issued=issued)
    opened: Door = request.app.state.door
    opened.look_again()
    return responses.RedirectResponse(f"/office/codes{f'?unit={quote(of)}' if of else ''}", status_code=303)


@router.api_route("/codes/posters.pdf", methods=["GET", "HEAD"])
def posters(request: Request, door: StaffDep, user: Reader, unit: str = "", kind: str = "a5") -> responses.Response:
    """All posters of a unit in one PDF, a page a desk."""
    with door.engine.connect() as connection:
        found = read_printed_codes(connection, today=door.today(), units=user.units)
    chosen = [each for each in found if each.unit == unit and each.kind == "poster" and each.open]
    if not chosen or kind not in SHEETS:
        return page_not_found(request)
    try:
        check_printable(door.settings.public_url)
    except LoopbackAddress:
        return loopback_page(request, user)
    pdf = draw_sheets([_sheet(each, door) for each in chosen[:MOST_LISTED]], kind=SHEETS[kind])
    named = {"content-disposition": f'attachment; filename="{quote(unit)}-{kind}.pdf"'}
    return responses.Response(pdf, media_type="application/pdf", headers=named)


@router.api_route("/codes/{serial}", methods=["GET", "HEAD"])
def code(request: Request, door: StaffDep, user: Reader, serial: int, source: str = "") -> responses.Response:
    """One code: its symbol, its addresses, what can be printed, and the forms that withdraw or replace it."""
    found = _read(door, user, serial)
    if found is None:
        return page_not_found(request)
    source = source.strip().lower()
    strange = bool(source) and not SOURCE.fullmatch(source)
    return _code_page(request, door, user, found, source="" if strange else source, strange=strange)


@router.post("/codes/{serial}/revoke")
def revoke(request: Request, door: StaffDep, user: Manager, serial: int) -> responses.Response:
    """Withdraw a code; whoever scans it is told to scan the new one."""
    if _read(door, user, serial) is None:
        return page_not_found(request)
    with door.engine.begin() as connection:
        if record_revocation(connection, serial, on=door.today()):
            door.audit(connection, user, "revoke_code", str(serial))
    return _to(request, serial)


@router.post("/codes/{serial}/replace")
def replace(request: Request, door: StaffDep, user: Manager, serial: int) -> responses.Response:
    """Withdraw a code and issue another of its kind; the old one explains itself to whoever scans it."""
    if _read(door, user, serial) is None:
        return page_not_found(request)
    with door.engine.begin() as connection:
        new = record_replacement(connection, serial, on=door.today())
        if new is not None:
            door.audit(connection, user, "replace_code", str(serial), by=new)
    return _to(request, serial if new is None else new)


@router.api_route("/codes/{serial}/sheet.pdf", methods=["GET", "HEAD"])
def sheet(request: Request, door: StaffDep, user: Reader, serial: int, kind: str = "a5") -> responses.Response:
    """The poster of a code as a PDF, on one of the papers."""
    found = _read(door, user, serial)
    if found is None or found.kind != "poster" or not found.open or kind not in SHEETS:
        return page_not_found(request)
    try:
        check_printable(door.settings.public_url)
    except LoopbackAddress:
        return loopback_page(request, user)
    pdf = draw_sheets([_sheet(found, door)], kind=SHEETS[kind])
    named = {"content-disposition": f'attachment; filename="{found.desk}-{kind}.pdf"'}
    return responses.Response(pdf, media_type="application/pdf", headers=named)


def loopback_page(request: Request, user: User) -> responses.Response:
    """Nothing is printed that no phone can open."""
    _ = translator(page_language(request))
    sentences = [_only_here(_), address_to_set(user, _)]
    return office_page(request, "message.html", status=409, heading=_("Chưa in được."), sentences=sentences)


def _only_here(_: Translate) -> str:
    return _("Địa chỉ của máy chủ chỉ mở được trên chính máy này, nên mã in ra không điện thoại nào dùng được.")


def _sheet(found: PrintedCode, door: StaffDoor) -> Sheet:
    key = door.settings.secret_key
    return Sheet(
        unit_name=found.unit_name,
        place_name=found.place,
        desk_name=found.desk_name,
        address=found.symbol_address(door.settings.public_url, key),
        code=found.code(key),
        simulated=found.simulated,
    )


def _to(request: Request, serial: int) -> responses.Response:
    """Back to the code, which holds at once: nobody waits two seconds for a code that was just made."""
    opened: Door = request.app.state.door
    opened.look_again()
    return responses.RedirectResponse(f"/office/codes/{serial}", status_code=303)


def _read(door: StaffDoor, user: User, serial: int) -> PrintedCode | None:
    """The code, or None if there is none.

    Raises:
        NotAllowed: it is of a unit that this person does not see.
    """
    if not 0 < serial <= LAST_SERIAL:
        return None
    with door.engine.connect() as connection:
        found = next(iter(read_printed_codes(connection, today=door.today(), serial=serial)), None)
    if found is not None and not user.sees(found.unit):
        raise NotAllowed(READ)
    return found


def _desks(connection: Connection, door: StaffDoor, user: User) -> dict[str, OfficeDesk]:
    return {
        code: desk
        for code, desk in read_office_desks(connection, units=user.units).items()
        if desk.kind == "counter" and desk.exists_on(door.today())
    }


def _units(connection: Connection, user: User) -> dict[str, str]:
    """Units that have a desk."""
    found = {desk.unit: desk.unit_name for desk in read_office_desks(connection, units=user.units).values()}
    return dict(sorted(found.items()))


def _codes_page(
    request: Request, door: StaffDoor, user: User, *, unit: str = "", missing: bool = False, status: int = 200
) -> responses.Response:
    language = page_language(request)
    today, _ = door.today(), translator(language)
    with door.engine.connect() as connection:
        seen, book = read_printed_codes(connection, today=today, units=user.units), read_office_book(connection)
        desks = _desks(connection, door, user) if user.may("manage_codes") else {}
        units = _units(connection, user)
    unit = unit or (next(iter(units)) if len(units) == 1 else "")
    chosen = dead_first((each for each in seen if unit in {"", each.unit}), today, book)
    return office_page(
        request,
        "codes.html",
        path="/office/codes",
        status=status,
        codes=chosen[:MOST_LISTED],
        more=max(len(chosen) - MOST_LISTED, 0),
        silent={each.serial: each.silent_days(today, book) for each in chosen if each.is_silent(today, book)},
        silent_after=SILENT_DAYS,
        fresh=sum(each.is_fresh for each in chosen),
        watched=any(each.open and each.kind in WATCHED for each in chosen),
        desks=desks,
        units=units,
        unit=unit,
        without=_without_poster(desks.values(), chosen, unit),
        posters=sum(each.unit == unit and each.kind == "poster" and each.open for each in chosen),
        sheets=list(SHEETS),
        missing=missing,
        may_manage=user.may("manage_codes"),
        only_here=[_only_here(_), address_to_set(user, _)] if door.settings.loopback else [],
        every_unit=EVERY_UNIT,
        kinds=kind_words(_),
        key=door.settings.secret_key,
        show_code=show_code,
        **in_words(language),
    )


def _without_poster(desks: Iterable[OfficeDesk], codes: Iterable[PrintedCode], unit: str) -> int:
    """How many desks of a unit, or of all of them, have no poster's code."""
    linked = {each.desk for each in codes if each.kind == "poster" and not each.revoked}
    return sum(unit in {"", desk.unit} and desk.code not in linked for desk in desks)


def _code_page(
    request: Request, door: StaffDoor, user: User, found: PrintedCode, *, source: str, strange: bool
) -> responses.Response:
    language = page_language(request)
    with door.engine.connect() as connection:
        book = read_office_book(connection)
    key, url, today = door.settings.secret_key, door.settings.public_url, door.today()
    address = found.symbol_address(url, key, source=source)
    query = f"?source={source}" if source else ""
    return office_page(
        request,
        "code.html",
        status=422 if strange else 200,
        code=found,
        kind=kind_words(translator(language))[found.kind],
        shown_code=show_code(found.code(key)),
        address=f"{url}{found.path(key)}{query}",
        # A screen's own address opens its page; it is for the desk, not for those who stand there.
        symbol=Markup(draw_svg(make_symbol(address), title=address)) if found.kind != "screen" else "",  # noqa: S704 - our own drawing
        silent=found.silent_days(today, book) if found.is_silent(today, book) else 0,
        sheets=list(SHEETS) if found.kind == "poster" and found.open else [],
        sources=SOURCES,
        source=source,
        strange=strange,
        may_manage=user.may("manage_codes"),
        insecure=found.kind == "tablet" and not url.startswith("https:") and not door.settings.loopback,
        **in_words(language),
    )
