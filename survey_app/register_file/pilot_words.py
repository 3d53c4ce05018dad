"""What a pilot's kind, days and windows are called: in Vietnamese, the words that its table takes."""

from survey_app.wording import Translate


def pilot_words(_: Translate) -> dict[str, str]:
    """A value of a pilot's entry → its word."""
    return {
        "sessions": _("theo buổi"),
        "continuous": _("liên tục"),
        "working": _("ngày làm việc"),
        "off": _("ngày nghỉ"),
        "weekend": _("cuối tuần"),
        "monday": _("thứ hai"),
        "tuesday": _("thứ ba"),
        "wednesday": _("thứ tư"),
        "thursday": _("thứ năm"),
        "friday": _("thứ sáu"),
        "saturday": _("thứ bảy"),
        "sunday": _("chủ nhật"),
        "morning": _("sáng"),
        "afternoon": _("chiều"),
        "whole-day": _("cả ngày"),
        "start-of-morning": _("đầu giờ sáng"),
        "end-of-morning": _("cuối giờ sáng"),
        "start-of-afternoon": _("đầu giờ chiều"),
        "end-of-afternoon": _("cuối giờ chiều"),
    }
