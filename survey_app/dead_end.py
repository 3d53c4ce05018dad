"""What somebody reads whose request leads nowhere or cannot be read: our own page, in their language, never JSON."""

from fastapi import Request, responses
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from survey_app.refusal import RefusedForm, refusal, refused_form_words
from survey_app.staff_door import office_page, page_language
from survey_app.submission import UnreadableForm
from survey_app.wording import Translate, translator

OF_THE_STAFF = ("/office", "/sign-in", "/sign-out", "/first-run", "/invitation")
NO_SUCH_PAGE, NOT_THIS_WAY = 404, 405


def dead_end(request: Request, error: Exception) -> responses.Response:
    """The staff's page under the staff's addresses, everywhere else the citizens'."""
    if not (request.url.path.startswith(OF_THE_STAFF) and hasattr(request.app.state, "staff")):
        page: responses.Response = refusal(request, error)
    else:
        status, heading, sentence = _said(error, translator(page_language(request)))
        page = office_page(request, "message.html", status=status, heading=heading, sentences=[sentence])
    if isinstance(error, HTTPException):
        page.headers.update(error.headers or {})
    return page


def _said(error: Exception, _: Translate) -> tuple[int, str, str]:
    again = _("Chưa có gì được ghi. Xin mở lại trang từ đầu rồi gửi lại.")
    choose = _("Xin về trang đầu và chọn lại.")
    match error:
        case RefusedForm():
            return error.status, refused_form_words(error, _) or _("Không đọc được nội dung vừa gửi."), again
        case UnreadableForm():
            return 400, _("Không đọc được nội dung vừa gửi."), again
        case _ if getattr(error, "status_code", NO_SUCH_PAGE) == NOT_THIS_WAY:
            return NOT_THIS_WAY, _("Trang này không mở trực tiếp được."), choose
        case _:
            return NO_SUCH_PAGE, _("Không có trang này."), choose


DEAD_ENDS = (NO_SUCH_PAGE, NOT_THIS_WAY, RequestValidationError, RefusedForm, UnreadableForm)
"""Statuses of the framework, a part of an address that is no number, and bodies that are no form."""
