"""`/first-run`: the administrator's account, made once by whoever has the code that the terminal shows."""

import asyncio
import hmac
from collections.abc import Mapping

from fastapi import APIRouter, Request, responses
from limits import RateLimitItemPerMinute
from sqlalchemy import Engine

from survey_app.account_words import name_fault_words, password_fault_words
from survey_app.one_time_code import FIRST_RUN_LETTERS, derived_code, read_typed, show_groups
from survey_app.password import hash_password
from survey_app.reading import read_state
from survey_app.reading.people import has_accounts, read_proofs
from survey_app.recording.first_run import FIRST_RUN, record_first_administrator, record_first_run
from survey_app.recording.people import record_audit
from survey_app.settings import Settings
from survey_app.sign_in import START, let_in
from survey_app.sign_in_rule import Proofs, comes_from_us
from survey_app.staff import shown_name, sign_in_name
from survey_app.staff_door import FieldsDep, ForeignForm, StaffDep, StaffDoor, office_page, page_language
from survey_app.wording import translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)
TRIES_OF_THE_CODE = RateLimitItemPerMinute(10, 15)
HERE = "/first-run"


def open_first_run(engine: Engine, settings: Settings) -> str:
    """The code to make the first account with, as it is shown; empty where somebody has one.

    It is derived from a random text in the database and the key of the installation: every process on the same
    database with the same key shows the same code, and it is kept nowhere.
    """
    with engine.begin() as connection:
        if has_accounts(connection):
            return ""
        record_first_run(connection)
        return show_groups(_code(read_state(connection, FIRST_RUN) or "", settings))


def _code(text: str, settings: Settings) -> str:
    return derived_code(text, key=settings.secret_key, letters=FIRST_RUN_LETTERS)


@router.api_route(HERE, methods=["GET", "HEAD"])
def first_run_page(request: Request, door: StaffDep) -> responses.Response:
    """The page to make the administrator's account on; once there is an account, the way to sign in."""
    with door.engine.connect() as connection:
        if has_accounts(connection):
            return responses.RedirectResponse("/sign-in", status_code=303)
    return office_page(request, "first_run.html", faults=[], code="", name="", shown="")


@router.post(HERE)
async def first_run(request: Request, door: StaffDep, fields: FieldsDep) -> responses.Response:
    """Make the administrator's account and sign this browser in."""
    if not comes_from_us(request.headers, public_url=door.settings.public_url):
        raise ForeignForm(HERE)
    text = await asyncio.to_thread(_open_text, door)
    if text is None:
        return responses.RedirectResponse("/sign-in", status_code=303)
    name, shown = sign_in_name(fields.get("name", "")[:64]), fields.get("shown_name", "")
    faults, status = _faults(request, door, fields, name, text)
    if faults:
        typed = {"code": fields.get("code", "")[:40], "name": name, "shown": shown}
        return office_page(request, "first_run.html", status=status, path=HERE, faults=faults, **typed)
    async with door.passwords:
        made = await asyncio.to_thread(_make, door, name, shown_name(shown, name), fields["password"])
    if made is None:
        return responses.RedirectResponse("/sign-in", status_code=303)
    return await let_in(request, door, name, "first_run", made.mark, wanted=START)


def _open_text(door: StaffDoor) -> str | None:
    """The text that the code is derived from, empty if no server told one; None once somebody has an account."""
    with door.engine.connect() as connection:
        return None if has_accounts(connection) else read_state(connection, FIRST_RUN) or ""


def _faults(
    request: Request, door: StaffDoor, fields: Mapping[str, str], name: str, text: str
) -> tuple[list[str], int]:
    """What is wrong with the form and the status to say it with; the code comes first, for without it nobody learns more."""
    _ = translator(page_language(request))
    if not door.may_try(TRIES_OF_THE_CODE, "first run", door.address(request)):
        return [_("Đã thử quá nhiều lần. Xin chờ 15 phút rồi thử lại.")], 429
    typed, code = read_typed(fields.get("code", "")), _code(text, door.settings)
    if not (hmac.compare_digest(typed.encode(), code.encode()) and text):
        return [_("Mã không đúng. Mã hiện trên màn hình của máy chủ khi chạy lệnh hailong serve.")], 401
    password = fields.get("password", "")
    faults = name_fault_words(name, _) + password_fault_words(name, password, fields.get("again", ""), _)
    return faults, 422


def _make(door: StaffDoor, name: str, shown: str, password: str) -> Proofs | None:
    """By what the account that was made can be signed in; None where somebody was faster."""
    kept, now = hash_password(password), door.clock()
    with door.engine.begin() as connection:
        if not record_first_administrator(connection, name=name, shown_name=shown, password=kept, at=now):
            return None
        record_audit(connection, now, name, "make_first_administrator", name)
        return read_proofs(connection, name)
