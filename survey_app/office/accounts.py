"""`/office/accounts`: who has an account, and what the administrator changes of it. Nobody but its owner knows a password."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from sqlalchemy import Connection

from survey_app.account_words import name_fault_words
from survey_app.invitation import make_invitation
from survey_app.office.sign_in_lines import sign_in_lines
from survey_app.office.words import in_words, page_not_found
from survey_app.reading.people import Account, read_account, read_accounts, read_unit_names
from survey_app.reading.sign_ins import read_sign_ins
from survey_app.recording.accounts import record_enabled, record_role, record_shown_name
from survey_app.recording.people import (
    LastAdministrator,
    record_disabled,
    record_sign_out_of,
    record_sign_outs,
    record_user,
)
from survey_app.recording.second_factors import record_factor_removed
from survey_app.register import LEVELS
from survey_app.staff import ROLES, User, shown_name, sign_in_name
from survey_app.staff_door import FieldsDep, StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.staff_words import role_name
from survey_app.submission import clean
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)
Manager = Annotated[User, Depends(allowed("manage_users"))]
HERE = "/office/accounts"
OWN = "/office/me"
MOST_UNITS_OFFERED = 500
"""A menu of more is no help to who chooses; a unit is then typed by its code or its name."""


@router.api_route("/accounts", methods=["GET", "HEAD"])
def accounts(request: Request, door: StaffDep, user: Manager) -> responses.Response:  # noqa: ARG001 - only who may
    """Every account."""
    return _list_page(request, door)


@router.post("/accounts")
def add_account(request: Request, door: StaffDep, fields: FieldsDep, user: Manager) -> responses.Response:
    """Make an account and show the invitation, this once."""
    _ = translator(page_language(request))
    name = sign_in_name(fields.get("name", "")[:64])
    with door.engine.begin() as connection:
        role, unit, faults = _parse_role(connection, fields, door.today(), _)
        faults = name_fault_words(name, _) + faults
        if not faults and not record_user(
            connection,
            name=name,
            shown_name=shown_name(fields.get("shown_name", ""), name),
            role=role,
            unit=unit,
            password="",  # none fits until the invitation is used
            created=door.today(),
        ):
            faults = [_("Tên đăng nhập này đã có người dùng.")]
        if not faults:
            door.audit(connection, user, "add_user", name, role=role, unit=unit)
            address = make_invitation(connection, name, door.settings, at=door.clock())
            door.audit(connection, user, "invite_user", name)
    if faults:
        return _list_page(request, door, typed=fields, faults=faults, status=422)
    return _invited_page(request, name, address)


def _parse_role(
    connection: Connection, fields: Mapping[str, str], today: date, _: Translate
) -> tuple[str, str | None, list[str]]:
    """Role, unit and faults of a form; only the role unit has a unit."""
    role, typed = fields.get("role", ""), fields.get("unit", "")
    if role not in ROLES:
        return "", None, [_("Xin chọn vai trò.")]
    if role != "unit":
        return role, None, []
    if not typed.strip():
        return role, None, [_("Vai trò Đơn vị cần một đơn vị.")]
    every = read_unit_names(connection)
    if not every:
        return role, None, [_("Chưa có đơn vị nào để chọn: xin nhập đơn vị trước, ở trang «Danh mục».")]
    found = _units_told_by(typed, every, read_unit_names(connection, on=today))
    if len(found) != 1:
        return role, None, [_("Xin ghi mã hoặc tên đầy đủ của một đơn vị, như xa.29926 hay xã Tân Hồng.")]
    return role, found[0], []


def _units_told_by(typed: str, every: Mapping[str, str], open_ones: Mapping[str, str]) -> list[str]:
    """Codes of the units that somebody means: by a code, else by today's whole names, else by today's names without kind."""
    told = _one_spelling(typed)
    for by in (
        {code: code for code in every},
        open_ones,
        {
            code: name.removeprefix(f"{kind} ")
            for code, name in open_ones.items()
            for kind in LEVELS
            if name.startswith(f"{kind} ")
        },
    ):
        if found := [code for code, name in by.items() if told == _one_spelling(name)]:
            return found
    return []


def _one_spelling(text: str) -> str:
    return " ".join(clean(text).casefold().split())


@router.api_route("/accounts/{name}", methods=["GET", "HEAD"])
def account(request: Request, door: StaffDep, user: Manager, name: str) -> responses.Response:
    """One account."""
    return _page(request, door, user, name)


@router.post("/accounts/{name}/change")
def change_account(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, name: str) -> responses.Response:
    """Change how somebody is called, the role and the unit; it holds from the next request of any browser on."""
    _ = translator(page_language(request))
    with door.engine.begin() as connection:
        before = read_account(connection, name)
        if before is None:
            return page_not_found(request)
        role, unit, faults = _parse_role(connection, fields, door.today(), _)
        leaves = not faults and name == user.name and role != user.role
        if leaves and _may_leave(connection, name) and fields.get("sure") != "yes":
            return _sure_page_of_own_role(request, before, role_name(role, _), fields)
        if not faults:
            faults = _change(
                connection, door, user, before, (shown_name(fields.get("shown_name", ""), name), role, unit), _
            )
    if faults:
        return _page(request, door, user, name, faults=faults, status=422)
    return responses.RedirectResponse(f"{OWN}?done=role", status_code=303) if leaves else _to(name, "changed")


def _may_leave(connection: Connection, name: str) -> bool:
    """Whether another administrator stays, so that the question is worth asking."""
    return any(
        one.name != name and one.role == "administrator" and not one.disabled for one in read_accounts(connection)
    )


def _sure_page_of_own_role(
    request: Request, account: Account, role: str, fields: Mapping[str, str]
) -> responses.Response:
    _ = translator(page_language(request))
    said = _(
        "Ông/bà sẽ thôi làm quản trị ngay, ở mọi trình duyệt, và không tự đổi lại được: chỉ một người quản trị khác mới đổi lại được."
    )
    kept = {each: fields.get(each, "") for each in ("shown_name", "role", "unit")}
    heading = _("Đổi vai trò của chính mình thành {role}?").format(role=role)
    return _sure_page(request, account, "change", heading=heading, sentence=said, button=_("Đổi vai trò"), kept=kept)


def _sure_page(
    request: Request, account: Account, act: str, *, kept: Mapping[str, str] | None = None, **said: str
) -> responses.Response:
    """Asks before what cannot be undone by who does it, or hits somebody at once."""
    where = f"{HERE}/{account.name}"
    return office_page(request, "account_sure.html", address=f"{where}/{act}", back=where, kept=kept or {}, **said)


def _change(
    connection: Connection,
    door: StaffDoor,
    user: User,
    before: Account,
    wanted: tuple[str, str, str | None],
    _: Translate,
) -> list[str]:
    shown, role, unit = wanted
    if (role, unit) != (before.role, before.unit):
        try:
            if not record_role(connection, before.name, role=role, unit=unit):
                return [_("Tài khoản đã đóng; xin mở lại trước.")]
        except LastAdministrator:
            return [_last_words(_)]
        was = {"from": [before.role, before.unit], "to": [role, unit]}
        door.audit(connection, user, "change_role", before.name, **was)
    if shown != before.shown_name and record_shown_name(connection, before.name, shown):
        door.audit(connection, user, "change_shown_name", before.name)
    return []


@router.post("/accounts/{name}/invite")
def invite(request: Request, door: StaffDep, user: Manager, name: str) -> responses.Response:
    """Invite somebody to choose a new password; the one before fits no more and every browser is signed out."""
    _ = translator(page_language(request))
    if name == user.name:
        faults = [_("Mật khẩu của chính mình xin đổi ở trang «Tài khoản của tôi».")]
        return _page(request, door, user, name, faults=faults, status=422)
    with door.engine.begin() as connection:
        address = make_invitation(connection, name, door.settings, at=door.clock())
        if not address:
            return page_not_found(request)
        door.audit(connection, user, "invite_user", name)
    return _invited_page(request, name, address)


@router.post("/accounts/{name}/second-factor")
def reset_second_factor(request: Request, door: StaffDep, user: Manager, name: str) -> responses.Response:
    """Take away the second factor of who lost telephone and codes; every browser of it is signed out."""
    with door.engine.begin() as connection:
        if read_account(connection, name) is None:
            return page_not_found(request)
        if record_factor_removed(connection, name):
            record_sign_outs(connection, name, at=door.clock())
            door.audit(connection, user, "reset_second_factor", name)
    return _to(name, "factor")


@router.post("/accounts/{name}/sign-ins")
def end_sign_ins(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, name: str) -> responses.Response:
    """End one of somebody's sign-ins, or all."""
    handle = fields.get("sign_in", "")
    with door.engine.begin() as connection:
        if read_account(connection, name) is None:
            return page_not_found(request)
        if handle == "all":
            ended = record_sign_outs(connection, name, at=door.clock())
        else:
            ended = int(record_sign_out_of(connection, name, handle, at=door.clock()))
        if ended:
            door.audit(connection, user, "end_sign_ins", name, n=ended)
    return _to(name, "sign_ins" if ended else "")


