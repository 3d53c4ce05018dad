"""What the routes of the staff need at hand, and who may pass: `allowed("read_cases")` stands in a route's arguments."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import Depends, HTTPException, Request, responses
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection, Engine

from survey_app.body import FORM_TYPE, read_body
from survey_app.door import Clock
from survey_app.limiter import address_of, counted_as
from survey_app.pages import draw
from survey_app.reading.people import read_signed_in
from survey_app.recording.people import record_audit, record_seen, seconds
from survey_app.settings import Settings
from survey_app.sign_in_rule import comes_from_us, hash_token, is_form_token, make_form_token
from survey_app.staff import ACTS, User
from survey_app.staff_words import role_name
from survey_app.submission import clean, parse_fields
from survey_app.wording import FIRST_LANGUAGE, LANGUAGES, translator

READING = frozenset({"GET", "HEAD"})
TRIES_OF_A_NAME = RateLimitItemPerMinute(10, 15)
TRIES_OF_AN_ADDRESS = RateLimitItemPerMinute(60, 15)
"""Ten for a name and sixty for an address in a quarter of an hour: an office of forty behind one address gets in."""
PASSWORDS_AT_ONCE = 2
SECOND_FACTOR_PAGE = "/office/me/second-factor"
WITHOUT_SECOND_FACTOR = ("/office/me", "/sign-out")
"""What who owes a second factor may open."""


class NotSignedIn(Exception):
    """Nobody is signed in, or no more; the page asked for is in `wanted`."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class OwesSecondFactor(Exception):
    """This role must set up a second factor before anything else."""


class NotAllowed(Exception):
    """The role may not do this, or not there."""


class ForeignForm(Exception):
    """The form does not come from a page of ours that this browser opened since it signed in."""


@dataclass(frozen=True)
class StaffDoor:
    """The database, the settings, the clock, and the counters of tries, which live in this process only."""

    engine: Engine
    settings: Settings
    clock: Clock
    tries: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    passwords: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PASSWORDS_AT_ONCE))

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS."""
        return self.settings.public_url.startswith("https:")

    @property
    def cookie(self) -> str:
        """The cookie's name; `__Host-` makes browsers hold it to this host, TLS and the whole path."""
        return "__Host-hailong" if self.secure else "hailong"

    def may_try(self, limit: RateLimitItem, *keys: str) -> bool:
        """Count one try; False when there were too many."""
        return self.tries.hit(limit, *keys)

    def address(self, request: Request) -> str:
        """The address that a request comes from, for counting tries in memory; kept nowhere."""
        return counted_as(address_of(request.scope, self.settings))

    def audit(self, connection: Connection, user: User, act: str, about: str, **detail: Any) -> None:
        """Keep what a user did, in the transaction that does it."""
        record_audit(connection, self.clock(), user.name, act, about, detail=detail)

    def today(self) -> date:
        """The day in Viet Nam."""
        return self.clock().date()


async def staff_door(request: Request) -> StaffDoor:
    """The staff's door that this server opened."""
    door: StaffDoor = request.app.state.staff
    return door


StaffDep = Annotated[StaffDoor, Depends(staff_door)]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody signed in: who, and the token that forms on the page must carry."""

    user: User
    token_hash: str
    form_token: str


async def posted_fields(request: Request) -> Mapping[str, str]:
    """The fields of a posted form, the last of each name; empty for a request that posts no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method in READING or kind != FORM_TYPE:
        return {}
    return {name: clean(text) for name, text in parse_fields(await read_body(request))}


FieldsDep = Annotated[Mapping[str, str], Depends(posted_fields)]


async def visit(request: Request, door: StaffDep, fields: FieldsDep) -> Visit:
    """Who is signed in with this request's cookie.

    Raises:
        NotSignedIn: nobody, or no more.
        ForeignForm: it changes something and was not sent by a page of ours. Other bodies than our forms carry the
            token in the header `x-form-token`.
    """
    here = await find_visit(request, door)
    if request.method not in READING:
        check_ours(request, door, here, fields.get("form_token", ""))
    return here


async def find_visit(request: Request, door: StaffDoor) -> Visit:
    """As `visit`, before anything that was sent is read.

    Raises:
        NotSignedIn: nobody, or no more.
        OwesSecondFactor: this role must set up a second factor first.
    """
    if "\x00" in f"{request.url.path}{unquote(request.url.query)}":  # which no database takes, and no page has
        raise HTTPException(404)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    token_hash = hash_token(request.cookies.get(door.cookie, ""))
    user = await asyncio.to_thread(find_signed_in, door, token_hash, at=door.clock())
    if user is None:
        raise NotSignedIn(wanted if request.method in READING else "/office/")
    key = door.settings.secret_key
    if owes_second_factor(user, door.settings) and not request.url.path.startswith(WITHOUT_SECOND_FACTOR):
        raise OwesSecondFactor(user.name)
    request.state.visit = Visit(user, token_hash, make_form_token(token_hash, key=key))
    return request.state.visit  # type: ignore[no-any-return]


