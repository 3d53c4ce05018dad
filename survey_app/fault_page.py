"""The last place where an error is met that nobody expected: one plain page with an id, and the same id in the log."""

import logging

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from survey_app.logs import ANONYMOUS, fault_id
from survey_app.pages import draw
from survey_app.request_counts import TOLD_AT_ONCE, group_of
from survey_app.staff_door import page_language
from survey_app.wording import translator

logger = logging.getLogger("hailong")


class PlainFaults:
    """Answers an unexpected error with 500 and an id by which the log has it; nothing of the inside is shown."""

    def __init__(self, app: ASGIApp, *, as_json: bool = False) -> None:
        self._app, self._as_json = app, as_json

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            if scope["type"] != "http":
                raise
            answer = self._tell(scope, error)
            try:
                await answer(scope, receive, send)
            except RuntimeError:  # an answer had begun, so there is no room for another: the connection breaks
                raise error from None

    def _tell(self, scope: Scope, error: Exception) -> Response:
        fault, group = fault_id(), group_of(scope["path"])
        quiet = {} if group in TOLD_AT_ONCE else ANONYMOUS
        place = f"{scope['method']} of {group or 'health'}" if not self._as_json else f"{scope['method']} of api"
        logger.error("Fault %s: %s", fault, place, exc_info=error, extra={"fault": fault, **quiet})
        if self._as_json:
            return JSONResponse({"detail": f"The server met an error. Tell its keeper: {fault}.", "faults": []}, 500)
        return fault_page(Request(scope), fault)


def fault_page(request: Request, fault: str) -> Response:
    """What somebody reads, in their language."""
    language = page_language(request)
    _ = translator(language)
    sentences = [
        _("Lỗi đã được ghi lại. Xin thử lại sau ít phút; phiếu gửi lại chỉ được tính một lần."),
        _("Nếu vẫn lỗi, xin báo mã này cho cán bộ hoặc người quản trị hệ thống: {fault}").format(fault=fault),
    ]
    heading = _("Máy chủ gặp lỗi ngoài dự tính.")
    page = draw("message.html", language, where="Hài Lòng", heading=heading, sentences=sentences)
    return HTMLResponse(page, 500)
