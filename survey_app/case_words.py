"""What pages call states, kinds and steps of a case."""

from survey_app.case import Case
from survey_app.wording import Translate


def state_name(state: str, _: Translate) -> str:
    """A state in words."""
    return {
        "received": _("Đã nhận"),
        "assigned": _("Đang xử lý"),
        "answered": _("Đã trả lời"),
        "rejected": _("Không thụ lý"),
        "closed": _("Đã kết thúc"),
    }[state]


def kind_name(kind: str, _: Translate) -> str:
    """A kind in words."""
    return {
        "feedback": _("Phản ánh, kiến nghị"),
        "harassment": _("Báo phiền hà, sách nhiễu"),
        "payment": _("Báo gợi ý đưa tiền ngoài phí"),
    }[kind]


def step_name(act: str, _: Translate) -> str:
    """What a step did, in words that author and staff both read."""
    return {
        "assign": _("Giao người xử lý"),
        "answer": _("Trả lời"),
        "reject": _("Không thụ lý"),
        "close": _("Kết thúc"),
        "rate": _("Người viết đánh giá câu trả lời"),
        "return": _("Người viết báo chưa giải quyết xong"),
    }[act]


def consent_sentence(_: Translate) -> str:
    """What is agreed to where a contact is left; kept with it."""
    return _(
        "Tôi đồng ý để cơ quan giữ số điện thoại hoặc thư điện tử này chỉ để trả lời việc tôi viết. "
        "Xóa chậm nhất sau 90 ngày; tôi có thể rút lại bất cứ lúc nào ở trang của mã việc."
    )


def where_it_stands(case: Case, _: Translate) -> str:
    """One sentence for the author."""
    return {
        "received": _("Việc đã được nhận và đang chờ giao người xử lý."),
        "assigned": _("Đã có người xử lý. Câu trả lời sẽ hiện ở trang này."),
        "answered": _("Đã có câu trả lời. Xin ông/bà cho biết câu trả lời có được việc không."),
        "rejected": _("Việc này không được thụ lý; lý do ở dưới."),
        "closed": _("Việc này đã kết thúc."),
    }[case.state]


def copies_left(days: int, _: Translate) -> str:
    """How long there is to erase copies of a contact."""
    if days < 0:
        return _("Quá hạn {n} ngày.").format(n=-days)
    return _("Còn {n} ngày.").format(n=days)