def check_ours(request: Request, door: StaffDoor, here: Visit, sent: str) -> None:
    """Whether a request that changes something was sent by a page of ours. sent: the token in its form.

    Raises:
        ForeignForm: it was not.
    """
    ours = comes_from_us(request.headers, public_url=door.settings.public_url)
    token = sent or request.headers.get("x-form-token", "")
    if not ours or not is_form_token(token, here.token_hash, key=door.settings.secret_key):
        raise ForeignForm(request.url.path)


VisitDep = Annotated[Visit, Depends(visit)]


def find_signed_in(door: StaffDoor, token_hash: str, *, at: datetime) -> User | None:
    """Who this cookie's hash belongs to, if the sign-in still holds; and a mark that it was seen."""
    now = seconds(at)
    with door.engine.connect() as connection:
        found = read_signed_in(connection, token_hash)
    if found is None or not found[1].holds(at=now):
        return None
    if found[1].wants_mark(at=now):
        with door.engine.begin() as connection:
            record_seen(connection, token_hash, at=at)
    return found[0]


def owes_second_factor(user: User, settings: Settings) -> bool:
    """Whether somebody's role asks for a second factor that this person has not set up."""
    return user.role in settings.second_factor and not user.second_factor


def allowed(act: str) -> Callable[..., Awaitable[User]]:
    """A dependency that gives the user, and lets only roles pass that may do `act`.

    `user: Annotated[User, Depends(allowed("read_cases"))]` in a route sends who is not signed in to `/sign-in`, and
    shows a plain page to whom the role does not let in. For a route that changes something it also checks that the
    form is ours.

    Raises:
        KeyError: no such act.
    """
    roles = ACTS[act]

    async def passes(here: VisitDep) -> User:
        if here.user.role not in roles:
            raise NotAllowed(act)
        return here.user

    passes.__dict__["act"] = act
    return passes


def page_language(request: Request) -> str:
    """The language of `?lang=`, else the one chosen before, else Vietnamese."""
    asked = request.query_params.get("lang") or request.cookies.get("__Host-lang") or request.cookies.get("lang")
    return asked if asked in LANGUAGES else FIRST_LANGUAGE


FAULTY = frozenset({401, 422, 429})
"""What a page answers that shows a form again with what is wrong with it; its title says so, for who hears it first."""


def office_page(
    request: Request, template: str, *, status: int = 200, path: str = "", **values: object
) -> responses.HTMLResponse:
    """A page of the staff: never kept by the browser, forms on it carry the token, `?lang=` is remembered.

    path: where the page, or the one with the form that it answers, can be opened in the other language. A page that answers
    a form and has no such place, as what is shown once, has no link there.
    """
    language, here = page_language(request), getattr(request.state, "visit", None)
    oidc = request.app.state.staff.settings.oidc
    shared = {
        "user": here.user if here else None,
        "role_name": role_name(here.user.role, translator(language)) if here else "",
        "form_token": here.form_token if here else "",
        "path": path or request.url.path,
        "faulty": status in FAULTY,
        "province": oidc.name if oidc else "",
    }
    if request.method not in READING and not path:
        shared["other_languages"] = []
    page = responses.HTMLResponse(draw(f"office/{template}", language, **(shared | values)), status)
    if request.query_params.get("lang") == language:
        secure = request.app.state.staff.secure
        name = "__Host-lang" if secure else "lang"
        page.set_cookie(name, language, max_age=31_536_000, secure=secure, httponly=True, samesite="strict")
    return page


async def staff_refusal(request: Request, error: Exception) -> responses.Response:
    """The page for who is not signed in, may not, or sends a form that is not ours."""
    if isinstance(error, OwesSecondFactor):
        return responses.RedirectResponse(SECOND_FACTOR_PAGE, status_code=303)
    if isinstance(error, NotSignedIn):
        return responses.RedirectResponse(f"/sign-in?next={quote(error.wanted, safe='')}", status_code=303)
    _ = translator(page_language(request))
    if isinstance(error, ForeignForm):
        heading = _("Biểu mẫu này đã quá hạn.")
        sentence = _("Chưa có gì được ghi. Xin mở lại trang từ đầu rồi gửi lại.")
    else:
        heading = _("Tài khoản này không được xem trang này.")
        sentence = _("Nếu công việc cần đến, xin hỏi người quản trị hệ thống.")
    return office_page(request, "message.html", status=403, heading=heading, sentences=[sentence])


STAFF_REFUSALS = (NotSignedIn, NotAllowed, OwesSecondFactor, ForeignForm)
