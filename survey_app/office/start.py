"""`/office/`: who is signed in, and what this role can do."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, responses
from fastapi.routing import iter_route_contexts

from survey_app.reading.beginnings import read_beginnings
from survey_app.staff import User
from survey_app.staff_door import StaffDep, StaffDoor, allowed, office_page, page_language
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the start page: where it leads, what may be done there, in words."""

    address: str
    act: str
    title: str
    sentence: str


def entries(_: Translate) -> list[Entry]:
    """All that the staff can do here, each shown to the roles that may."""
    return [
        Entry(
            "/office/cases",
            "read_cases",
            _("Phản ánh, kiến nghị"),
            _("Việc người dân muốn được trả lời, và hạn của từng việc."),
        ),
        Entry(
            "/office/comments",
            "read_comments",
            _("Ý kiến viết"),
            _("Ý kiến của các tháng đã hết, đã che tên và số."),
        ),
        Entry(
            "/office/entry",
            "enter_responses",
            _("Nhập phiếu giấy"),
            _("Gõ phiếu giấy và phiếu ghi hộ bằng bàn phím, theo từng xấp."),
        ),
        Entry(
            "/office/codes",
            "read_codes",
            _("Mã QR"),
            _("Áp phích, màn hình, đường dẫn mời: ngày quét, mã không ai quét, in và thu hồi."),
        ),
        Entry(
            "/office/cards",
            "read_codes",
            _("Thẻ đánh giá"),
            _("In thẻ dùng một lần, đối chiếu số đã phát, còn lại và đã trả lời."),
        ),
        Entry(
            "/office/tablets",
            "read_codes",
            _("Máy tính bảng dùng chung"),
            _("Cấp mã cho máy ở quầy, xem số phiếu cuối ngày có khớp không."),
        ),
        Entry(
            "/office/dossiers",
            "import_dossiers",
            _("Hồ sơ một cửa"),
            _("Nhập tệp xuất từ hệ thống một cửa: đúng hạn, chờ, trực tuyến được tính từ đây."),
        ),
        Entry(
            "/office/units",
            "manage_register",
            _("Đơn vị"),
            _("Thêm, đổi tên, nhập, tách, kết thúc từ một ngày; phiếu đã nhận giữ nguyên chỗ."),
        ),
        Entry(
            "/office/desks",
            "manage_register",
            _("Quầy"),
            _("Sửa tên và phiếu hỏi, đóng, chuyển, mở lại từ một ngày."),
        ),
        Entry(
            "/office/accounts",
            "manage_users",
            _("Tài khoản"),
            _("Ai vào được, với vai trò nào; mời, đổi, đóng, cho thoát."),
        ),
        Entry(
            "/office/events",
            "read_audit",
            _("Nhật ký"),
            _("Ai đã xem, đổi, xuất gì, lúc nào; chỉ thêm, không sửa được."),
        ),
        Entry(
            "/office/register",
            "manage_register",
            _("Danh mục"),
            _("Đơn vị, thủ tục, quầy, mô hình, bộ câu hỏi: nhập từ bảng tính, tải về để sửa."),
        ),
        Entry(
            "/office/roster",
            "read_roster",
            _("Ca trực"),
            _("Ai trực quầy nào, từ ngày nào đến ngày nào, buổi nào."),
        ),
        Entry(
            "/dashboards/",
            "read_results",
            _("Bảng theo dõi"),
            _("Mức hài lòng, đơn vị, mô hình, điểm thi đua."),
        ),
    ]


@router.api_route("/", methods=["GET", "HEAD"])
def start(
    request: Request, door: StaffDep, user: Annotated[User, Depends(allowed("read_results"))]
) -> responses.Response:
    """The start page of the staff."""
    offered = [entry for entry in entries(translator(page_language(request))) if user.may(entry.act)]
    if not request.app.state.dashboards:
        offered = [entry for entry in offered if entry.address != "/dashboards/"]
    steps = _steps(request, door, translator(page_language(request))) if user.may("manage_users") else []
    return office_page(request, "start.html", entries=offered, steps=steps)


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
