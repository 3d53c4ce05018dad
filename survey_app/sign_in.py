"""The staff's way in and out: `/sign-in`, `/sign-out`."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses

from survey_app.password import password_fits
from survey_app.reading.people import has_accounts, read_password
from survey_app.reading.second_factors import read_factor
from survey_app.recording.people import record_audit, record_sign_in, record_sign_out
from survey_app.sealed_text import LostSecret
from survey_app.second_step import HalfWay, make_half_way, mark_of, read_half_way, use_code
from survey_app.sign_in_rule import comes_from_us, hash_token, local_path, new_token
from survey_app.staff import LONGEST_PASSWORD, sign_in_name
from survey_app.staff_door import (
    SECOND_FACTOR_PAGE,
    TRIES_OF_A_NAME,
    TRIES_OF_AN_ADDRESS,
    FieldsDep,
    ForeignForm,
    StaffDep,
    StaffDoor,
    Visit,
    find_signed_in,
    office_page,
    owes_second_factor,
    page_language,
    visit,
)
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
START = "/office/"
LONGEST_NAME = 64


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def sign_in_page(request: Request, door: StaffDep) -> responses.Response:
    """The page to sign in; who is signed in goes on, and where nobody has an account yet the first is made."""
    wanted = local_path(request.query_params.get("next", ""), otherwise=START)
    user = find_signed_in(door, hash_token(request.cookies.get(door.cookie, "")), at=door.clock())
    if user is not None:
        owes = owes_second_factor(user, door.settings)
        return responses.RedirectResponse(SECOND_FACTOR_PAGE if owes else wanted, status_code=303)
    with door.engine.connect() as connection:
        if not has_accounts(connection):
            return responses.RedirectResponse("/first-run", status_code=303)
    return office_page(request, "sign_in.html", wanted=wanted, name="", fault="")


@router.post("/sign-in")
async def sign_in(request: Request, door: StaffDep, fields: FieldsDep) -> responses.Response:
    """Let somebody in, or say that name and password do not fit, whichever of the two it is."""
    if not comes_from_us(request.headers, public_url=door.settings.public_url):
        raise ForeignForm("/sign-in")
    _ = translator(page_language(request))
    wanted = local_path(fields.get("next", ""), otherwise=START)
    name, password = sign_in_name(fields.get("name", "")[:LONGEST_NAME]), fields.get("password", "")
    address = door.address(request)
    if not (door.may_try(TRIES_OF_AN_ADDRESS, "address", address) and door.may_try(TRIES_OF_A_NAME, "name", name)):
        fault = _("Đã thử quá nhiều lần. Xin chờ 15 phút rồi thử lại.")
        return office_page(request, "sign_in.html", status=429, wanted=wanted, name=name, fault=fault)
    if not await password_is(door, name, password):
        await asyncio.to_thread(_record_refused, door)
        fault = _("Tên hoặc mật khẩu không đúng.")
        return office_page(request, "sign_in.html", status=401, wanted=wanted, name=name, fault=fault)
    door.tries.clear(TRIES_OF_A_NAME, "name", name)
    half = await asyncio.to_thread(_half_way, door, name)
    return (
        _code_page(request, half, wanted=wanted)
        if half
        else await let_in(request, door, name, "password", wanted=wanted)
    )


def _half_way(door: StaffDoor, name: str) -> str:
    """The ticket for who must show a code as well; empty for who has no second factor."""
    with door.engine.connect() as connection:
        password, factor = read_password(connection, name), read_factor(connection, name)
    if factor is None:
        return ""
    half = HalfWay(name, mark_of(password, factor.sealed))
    return make_half_way(half, key=door.settings.secret_key, at=door.clock())


def _code_page(request: Request, half: str, *, wanted: str, fault: str = "", status: int = 200) -> responses.Response:
    return office_page(request, "sign_in_code.html", status=status, half=half, wanted=wanted, fault=fault)


@router.post("/sign-in/code")
async def sign_in_with_code(request: Request, door: StaffDep, fields: FieldsDep) -> responses.Response:
    """The second step, for who has a second factor: the code of the telephone, or one for a lost telephone."""
    if not comes_from_us(request.headers, public_url=door.settings.public_url):
        raise ForeignForm("/sign-in")
    _ = translator(page_language(request))
    wanted, sent = local_path(fields.get("next", ""), otherwise=START), fields.get("half", "")
    half = read_half_way(sent, key=door.settings.secret_key, at=door.clock())
    if half is None:
        return responses.RedirectResponse("/sign-in", status_code=303)
    if not (
        door.may_try(TRIES_OF_AN_ADDRESS, "address", door.address(request))
        and door.may_try(TRIES_OF_A_NAME, "code", half.name)
    ):
        fault = _("Đã thử quá nhiều lần. Xin chờ 15 phút rồi thử lại.")
        return _code_page(request, sent, wanted=wanted, fault=fault, status=429)
    way = await asyncio.to_thread(_use_code, door, half, fields.get("code", "")[:LONGEST_NAME])
    if way is None:
        return responses.RedirectResponse("/sign-in", status_code=303)
    if not way:
        fault = _("Mã không đúng hoặc đã dùng. Xin đợi mã mới trên điện thoại rồi gõ lại.")
        return _code_page(request, sent, wanted=wanted, fault=fault, status=401)
    door.tries.clear(TRIES_OF_A_NAME, "code", half.name)
    return await let_in(request, door, half.name, way, wanted=wanted)


def _use_code(door: StaffDoor, half: HalfWay, typed: str) -> str | None:
    """The way it proves; empty for a wrong code; None if password or factor were changed since."""
    now = door.clock()
    with door.engine.begin() as connection:
        password, factor = read_password(connection, half.name), read_factor(connection, half.name)
        if factor is None or mark_of(password, factor.sealed) != half.mark:
            return None
        try:
            way = use_code(connection, half.name, typed, key=door.settings.secret_key, at=now)
        except LostSecret:
            way = ""
        if not way:
            record_audit(connection, now, half.name, "refuse_second_factor", half.name)
        return way


async def let_in(
    request: Request, door: StaffDoor, name: str, way: str, *, wanted: str = START
) -> responses.RedirectResponse:
    """Sign this browser in as somebody who proved to be it, and lead on. The one place where the cookie is made.

    Args:
        request: what the browser's cookie of before comes with; that sign-in ends.
        door: of the staff.
        name: the account's.
        way: how it was proved, of `SignInRow.way`.
        wanted: a path of ours, see `local_path`.
    """
    token = new_token()
    await asyncio.to_thread(_record, door, name, token, request.cookies.get(door.cookie, ""), way)
    answer = responses.RedirectResponse(wanted, status_code=303)
    answer.set_cookie(door.cookie, token, secure=door.secure, httponly=True, samesite="strict", path="/")
    return answer


async def password_is(door: StaffDoor, name: str, password: str) -> bool:
    """Whether a password is that of an open account, after the same work for a name that nobody has."""
    async with door.passwords:
        return await asyncio.to_thread(_fits, door, name, password)


def _fits(door: StaffDoor, name: str, password: str) -> bool:
    with door.engine.connect() as connection:
        kept = read_password(connection, name)
    return password_fits(password[:LONGEST_PASSWORD], kept) and len(password) <= LONGEST_PASSWORD


def _record(door: StaffDoor, name: str, token: str, before: str, way: str) -> None:
    now = door.clock()
    with door.engine.begin() as connection:
        record_sign_out(connection, hash_token(before), at=now)
        record_sign_in(connection, hash_token(token), name, at=now, way=way)
        record_audit(connection, now, name, "sign_in", name, detail={"way": way})


def _record_refused(door: StaffDoor) -> None:
    """Keep that a sign-in was refused; which name was typed is not kept: it may be a password."""
    with door.engine.begin() as connection:
        record_audit(connection, door.clock(), "", "refuse_sign_in", "")


@router.post("/sign-out")
def sign_out(door: StaffDep, here: Annotated[Visit, Depends(visit)]) -> responses.Response:
    """End this browser's sign-in."""
    with door.engine.begin() as connection:
        record_sign_out(connection, here.token_hash, at=door.clock())
        door.audit(connection, here.user, "sign_out", here.user.name)
    answer = responses.RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(door.cookie, path="/", secure=door.secure, httponly=True, samesite="strict")
    return answer
