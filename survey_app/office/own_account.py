"""`/office/me`: what everybody keeps of their own account: the password, the second factor, the open browsers."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses

from survey_app.account_words import password_fault_words
from survey_app.office.sign_in_lines import sign_in_lines
from survey_app.office.words import in_words
from survey_app.password import hash_password
from survey_app.reading.people import read_password
from survey_app.reading.second_factors import count_recovery_codes, read_factor
from survey_app.reading.sign_ins import read_sign_ins
from survey_app.recording.people import record_password, record_sign_out_of, record_sign_outs
from survey_app.sign_in import password_is
from survey_app.staff import User
from survey_app.staff_door import (
    TRIES_OF_A_NAME,
    FieldsDep,
    StaffDep,
    StaffDoor,
    VisitDep,
    allowed,
    office_page,
    page_language,
)
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Self = Annotated[User, Depends(allowed("own_account"))]
HERE = "/office/me"


@router.api_route("/me", methods=["GET", "HEAD"])
def own_account(request: Request, door: StaffDep, here: VisitDep, user: Self) -> responses.Response:
    """The page of one's own account."""
    return _page(request, door, here.token_hash, user)


@router.post("/me/password")
async def change_password(
    request: Request, door: StaffDep, fields: FieldsDep, here: VisitDep, user: Self
) -> responses.Response:
    """Change one's own password; every other browser is signed out."""
    _ = translator(page_language(request))
    faults = await old_password_faults(door, user, fields, _)
    if not faults:
        faults = password_fault_words(user.name, fields.get("password", ""), fields.get("again", ""), _)
    if faults:
        return await asyncio.to_thread(_page, request, door, here.token_hash, user, password_faults=faults, status=422)
    async with door.passwords:
        await asyncio.to_thread(_keep_password, door, user, fields["password"], here.token_hash)
    return responses.RedirectResponse(f"{HERE}?done=password", status_code=303)


def _keep_password(door: StaffDoor, user: User, password: str, token_hash: str) -> None:
    kept = hash_password(password)
    with door.engine.begin() as connection:
        record_password(connection, user.name, password=kept, at=door.clock(), keep=token_hash)
        door.audit(connection, user, "change_password", user.name)


async def old_password_faults(door: StaffDoor, user: User, fields: Mapping[str, str], _: Translate) -> list[str]:
    """What is said where the password that proves who sits there is not right, or was tried too often."""
    if not door.may_try(TRIES_OF_A_NAME, "own", user.name):
        return [_("Đã thử quá nhiều lần. Xin chờ 15 phút rồi thử lại.")]
    if not await password_is(door, user.name, fields.get("old", "")):
        return [_("Mật khẩu hiện nay không đúng.")]
    door.tries.clear(TRIES_OF_A_NAME, "own", user.name)
    return []


@router.post("/me/sign-ins")
def end_sign_ins(door: StaffDep, fields: FieldsDep, here: VisitDep, user: Self) -> responses.Response:
    """End one of one's own sign-ins, or all but this browser's."""
    handle = fields.get("sign_in", "")
    with door.engine.begin() as connection:
        if handle == "others":
            ended = record_sign_outs(connection, user.name, at=door.clock(), keep=here.token_hash)
        else:
            ended = int(record_sign_out_of(connection, user.name, handle, at=door.clock()))
        if ended:
            door.audit(connection, user, "end_sign_ins", user.name, n=ended)
    return responses.RedirectResponse(f"{HERE}?done=sign_ins" if ended else HERE, status_code=303)


def _page(
    request: Request,
    door: StaffDoor,
    token_hash: str,
    user: User,
    *,
    password_faults: list[str] | None = None,
    status: int = 200,
) -> responses.Response:
    language = page_language(request)
    _ = translator(language)
    with door.engine.connect() as connection:
        open_ones = read_sign_ins(connection, user.name, at=door.clock())
        has_factor = read_factor(connection, user.name) is not None
        codes, has_password = count_recovery_codes(connection, user.name), bool(read_password(connection, user.name))
    return office_page(
        request,
        "own_account.html",
        path=HERE,
        status=status,
        lines=sign_in_lines(open_ones, language, here=token_hash),
        has_factor=has_factor,
        has_password=has_password,
        codes=codes,
        password_faults=password_faults or [],
        done=_done(request.query_params.get("done", ""), _),
        new_password_label=_("Mật khẩu mới"),
        **in_words(language),
    )


def _done(what: str, _: Translate) -> str:
    return {
        "password": _("Đã đổi mật khẩu. Các trình duyệt khác phải đăng nhập lại."),
        "sign_ins": _("Đã thoát trình duyệt ấy."),
        "role": _("Đã ghi. Ông/bà thôi làm quản trị; từ nay thấy các trang của vai trò mới."),
        "factor_removed": _("Đã bỏ lớp xác nhận thứ hai."),
    }.get(what, "")