@router.post("/accounts/{name}/disable")
def disable(request: Request, door: StaffDep, fields: FieldsDep, user: Manager, name: str) -> responses.Response:
    """Close an account, once asked whether that is meant; every browser of it is signed out at once."""
    try:
        with door.engine.begin() as connection:
            found = read_account(connection, name)
            if found is None:
                return page_not_found(request)
            if fields.get("sure") != "yes":
                return _sure_page_of_closing(request, found, myself=name == user.name)
            if record_disabled(connection, name, at=door.clock()):
                door.audit(connection, user, "disable_user", name)
    except LastAdministrator:
        said = _last_words(translator(page_language(request)))
        return _page(request, door, user, name, faults=[said], status=422)
    if name == user.name:
        return responses.RedirectResponse("/sign-in", status_code=303)
    return _to(name, "disabled")


def _sure_page_of_closing(request: Request, account: Account, *, myself: bool) -> responses.Response:
    _ = translator(page_language(request))
    theirs = _("Người ấy thoát ngay ở mọi trình duyệt. Việc đã làm vẫn còn trong nhật ký; mở lại được.")
    own = _("Đây là tài khoản của chính ông/bà: ông/bà thoát ngay, và chỉ một người quản trị khác mới mở lại được.")
    heading = _("Đóng tài khoản của {name}?").format(name=f"{account.shown_name} ({account.name})")
    button = _("Đóng tài khoản này")
    return _sure_page(request, account, "disable", heading=heading, sentence=own if myself else theirs, button=button)


