"""What pages call the roles of the staff."""

from survey_app.wording import Translate


def role_name(role: str, _: Translate) -> str:
    """A role in words."""
    return {
        "unit": _("Đơn vị"),
        "home_affairs": _("Nội vụ"),
        "inspector": _("Thanh tra"),
        "administrator": _("Quản trị hệ thống"),
        "committee": _("Ban Chỉ đạo"),
    }[role]
