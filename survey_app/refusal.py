"""One place where a refused request becomes a status and a page."""

import logging

from fastapi import Request, responses
from sqlalchemy.exc import SQLAlchemyError

from qr_codes import LoopbackAddress
from survey_app.db import describe_failure
from survey_app.door import ClosedDesk, PastCode, ReplacedCode, UnknownDesk, UsedCard
from survey_app.logs import ANONYMOUS
from survey_app.pages import chosen_language, draw
from survey_app.submission import UnreadableForm
from survey_app.wording import Translate, translator
from survey_app.writer import NotStoredYet, WriterStopped

LISTEN = "HAILONG_HOST=0.0.0.0"
OUTAGES = (SQLAlchemyError, WriterStopped, NotStoredYet)
logger = logging.getLogger(__name__)


class RefusedForm(Exception):
    """A body that is no form of ours: the status, the reason for programs, and how many bytes there may be at most."""

    def __init__(self, status: int, reason: str, *, most: int = 0) -> None:
        super().__init__(reason)
        self.status, self.reason, self.most = status, reason, most


REFUSALS = (
    UnknownDesk,
    ClosedDesk,
    ReplacedCode,
    PastCode,
    UsedCard,
    LoopbackAddress,
    *OUTAGES,
)
"""What the application answers with `refusal`; addresses that lead nowhere and bodies that are no form: `dead_end.py`."""


def refusal(request: Request, error: Exception) -> responses.Response:
    """The page for a refused request."""
    if isinstance(error, OUTAGES):
        log_outage(error)
    language = chosen_language(request.query_params.get("lang"))
    status, heading, sentences = _said(error, translator(language))
    page = draw("message.html", language, where="Hài Lòng", heading=heading, sentences=sentences)
    return responses.HTMLResponse(page, status_code=status)


def log_outage(error: Exception) -> None:
    """One line, with nothing of what was posted."""
    logger.error("The database did not answer as it should: %s", describe_failure(error), extra=ANONYMOUS)


def _said(error: Exception, _: Translate) -> tuple[int, str, list[str]]:  # noqa: PLR0911 - one for each refusal
    rescan = _("Xin quét mã ở quầy, hoặc hỏi cán bộ tại Bộ phận Một cửa.")
    match error:
        case UnknownDesk():
            return 404, _("Không có quầy nào mang mã này."), [_("Mã có thể bị gõ nhầm hoặc bị sửa."), rescan]
        case ReplacedCode():
            return 410, _("Mã này đã được thay."), [_("Xin quét mã mới tại quầy.")]
        case PastCode():
            return 410, _("Mã trên màn hình đã đổi."), [_("Xin quét mã đang hiện trên màn hình ở quầy.")]
        case UsedCard():
            return (
                410,
                _("Thẻ này đã dùng."),
                [
                    _("Mỗi thẻ chỉ gửi được một phiếu. Nếu ông/bà chưa gửi, xin báo Bộ phận Một cửa để nhận thẻ khác."),
                ],
            )
        case ClosedDesk():
            return 410, _("Quầy này hiện không nhận đánh giá."), _closed(error, _)
        case UnreadableForm():
            return 400, _("Không đọc được phiếu vừa gửi."), [rescan]
        case RefusedForm():
            return (
                error.status,
                _("Không nhận được phiếu vừa gửi."),
                [*filter(None, [refused_form_words(error, _)]), rescan],
            )
        case LoopbackAddress():
            return (
                409,
                _("Chưa in được: mã này chỉ mở được trên máy chủ."),
                [
                    _("Điện thoại không vào được địa chỉ của mã. Hãy đặt HAILONG_PUBLIC_URL, hoặc chạy với:")
                    + f" {LISTEN}"
                ],
            )
        case SQLAlchemyError() | WriterStopped() | NotStoredYet():
            return 503, _("Máy chủ đang bận."), [_("Xin thử lại sau ít phút.")]
        case _:
            return getattr(error, "status_code", 404), _("Không có trang này."), [rescan]


def refused_form_words(error: RefusedForm, _: Translate) -> str:
    """Why a body was not taken, where whoever sent it can do something about it."""
    if error.status == 413:  # noqa: PLR2004 - too large
        most = f"{error.most // 2**20} MB" if error.most >= 2**20 else f"{error.most // 2**10} KB"
        return _("Nội dung gửi lên quá dài: tối đa {most}.").format(most=most)
    return _("Mạng chậm nên nội dung chưa đến đủ.") if error.status == 408 else ""  # noqa: PLR2004 - too slow


def _closed(error: ClosedDesk, _: Translate) -> list[str]:
    """What a desk's code says that is shut: since when, where it closed for good."""
    ask = _("Xin hỏi cán bộ tại Bộ phận Một cửa.")
    if error.ended is None:
        return [ask]
    ended = _("Quầy đã đóng từ ngày {day}. Ý kiến gửi trước đó vẫn được giữ.")
    return [ended.format(day=f"{error.ended:%d/%m/%Y}"), ask]