@router.post("/accounts/{name}/enable")
def enable(request: Request, door: StaffDep, user: Manager, name: str) -> responses.Response:
    """Open a closed account again and show the invitation, this once."""
    with door.engine.begin() as connection:
        if not record_enabled(connection, name):
            return page_not_found(request)
        door.audit(connection, user, "enable_user", name)
        address = make_invitation(connection, name, door.settings, at=door.clock())
        door.audit(connection, user, "invite_user", name)
    return _invited_page(request, name, address)


def _last_words(_: Translate) -> str:
    return _("Đây là người quản trị cuối cùng; xin cho người khác làm quản trị trước.")


def _to(name: str, done: str) -> responses.Response:
    return responses.RedirectResponse(f"{HERE}/{name}" + (f"?done={done}" if done else ""), status_code=303)


def _invited_page(request: Request, name: str, address: str) -> responses.Response:
    return office_page(request, "invited.html", name=name, address=address, code=address.rpartition("/")[2])


def _list_page(
    request: Request,
    door: StaffDoor,
    *,
    typed: Mapping[str, str] | None = None,
    faults: list[str] | None = None,
    status: int = 200,
) -> responses.Response:
    language = page_language(request)
    with door.engine.connect() as connection:
        found, units = read_accounts(connection), read_unit_names(connection)
        offered = read_unit_names(connection, on=door.today())
    return office_page(
        request,
        "accounts.html",
        path=HERE,
        status=status,
        accounts=found,
        typed=typed or {},
        faults=faults or [],
        **_role_words(language, units, offered),
        **in_words(language),
    )


def _page(
    request: Request, door: StaffDoor, user: User, name: str, *, faults: list[str] | None = None, status: int = 200
) -> responses.Response:
    language = page_language(request)
    with door.engine.connect() as connection:
        found, units = read_account(connection, name), read_unit_names(connection)
        offered = read_unit_names(connection, on=door.today())
        if found is None:
            return page_not_found(request)
        open_ones = read_sign_ins(connection, name, at=door.clock())
    if found.unit is not None:  # of an account that was not moved on, even if it has ended
        offered = {found.unit: units[found.unit]} | offered
    return office_page(
        request,
        "account.html",
        path=f"{HERE}/{name}",
        status=status,
        account=found,
        myself=name == user.name,
        lines=sign_in_lines(open_ones, language),
        faults=faults or [],
        done=_done(request.query_params.get("done", ""), translator(language)),
        **_role_words(language, units, offered),
        **in_words(language),
    )


def _role_words(language: str, units: Mapping[str, str], offered: Mapping[str, str]) -> dict[str, object]:
    _ = translator(language)
    menu = offered if len(offered) <= MOST_UNITS_OFFERED else {}
    return {"roles": {role: role_name(role, _) for role in ROLES}, "unit_names": units, "offered_units": menu}


def _done(what: str, _: Translate) -> str:
    return {
        "changed": _("Đã ghi. Mọi trình duyệt đang mở theo thay đổi này ngay."),
        "factor": _("Đã bỏ lớp xác nhận thứ hai; người ấy vào bằng mật khẩu và bật lại trên điện thoại mới."),
        "sign_ins": _("Đã cho thoát."),
        "disabled": _("Đã đóng tài khoản; mọi trình duyệt của người ấy đã thoát."),
    }.get(what, "")
