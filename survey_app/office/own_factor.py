"""`/office/me/second-factor`: a telephone's codes beside the password, set up, replaced, taken away; the recovery codes."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from markupsafe import Markup

from qr_codes import draw_svg, make_symbol
from survey_app.office.own_account import HERE, old_password_faults
from survey_app.one_time_code import show_groups
from survey_app.reading.people import read_password
from survey_app.reading.second_factors import count_recovery_codes, read_factor
from survey_app.recording.people import record_sign_outs, seconds
from survey_app.recording.second_factors import record_factor, record_factor_removed, record_recovery_codes
from survey_app.second_factor import (
    fitting_step,
    hash_recovery_codes,
    new_recovery_codes,
    new_secret,
    scanned_address,
    shown_secret,
)
from survey_app.second_step import PendingFactor, make_pending, read_pending, seal_factor
from survey_app.staff import User
from survey_app.staff_door import (
    SECOND_FACTOR_PAGE,
    FieldsDep,
    StaffDep,
    StaffDoor,
    Visit,
    VisitDep,
    allowed,
    office_page,
    page_language,
)
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Self = Annotated[User, Depends(allowed("own_account"))]


@router.api_route("/me/second-factor", methods=["GET", "HEAD"])
def second_factor(request: Request, door: StaffDep, user: Self) -> responses.Response:
    """The page to set a second factor up, or to take it away."""
    pending = PendingFactor(user.name, new_secret())
    return _factor_page(request, door, user, pending)


@router.post("/me/second-factor")
async def set_up(request: Request, door: StaffDep, fields: FieldsDep, here: VisitDep, user: Self) -> responses.Response:
    """Keep the second factor whose code proves that the telephone has it; shows the recovery codes, this once."""
    _ = translator(page_language(request))
    pending = read_pending(fields.get("pending", ""), user.name, key=door.settings.secret_key, at=door.clock())
    if pending is None:
        return responses.RedirectResponse(SECOND_FACTOR_PAGE, status_code=303)
    faults = await old_password_faults(door, user, fields, _)
    step = fitting_step(pending.secret, fields.get("code", "")[:40], at=seconds(door.clock()), after=None)
    if not faults and step is None:
        faults = [_("Mã sáu chữ số không đúng. Xin xem đồng hồ của điện thoại có chạy đúng giờ không.")]
    if faults:
        return await asyncio.to_thread(_factor_page, request, door, user, pending, faults=faults, status=422)
    codes = new_recovery_codes()
    await asyncio.to_thread(_keep_factor, door, here, pending, step or 0, codes)
    return _codes_page(request, codes)


def _keep_factor(door: StaffDoor, here: Visit, pending: PendingFactor, step: int, codes: list[str]) -> None:
    key, user = door.settings.secret_key, here.user
    hashes = hash_recovery_codes(codes, user.name, key=key)
    with door.engine.begin() as connection:
        sealed = seal_factor(pending.secret, user.name, key=key)
        record_factor(connection, user.name, sealed=sealed, step=step, recovery_hashes=hashes)
        record_sign_outs(connection, user.name, at=door.clock(), keep=here.token_hash)
        door.audit(connection, user, "set_up_second_factor", user.name)


@router.post("/me/recovery-codes")
async def renew_codes(request: Request, door: StaffDep, fields: FieldsDep, user: Self) -> responses.Response:
    """New recovery codes in place of those before, shown this once."""
    faults = await old_password_faults(door, user, fields, translator(page_language(request)))
    if faults:
        return await asyncio.to_thread(_factor_page, request, door, user, None, faults=faults, status=422)
    codes = new_recovery_codes()
    if not await asyncio.to_thread(_keep_codes, door, user, codes):
        return responses.RedirectResponse(SECOND_FACTOR_PAGE, status_code=303)
    return _codes_page(request, codes)


def _keep_codes(door: StaffDoor, user: User, codes: list[str]) -> bool:
    with door.engine.begin() as connection:
        if read_factor(connection, user.name) is None:
            return False
        record_recovery_codes(
            connection, user.name, hash_recovery_codes(codes, user.name, key=door.settings.secret_key)
        )
        door.audit(connection, user, "renew_recovery_codes", user.name)
        return True


@router.post("/me/second-factor/remove")
async def take_away(
    request: Request, door: StaffDep, fields: FieldsDep, here: VisitDep, user: Self
) -> responses.Response:
    """Take one's second factor away, where the role does not ask for one."""
    _ = translator(page_language(request))
    if user.role in door.settings.second_factor:
        faults = [_("Vai trò này phải có lớp xác nhận thứ hai; chỉ thay được, không bỏ được.")]
    else:
        faults = await old_password_faults(door, user, fields, _)
    if faults:
        return await asyncio.to_thread(_factor_page, request, door, user, None, faults=faults, status=422)
    await asyncio.to_thread(_remove, door, here)
    return responses.RedirectResponse(f"{HERE}?done=factor_removed", status_code=303)


def _remove(door: StaffDoor, here: Visit) -> None:
    user = here.user
    with door.engine.begin() as connection:
        if record_factor_removed(connection, user.name):
            record_sign_outs(connection, user.name, at=door.clock(), keep=here.token_hash)
            door.audit(connection, user, "remove_second_factor", user.name)


def _codes_page(request: Request, codes: list[str]) -> responses.Response:
    return office_page(request, "recovery_codes.html", codes=[show_groups(code, of=5) for code in codes])


def _factor_page(
    request: Request,
    door: StaffDoor,
    user: User,
    pending: PendingFactor | None,
    *,
    faults: list[str] | None = None,
    status: int = 200,
) -> responses.Response:
    with door.engine.connect() as connection:
        has_factor = read_factor(connection, user.name) is not None
        codes, has_password = count_recovery_codes(connection, user.name), bool(read_password(connection, user.name))
    pending = pending or PendingFactor(user.name, new_secret())
    address = scanned_address(pending.secret, user.name)
    return office_page(
        request,
        "second_factor.html",
        path=SECOND_FACTOR_PAGE,
        status=status,
        has_factor=has_factor,
        has_password=has_password,
        codes=codes,
        required=user.role in door.settings.second_factor,
        pending=make_pending(pending, key=door.settings.secret_key, at=door.clock()),
        secret=show_groups(shown_secret(pending.secret)),
        symbol=Markup(draw_svg(make_symbol(address, error_level="M"), title=user.name)),  # noqa: S704 - our own drawing
        faults=faults or [],
    )
