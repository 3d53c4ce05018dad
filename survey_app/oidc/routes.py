"""`/sign-in/oidc`: away to the province's sign-in, and back."""

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Request, responses

from survey_app.oidc.client import CALLBACK
from survey_app.oidc.id_token import Person, WrongToken
from survey_app.oidc.identity import email_identity, subject_identity
from survey_app.oidc.provider import Provider, RefusedCode, SilentProvider
from survey_app.oidc.started import SECONDS_TO_SIGN_IN, Started, open_started, seal_started, start
from survey_app.reading.people import read_bound, read_proofs
from survey_app.recording.people import record_audit, record_bound_subject, seconds
from survey_app.sign_in import START, let_in
from survey_app.sign_in_rule import local_path
from survey_app.staff_door import TRIES_OF_AN_ADDRESS, StaffDep, StaffDoor, office_page, page_language
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
logger = logging.getLogger("hailong")
LONGEST_WANTED = 1000
Asked = TypeVar("Asked")


class OidcRefused(Exception):
    """Nobody is let in; the message says why, for the log and the event. status, heading, sentences: of the page."""

    def __init__(self, why: str, status: int, heading: str, *sentences: str) -> None:
        super().__init__(why)
        self.status, self.heading, self.sentences = status, heading, sentences


async def province(request: Request, door: StaffDep) -> Provider:
    """The province's sign-in, where the settings name one."""
    if door.settings.oidc is None:
        raise HTTPException(404)
    state = request.app.state
    if not hasattr(state, "province"):
        state.province = Provider(door.settings.oidc, door.settings.public_url + CALLBACK)
    provider: Provider = state.province
    return provider


ProvinceDep = Annotated[Provider, Depends(province)]


def cookie_name(door: StaffDoor) -> str:
    """The cookie between going and coming back. It comes back from another site, so it is Lax, and signs nobody in."""
    return "__Host-hailong-oidc" if door.secure else "hailong-oidc"


@router.api_route("/sign-in/oidc", methods=["GET", "HEAD"])
async def leave(request: Request, door: StaffDep, provider: ProvinceDep) -> responses.Response:
    """Send the browser to the province's sign-in."""
    try:
        wanted = local_path(request.query_params.get("next", "")[:LONGEST_WANTED], otherwise=START)
        started = start(wanted, at=seconds(door.clock()))
        address = await _asking(request, provider, provider.address, started)
    except OidcRefused as error:
        return _refused(request, error)
    answer = responses.RedirectResponse(address, status_code=303)
    sealed = seal_started(started, key=door.settings.secret_key)
    answer.set_cookie(
        cookie_name(door), sealed, SECONDS_TO_SIGN_IN, secure=door.secure, httponly=True, samesite="lax", path="/"
    )
    return answer


@router.api_route(CALLBACK, methods=["GET"])
async def come_back(request: Request, door: StaffDep, provider: ProvinceDep) -> responses.Response:
    """Let in whom the province's sign-in names, if an account of ours is bound to them."""
    try:
        _count_try(request, door)
        started = _started(request, door)
        code, now = request.query_params["code"], seconds(door.clock())
        person = await _asking(request, provider, provider.person, code, started, at=now)
        found = await asyncio.to_thread(_find_account, door, provider.client.issuer, person)
        if found is None:
            raise _unbound(request, person)
    except OidcRefused as error:
        await asyncio.to_thread(_record_refused, door, str(error))
        answer = _refused(request, error)
    else:
        answer = await _going_on(request, door, *found, started)
    answer.delete_cookie(cookie_name(door), path="/", secure=door.secure, httponly=True, samesite="lax")
    return answer


def _count_try(request: Request, door: StaffDoor) -> None:
    if not door.may_try(TRIES_OF_AN_ADDRESS, "oidc", door.address(request)):
        _ = translator(page_language(request))
        raise OidcRefused("tries", 429, _("Đã thử quá nhiều lần."), _("Xin chờ 15 phút rồi thử lại."))


