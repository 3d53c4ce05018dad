"""`/invitation`: somebody invited chooses the password of their account, once; nobody else ever knew it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, responses
from sqlalchemy import Connection

from survey_app.account_words import password_fault_words
from survey_app.one_time_code import INVITATION_LETTERS, hash_code, new_code, read_typed, show_groups
from survey_app.password import hash_password
from survey_app.reading.people import read_proofs
from survey_app.reading.sign_ins import read_invited
from survey_app.recording.accounts import record_invitation, record_invitation_used
from survey_app.recording.people import record_audit
from survey_app.settings import Settings
from survey_app.sign_in import let_in
from survey_app.sign_in_rule import Proofs, comes_from_us
from survey_app.staff_door import (
    TRIES_OF_AN_ADDRESS,
    FieldsDep,
    ForeignForm,
    StaffDep,
    StaffDoor,
    office_page,
    page_language,
)
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
HERE: Final = "/invitation"


def make_invitation(connection: Connection, name: str, settings: Settings, *, at: datetime) -> str:
    """The address at which somebody chooses a password, shown once; empty if there is no such open account."""
    code = new_code(INVITATION_LETTERS)
    made = record_invitation(connection, name, _hash(code, settings), at=at)
    return f"{settings.public_url}{HERE}/{show_groups(code)}" if made else ""


def _hash(code: str, settings: Settings) -> str:
    return hash_code(code, purpose="invitation", key=settings.secret_key)


@router.api_route(HERE, methods=["GET", "HEAD"])
@router.api_route(HERE + "/{code}", methods=["GET", "HEAD"])
def invitation_page(request: Request, door: StaffDep, code: str = "") -> responses.Response:
    """The page to choose a password on, or to type the code of an invitation into."""
    _ = translator(page_language(request))
    if not code:
        return _page(request)
    if not door.may_try(TRIES_OF_AN_ADDRESS, "invitation", door.address(request)):
        return _page(request, faults=[_("Đã thử quá nhiều lần. Xin chờ 15 phút rồi thử lại.")], status=429)
    with door.engine.connect() as connection:
        name = read_invited(connection, _hash(read_typed(code), door.settings), at=door.clock())
    if name is None:
        return _page(request, faults=[_over(request)], status=404)
    return _page(request, code=show_groups(read_typed(code)), name=name)


@router.post(HERE)
async def use_invitation(request: Request, door: StaffDep, fields: FieldsDep) -> responses.Response:
    """Show whose account a typed code is for; with a password, keep it and sign this browser in."""
    if not comes_from_us(request.headers, public_url=door.settings.public_url):
        raise ForeignForm(HERE)
    _ = translator(page_language(request))
    if not door.may_try(TRIES_OF_AN_ADDRESS, "invitation", door.address(request)):
        return _page(request, faults=[_("Đã thử quá nhiều lần. Xin chờ 15 phút rồi thử lại.")], status=429)
    code = read_typed(fields.get("code", ""))
    name = await asyncio.to_thread(_invited, door, code)
    if name is None:
        return _page(request, faults=[_over(request)], status=404)
    if "password" not in fields:
        return _page(request, code=show_groups(code), name=name)
    return await _accept(request, door, fields, name, code)


async def _accept(
    request: Request, door: StaffDoor, fields: Mapping[str, str], name: str, code: str
) -> responses.Response:
    password, again = fields["password"], fields.get("again", "")
    if faults := password_fault_words(name, password, again, translator(page_language(request))):
        return _page(request, code=show_groups(code), name=name, faults=faults, status=422)
    async with door.passwords:
        kept = await asyncio.to_thread(_keep, door, name, code, password)
    if kept is None:
        return _page(request, faults=[_over(request)], status=404)
    if kept.second_factor:
        return responses.RedirectResponse("/sign-in", status_code=303)
    return await let_in(request, door, name, "invitation", kept.mark)


def _invited(door: StaffDoor, code: str) -> str | None:
    with door.engine.connect() as connection:
        return read_invited(connection, _hash(code, door.settings), at=door.clock())


def _keep(door: StaffDoor, name: str, code: str, password: str) -> Proofs | None:
    """By what the account can be signed in from now on; None if the invitation is over."""
    chosen, now = hash_password(password), door.clock()
    with door.engine.begin() as connection:
        if not record_invitation_used(connection, name, _hash(code, door.settings), password=chosen, at=now):
            return None
        record_audit(connection, now, name, "accept_invitation", name)
        return read_proofs(connection, name)


def _over(request: Request) -> str:
    _ = translator(page_language(request))
    return _("Mã mời này không dùng được: đã dùng, đã quá ba ngày, hoặc gõ chưa đúng. Xin hỏi người quản trị mã mới.")


def _page(
    request: Request, *, code: str = "", name: str = "", faults: list[str] | None = None, status: int = 200
) -> responses.Response:
    path = f"{HERE}/{code}" if code else HERE
    return office_page(request, "invitation.html", status=status, path=path, code=code, name=name, faults=faults or [])
