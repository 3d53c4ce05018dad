"""The page that tells a citizen what is kept, why, for how long, and who answers for it."""

from fastapi import APIRouter, responses

from survey_app.citizen import READ, DoorDep
from survey_app.contact import KEPT_FOR
from survey_app.door import Door
from survey_app.pages import chosen_language, draw
from survey_app.retention import FOREVER, Period, Retention
from survey_app.wording import Translate, translator

router = APIRouter(default_response_class=responses.HTMLResponse, include_in_schema=False)


@router.api_route("/privacy", methods=READ)
def privacy(door: DoorDep, lang: str | None = None) -> str:
    """What is kept, in the reader's language."""
    language = chosen_language(lang)
    _ = translator(language)
    return draw("privacy.html", language, parts=_parts(door, _), where="Hài Lòng", keep="")


def _parts(door: Door, _: Translate) -> list[tuple[str, list[str]]]:
    """Heading and sentences, in the order in which people ask. Periods are told where the server keeps them by itself."""
    keep = door.settings.keep if door.settings.purge else Retention(comments=FOREVER, cases=FOREVER)
    return [
        (_("Khi ông/bà chấm điểm"), _marks(_)),
        (_("Khi ông/bà viết ý kiến"), _words(_, kept=keep.comments)),
        (_("Khi ông/bà muốn được trả lời"), _replies(_, kept=keep.cases)),
        (_("Ai xem được"), _readers(_)),
        (_("Quyền của ông/bà"), _rights(_)),
        (_("Ai chịu trách nhiệm"), _responsible(door.settings.responsible, _)),
    ]


def _marks(_: Translate) -> list[str]:
    return [
        _("Giữ: các mức ông/bà chọn, quầy, ngày và khung giờ. Không giữ: phút, địa chỉ mạng, loại máy."),
        _(
            "Máy của ông/bà nhận một số ngẫu nhiên (cookie) dùng trong một ngày, để biết một máy có gửi nhiều phiếu "
            "không. Nơi đây chỉ giữ dấu vết của số ấy, đến nửa đêm."
        ),
    ]


def _words(_: Translate, *, kept: Period) -> list[str]:
    gone = (
        [] if kept == FOREVER else [_("Ý kiến được xóa {period} sau khi tháng ấy hết.").format(period=_period(kept, _))]
    )
    return [
        _("Ý kiến được cất riêng, không kèm mức đã chọn, quầy hay ngày; chỉ kèm đơn vị và tháng."),
        _("Xin đừng ghi tên hay số điện thoại. Nếu có, máy che đi và phòng nội vụ xem lại trước khi đơn vị đọc."),
        *gone,
    ]


def _replies(_: Translate, *, kept: Period) -> list[str]:
    gone = [] if kept == FOREVER else [_("Việc được xóa {period} sau bước cuối cùng.").format(period=_period(kept, _))]
    return [
        _("Việc ông/bà viết được giữ cùng đơn vị và ngày. Ai xử lý việc thì đọc nguyên văn."),
        _(
            "Số điện thoại hay thư điện tử chỉ được giữ khi ông/bà đồng ý: được mã hóa, chỉ người xử lý xem được, mỗi lần "
            "xem đều ghi lại, xóa chậm nhất sau {days} ngày. Ông/bà rút lại bất cứ lúc nào ở trang của mã việc."
        ).format(days=KEPT_FOR.days),
        *gone,
    ]


def _period(kept: Period, _: Translate) -> str:
    return _("{n} tháng").format(n=kept.months) if kept.months else _("{n} ngày").format(n=kept.days)


def _readers(_: Translate) -> list[str]:
    return [
        _("Cán bộ ở quầy không xem được từng phiếu. Kết quả chỉ hiện khi có ít nhất 10 lượt trả lời."),
        _("Không đưa dữ liệu cho nơi khác để quảng cáo. Trang này không tải gì từ nơi khác."),
    ]


def _rights(_: Translate) -> list[str]:
    return [
        _("Trả lời hay không là tùy ông/bà; không trả lời thì hồ sơ của ông/bà vẫn được giải quyết như thường."),
        _(
            "Luật Bảo vệ dữ liệu cá nhân (91/2025/QH15) cho ông/bà quyền được biết, đồng ý và rút lại, xem, sửa, xóa và "
            "khiếu nại. Phiếu không gắn với ai, nên không ai tìm lại được phiếu của riêng ông/bà để sửa hay xóa; việc xin "
            "được trả lời thì ông/bà mở bằng mã việc."
        ),
    ]


def _responsible(named: str, _: Translate) -> list[str]:
    office = _("Cơ quan có tên ở đầu phiếu, nơi vừa phục vụ ông/bà.")
    return [office, _("Liên hệ về dữ liệu cá nhân: {who}").format(who=named)] if named else [office]