def _started(request: Request, door: StaffDoor) -> Started:
    """The try that this browser began, if the answer belongs to it."""
    _ = translator(page_language(request))
    asked, cookie = request.query_params, request.cookies.get(cookie_name(door), "")
    started = open_started(cookie, key=door.settings.secret_key, at=seconds(door.clock()))
    issuer = door.settings.oidc.issuer if door.settings.oidc else ""
    ours = started is not None and started.is_answered_by(asked.get("state", ""))
    if started is None or not ours or asked.get("iss", issuer) != issuer:
        heading = _("Lần đăng nhập này đã quá hạn, hoặc không bắt đầu từ trình duyệt này.")
        raise OidcRefused("state", 403, heading, _("Chưa có gì được ghi. Xin đăng nhập lại từ đầu."))
    if "error" in asked or "code" not in asked:
        heading = _("Nơi đăng nhập của tỉnh không xác nhận.")
        raise OidcRefused("denied", 403, heading, _("Có thể ông/bà đã bấm từ chối. Xin thử lại, hoặc dùng mật khẩu."))
    return started


async def _asking(
    request: Request, provider: Provider, ask: Callable[..., Asked], *given: object, **more: object
) -> Asked:
    _ = translator(page_language(request))
    try:
        async with provider.gate:
            return await asyncio.to_thread(ask, *given, **more)
    except SilentProvider as error:
        logger.warning("The province's sign-in cannot be used: %s", error)
        heading = _("Nơi đăng nhập của tỉnh không trả lời.")
        again = _("Xin thử lại sau ít phút, hoặc đăng nhập bằng tên và mật khẩu.")
        raise OidcRefused("silent", 503, heading, again) from error
    except (RefusedCode, WrongToken) as error:
        logger.warning("The province's sign-in was not believed: %s", error)
        heading = _("Không xác nhận được lần đăng nhập này.")
        raise OidcRefused("token", 403, heading, _("Chưa có gì được ghi. Xin đăng nhập lại từ đầu.")) from error


def _find_account(door: StaffDoor, issuer: str, person: Person) -> tuple[str, str] | None:
    """The open account that is bound to somebody, and the mark of its proofs; a first time by a verified e-mail binds it to the
    subject.
    """
    subject = subject_identity(issuer, person.subject)
    with door.engine.begin() as connection:
        name = read_bound(connection, subject)
        if name is None and person.email:
            name = record_bound_subject(connection, email_identity(issuer, person.email), subject)
            if name is not None:
                record_audit(connection, door.clock(), name, "bind_user", name, detail={"by": "email"})
        proofs = read_proofs(connection, name) if name else None
    return (name, proofs.mark) if name and proofs and proofs.subject == subject else None


def _unbound(request: Request, person: Person) -> OidcRefused:
    _ = translator(page_language(request))
    return OidcRefused(
        "unbound",
        403,
        _("Chưa có tài khoản nào ở đây nối với ông/bà."),
        _("Xin gửi mã này cho người quản trị hệ thống để nối: {subject}").format(subject=person.subject),
    )


def _refused(request: Request, error: OidcRefused) -> responses.Response:
    _ = translator(page_language(request))
    return office_page(
        request,
        "message.html",
        status=error.status,
        heading=error.heading,
        sentences=error.sentences,
        again=("/sign-in", _("Về trang đăng nhập")),
        path="/sign-in",
    )


async def _going_on(request: Request, door: StaffDoor, name: str, mark: str, started: Started) -> responses.Response:
    """A page of ours that leads on by itself: a redirect that began elsewhere would not carry a strict cookie."""
    led = await let_in(request, door, name, "oidc", mark, wanted=started.wanted)
    answer = office_page(request, "going_on.html", wanted=started.wanted, path=START)
    answer.raw_headers += [one for one in led.raw_headers if one[0] == b"set-cookie"]
    return answer


def _record_refused(door: StaffDoor, why: str) -> None:
    with door.engine.begin() as connection:
        record_audit(connection, door.clock(), "", "refuse_sign_in", "", detail={"way": "oidc", "why": why})
