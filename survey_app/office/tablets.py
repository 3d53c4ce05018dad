"""`/office/tablets`: shared tablets, each with its code, and whether its count of the last day matches the server's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from markupsafe import Markup
from sqlalchemy import Connection

from qr_codes import draw_svg, make_code, make_symbol, printed_address, show_code
from survey_app.office.words import in_words, page_not_found
from survey_app.reading import Tablet, read_tablets
from survey_app.reading.desks import OfficeDesk, read_office_desks
from survey_app.recording import record_link, record_revocation
from survey_app.settings import Settings
from survey_app.staff import User
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language

router = APIRouter(default_response_class=responses.HTMLResponse)
Reader = Annotated[User, Depends(allowed("read_codes"))]
Manager = Annotated[User, Depends(allowed("manage_codes"))]
READ = ["GET", "HEAD"]


def tablet_address(tablet: Tablet, settings: Settings) -> str:
    """What a tablet opens once, in small letters to be read from a screen."""
    return f"{settings.public_url}/k/{make_code(tablet.serial, key=settings.secret_key)}"


@router.api_route("/tablets", methods=READ)
def tablets(request: Request, door: StaffDep, user: Reader) -> responses.Response:
    """Every tablet of the units that this person sees."""
    return _list_page(request, door, user)


@router.post("/tablets")
def add(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """A code for another tablet at a desk."""
    with door.engine.begin() as connection:
        if fields.get("desk") not in _desks(connection, door, user):
            return _list_page(request, door, user, status=422)
        serial = record_link(connection, fields["desk"], issued=door.today(), kind="tablet")
        door.audit(connection, user, "add_tablet", str(serial), desk=fields["desk"])
    return responses.RedirectResponse(f"/office/tablets/{serial}", status_code=303)


@router.api_route("/tablets/{serial}", methods=READ)
def tablet(request: Request, door: StaffDep, user: Reader, serial: int) -> responses.Response:
    """One tablet: the address to open on it, as a code to scan and to type."""
    found = _tablet(door, user, serial)
    if found is None:
        return page_not_found(request)
    code = make_code(found.serial, key=door.settings.secret_key)
    scanned = printed_address(door.settings.public_url, code)
    return office_page(
        request,
        "tablet.html",
        tablet=found,
        address=tablet_address(found, door.settings),
        shown_code=show_code(code),
        symbol=Markup(draw_svg(make_symbol(scanned), title=scanned)),  # noqa: S704 - our own drawing
        insecure=not door.secure and not door.settings.loopback,
        may_manage=user.may("manage_codes"),
        **in_words(page_language(request)),
    )


@router.post("/tablets/{serial}/revoke")
def revoke(request: Request, door: StaffDep, user: Manager, serial: int) -> responses.Response:
    """Withdraw a tablet's code; what it still has is taken, a new form it opens no more."""
    found = _tablet(door, user, serial)
    if found is None:
        return page_not_found(request)
    with door.engine.begin() as connection:
        if record_revocation(connection, serial, on=door.today()):
            door.audit(connection, user, "revoke_tablet", str(serial), desk=found.desk)
    return responses.RedirectResponse(f"/office/tablets/{serial}", status_code=303)


def _list_page(request: Request, door: StaffDoor, user: User, *, status: int = 200) -> responses.Response:
    with door.engine.connect() as connection:
        listed = read_tablets(connection, today=door.today(), units=user.units)
        desks = _desks(connection, door, user) if user.may("manage_codes") else {}
    return office_page(
        request,
        "tablets.html",
        status=status,
        tablets=listed,
        desks=desks,
        today=door.today(),
        **in_words(page_language(request)),
    )


def _desks(connection: Connection, door: StaffDoor, user: User) -> dict[str, OfficeDesk]:
    """The desks at which somebody stands today."""
    return {
        code: desk
        for code, desk in read_office_desks(connection, units=user.units).items()
        if desk.kind == "counter" and desk.exists_on(door.today())
    }


def _tablet(door: StaffDoor, user: User, serial: int) -> Tablet | None:
    with door.engine.connect() as connection:
        return next(
            (each for each in read_tablets(connection, today=door.today(), units=user.units) if each.serial == serial),
            None,
        )
