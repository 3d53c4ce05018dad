"""`/office/`: who is signed in, and what this role can do."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from fastapi.routing import iter_route_contexts

from survey_app.office.entry_groups import entry_groups
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
    steps = _steps(request, door, _) if user.may("manage_users") else []
    return office_page(
        request, "start.html", groups={title: each for title, each in offered.items() if each}, steps=steps
    )


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing that a new office needs. address: where it is done; empty where this server has no page for it."""

    title: str
    sentence: str
    address: str
    done: bool


def _steps(request: Request, door: StaffDoor, _: Translate) -> list[NextStep]:
    """What a new office needs one after the other; nothing once all is there."""
    with door.engine.connect() as connection:
        has = read_beginnings(connection)
    steps = [
        NextStep(
            _("Nhập đơn vị"), _("Danh mục xã, phường, tỉnh; có tệp mẫu để tải."), "/office/register", done=has.units
        ),
        NextStep(_("Nhập quầy"), _("Mỗi quầy một dòng: tên, nơi đặt, lĩnh vực."), "/office/register", done=has.desks),
        NextStep(_("In áp phích"), _("Cấp mã QR cho quầy, in tờ A5 và dán ở quầy."), "/office/codes", done=has.codes),
        NextStep(
            _("Mời đồng nghiệp"),
            _("Mỗi người một tài khoản; người được mời tự chọn mật khẩu."),
            "/office/accounts",
            done=has.colleagues,
        ),
    ]
    paths = {route.path for route in iter_route_contexts(request.app.routes)}
    known = [step if step.address in paths else replace(step, address="") for step in steps]
    return [] if all(step.done for step in known) else known
