"""The staff's way in and out: `/sign-in`, `/sign-out`."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses

from survey_app.password import password_fits
from survey_app.reading.people import has_accounts, read_proofs
from survey_app.recording.people import hold_account, record_audit, record_sign_in, record_sign_out
from survey_app.sealed_text import LostSecret
from survey_app.second_step import HalfWay, make_half_way, read_half_way, use_code
from survey_app.sign_in_rule import Proofs, comes_from_us, hash_token, local_path, new_token
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
        return office_page(request, "sign_in.html", status=429, path="/sign-in", wanted=wanted, name=name, fault=fault)
    proofs = await prove_password(door, name, password)
    if proofs is None:
        await asyncio.to_thread(_record_refused, door)
        fault = _("Tên hoặc mật khẩu không đúng.")
        return office_page(request, "sign_in.html", status=401, path="/sign-in", wanted=wanted, name=name, fault=fault)
    door.tries.clear(TRIES_OF_A_NAME, "name", name)
    if proofs.second_factor:
        half = make_half_way(HalfWay(name, proofs.mark), key=door.settings.secret_key, at=door.clock())
        return _code_page(request, half, wanted=wanted)
    return await let_in(request, door, name, "password", proofs.mark, wanted=wanted)


def _code_page(request: Request, half: str, *, wanted: str, fault: str = "", status: int = 200) -> responses.Response:
    return office_page(
        request, "sign_in_code.html", status=status, path="/sign-in", half=half, wanted=wanted, fault=fault
    )


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
    return await let_in(request, door, half.name, way, half.mark, wanted=wanted)


def _use_code(door: StaffDoor, half: HalfWay, typed: str) -> str | None:
    """The way it proves; empty for a wrong code; None if the account was changed since."""
    now = door.clock()
    with door.engine.begin() as connection:
        proofs = read_proofs(connection, half.name)
        if proofs is None or proofs.mark != half.mark:
            return None
        try:
            way = use_code(connection, half.name, typed, key=door.settings.secret_key, at=now)
        except LostSecret:
            way = ""
        if not way:
            record_audit(connection, now, half.name, "refuse_second_factor", half.name)
        return way


async def let_in(
    request: Request, door: StaffDoor, name: str, way: str, mark: str, *, wanted: str = START
) -> responses.RedirectResponse:
    """Sign this browser in as somebody who proved to be it, and lead on. The one place where the cookie is made.

    Whose account was closed, or got another password, second factor or person since, is led to sign in again.

    Args:
        request: what the browser's cookie of before comes with; that sign-in ends.
        door: of the staff.
        name: the account's.
        way: how it was proved, of `SignInRow.way`.
        mark: of the account's proofs when it was.
        wanted: a path of ours, see `local_path`.
    """
    token = new_token()
    before = request.cookies.get(door.cookie, "")
    if not await asyncio.to_thread(_record, door, name, token, before, way=way, mark=mark):
        return responses.RedirectResponse("/sign-in", status_code=303)
    answer = responses.RedirectResponse(wanted, status_code=303)
    answer.set_cookie(door.cookie, token, secure=door.secure, httponly=True, samesite="strict", path="/")
    return answer


async def password_is(door: StaffDoor, name: str, password: str) -> bool:
    """Whether a password is that of an open account."""
    return await prove_password(door, name, password) is not None


async def prove_password(door: StaffDoor, name: str, password: str) -> Proofs | None:
    """The proofs of an open account whose password this is; None after the same work for a name that nobody has."""
    async with door.passwords:
        return await asyncio.to_thread(_fitting, door, name, password)


def _fitting(door: StaffDoor, name: str, password: str) -> Proofs | None:
    with door.engine.connect() as connection:
        kept = read_proofs(connection, name)
    fits = password_fits(password[:LONGEST_PASSWORD], kept.password if kept else None)
    return kept if fits and len(password) <= LONGEST_PASSWORD else None


def _record(door: StaffDoor, name: str, token: str, before: str, *, way: str, mark: str) -> bool:
    """Whether the browser is signed in: what was proved still holds, and does until that is stored."""
    now = door.clock()
    with door.engine.begin() as connection:
        proofs = hold_account(connection, name)
        if proofs is None or proofs.mark != mark:
            record_audit(connection, now, "", "refuse_sign_in", "", detail={"why": "changed"})
            return False
        record_sign_out(connection, hash_token(before), at=now)
        record_sign_in(connection, hash_token(token), name, at=now, way=way)
        record_audit(connection, now, name, "sign_in", name, detail={"way": way})
    return True


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
