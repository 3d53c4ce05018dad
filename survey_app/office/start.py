"""`/office/`: who is signed in, and what this role can do."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses

from survey_app.office.entry_groups import entry_groups
from survey_app.office.words import address_to_set
from survey_app.reading.beginnings import read_beginnings
from survey_app.staff import User
from survey_app.staff_door import StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)


@router.api_route("/", methods=["GET", "HEAD"])
def start(
    request: Request, door: StaffDep, user: Annotated[User, Depends(allowed("read_results"))]
) -> responses.Response:
    """The start page of the staff."""
    _, here = translator(page_language(request)), request.app.state.dashboards
    offered = {
        title: [each for each in entries if user.may(each.act) and (here or each.address != "/dashboards/")]
        for title, entries in entry_groups(_).items()
    }
    steps = _steps(door, user, _)
    return office_page(
        request, "start.html", groups={title: each for title, each in offered.items() if each}, steps=steps
    )


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing that a new office needs. act: what whoever does it may; address: where it is done; empty where no page does it."""

    act: str
    title: str
    sentence: str
    address: str
    done: bool


def _steps(door: StaffDoor, user: User, _: Translate) -> list[NextStep]:
    """What a new office needs one after the other, as far as this person can do it; nothing once all of that is there."""
    with door.engine.connect() as connection:
        has = read_beginnings(connection)
    register = "/office/register"
    steps = [
        NextStep(
            "manage_register", _("Nhập đơn vị"), _("Danh mục xã, phường, tỉnh; có tệp mẫu để tải."), register, done=has.units
        ),
        NextStep(
            "manage_register", _("Nhập thủ tục"), _("Thủ tục hành chính và lĩnh vực; có tệp mẫu để tải."), register,
            done=has.procedures,
        ),
        NextStep("manage_register", _("Nhập quầy"), _("Mỗi quầy một dòng: tên, nơi đặt, lĩnh vực."), register, done=has.desks),
        NextStep(
            "manage_codes", _("Địa chỉ cho điện thoại"), address_to_set(user, _), "", done=not door.settings.loopback
        ),
        NextStep(
            "manage_codes", _("In áp phích"), _("Cấp mã QR cho quầy, in tờ A5 và dán ở quầy."), "/office/codes", done=has.codes
        ),
        NextStep(
            "manage_users", _("Mời đồng nghiệp"), _("Mỗi người một tài khoản; người được mời tự chọn mật khẩu."),
            "/office/accounts", done=has.colleagues,
        ),
    ]  # fmt: skip
    known = [step for step in steps if user.may(step.act)]
    return [] if all(step.done for step in known) else known
